//! Accounts in the store.

use futures::future::join_all;
use login_server::{
    accounts::{Account, Email, EntryId, Identity, NewAccount, PasswordHash, Profile, TotpSecret},
    store::{ImportedAccount, Store, StoreError},
};

use super::{count, new_account, on_each_store, place::Place, session};

on_each_store!(
    account_is_read_as_it_was_stored,
    failed_write_does_not_affect_others_in_its_batch,
    only_one_of_names_that_differ_in_case_can_be_added,
    import_stores_all_accounts_or_none,
    known_account_is_updated,
    imported_hash_is_replaced_only_by_another_import,
    kinds_of_hashes_are_listed,
    names_are_found_exactly_or_without_case_if_unambiguous,
    any_name_can_be_looked_up,
    address_belongs_to_one_account,
    directory_accounts_are_found_by_any_id_and_by_name,
    directory_entry_belongs_to_one_account,
    new_name_must_be_free_in_any_case,
    accounts_are_listed_in_pages,
    new_password_ends_sessions_unless_the_directory_set_it,
    remembered_password_is_removed_only_if_unchanged,
    hash_is_replaced_only_if_unchanged,
    changes_to_an_unknown_account_return_false,
);

async fn by_username(store: &dyn Store, name: &str) -> Option<Account> {
    store.find_account(&Identity::Username(name.to_owned())).await.unwrap()
}

fn email(address: &str) -> Email {
    Email { address: address.to_owned(), verified: true }
}

fn entry_id(text: &str) -> EntryId {
    text.parse().unwrap()
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_stored(text.to_owned())
}

fn bcrypt(cost: u32) -> PasswordHash {
    hash(&format!("$2b${cost:02}$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"))
}

fn argon2id(parameters: &str) -> PasswordHash {
    hash(&format!(
        "$argon2id$v=19${parameters}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
    ))
}

async fn hash_kinds(store: &dyn Store) -> Vec<String> {
    store.hash_kinds().await.unwrap().iter().map(ToString::to_string).collect()
}

fn new(accounts: impl IntoIterator<Item = NewAccount>) -> Vec<ImportedAccount> {
    accounts.into_iter().map(ImportedAccount::New).collect()
}

async fn update(store: &dyn Store, account: &NewAccount) {
    store.import_accounts(&[ImportedAccount::Known(account.clone())]).await.unwrap();
}

async fn account_is_read_as_it_was_stored(place: Place) {
    let store = place.open().await;
    let mut full = new_account("Zoë");
    full.account.profile = Profile {
        username: "Zoë".to_owned(),
        name: Some("Zoë 'Ø' \"Q\" \\ 🦀".to_owned()),
        emails: vec![email("Zoë@example.org"), Email { verified: false, ..email("z@x") }],
        roles: vec!["admin".to_owned(), "user".to_owned()],
        utc_offset: Some(5.75),
    };
    full.account.directory_dn = Some("uid=zoë".to_owned());
    full.account.directory_id = Some(entry_id("entryUUID:1"));
    full.account.password = Some(hash("$2b$10$x"));
    full.account.totp = Some(TotpSecret::random());
    let mut bare = new_account("bare");
    bare.account.active = false;
    for new in [&full, &bare] {
        store.add_account(new).await.unwrap();
        assert_eq!(
            by_username(&*store, &new.account.profile.username).await.as_ref(),
            Some(&new.account)
        );
        let by_id = store.find_account_by_id(&new.account.id).await.unwrap();
        assert_eq!(by_id.as_ref(), Some(&new.account));
    }
    assert_eq!(store.find_account_by_id(&new_account("x").account.id).await.unwrap(), None);
    let by_email =
        store.find_account(&Identity::Either("ZOË@EXAMPLE.ORG".to_owned())).await.unwrap();
    assert_eq!(by_email.unwrap().id, full.account.id);
    store.check_writable().await.unwrap();
}

