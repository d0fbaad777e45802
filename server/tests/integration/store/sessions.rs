//! Sessions in the store, and the codes that open them.

use std::time::Duration;

use futures::future::join_all;
use login_server::{
    accounts::{Account, PasswordHash, TotpSecret},
    clock::{Clock, Timestamp},
    store::Session,
};

use super::{cleaned, count, new_account, on_each_store, place::Place, session};

on_each_store!(
    sessions_end_by_number_age_and_with_the_account,
    number_of_sessions_is_limited_across_servers,
    oldest_session_is_the_one_opened_first,
    recently_set_clock_ends_no_session,
    changes_are_visible_to_other_servers_at_once,
    used_code_is_refused,
    all_expired_sessions_are_removed,
    one_account_cannot_end_the_session_of_another,
    one_account_cannot_use_the_code_of_another,
    session_is_opened_only_if_the_account_is_unchanged,
    no_session_is_opened_while_the_password_is_changed,
);

async fn sessions_end_by_number_age_and_with_the_account(place: Place) {
    let store = place.open().await;
    let new = new_account("alice");
    let id = new.account.id.clone();
    store.add_account(&new).await.unwrap();
    let opened: Vec<_> = (0..5).map(session).collect();
    for session in &opened {
        store.open_session(&new.account, session, 3).await.unwrap();
    }
    assert_eq!(store.sessions(&id).await.unwrap(), opened[2..]);
    assert_eq!(cleaned(&*store, 3, 0).await.sessions, 1);
    let alive = |at: i64| store.session_user(&opened[4].token, Timestamp::from_millis(at));
    assert_eq!(alive(4).await.unwrap().unwrap().id, id);
    assert!(alive(5).await.unwrap().is_none());
    // Deactivated directly in the database, because the store would have ended the sessions.
    place.execute("UPDATE accounts SET active = 0", "UPDATE accounts SET active = FALSE").await;
    assert!(alive(4).await.unwrap().is_none());
    place.execute("UPDATE accounts SET active = 1", "UPDATE accounts SET active = TRUE").await;
    assert!(alive(4).await.unwrap().is_some());
    assert!(store.set_active(&id, false).await.unwrap());
    assert!(alive(4).await.unwrap().is_none());
    assert!(store.set_active(&id, true).await.unwrap());
    store.open_session(&new.account, &session(9), 3).await.unwrap();
    assert!(store.remove_account(&id).await.unwrap());
    assert!(store.sessions(&id).await.unwrap().is_empty());
}

async fn number_of_sessions_is_limited_across_servers(place: Place) {
    let stores = [place.open().await, place.open().await];
    let new = new_account("alice");
    let id = new.account.id.clone();
    stores[0].add_account(&new).await.unwrap();
    // All sessions have the same time; the newest must never be removed. Only a few are opened
    // concurrently, because the next one would remove those left over by a conflict.
    for _ in 0..25 {
        let sessions: Vec<_> = (0..6).map(|_| session(7)).collect();
        let both = sessions.iter().zip(stores.iter().cycle());
        let opened = both.map(|(session, store)| store.open_session(&new.account, session, 1));
        join_all(opened).await.into_iter().for_each(|opened| assert!(opened.unwrap()));
        assert_eq!(stores[0].sessions(&id).await.unwrap().len(), 1);
    }
    for _ in 0..4 {
        assert!(stores[0].open_session(&new.account, &session(7), 5).await.unwrap());
    }
    let last = session(7);
    stores[1].open_session(&new.account, &last, 5).await.unwrap();
    assert!(stores[0].sessions(&id).await.unwrap().contains(&last));
    assert_eq!(stores[0].close_sessions(&id).await.unwrap(), 5);
}

async fn oldest_session_is_the_one_opened_first(place: Place) {
    let stores = [place.open().await, place.open().await];
    let new = new_account("alice");
    stores[0].add_account(&new).await.unwrap();
    // The clocks differ, and one is set back.
    let opened = [500, 90, 400, 80, 1].map(session);
    for (session, store) in opened.iter().zip(stores.iter().cycle()) {
        assert!(store.open_session(&new.account, session, 3).await.unwrap());
        assert_eq!(store.sessions(&new.account.id).await.unwrap().last(), Some(session));
    }
    assert_eq!(stores[1].sessions(&new.account.id).await.unwrap(), opened[2..]);
    // After the last session has ended, the next one is still newer than the others.
    assert!(stores[0].close_session(&new.account.id, &opened[4].token).await.unwrap());
    let [next, one_more] = [0, 0].map(session);
    for session in [&next, &one_more] {
        assert!(stores[1].open_session(&new.account, session, 3).await.unwrap());
    }
    let left = stores[0].sessions(&new.account.id).await.unwrap();
    assert_eq!(left, [opened[3].clone(), next, one_more]);
}

