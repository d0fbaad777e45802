//! Personal access tokens in the store.

use futures::future::join_all;
use login_server::{
    accounts::{Token, TokenHash, UserId},
    clock::Timestamp,
    store::{AccessToken, AccessTokenChange, Store, StoredSecret},
};

use super::{cleaned, hash, new_account, on_each_store, place::Place, session};

use AccessTokenChange::{Done, NotAllowed, WrongName};

on_each_store!(
    token_works_until_it_is_removed,
    names_are_unique_in_the_account_and_exact,
    replaced_secret_ends_at_once_on_every_server,
    access_tokens_are_outside_the_limit_and_the_expiry_of_sessions,
    expired_token_ends_by_itself,
    deactivation_and_a_new_password_end_access_tokens,
    logout_ends_only_its_own_token,
    one_account_cannot_change_the_tokens_of_another,
    nothing_changes_after_the_token_of_the_caller_has_ended,
    nothing_is_added_while_the_account_is_deactivated,
    concurrent_servers_add_one_token_of_a_name,
);

fn secret(at: i64) -> StoredSecret {
    let token = Token::random();
    let created_at = Timestamp::from_millis(at);
    StoredSecret { hash: token.hash(), last_part: token.last_part(), created_at }
}

fn token(name: &str) -> AccessToken {
    let name = name.to_owned();
    AccessToken { name, secret: secret(5), expires_at: None, bypasses_two_factor: false }
}

async fn account(store: &dyn Store, name: &str) -> UserId {
    let new = new_account(name);
    store.add_account(&new).await.unwrap();
    new.account.id
}

async fn add(store: &dyn Store, id: &UserId, token: &AccessToken) -> AccessTokenChange {
    store.add_access_token(id, token, None).await.unwrap()
}

async fn works(store: &dyn Store, token: &TokenHash) -> bool {
    let user = store.access_token_user(token, Timestamp::from_millis(10)).await.unwrap();
    user.is_some()
}

async fn token_works_until_it_is_removed(place: Place) {
    let store = place.open().await;
    let id = account(&*store, "alice").await;
    let bot = AccessToken { bypasses_two_factor: true, ..token("bot") };
    assert_eq!(add(&*store, &id, &bot).await, Done);
    let now = Timestamp::from_millis(i64::MAX);
    let user = store.access_token_user(&bot.secret.hash, now).await.unwrap();
    assert_eq!(user.map(|user| user.id), Some(id.clone()));
    // A lookup of sessions does not find it, and one of tokens finds no session.
    let never = Timestamp::from_millis(0);
    assert!(store.session_user(&bot.secret.hash, never).await.unwrap().is_none());
    assert_eq!(store.access_tokens(&id).await.unwrap(), std::slice::from_ref(&bot));
    assert!(store.sessions(&id).await.unwrap().is_empty());

    assert_eq!(store.remove_access_token(&id, "Bot", None).await.unwrap(), WrongName);
    assert!(works(&*store, &bot.secret.hash).await);
    assert_eq!(store.remove_access_token(&id, "bot", None).await.unwrap(), Done);
    assert!(!works(&*store, &bot.secret.hash).await);
    assert_eq!(store.remove_access_token(&id, "bot", None).await.unwrap(), WrongName);

    add(&*store, &id, &bot).await;
    assert!(store.remove_account(&id).await.unwrap());
    assert!(!works(&*store, &bot.secret.hash).await);
    assert!(store.access_tokens(&id).await.unwrap().is_empty());
    assert_eq!(add(&*store, &id, &bot).await, NotAllowed);
}

async fn names_are_unique_in_the_account_and_exact(place: Place) {
    let store = place.open().await;
    let (alice, bob) = (account(&*store, "alice").await, account(&*store, "bob").await);
    // Longer than an index entry of PostgreSQL may be.
    let long = "x".repeat(100_000);
    let longer = format!("{long}y");
    let names = ["", " ", "bot", "Bot", "bot ", "b\u{f6}t", "\u{1f511}\n\u{1b}[2J", &long, &longer];
    for name in names {
        for id in [&alice, &bob] {
            assert_eq!(add(&*store, id, &token(name)).await, Done, "{:?}", name.get(..9));
            let again = token(name);
            assert_eq!(add(&*store, id, &again).await, WrongName, "{:?}", name.get(..9));
            assert!(!works(&*store, &again.secret.hash).await);
        }
    }
    let listed = store.access_tokens(&alice).await.unwrap();
    let mut listed: Vec<&str> = listed.iter().map(|token| token.name.as_str()).collect();
    listed.sort_unstable();
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}