async fn failed_write_does_not_affect_others_in_its_batch(place: Place) {
    let stores = [place.open().await, place.open().await];
    // Every name twice: of each pair one is stored and one refused, whatever else is in the commit.
    let accounts: Vec<_> = (0..200).map(|n| new_account(&format!("user{}", n / 2))).collect();
    let added = accounts.iter().enumerate().map(|(n, account)| stores[n % 2].add_account(account));
    let results = join_all(added).await;
    let taken = |result: &_| matches!(result, Err(StoreError::Taken { what: "the user name" }));
    assert_eq!(results.iter().filter(|result| taken(result)).count(), 100);
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 100);
    drop(stores);
    assert_eq!(place.open().await.accounts(None, 1000).await.unwrap().len(), 100);
}

async fn only_one_of_names_that_differ_in_case_can_be_added(place: Place) {
    let stores = [place.open().await, place.open().await];
    let taken = |result: &_| matches!(result, Err(StoreError::Taken { what: "the user name" }));
    for round in 0..30 {
        let names = ["anna", "ANNA", "Anna", "aNNa"].map(|name| format!("{name}{round}"));
        let mut accounts = names.map(|name| new_account(&name));
        for (n, new) in accounts.iter_mut().enumerate() {
            new.account.profile.emails = vec![email(&format!("{n}@{round}.org"))];
        }
        let both = accounts.iter().zip(stores.iter().cycle());
        let added = join_all(both.map(|(new, store)| store.add_account(new))).await;
        assert_eq!(added.iter().filter(|result| result.is_ok()).count(), 1, "{added:?}");
        assert_eq!(added.iter().filter(|result| taken(result)).count(), 3, "{added:?}");
        for (new, added) in accounts.iter().zip(&added) {
            let address = new.account.profile.emails[0].address.clone();
            let found = stores[0].find_account(&Identity::Email(address)).await.unwrap();
            assert_eq!(found.is_some(), added.is_ok());
        }
    }
    // An account that is refused because of its name must not change the account with its id.
    let mut impostor = new_account("anna0");
    let victim = stores[0].accounts(None, 1).await.unwrap().remove(0);
    impostor.account.id = victim.id.clone();
    impostor.account.profile.emails = vec![email("impostor@x.org")];
    impostor.backup_code_hashes = vec!["impostor".to_owned()];
    assert!(taken(&stores[1].add_account(&impostor).await));
    let address = Identity::Email("impostor@x.org".to_owned());
    assert_eq!(stores[0].find_account(&address).await.unwrap(), None);
    assert!(!stores[0].claim_backup_code(&victim.id, "impostor").await.unwrap());
    // An import may add names that differ only in case, also beside an existing one.
    stores[0].import_accounts(&new(["Bert", "bert"].map(new_account))).await.unwrap();
    stores[1].import_accounts(&new([new_account("BERT")])).await.unwrap();
    assert!(taken(&stores[0].add_account(&new_account("bERT")).await));
}

async fn import_stores_all_accounts_or_none(place: Place) {
    let store = place.open().await;
    let mut accounts: Vec<_> = (0..40).map(|n| new_account(&format!("user{n}"))).collect();
    accounts[39].account.profile.username = "user7".to_owned();
    let refused = store.import_accounts(&new(accounts.clone())).await.unwrap_err();
    assert_eq!(refused.index, 39);
    assert!(matches!(refused.source, StoreError::Taken { what: "the user name" }));
    assert!(store.accounts(None, 100).await.unwrap().is_empty());
    accounts.pop();
    store.import_accounts(&new(accounts.clone())).await.unwrap();
    assert_eq!(store.accounts(None, 100).await.unwrap().len(), 39);
    store.import_accounts(&[]).await.unwrap();

    // Updates count too.
    let renamed = |name: &str| {
        let mut account = accounts[0].clone();
        account.account.profile.username = name.to_owned();
        ImportedAccount::Known(account)
    };
    for (first, second) in [
        (renamed("renamed"), ImportedAccount::New(new_account("user7"))),
        (ImportedAccount::New(new_account("another")), renamed("user7")),
    ] {
        let refused = store.import_accounts(&[first, second]).await.unwrap_err();
        assert_eq!(refused.index, 1);
        assert!(matches!(refused.source, StoreError::Taken { what: "the user name" }));
        assert_eq!(store.accounts(None, 100).await.unwrap().len(), 39);
        assert!(by_username(&*store, "user0").await.is_some());
    }
}

