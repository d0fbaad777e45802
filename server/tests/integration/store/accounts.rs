//! Accounts in the store.

use futures::future::join_all;
use login_server::{
    accounts::{Account, Email, Identity, Profile, TotpSecret},
    store::StoreError,
};

use super::{by_username, email, entry_id, hash, new_account, on_each_store, place::Place};

on_each_store!(
    account_is_read_as_it_was_stored,
    failed_write_does_not_affect_others_in_its_batch,
    accounts_are_listed_in_pages,
    changes_to_an_unknown_account_return_false,
);

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