async fn replaced_secret_ends_at_once_on_every_server(place: Place) {
    let [one, other] = [place.open().await, place.open().await];
    let id = account(&*one, "alice").await;
    let bot = AccessToken { bypasses_two_factor: true, ..token("bot") };
    add(&*one, &id, &bot).await;
    let mut old = bot.secret.hash;
    for at in 6..20 {
        let new = secret(at);
        assert!(works(&*other, &old).await);
        assert_eq!(one.replace_access_token(&id, "bot", &new, None).await.unwrap(), Done);
        assert!(!works(&*other, &old).await && works(&*other, &new.hash).await);
        old = new.hash;
        let expected = AccessToken { secret: new, ..bot.clone() };
        assert_eq!(other.access_tokens(&id).await.unwrap(), [expected]);
    }
    assert_eq!(one.replace_access_token(&id, "no", &secret(9), None).await.unwrap(), WrongName);
    assert_eq!(other.remove_access_token(&id, "bot", None).await.unwrap(), Done);
    assert!(!works(&*one, &old).await);
}

async fn access_tokens_are_outside_the_limit_and_the_expiry_of_sessions(place: Place) {
    let store = place.open().await;
    let new = new_account("alice");
    store.add_account(&new).await.unwrap();
    let id = &new.account.id;
    let opened: Vec<_> = (0..4).map(session).collect();
    store.open_session(&new.account, &opened[0], 2).await.unwrap();
    let bots = ["a", "b", "c"].map(token);
    for bot in &bots {
        assert_eq!(add(&*store, id, bot).await, Done);
    }
    for session in &opened[1..] {
        store.open_session(&new.account, session, 2).await.unwrap();
    }
    assert_eq!(store.sessions(id).await.unwrap(), opened[2..]);
    assert_eq!(cleaned(&*store, 1000, 0).await.sessions, 2);
    assert_eq!(store.access_tokens(id).await.unwrap(), bots);
}

async fn expired_token_ends_by_itself(place: Place) {
    let store = place.open().await;
    let id = account(&*store, "alice").await;
    let until = |name: &str, at: i64| AccessToken {
        expires_at: Some(Timestamp::from_millis(at)),
        ..token(name)
    };
    let (short, long) = (until("short", 10), until("long", 11));
    add(&*store, &id, &short).await;
    add(&*store, &id, &long).await;
    // `works` asks at 10.
    assert!(!works(&*store, &short.secret.hash).await && works(&*store, &long.secret.hash).await);
    let replaced = store.replace_access_token(&id, "short", &secret(10), None).await.unwrap();
    assert_eq!(replaced, WrongName);
    // The name is free again, before anything has cleaned up.
    let again = AccessToken { secret: secret(10), ..token("short") };
    assert_eq!(add(&*store, &id, &again).await, Done);
    assert_eq!(store.replace_access_token(&id, "long", &secret(10), None).await.unwrap(), Done);
    assert_eq!(store.access_tokens(&id).await.unwrap()[0].expires_at, long.expires_at);
    assert_eq!(cleaned(&*store, 10, 0).await.sessions, 0);
    assert_eq!(cleaned(&*store, 11, 0).await.sessions, 1);
    assert_eq!(store.access_tokens(&id).await.unwrap(), [again]);
}

async fn deactivation_and_a_new_password_end_access_tokens(place: Place) {
    let store = place.open().await;
    let (alice, bob) = (account(&*store, "alice").await, account(&*store, "bob").await);
    let bobs = token("bot");
    add(&*store, &bob, &bobs).await;
    let mine = token("bot");
    add(&*store, &alice, &mine).await;
    // Deactivated directly in the database, because the store would have ended the token.
    place.execute("UPDATE accounts SET active = 0", "UPDATE accounts SET active = FALSE").await;
    assert!(!works(&*store, &mine.secret.hash).await);
    place.execute("UPDATE accounts SET active = 1", "UPDATE accounts SET active = TRUE").await;
    assert!(works(&*store, &mine.secret.hash).await);

    assert!(store.set_active(&alice, false).await.unwrap());
    assert_eq!(add(&*store, &alice, &token("while inactive")).await, NotAllowed);
    assert!(store.set_active(&alice, true).await.unwrap());
    assert!(!works(&*store, &mine.secret.hash).await);
    add(&*store, &alice, &mine).await;
    assert!(store.set_password(&alice, &hash("$argon2id$new")).await.unwrap());
    assert!(!works(&*store, &mine.secret.hash).await);
    add(&*store, &alice, &mine).await;
    assert_eq!(store.close_sessions(&alice).await.unwrap(), 1);
    assert!(!works(&*store, &mine.secret.hash).await);
    assert!(works(&*store, &bobs.secret.hash).await);
}