async fn known_account_is_updated(place: Place) {
    let store = place.open().await;
    let mut alice = new_account("alice");
    alice.account.profile.emails = vec![email("a@x.org")];
    alice.account.totp = Some(TotpSecret::random());
    alice.account.directory_dn = Some("uid=alice".to_owned());
    store.import_accounts(&new([alice.clone(), new_account("bob")])).await.unwrap();
    let id = alice.account.id.clone();
    let present = async || store.find_account_by_id(&id).await.unwrap().unwrap();
    store.open_session(&present().await, &session(1), 9).await.unwrap();
    assert!(store.claim_backup_code(&id, "code").await.unwrap());

    // A repetition changes nothing: a used backup code stays used.
    update(&*store, &alice).await;
    assert_eq!(present().await, alice.account);
    assert!(!store.claim_backup_code(&id, "code").await.unwrap());
    assert_eq!(store.sessions(&id).await.unwrap().len(), 1);

    let mut changed = alice.clone();
    changed.account.profile = Profile {
        username: "alicia".to_owned(),
        name: Some("Alicia".to_owned()),
        emails: vec![email("b@x.org")],
        roles: vec!["admin".to_owned()],
        utc_offset: Some(2.0),
    };
    changed.account.totp = Some(TotpSecret::random());
    update(&*store, &changed).await;
    assert_eq!(present().await, changed.account);
    let by_old = store.find_account(&Identity::Email("a@x.org".to_owned())).await.unwrap();
    assert_eq!(by_old, None);
    assert!(store.claim_backup_code(&id, "code").await.unwrap(), "of the new secret");
    assert_eq!(store.sessions(&id).await.unwrap().len(), 1);

    // Data that the update lacks stays: the second factor, the password, the directory entry.
    let mut bare = changed.clone();
    bare.account.totp = None;
    bare.account.directory_dn = None;
    update(&*store, &bare).await;
    assert_eq!(present().await, changed.account);
    bare.account.active = false;
    update(&*store, &bare).await;
    assert_eq!(present().await, Account { active: false, ..changed.account.clone() });
    assert!(store.sessions(&id).await.unwrap().is_empty());
    bare.account.active = true;
    update(&*store, &bare).await;
    assert_eq!(present().await, changed.account);

    let nobody = new_account("nobody");
    update(&*store, &nobody).await;
    assert_eq!(by_username(&*store, "nobody").await, None);
}

async fn imported_hash_is_replaced_only_by_another_import(place: Place) {
    let store = place.open().await;
    let [mut first, mut second] = ["alice", "alice"].map(new_account);
    second.account.id = first.account.id.clone();
    first.account.password = Some(bcrypt(10));
    second.account.password = Some(bcrypt(11));
    let id = first.account.id.clone();
    let password = async || store.find_account_by_id(&id).await.unwrap().unwrap().password;
    let sessions = async || store.sessions(&id).await.unwrap().len();
    let log_in = async || {
        let account = store.find_account_by_id(&id).await.unwrap().unwrap();
        store.open_session(&account, &session(1), 9).await.unwrap();
    };
    store.import_accounts(&new([first.clone()])).await.unwrap();
    // A login has replaced the hash.
    let rehashed = argon2id("m=8,t=1,p=1");
    assert!(store.rehash_password(&id, &bcrypt(10), &rehashed).await.unwrap());
    log_in().await;
    update(&*store, &first).await;
    assert_eq!((password().await, sessions().await), (Some(rehashed), 1));

    // The password was changed at the source of the export.
    update(&*store, &second).await;
    assert_eq!((password().await, sessions().await), (Some(bcrypt(11)), 0));
    log_in().await;
    update(&*store, &second).await;
    assert_eq!((password().await, sessions().await), (Some(bcrypt(11)), 1));

    // A password that was set here stays until another one is imported.
    let own = argon2id("m=16,t=1,p=1");
    store.set_password(&id, &own).await.unwrap();
    update(&*store, &second).await;
    assert_eq!(password().await, Some(own));
    update(&*store, &first).await;
    assert_eq!(password().await, Some(bcrypt(10)));
    assert_eq!(hash_kinds(&*store).await, ["bcrypt 10"]);

    // An account that was not imported gets the password like the other data.
    let mut local = new_account("local");
    local.account.password = Some(argon2id("m=8,t=1,p=1"));
    store.add_account(&local).await.unwrap();
    local.account.password = Some(bcrypt(12));
    update(&*store, &local).await;
    assert_eq!(by_username(&*store, "local").await.unwrap().password, Some(bcrypt(12)));
}

