//! Opening a store.

use futures::future::join_all;
use login_server::store::OpenError;

use super::{on_each_store, place::Place};

on_each_store!(
    newer_schema_is_refused,
    concurrent_starts_create_one_schema,
    error_names_a_store_that_cannot_be_opened,
);

async fn newer_schema_is_refused(place: Place) {
    drop(place.open().await);
    place.execute("PRAGMA user_version = 999", "UPDATE schema_version SET version = 999").await;
    let refused = place.try_open().await.err().unwrap();
    assert!(matches!(refused, OpenError::NewerSchema { found: 999, .. }), "{refused:?}");
    assert!(refused.to_string().contains("use the newer program"), "{refused}");
}

async fn concurrent_starts_create_one_schema(place: Place) {
    let opened = join_all((0..8).map(|_| place.try_open())).await;
    for (one, store) in opened.into_iter().enumerate() {
        let store = store.unwrap();
        store.add_account(&super::new_account(&format!("user{one}"))).await.unwrap();
    }
    assert_eq!(place.open().await.accounts(None, 100).await.unwrap().len(), 8);
}

async fn error_names_a_store_that_cannot_be_opened(place: Place) {
    drop(place.open().await);
    place.execute("PRAGMA user_version = 0; DROP TABLE failures; CREATE TABLE failures (x TEXT)",
        "UPDATE schema_version SET version = 0; DROP TABLE failures; CREATE TABLE failures (x TEXT)").await;
    let refused = place.try_open().await.err().unwrap();
    let OpenError::Unusable { place: named, .. } = &refused else { panic!("{refused:?}") };
    assert!(named.contains("login"), "{named}");
}