async fn logout_ends_only_its_own_token(place: Place) {
    let store = place.open().await;
    let new = new_account("alice");
    store.add_account(&new).await.unwrap();
    let id = &new.account.id;
    let (one, other, session) = (token("one"), token("other"), session(1));
    add(&*store, id, &one).await;
    add(&*store, id, &other).await;
    store.open_session(&new.account, &session, 5).await.unwrap();
    assert!(store.close_session(id, &one.secret.hash).await.unwrap());
    assert!(!store.close_session(id, &one.secret.hash).await.unwrap());
    assert_eq!(store.sessions(id).await.unwrap(), std::slice::from_ref(&session));
    assert!(store.close_session(id, &session.token).await.unwrap());
    assert_eq!(store.access_tokens(id).await.unwrap(), [other]);
}

async fn one_account_cannot_change_the_tokens_of_another(place: Place) {
    let store = place.open().await;
    let (alice, bob) = (account(&*store, "alice").await, account(&*store, "bob").await);
    let (mine, bobs) = (token("mine"), token("bobs"));
    add(&*store, &alice, &mine).await;
    add(&*store, &bob, &bobs).await;
    let caller = Some(&bobs.secret.hash);
    let added = store.add_access_token(&alice, &token("new"), caller).await.unwrap();
    let replaced = store.replace_access_token(&alice, "mine", &secret(9), caller).await.unwrap();
    let removed = store.remove_access_token(&alice, "mine", caller).await.unwrap();
    assert_eq!([added, replaced, removed], [NotAllowed; 3]);
    assert!(!store.close_session(&bob, &mine.secret.hash).await.unwrap());
    assert_eq!(store.remove_access_token(&bob, "mine", caller).await.unwrap(), WrongName);
    assert_eq!(store.access_tokens(&alice).await.unwrap(), [mine]);
    assert_eq!(store.access_tokens(&bob).await.unwrap(), [bobs]);
}

async fn nothing_changes_after_the_token_of_the_caller_has_ended(place: Place) {
    let [store, other] = [place.open().await, place.open().await];
    let new = new_account("alice");
    store.add_account(&new).await.unwrap();
    let id = &new.account.id;
    let (session, bot) = (session(1), token("bot"));
    store.open_session(&new.account, &session, 5).await.unwrap();
    for token_of_caller in [&session.token, &bot.secret.hash] {
        let caller = Some(token_of_caller);
        if token_of_caller == &bot.secret.hash {
            assert_eq!(store.add_access_token(id, &bot, None).await.unwrap(), Done);
        }
        let added = token("made by the caller");
        assert_eq!(store.add_access_token(id, &added, caller).await.unwrap(), Done);
        let name = &added.name;
        assert_eq!(store.replace_access_token(id, name, &secret(9), caller).await.unwrap(), Done);
        assert!(other.close_session(id, token_of_caller).await.unwrap());
        let again = store.add_access_token(id, &token("late"), caller).await.unwrap();
        let replaced = store.replace_access_token(id, name, &secret(9), caller).await.unwrap();
        let removed = store.remove_access_token(id, name, caller).await.unwrap();
        assert_eq!([again, replaced, removed], [NotAllowed; 3]);
        assert_eq!(store.remove_access_token(id, name, None).await.unwrap(), Done);
    }
    assert!(store.access_tokens(id).await.unwrap().is_empty());
}

async fn nothing_is_added_while_the_account_is_deactivated(place: Place) {
    let stores = [place.open().await, place.open().await];
    let id = account(&*stores[0], "alice").await;
    for round in 0..5 {
        let tokens: Vec<_> = (0..20).map(|n| token(&format!("{round} {n}"))).collect();
        let adds = async |tokens: &[AccessToken]| {
            let both = tokens.iter().zip(stores.iter().cycle());
            join_all(both.map(|(token, store)| store.add_access_token(&id, token, None))).await
        };
        let (before, after) = tokens.split_at(10);
        let (before, changed, after) =
            futures::join!(adds(before), stores[1].set_active(&id, false), adds(after));
        assert!(changed.unwrap());
        for added in before.into_iter().chain(after) {
            added.unwrap();
        }
        assert!(stores[0].access_tokens(&id).await.unwrap().is_empty());
        assert!(stores[0].set_active(&id, true).await.unwrap());
    }
}

async fn concurrent_servers_add_one_token_of_a_name(place: Place) {
    let stores = [place.open().await, place.open().await];
    let id = account(&*stores[0], "alice").await;
    let tokens: Vec<_> = (0..10).map(|_| token("bot")).collect();
    let both = tokens.iter().zip(stores.iter().cycle());
    let added = join_all(both.map(|(token, store)| store.add_access_token(&id, token, None))).await;
    let done = added.into_iter().filter(|added| *added.as_ref().unwrap() == Done).count();
    assert_eq!((done, stores[1].access_tokens(&id).await.unwrap().len()), (1, 1));
}