async fn kinds_of_hashes_are_listed(place: Place) {
    let store = place.open().await;
    assert_eq!(hash_kinds(&*store).await, [""; 0]);
    let hashes = [
        Some(bcrypt(10)),
        Some(argon2id("m=19456,t=2,p=1")),
        None,
        Some(bcrypt(4)),
        Some(argon2id("m=19456,t=2,p=1")),
        // No password can be verified against these.
        Some(bcrypt(31)),
        Some(hash("x")),
        Some(argon2id("m=65536,t=3,p=4")),
    ];
    let accounts: Vec<NewAccount> = (0..)
        .zip(hashes)
        .map(|(n, password)| {
            let mut new = new_account(&format!("user{n}"));
            new.account.password = password;
            new
        })
        .collect();
    store.add_account(&accounts[0]).await.unwrap();
    store.import_accounts(&new(accounts[1..].to_vec())).await.unwrap();
    let all = ["bcrypt 04", "bcrypt 10", "argon2id m=19456,t=2,p=1", "argon2id m=65536,t=3,p=4"];
    assert_eq!(hash_kinds(&*store).await, all);

    let id = |n: usize| &accounts[n].account.id;
    let cheap = argon2id("m=8,t=1,p=1");
    assert!(store.rehash_password(id(0), &bcrypt(10), &cheap).await.unwrap());
    assert!(store.set_password(id(3), &cheap).await.unwrap());
    assert!(store.remove_account(id(7)).await.unwrap());
    let left = ["argon2id m=8,t=1,p=1", "argon2id m=19456,t=2,p=1"];
    assert_eq!(hash_kinds(&*store).await, left);
}

async fn names_are_found_exactly_or_without_case_if_unambiguous(place: Place) {
    let store = place.open().await;
    store.import_accounts(&new(["Alice", "alice", "Bob"].map(new_account))).await.unwrap();
    let find = async |name| by_username(&*store, name).await.map(|found| found.profile.username);
    assert_eq!(find("alice").await.as_deref(), Some("alice"));
    assert_eq!(find("Alice").await.as_deref(), Some("Alice"));
    assert_eq!(find("ALICE").await, None);
    assert_eq!(find("BOB").await.as_deref(), Some("Bob"));
    assert_eq!(find("Carol").await, None);
    for (name, taken) in [("ALICE", true), ("bob", true), ("Bob", true), ("Carol", false)] {
        assert_eq!(store.add_account(&new_account(name)).await.is_err(), taken, "{name}");
    }
}

async fn any_name_can_be_looked_up(place: Place) {
    let store = place.open().await;
    store.add_account(&new_account("alice")).await.unwrap();
    for name in ["alice\0", "\0", "", "%", "al_ce", "alice' OR ''='", &"x".repeat(60_000)] {
        assert_eq!(by_username(&*store, name).await, None, "{name:?}");
        let address = format!("{name}@example.org");
        let found = store.find_account(&Identity::Either(address)).await.unwrap();
        assert_eq!(found, None, "{name:?}");
    }
}

