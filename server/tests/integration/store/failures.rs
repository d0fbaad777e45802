//! Counters of failed and pending logins.

use std::time::Duration;

use futures::future::join_all;
use login_server::{
    clock::Timestamp,
    store::{CountsFrom, Limit, Store, Success},
};

use super::{cleaned, new_account, on_each_store, place::Place, session};

on_each_store!(
    never_more_are_counted_than_the_limit_allows_whichever_server_counts,
    an_attempt_is_counted_under_all_keys_or_none,
    what_is_given_back_leaves_nothing,
    a_success_resets_some_and_is_given_back_to_others,
    a_success_without_a_session_settles_nothing,
    failures_grow_old_from_the_first_or_the_last,
    a_lock_holds_to_the_millisecond,
    failures_of_the_future_are_taken_for_ones_of_now,
    a_key_that_was_known_late_is_counted_too,
    attempts_of_a_server_that_died_are_pending_for_a_while,
    the_only_server_gives_back_what_it_left_pending,
    a_key_may_be_anything,
    what_is_stale_is_removed,
);

const DURATION: Duration = Duration::from_millis(1000);

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn limit(key: &str, most: u32) -> Limit {
    Limit { key: key.to_owned(), most, counts_from: CountsFrom::Last }
}

fn limits<const N: usize>(keys: [&str; N], most: u32) -> [Limit; N] {
    keys.map(|key| limit(key, most))
}

async fn begin(store: &dyn Store, limits: &[Limit], now: i64) -> bool {
    store.begin_attempt(limits, at(now), DURATION).await.unwrap()
}

async fn fail(store: &dyn Store, limits: &[Limit], now: i64) {
    store.fail_attempt(limits, None, at(now), DURATION).await.unwrap();
}

/// Failed and pending attempts under each key.
async fn counts<const N: usize>(store: &dyn Store, keys: [&str; N]) -> [(u32, u32); N] {
    let found = store.failures(&keys).await.unwrap();
    keys.map(|key| {
        let found = found.iter().find(|found| found.key == key);
        found.map_or((0, 0), |found| (found.count, found.pending))
    })
}

async fn never_more_are_counted_than_the_limit_allows_whichever_server_counts(place: Place) {
    let stores = [place.open().await, place.open().await];
    // Both orders of the keys: nobody may wait in a circle.
    let orders = [limits(["a", "b", "c"], 10), limits(["c", "b", "a"], 10)];
    let begun = (0..200).map(|n| begin(&*stores[n % 2], &orders[n / 2 % 2], 5));
    let begun = join_all(begun).await.into_iter().filter(|begun| *begun).count();
    assert_eq!(begun, 10);
    assert_eq!(
        counts(&*stores[0], ["a", "b", "c", "d"]).await,
        [(0, 10), (0, 10), (0, 10), (0, 0)]
    );
    join_all((0..10).map(|n| fail(&*stores[n % 2], &orders[n / 2 % 2], 5))).await;
    assert_eq!(counts(&*stores[1], ["a", "b", "c"]).await, [(10, 0); 3]);
    assert!(!begin(&*stores[1], &orders[0], 5).await);
}

async fn an_attempt_is_counted_under_all_keys_or_none(place: Place) {
    let store = &*place.open().await;
    assert!(begin(store, &limits(["b"], 1), 5).await);
    assert!(!begin(store, &limits(["a", "b", "c"], 1), 5).await);
    assert_eq!(counts(store, ["a", "b", "c"]).await, [(0, 0), (0, 1), (0, 0)]);
    // Another limit of the same counter.
    assert!(begin(store, &[limit("a", 1), limit("b", 2)], 5).await);
}

async fn what_is_given_back_leaves_nothing(place: Place) {
    let store = &*place.open().await;
    let both = limits(["a", "b"], 1);
    for _ in 0..3 {
        assert!(begin(store, &both, 5).await);
        store.give_back_attempt(&both).await.unwrap();
    }
    assert_eq!(counts(store, ["a", "b"]).await, [(0, 0); 2]);
    store.give_back_attempt(&both).await.unwrap();
    assert_eq!(counts(store, ["a", "b"]).await, [(0, 0); 2], "not fewer than none");
}

async fn a_success_resets_some_and_is_given_back_to_others(place: Place) {
    let store = &*place.open().await;
    let new = new_account("alice");
    store.add_account(&new).await.unwrap();
    let counters = limits(["address", "name", "account"], 9);
    for _ in 0..3 {
        assert!(begin(store, &counters, 5).await);
    }
    fail(store, &counters, 5).await;
    let success = Success { reset: &["name", "account"], given_back: &["address"] };
    let opened = store.open_session_after(success, &new.account, &session(1), 3).await.unwrap();
    assert!(opened);
    // The third is still pending.
    assert_eq!(counts(store, ["address", "name", "account"]).await, [(1, 1), (0, 1), (0, 1)]);
}

