//! What a store promises: one body a promise, run on each store.

mod accounts;
mod failures;
mod migration;
mod place;
mod schema;
mod seed;
mod sessions;

use std::time::Duration;

use login_server::{
    accounts::{Account, NewAccount, Profile, Token},
    clock::{Reading, Timestamp},
    store::{CleanedUp, Session, Store, StoreError},
};

/// Makes a test of each function for each store; the function is handed the place of an empty one.
macro_rules! on_each_store {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::store::place::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::store::place::Place::postgres().await).await;
            })*
        }
    };
}
use on_each_store;

fn new_account(username: &str) -> NewAccount {
    let profile = Profile { username: username.to_owned(), ..Profile::default() };
    NewAccount { account: Account::new(profile), backup_code_hashes: vec!["code".to_owned()] }
}

fn session(at: i64) -> Session {
    Session { token: Token::random().hash(), issued_at: Timestamp::from_millis(at) }
}

/// What goes where sessions of before one moment have expired, and counters of before another, by a
/// clock that has been right for long.
async fn cleaned(store: &dyn Store, sessions: i64, failures: i64) -> CleanedUp {
    let now = sessions.max(failures);
    let age = |before: i64| Duration::from_millis((now - before).unsigned_abs());
    let clock = Reading { now: Timestamp::from_millis(now), steady_for: Duration::from_secs(9999) };
    store.clean_up(clock, age(sessions), age(failures)).await.unwrap()
}

/// How many of the answers are yes.
fn count(answers: Vec<Result<bool, StoreError>>) -> usize {
    answers.into_iter().filter(|answer| *answer.as_ref().unwrap()).count()
}