async fn address_belongs_to_one_account(place: Place) {
    let store = place.open().await;
    let [mut alice, mut bob] = ["alice", "bob"].map(new_account);
    alice.account.profile.emails = vec![email("Shared@x.org"), email("a@x.org")];
    bob.account.profile.emails = vec![email("shared@X.org")];
    bob.account.directory_dn = Some("uid=bob".to_owned());
    store.add_account(&alice).await.unwrap();
    let refused = store.add_account(&bob).await;
    assert!(matches!(refused, Err(StoreError::Taken { what: "the e-mail address" })));
    // The address that was stored before the failure is removed too.
    assert_eq!(by_username(&*store, "bob").await, None);
    bob.account.profile.emails.clear();
    store.add_account(&bob).await.unwrap();
    let both = Profile { emails: vec![email("a@x.org")], ..bob.account.profile.clone() };
    let refused = store.set_profile(&bob.account.id, &both).await;
    assert!(matches!(refused, Err(StoreError::Taken { what: "the e-mail address" })));
    let renamed = Profile { username: "alice".to_owned(), ..bob.account.profile.clone() };
    let refused = store.set_profile(&bob.account.id, &renamed).await;
    assert!(matches!(refused, Err(StoreError::Taken { what: "the user name" })));

    let other = Profile {
        username: "Alicia".to_owned(),
        emails: vec![email("a@x.org")],
        roles: vec!["admin".to_owned()],
        ..Profile::default()
    };
    assert!(store.set_profile(&alice.account.id, &other).await.unwrap());
    assert_eq!(by_username(&*store, "ALICIA").await.unwrap().profile, other);
    assert_eq!(by_username(&*store, "alice").await, None);
    let freed = Profile { emails: vec![email("shared@x.org")], ..bob.account.profile.clone() };
    assert!(store.set_profile(&bob.account.id, &freed).await.unwrap());

    let mut again = new_account("again");
    again.account.directory_dn = Some("uid=bob".to_owned());
    let refused = store.add_account(&again).await;
    assert!(matches!(refused, Err(StoreError::Taken { what: "the directory entry" })));
    again.account = Account { id: bob.account.id.clone(), ..new_account("again").account };
    let refused = store.add_account(&again).await;
    assert!(matches!(refused, Err(StoreError::Taken { what: "the id" })));
    assert!(store.remove_account(&bob.account.id).await.unwrap());
    store.add_account(&again).await.unwrap();
}

async fn directory_accounts_are_found_by_any_id_and_by_name(place: Place) {
    let store = place.open().await;
    let found = async |ids: &[&str], dn: &str| {
        let ids: Vec<EntryId> = ids.iter().map(|id| entry_id(id)).collect();
        let found = store.find_directory_accounts(&ids, dn).await.unwrap();
        let mut names: Vec<_> = found.into_iter().map(|found| found.profile.username).collect();
        names.sort();
        names
    };
    for (name, dn, id) in [
        ("both", "uid=both", Some("entryUUID:1")),
        ("by-dn", "uid=by-dn", None),
        ("by-id", "unknown:entryuuid:2", Some("entryUUID:2")),
    ] {
        let mut new = new_account(name);
        new.account.directory_dn = Some(dn.to_owned());
        new.account.directory_id = id.map(entry_id);
        store.add_account(&new).await.unwrap();
    }
    store.add_account(&new_account("local")).await.unwrap();
    assert_eq!(found(&[], "uid=both").await, ["both"]);
    assert_eq!(found(&["entryUUID:1"], "uid=both").await, ["both"]);
    assert_eq!(found(&["nsUniqueId:9", "entryUUID:2"], "uid=by-dn").await, ["by-dn", "by-id"]);
    assert_eq!(found(&["nsUniqueId:1"], "uid=BOTH").await, [""; 0]);
    assert_eq!(found(&[], "").await, [""; 0]);
}

async fn directory_entry_belongs_to_one_account(place: Place) {
    let store = place.open().await;
    let [anna, bert] = ["anna", "bert"].map(new_account);
    let (one, two) = (entry_id("entryUUID:1"), entry_id("entryUUID:2"));
    for new in [&anna, &bert] {
        store.add_account(new).await.unwrap();
        store.open_session(&new.account, &session(1), 3).await.unwrap();
    }
    let set = async |who: &NewAccount, dn: &str, id: Option<&EntryId>| {
        store.set_directory_entry(&who.account.id, dn, id).await
    };
    assert!(set(&anna, "uid=anna", Some(&one)).await.unwrap());
    for (dn, id) in [("uid=anna", Some(&two)), ("uid=anna", None), ("uid=bert", Some(&one))] {
        let refused = set(&bert, dn, id).await;
        assert!(matches!(refused, Err(StoreError::Taken { what: "the directory entry" })), "{dn}");
    }
    assert_eq!(by_username(&*store, "bert").await.unwrap(), bert.account);
    assert!(set(&bert, "uid=bert", None).await.unwrap());
    assert!(set(&bert, "uid=bert,ou=x", Some(&two)).await.unwrap());
    let linked = by_username(&*store, "bert").await.unwrap();
    assert_eq!(
        (linked.directory_dn.as_deref(), linked.directory_id),
        (Some("uid=bert,ou=x"), Some(two))
    );
    assert_eq!(store.sessions(&bert.account.id).await.unwrap().len(), 1);
    assert!(!set(&new_account("nobody"), "uid=nobody", None).await.unwrap());
}