async fn recently_set_clock_ends_no_session(place: Place) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let store = place.open().await;
    let new = new_account("alice");
    store.add_account(&new).await.unwrap();
    let clock = Clock::default();
    let right = session(clock.now().as_millis());
    store.open_session(&new.account, &right, 5).await.unwrap();
    let clean_up = async || {
        let cleaned = store.clean_up(clock.reading(), 90 * DAY, DAY).await.unwrap();
        cleaned.sessions
    };
    clock.advance(DAY / 12);
    assert_eq!(clean_up().await, 0);
    clock.set_forward(91 * DAY);
    for _ in 0..3 {
        assert_eq!(clean_up().await, 0);
        clock.advance(Duration::from_secs(60));
    }
    clock.set_back(91 * DAY);
    assert_eq!(clean_up().await, 0);
    assert_eq!(store.sessions(&new.account.id).await.unwrap(), [right]);
    // Sessions that have really expired are removed.
    let long_ago = session(clock.now().minus(91 * DAY).as_millis());
    store.open_session(&new.account, &long_ago, 5).await.unwrap();
    clock.advance(DAY / 12);
    assert_eq!(clean_up().await, 1);
}

async fn changes_are_visible_to_other_servers_at_once(place: Place) {
    let [one, other] = [place.open().await, place.open().await];
    let new = new_account("alice");
    let id = new.account.id.clone();
    one.add_account(&new).await.unwrap();
    let session = session(1);
    let never = Timestamp::from_millis(0);
    for _ in 0..20 {
        one.open_session(&new.account, &session, 5).await.unwrap();
        let found = other.session_user(&session.token, never).await.unwrap();
        assert_eq!(found.map(|account| account.id), Some(id.clone()));
        assert!(other.close_session(&id, &session.token).await.unwrap());
        assert!(one.session_user(&session.token, never).await.unwrap().is_none());
        assert!(!one.close_session(&id, &session.token).await.unwrap());
    }
}

async fn used_code_is_refused(place: Place) {
    let stores = [place.open().await, place.open().await];
    let new = new_account("alice");
    let id = new.account.id.clone();
    stores[0].add_account(&new).await.unwrap();
    let claims = join_all((0..20).map(|n| stores[n % 2].claim_totp_step(&id, 7))).await;
    assert_eq!(count(claims), 1);
    let claims = join_all((0..20).map(|n| stores[n % 2].claim_backup_code(&id, "code"))).await;
    assert_eq!(count(claims), 1);
    drop(stores);
    let reopened = place.open().await;
    assert!(!reopened.claim_totp_step(&id, 7).await.unwrap());
    // A clock that was ahead is correct again: both codes are valid once.
    for step in [127, 8, 9] {
        assert!(reopened.claim_totp_step(&id, step).await.unwrap());
    }
    for step in [7, 8, 9, 127] {
        assert!(!reopened.claim_totp_step(&id, step).await.unwrap(), "{step}");
    }
    let secret = TotpSecret::random();
    let codes = ["new".to_owned(), "newer".to_owned()];
    assert!(reopened.set_totp(&id, Some((&secret, &codes))).await.unwrap());
    assert!(!reopened.claim_totp_step(&id, 7).await.unwrap());
    assert!(reopened.claim_totp_step(&id, 10).await.unwrap());
    assert!(reopened.claim_backup_code(&id, "newer").await.unwrap());
    assert!(reopened.set_totp(&id, None).await.unwrap());
    assert!(!reopened.claim_backup_code(&id, "new").await.unwrap());
}

