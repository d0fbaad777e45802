//! What a store promises: one body a promise, run on each store.

mod accounts;
mod failures;
mod migration;
mod place;
mod schema;
mod seed;
mod sessions;

use login_server::accounts::{Account, NewAccount, Profile, Token};
use login_server::clock::Timestamp;
use login_server::store::{Session, StoreError};

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

/// How many of the answers are yes.
fn count(answers: Vec<Result<bool, StoreError>>) -> usize {
    answers.into_iter().filter(|answer| *answer.as_ref().unwrap()).count()
}
