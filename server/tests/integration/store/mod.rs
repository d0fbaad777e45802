//! The contract of a store: one function per property, which runs on each store.

mod access_tokens;
mod accounts;
mod failures;
mod imports;
mod migration;
mod names;
mod passwords;
mod place;
mod schema;
mod seed;
mod sessions;

use std::time::Duration;

use login_server::{
    accounts::{Account, Email, EntryId, Identity, NewAccount, PasswordHash, Profile, Token},
    clock::{Reading, Timestamp},
    store::{CleanedUp, ImportedAccount, Session, Store, StoreError},
};

/// Makes a test of each function on each store, with the place of an empty store as its argument.
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

/// Removes sessions and counters that have expired before these times, with a clock that has been
/// steady for long.
async fn cleaned(store: &dyn Store, sessions: i64, failures: i64) -> CleanedUp {
    let now = sessions.max(failures);
    let age = |before: i64| Duration::from_millis((now - before).unsigned_abs());
    let clock = Reading { now: Timestamp::from_millis(now), steady_for: Duration::from_secs(9999) };
    store.clean_up(clock, age(sessions), age(failures)).await.unwrap()
}

/// The number of calls that returned true.
fn count(results: Vec<Result<bool, StoreError>>) -> usize {
    results.into_iter().filter(|result| *result.as_ref().unwrap()).count()
}

async fn by_username(store: &dyn Store, name: &str) -> Option<Account> {
    store.find_account(&Identity::Username(name.to_owned())).await.unwrap()
}

fn email(address: &str) -> Email {
    Email { address: address.to_owned(), verified: true }
}

fn entry_id(text: &str) -> EntryId {
    text.parse().unwrap()
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_stored(text.to_owned())
}

fn bcrypt(cost: u32) -> PasswordHash {
    hash(&format!("$2b${cost:02}$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"))
}

fn argon2id(parameters: &str) -> PasswordHash {
    hash(&format!(
        "$argon2id$v=19${parameters}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
    ))
}

async fn hash_kinds(store: &dyn Store) -> Vec<String> {
    store.hash_kinds().await.unwrap().iter().map(ToString::to_string).collect()
}

fn new(accounts: impl IntoIterator<Item = NewAccount>) -> Vec<ImportedAccount> {
    accounts.into_iter().map(ImportedAccount::New).collect()
}