async fn all_expired_sessions_are_removed(place: Place) {
    let store = place.open().await;
    let accounts: Vec<_> = (0..10).map(|n| new_account(&format!("user{n}"))).collect();
    for new in &accounts {
        store.add_account(new).await.unwrap();
        let sessions: Vec<_> = (0..250).map(session).collect();
        let opened = sessions.iter().map(|s| store.open_session(&new.account, s, 1000));
        join_all(opened).await.into_iter().for_each(|opened| assert!(opened.unwrap()));
    }
    // More than one statement removes.
    assert_eq!(cleaned(&*store, 240, 0).await.sessions, 2400);
    assert_eq!(cleaned(&*store, 240, 0).await.sessions, 0);
    assert_eq!(store.sessions(&accounts[9].account.id).await.unwrap().len(), 10);
}

async fn one_account_cannot_end_the_session_of_another(place: Place) {
    let store = place.open().await;
    let [alice, bob] = ["alice", "bob"].map(new_account);
    for new in [&alice, &bob] {
        store.add_account(new).await.unwrap();
    }
    let session = session(1);
    store.open_session(&alice.account, &session, 5).await.unwrap();
    assert!(!store.close_session(&bob.account.id, &session.token).await.unwrap());
    assert_eq!(store.close_sessions(&bob.account.id).await.unwrap(), 0);
    assert_eq!(store.sessions(&alice.account.id).await.unwrap(), [session]);
}

async fn one_account_cannot_use_the_code_of_another(place: Place) {
    let store = place.open().await;
    let [alice, mut bob] = ["alice", "bob"].map(new_account);
    bob.backup_code_hashes = vec!["bobs".to_owned()];
    for new in [&alice, &bob] {
        store.add_account(new).await.unwrap();
    }
    assert!(!store.claim_backup_code(&alice.account.id, "bobs").await.unwrap());
    assert!(store.claim_totp_step(&alice.account.id, 7).await.unwrap());
    assert!(store.claim_totp_step(&bob.account.id, 7).await.unwrap());
    assert!(store.set_totp(&alice.account.id, None).await.unwrap());
    assert!(store.claim_backup_code(&bob.account.id, "bobs").await.unwrap());
}

async fn session_is_opened_only_if_the_account_is_unchanged(place: Place) {
    let store = place.open().await;
    let hash = |text: &str| Some(PasswordHash::from_stored(text.to_owned()));
    let mut alice = new_account("alice");
    alice.account.password = hash("$argon2id$a");
    store.add_account(&alice).await.unwrap();
    let alice = alice.account;
    let opens =
        async |account: &Account| store.open_session(account, &session(1), 9).await.unwrap();
    assert!(opens(&alice).await);
    for other in [None, hash("$argon2id$b")] {
        assert!(!opens(&Account { password: other, ..alice.clone() }).await);
    }
    assert_eq!(store.sessions(&alice.id).await.unwrap().len(), 1);
    store.set_active(&alice.id, false).await.unwrap();
    assert!(!opens(&alice).await);
    store.set_active(&alice.id, true).await.unwrap();
    assert!(opens(&alice).await);
    store.remove_account(&alice.id).await.unwrap();
    assert!(!opens(&alice).await);

    let mut bob = new_account("bob");
    bob.account.directory_dn = Some("uid=bob".to_owned());
    store.add_account(&bob).await.unwrap();
    // The directory has checked the password; the hash is only for the fallback.
    store.set_directory_password(&bob.account.id, &hash("$argon2id$c").unwrap()).await.unwrap();
    assert!(opens(&bob.account).await);
}

async fn no_session_is_opened_while_the_password_is_changed(place: Place) {
    let stores = [place.open().await, place.open().await];
    let new = new_account("alice");
    stores[0].add_account(&new).await.unwrap();
    let (id, hash) = (&new.account.id, PasswordHash::from_stored("$argon2id$new".to_owned()));
    let sessions: Vec<_> = (0..60).map(session).collect();
    let opens = async |sessions: &[Session]| {
        let both = sessions.iter().zip(stores.iter().cycle());
        let opened = both.map(|(session, store)| store.open_session(&new.account, session, 100));
        join_all(opened).await
    };
    let (before, after) = sessions.split_at(30);
    let (before, changed, after) =
        futures::join!(opens(before), stores[1].set_password(id, &hash), opens(after));
    assert!(changed.unwrap());
    for opened in before.into_iter().chain(after) {
        opened.unwrap();
    }
    assert!(stores[0].sessions(id).await.unwrap().is_empty());
}