async fn new_name_must_be_free_in_any_case(place: Place) {
    let stores = [place.open().await, place.open().await];
    let taken = |result: &_| matches!(result, Err(StoreError::Taken { what: "the user name" }));
    // An import may add names that differ only in case.
    stores[0].import_accounts(&new(["Anna", "anna", "bert"].map(new_account))).await.unwrap();
    let rename = async |from: &str, to: &str, name: &str| {
        let account = by_username(&*stores[0], from).await.unwrap();
        let profile =
            Profile { username: to.to_owned(), name: Some(name.to_owned()), ..account.profile };
        stores[0].set_profile(&account.id, &profile).await
    };
    assert!(taken(&rename("bert", "ANNA", "x").await));
    assert!(taken(&rename("anna", "aNNa", "x").await));
    assert_eq!(by_username(&*stores[0], "bert").await.unwrap().profile.name, None);
    assert!(rename("anna", "anna", "Anna").await.unwrap(), "an old name may stay");
    assert!(rename("bert", "BERT", "Bert").await.unwrap(), "it is only its own");
    assert_eq!(
        by_username(&*stores[0], "BERT").await.unwrap().profile.name.as_deref(),
        Some("Bert")
    );
    // The name is also taken if another account gets it at the same time.
    for round in 0..20 {
        let olds: Vec<_> = (0..6).map(|n| new_account(&format!("old{round}-{n}"))).collect();
        stores[0].import_accounts(&new(olds.clone())).await.unwrap();
        let names = ["new", "New", "nEw", "neW", "NEw", "nEW"]
            .map(|name| Profile { username: format!("{name}{round}"), ..Profile::default() });
        let pairs = olds.iter().zip(&names).zip(stores.iter().cycle());
        let renamed =
            pairs.map(|((old, profile), store)| store.set_profile(&old.account.id, profile));
        let added = new_account(&format!("NEW{round}"));
        let (renamed, added) = futures::join!(join_all(renamed), stores[1].add_account(&added));
        let all: Vec<_> = renamed.into_iter().chain([added.map(|()| true)]).collect();
        assert_eq!(all.iter().filter(|result| result.is_ok()).count(), 1, "{all:?}");
        assert_eq!(all.iter().filter(|result| taken(result)).count(), 6, "{all:?}");
    }
}

