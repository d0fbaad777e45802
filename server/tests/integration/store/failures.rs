//! Counters of failed logins.

use futures::future::join_all;
use login_server::clock::Timestamp;
use login_server::store::Store;

use super::on_each_store;
use super::place::Place;

on_each_store!(
    every_failure_counts_whichever_server_saw_it,
    a_stale_count_begins_anew,
    a_key_may_be_anything,
    what_is_stale_is_removed,
);

async fn counts(store: &dyn Store, keys: &[&str]) -> Vec<u32> {
    let failures = store.failures(keys).await.unwrap();
    let count = |key: &&str| failures.iter().find(|f| f.key == *key).map_or(0, |f| f.count);
    keys.iter().map(count).collect()
}

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

async fn every_failure_counts_whichever_server_saw_it(place: Place) {
    let stores = [place.open().await, place.open().await];
    // Both orders of the keys: nobody may wait in a circle.
    let orders = [["a", "b", "c"], ["c", "b", "a"]];
    let recorded = (0..60).map(|n| stores[n % 2].record_failure(&orders[n / 2 % 2], at(5), at(0)));
    join_all(recorded).await.into_iter().for_each(|recorded| recorded.unwrap());
    assert_eq!(counts(&*stores[0], &["a", "b", "c", "d"]).await, [60, 60, 60, 0]);
    stores[1].forget_failures(&["a", "c", "d"]).await.unwrap();
    assert_eq!(counts(&*stores[0], &["a", "b", "c"]).await, [0, 60, 0]);
}

async fn a_stale_count_begins_anew(place: Place) {
    let store = place.open().await;
    for (now, stale, expected) in [(10, 0, 1), (20, 10, 2), (30, 21, 1), (31, 30, 2)] {
        store.record_failure(&["a"], at(now), at(stale)).await.unwrap();
        let failures = store.failures(&["a"]).await.unwrap();
        assert_eq!((failures[0].count, failures[0].last_at), (expected, at(now)));
    }
}

async fn a_key_may_be_anything(place: Place) {
    let store = place.open().await;
    let long = "x".repeat(60_000);
    let keys = ["", "a\0", "a\u{fffd}", "ä'\"\\%", &long, &long[1..]];
    store.record_failure(&keys[..5], at(1), at(0)).await.unwrap();
    assert_eq!(counts(&*store, &keys).await, [1, 1, 1, 1, 1, 0]);
    store.forget_failures(&[keys[1], keys[4]]).await.unwrap();
    assert_eq!(counts(&*store, &keys).await, [1, 0, 1, 1, 0, 0]);
}

async fn what_is_stale_is_removed(place: Place) {
    let store = place.open().await;
    store.record_failure(&["old"], at(9), at(0)).await.unwrap();
    store.record_failure(&["new"], at(10), at(0)).await.unwrap();
    assert_eq!(store.clean_up(at(0), at(10)).await.unwrap().failures, 1);
    assert_eq!(counts(&*store, &["old", "new"]).await, [0, 1]);
}
