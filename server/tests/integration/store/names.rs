//! User names, e-mail addresses and directory entries, by which accounts are found.

use futures::future::join_all;
use login_server::{
    accounts::{Account, EntryId, Identity, NewAccount, Profile},
    store::StoreError,
};

use super::{by_username, email, entry_id, new, new_account, on_each_store, place::Place, session};

on_each_store!(
    only_one_of_names_that_differ_in_case_can_be_added,
    names_are_found_exactly_or_without_case_if_unambiguous,
    any_name_can_be_looked_up,
    address_belongs_to_one_account,
    directory_accounts_are_found_by_any_id_and_by_name,
    directory_entry_belongs_to_one_account,
    new_name_must_be_free_in_any_case,
);

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