async fn accounts_are_listed_in_pages(place: Place) {
    let store = place.open().await;
    let names: Vec<_> = (0..7).map(|n| format!("user{n}")).collect();
    for name in names.iter().rev() {
        store.add_account(&new_account(name)).await.unwrap();
    }
    let mut listed = Vec::new();
    loop {
        let last = listed.last().cloned();
        let page = store.accounts(last.as_deref(), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        listed.extend(page.into_iter().map(|account| account.profile.username));
    }
    assert_eq!(listed, names);
}

async fn new_password_ends_sessions_unless_the_directory_set_it(place: Place) {
    let store = place.open().await;
    let [local, mut from_directory] = ["local", "directory"].map(new_account);
    from_directory.account.directory_dn = Some("uid=directory".to_owned());
    let new_hash = hash("$argon2id$new");
    for new in [&local, &from_directory] {
        store.add_account(new).await.unwrap();
        store.open_session(&new.account, &session(1), 3).await.unwrap();
    }
    let (local, from_directory) = (&local.account.id, &from_directory.account.id);
    assert!(!store.set_directory_password(local, &new_hash).await.unwrap());
    assert_eq!(by_username(&*store, "local").await.unwrap().password, None);
    assert!(store.set_directory_password(from_directory, &new_hash).await.unwrap());
    let changed = by_username(&*store, "directory").await.unwrap();
    assert_eq!(changed.password, Some(new_hash.clone()));
    for id in [local, from_directory] {
        assert_eq!(store.sessions(id).await.unwrap().len(), 1);
        assert!(store.set_password(id, &new_hash).await.unwrap());
        assert!(store.sessions(id).await.unwrap().is_empty());
    }
    assert_eq!(by_username(&*store, "local").await.unwrap().password, Some(new_hash));
}

async fn remembered_password_is_removed_only_if_unchanged(place: Place) {
    let store = place.open().await;
    let [mut local, mut remote] = ["local", "remote"].map(new_account);
    remote.account.directory_dn = Some("uid=remote".to_owned());
    let (old, new) = (bcrypt(8), bcrypt(10));
    for account in [&mut local, &mut remote] {
        account.account.password = Some(new.clone());
        store.add_account(account).await.unwrap();
        store.open_session(&account.account, &session(1), 3).await.unwrap();
    }
    let (local, remote) = (&local.account.id, &remote.account.id);
    assert!(!store.forget_directory_password(local, &new).await.unwrap());
    assert!(!store.forget_directory_password(remote, &old).await.unwrap());
    assert_eq!(by_username(&*store, "remote").await.unwrap().password, Some(new.clone()));
    assert!(store.forget_directory_password(remote, &new).await.unwrap());
    assert_eq!(by_username(&*store, "remote").await.unwrap().password, None);
    assert_eq!(store.sessions(remote).await.unwrap().len(), 1);
    assert_eq!(hash_kinds(&*store).await, ["bcrypt 10"]);
    store.remove_account(local).await.unwrap();
    assert_eq!(hash_kinds(&*store).await, [""; 0]);
}

async fn hash_is_replaced_only_if_unchanged(place: Place) {
    let store = place.open().await;
    let mut new = new_account("alice");
    new.account.password = Some(bcrypt(10));
    let id = &new.account.id;
    store.add_account(&new).await.unwrap();
    store.open_session(&new.account, &session(1), 3).await.unwrap();
    assert_eq!(hash_kinds(&*store).await, ["bcrypt 10"]);
    let hashes: Vec<_> = (0..10).map(|n| argon2id(&format!("m=8,t={},p=1", n + 1))).collect();
    let old = bcrypt(10);
    let replaced = hashes.iter().map(|new| store.rehash_password(id, &old, new));
    assert_eq!(count(join_all(replaced).await), 1);
    assert!(hashes.contains(&by_username(&*store, "alice").await.unwrap().password.unwrap()));
    assert_eq!(hash_kinds(&*store).await.len(), 1);
    assert_ne!(hash_kinds(&*store).await, ["bcrypt 10"]);
    assert_eq!(store.sessions(id).await.unwrap().len(), 1);
}

async fn changes_to_an_unknown_account_return_false(place: Place) {
    let store = place.open().await;
    let Account { id, mut profile, .. } = new_account("nobody").account;
    profile.emails.push(email("nobody@x.org"));
    assert!(!store.set_profile(&id, &profile).await.unwrap());
    assert!(!store.set_active(&id, false).await.unwrap());
    assert!(!store.forget_directory_password(&id, &hash("x")).await.unwrap());
    assert!(!store.set_password(&id, &hash("x")).await.unwrap());
    assert!(!store.set_directory_password(&id, &hash("x")).await.unwrap());
    assert!(!store.rehash_password(&id, &hash("x"), &hash("y")).await.unwrap());
    let codes = ["code".to_owned()];
    assert!(!store.set_totp(&id, Some((&TotpSecret::random(), &codes))).await.unwrap());
    assert!(!store.claim_totp_step(&id, 1).await.unwrap());
    assert!(!store.claim_backup_code(&id, "code").await.unwrap());
    assert!(!store.remove_account(&id).await.unwrap());
    assert_eq!(store.close_sessions(&id).await.unwrap(), 0);
}
