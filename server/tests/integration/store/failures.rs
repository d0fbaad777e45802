//! Counters of failed and pending logins in the store.

use std::time::Duration;

use futures::future::join_all;
use login_server::{
    clock::Timestamp,
    store::{CountsFrom, Limit, Store, Success},
};

use super::{cleaned, new_account, on_each_store, place::Place, session};

on_each_store!(
    limit_is_never_exceeded_by_concurrent_servers,
    attempt_is_counted_under_all_keys_or_none,
    attempt_that_is_given_back_leaves_no_trace,
    success_resets_some_counters_and_is_given_back_to_others,
    success_without_a_session_settles_nothing,
    failures_age_from_the_first_or_the_last,
    lock_ends_exactly_in_time,
    failures_in_the_future_count_as_present,
    additional_key_is_counted_with_the_failure,
    attempts_of_a_dead_server_expire,
    only_server_gives_back_its_pending_attempts,
    any_text_can_be_a_key,
    stale_counters_are_removed,
    counters_are_listed_in_pages_and_cleared,
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

/// The failed and pending attempts of each key.
async fn counts<const N: usize>(store: &dyn Store, keys: [&str; N]) -> [(u32, u32); N] {
    let found = store.failures(&keys).await.unwrap();
    keys.map(|key| {
        let found = found.iter().find(|found| found.key == key);
        found.map_or((0, 0), |found| (found.count, found.pending))
    })
}

async fn limit_is_never_exceeded_by_concurrent_servers(place: Place) {
    let stores = [place.open().await, place.open().await];
    // Use both orders of the keys, to check that there is no deadlock.
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

async fn attempt_is_counted_under_all_keys_or_none(place: Place) {
    let store = &*place.open().await;
    assert!(begin(store, &limits(["b"], 1), 5).await);
    assert!(!begin(store, &limits(["a", "b", "c"], 1), 5).await);
    assert_eq!(counts(store, ["a", "b", "c"]).await, [(0, 0), (0, 1), (0, 0)]);
    // The same counter with another limit.
    assert!(begin(store, &[limit("a", 1), limit("b", 2)], 5).await);
}

async fn attempt_that_is_given_back_leaves_no_trace(place: Place) {
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

async fn success_resets_some_counters_and_is_given_back_to_others(place: Place) {
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
    // The third attempt is still pending.
    assert_eq!(counts(store, ["address", "name", "account"]).await, [(1, 1), (0, 1), (0, 1)]);
}

async fn success_without_a_session_settles_nothing(place: Place) {
    let store = &*place.open().await;
    let nobody = new_account("nobody").account;
    let counters = limits(["name"], 9);
    assert!(begin(store, &counters, 5).await);
    let success = Success { reset: &["name"], given_back: &[] };
    assert!(!store.open_session_after(success, &nobody, &session(1), 3).await.unwrap());
    assert_eq!(counts(store, ["name"]).await, [(0, 1)]);
}

async fn failures_age_from_the_first_or_the_last(place: Place) {
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

async fn lock_ends_exactly_in_time(place: Place) {
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

async fn failures_in_the_future_count_as_present(place: Place) {
    let store = &*place.open().await;
    let counters = limits(["a"], 1);
    assert!(begin(store, &counters, 900_000).await);
    fail(store, &counters, 900_000).await;
    assert!(!begin(store, &counters, 5).await);
    assert!(!begin(store, &counters, 1004).await);
    assert!(begin(store, &counters, 1005).await);
}

async fn additional_key_is_counted_with_the_failure(place: Place) {
    let store = &*place.open().await;
    let (known, late) = (limits(["name"], 9), limit("late", 9));
    assert!(begin(store, &limits(["late"], 9), 0).await);
    for (now, expected) in [(0, 1), (500, 2), (1499, 3), (2600, 1)] {
        assert!(begin(store, &known, now).await);
        store.fail_attempt(&known, Some(&late), at(now), DURATION).await.unwrap();
        // Pending attempts of others under the additional key are not changed.
        assert_eq!(counts(store, ["late"]).await, [(expected, 1)], "{now}");
    }
}

async fn attempts_of_a_dead_server_expire(place: Place) {
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
            // Only this attempt is pending now.
            assert_eq!(counts(store, ["a", "b"]).await, [(0, 1); 2]);
        }
    }
}

async fn only_server_gives_back_its_pending_attempts(place: Place) {
    let store = &*place.open().await;
    let counters = limits(["a"], 9);
    for _ in 0..2 {
        assert!(begin(store, &counters, 5).await);
    }
    fail(store, &counters, 5).await;
    store.give_back_abandoned_attempts().await.unwrap();
    // On PostgreSQL, the attempt may belong to another server.
    let left = u32::from(place.is_shared());
    assert_eq!(counts(store, ["a"]).await, [(1, left)]);
}

async fn any_text_can_be_a_key(place: Place) {
    let store = &*place.open().await;
    let long = "x".repeat(60_000);
    let keys = ["", "a\0", "a\u{fffd}", "ä'\"\\%", &long, &long[1..]];
    let all = limits(keys, 9);
    assert!(begin(store, &all[..5], 1).await);
    fail(store, &all[..4], 1).await;
    let failed = (1, 0);
    assert_eq!(counts(store, keys).await, [failed, failed, failed, failed, (0, 1), (0, 0)]);
}

async fn stale_counters_are_removed(place: Place) {
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

async fn counters_are_listed_in_pages_and_cleared(place: Place) {
    let store = place.open().await;
    let keys = ["a", "b", "c", "d"];
    for (failures, key) in keys.into_iter().enumerate() {
        let of_key = limits([key], 10);
        for _ in 0..failures {
            assert!(begin(&*store, &of_key, 5).await);
            fail(&*store, &of_key, 5).await;
        }
        // A pending attempt of each.
        assert!(begin(&*store, &of_key, 5).await);
    }
    let page = async |after: Option<&str>, limit| {
        let page = store.counters(after, limit).await.unwrap();
        page.into_iter().map(|found| (found.key, found.count)).collect::<Vec<_>>()
    };
    let of = |key: &str, count| (key.to_owned(), count);
    assert_eq!(page(None, 2).await, [of("b", 1), of("c", 2)]);
    assert_eq!(page(Some("c"), 2).await, [of("d", 3)]);
    assert_eq!(page(Some("d"), 2).await, []);
    let cleared = store.clear_failures(&["a", "c", "x"].map(str::to_owned)).await.unwrap();
    assert_eq!(cleared, 1);
    assert_eq!(counts(&*store, keys).await, [(0, 1), (1, 1), (0, 1), (3, 1)]);
}