async fn a_success_without_a_session_settles_nothing(place: Place) {
    let store = &*place.open().await;
    let nobody = new_account("nobody").account;
    let counters = limits(["name"], 9);
    assert!(begin(store, &counters, 5).await);
    let success = Success { reset: &["name"], given_back: &[] };
    assert!(!store.open_session_after(success, &nobody, &session(1), 3).await.unwrap());
    assert_eq!(counts(store, ["name"]).await, [(0, 1)]);
}

async fn failures_grow_old_from_the_first_or_the_last(place: Place) {
    let store = &*place.open().await;
    let first = Limit { counts_from: CountsFrom::First, ..limit("first", 4) };
    let both = [first, limit("last", 4)];
    for (now, expected) in [(0, [1, 1]), (600, [2, 2]), (1000, [1, 3]), (1900, [2, 4])] {
        if now < 1900 {
            assert!(begin(store, &both, now).await);
        }
        fail(store, &both, now).await;
        let [first, last] = counts(store, ["first", "last"]).await;
        assert_eq!([first.0, last.0], expected, "{now}");
    }
}

async fn a_lock_holds_to_the_millisecond(place: Place) {
    let store = &*place.open().await;
    for counts_from in [CountsFrom::First, CountsFrom::Last] {
        let counters = [Limit { counts_from, ..limit(&format!("{counts_from:?}"), 2) }];
        for now in [5000, 5500] {
            assert!(begin(store, &counters, now).await);
            fail(store, &counters, now).await;
        }
        assert!(!begin(store, &counters, 6499).await);
        assert!(begin(store, &counters, 6500).await);
    }
}

async fn failures_of_the_future_are_taken_for_ones_of_now(place: Place) {
    let store = &*place.open().await;
    let counters = limits(["a"], 1);
    assert!(begin(store, &counters, 900_000).await);
    fail(store, &counters, 900_000).await;
    assert!(!begin(store, &counters, 5).await);
    assert!(!begin(store, &counters, 1004).await);
    assert!(begin(store, &counters, 1005).await);
}

async fn a_key_that_was_known_late_is_counted_too(place: Place) {
    let store = &*place.open().await;
    let (known, late) = (limits(["name"], 9), limit("late", 9));
    assert!(begin(store, &limits(["late"], 9), 0).await);
    for (now, expected) in [(0, 1), (500, 2), (1499, 3), (2600, 1)] {
        assert!(begin(store, &known, now).await);
        store.fail_attempt(&known, Some(&late), at(now), DURATION).await.unwrap();
        // What others have begun under the late key is not touched.
        assert_eq!(counts(store, ["late"]).await, [(expected, 1)], "{now}");
    }
}

async fn attempts_of_a_server_that_died_are_pending_for_a_while(place: Place) {
    let store = &*place.open().await;
    let counters = limits(["a", "b"], 1);
    assert!(begin(store, &counters, 5).await);
    let later = "UPDATE failures SET pending_at = pending_at";
    for (change, is_pending) in [("- 29000", true), ("- 1000", false), ("+ 3600000", false)] {
        let sql = format!("{later} {change}");
        place.execute(&sql, &sql).await;
        let expected = u32::from(is_pending);
        assert_eq!(counts(store, ["a"]).await, [(0, expected)], "{change}");
        assert_eq!(begin(store, &counters, 5).await, !is_pending, "{change}");
        if !is_pending {
            // Only this one is pending now.
            assert_eq!(counts(store, ["a", "b"]).await, [(0, 1); 2]);
        }
    }
}

async fn the_only_server_gives_back_what_it_left_pending(place: Place) {
    let store = &*place.open().await;
    let counters = limits(["a"], 9);
    for _ in 0..2 {
        assert!(begin(store, &counters, 5).await);
    }
    fail(store, &counters, 5).await;
    store.give_back_abandoned_attempts().await.unwrap();
    // On PostgreSQL it may be another server's.
    let left = u32::from(place.is_shared());
    assert_eq!(counts(store, ["a"]).await, [(1, left)]);
}

async fn a_key_may_be_anything(place: Place) {
    let store = &*place.open().await;
    let long = "x".repeat(60_000);
    let keys = ["", "a\0", "a\u{fffd}", "ä'\"\\%", &long, &long[1..]];
    let all = limits(keys, 9);
    assert!(begin(store, &all[..5], 1).await);
    fail(store, &all[..4], 1).await;
    let failed = (1, 0);
    assert_eq!(counts(store, keys).await, [failed, failed, failed, failed, (0, 1), (0, 0)]);
}

async fn what_is_stale_is_removed(place: Place) {
    let store = &*place.open().await;
    for (key, now) in [("old", 9), ("new", 10)] {
        assert!(begin(store, &limits([key], 9), now).await);
        fail(store, &limits([key], 9), now).await;
    }
    assert!(begin(store, &limits(["pending"], 9), 9).await);
    assert_eq!(cleaned(store, 0, 10).await.failures, 1);
    let [old, new, pending] = counts(store, ["old", "new", "pending"]).await;
    assert_eq!([old, new, pending], [(0, 0), (1, 0), (0, 1)]);
}
