//! Imports of accounts.

use login_server::{
    accounts::{Account, Identity, NewAccount, Profile, TotpSecret},
    store::{ImportedAccount, Store, StoreError},
};

use super::{
    argon2id, bcrypt, by_username, email, hash_kinds, new, new_account, on_each_store,
    place::Place, session,
};

on_each_store!(
    import_stores_all_accounts_or_none,
    known_account_is_updated,
    imported_hash_is_replaced_only_by_another_import,
);

async fn update(store: &dyn Store, account: &NewAccount) {
    store.import_accounts(&[ImportedAccount::Known(account.clone())]).await.unwrap();
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
