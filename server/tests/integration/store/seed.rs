//! The seeded database for benchmarks.

use login_server::{
    accounts::{Identity, PasswordHash},
    clock::Timestamp,
    store::Seed,
};

use super::{cleaned, on_each_store, place::Place};

on_each_store!(seeded_store_equals_one_filled_by_logins);

async fn seeded_store_equals_one_filled_by_logins(place: Place) {
    let password = PasswordHash::from_stored("$argon2id$".to_owned());
    let issued_at = Timestamp::from_millis(7);
    let seed = Seed { accounts: 300, tokens_per_account: 20, password, issued_at };
    place.seed(&seed).await;
    let store = place.open().await;
    for (number, token) in [(0, 0), (42, 19), (299, 7)] {
        let token = Seed::token(number, token).hash();
        let found = store.session_user(&token, issued_at).await.unwrap();
        assert_eq!(found, Some(seed.account(number).into()));
        let address = Identity::Either(format!("USER{number}@example.org"));
        assert_eq!(store.find_account(&address).await.unwrap(), Some(seed.account(number)));
        assert_eq!(store.sessions(&found.unwrap().id).await.unwrap().len(), 20);
    }
    assert_eq!(cleaned(&*store, 8, 8).await.sessions, 6000);
}
