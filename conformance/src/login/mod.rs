//! The login suite: all that is known of one API, behind the engine's trait
//! [`Suite`](specfirst_engine::runner::suite::Suite).

pub mod accounts;
pub mod leaks;
pub mod record;
pub mod requests;
pub mod rules;
pub mod scenario;
pub mod totp;

mod guard;
mod identity;
mod prose;
mod session;
mod shared_sessions;
pub(crate) mod steps;
mod suite;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use aho_corasick::AhoCorasick;
use login_spec::embedded;
use specfirst_model::{Document, DocumentError};

use accounts::Account;
use guard::LockOutGuard;
use leaks::Leaks;
use session::Ledger;
use shared_sessions::SharedSessions;
use specfirst_engine::{check::Judge, rule::Catalogue};

pub use session::Session;

/// A job of a run of the login suite.
pub type Driver<'r, 'a> = specfirst_engine::runner::Driver<'r, 'a, Login>;
/// A run of the login suite.
pub type Run<'a> = specfirst_engine::runner::Run<'a, Login>;
/// A scenario of the login suite.
pub type Scenario = specfirst_engine::runner::suite::Scenario<Login>;

/// Headers that the suite sends itself: no header of the user's may have their names.
pub const RESERVED_HEADERS: [&str; 4] = ["x-auth-token", "x-user-id", "x-2fa-code", "x-2fa-method"];

/// The login suite of one run: the documents, the accounts, and what the run has learnt of them.
pub struct Login {
    documents: Judge,
    catalogue: Catalogue,
    /// With whom to log in.
    pub accounts: Vec<Account>,
    /// Whether the target may lock out an address from which many logins fail.
    pub address_lockout: bool,
    /// What scenarios share.
    pub(crate) shared: SharedSessions,
    /// What no response may hold.
    leaks: Leaks,
    /// Finds the names of accounts in a body, written small.
    names: AhoCorasick,
    guard: Mutex<LockOutGuard>,
    ledger: Mutex<Ledger>,
    user_ids: Mutex<BTreeMap<String, String>>,
}

impl Login {
    /// For a target that locks out no address.
    ///
    /// # Errors
    ///
    /// A document of this workspace cannot be read.
    ///
    /// # Panics
    ///
    /// Where accounts are more than a matcher can hold, which no accounts file comes near.
    pub fn new(accounts: Vec<Account>) -> Result<Self, DocumentError> {
        Ok(Self {
            documents: documents()?,
            catalogue: rules::catalogue(),
            address_lockout: false,
            shared: SharedSessions::default(),
            leaks: Leaks::new(&accounts),
            names: names(&accounts),
            guard: Mutex::default(),
            ledger: Mutex::default(),
            user_ids: Mutex::default(),
            accounts,
        })
    }

    /// An account without a second factor, as most scenarios need; the first is the main one.
    pub fn plain_accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|a| a.totp_secret.is_none() && a.active)
    }

    /// Whether one more failure of an account must wait for a success of it.
    pub(crate) fn is_near_lock(&self, account: &str) -> bool {
        lock(&self.guard).is_near(account)
    }

    /// How many failures in a row an account has.
    pub(crate) fn failures(&self, account: &str) -> u32 {
        lock(&self.guard).failures(account)
    }

    /// The user id that an account showed first.
    pub(crate) fn user_id(&self, account: &str) -> Option<String> {
        lock(&self.user_ids).get(account).cloned()
    }

    /// Remembers the user id of an account; the first one stands.
    pub(crate) fn learn_user_id(&self, account: &str, id: &str) {
        lock(&self.user_ids).entry(account.to_owned()).or_insert_with(|| id.to_owned());
    }
}

/// This workspace's documents, the complete one first.
///
/// # Errors
///
/// One cannot be read.
pub fn documents() -> Result<Judge, DocumentError> {
    let openapi = Document::parse("openapi.json", embedded::OPENAPI)?;
    let documented = Document::parse("documented.json", embedded::DOCUMENTED)?;
    Judge::new(vec![openapi, documented])
}

fn names(accounts: &[Account]) -> AhoCorasick {
    let names = accounts.iter().flat_map(|account| {
        let name = account.username.to_lowercase();
        let email = account.email.as_deref().unwrap_or(&name).to_lowercase();
        [format!("\"{name}\""), format!("={name}"), email]
    });
    AhoCorasick::new(names).expect("accounts have some dozens of names")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no job panics while it holds a lock")
}
