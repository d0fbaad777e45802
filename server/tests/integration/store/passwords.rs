//! Password hashes in the store.

use futures::future::join_all;
use login_server::accounts::NewAccount;

use super::{
    argon2id, bcrypt, by_username, count, hash, hash_kinds, new, new_account, on_each_store,
    place::Place, session,
};

on_each_store!(
    kinds_of_hashes_are_listed,
    new_password_ends_sessions_unless_the_directory_set_it,
    remembered_password_is_removed_only_if_unchanged,
    hash_is_replaced_only_if_unchanged,
);

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
