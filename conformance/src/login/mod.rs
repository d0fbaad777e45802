//! The login suite: everything specific to the login API, behind the engine's trait
//! [`Suite`](specfirst_engine::runner::suite::Suite).

mod access_tokens;
pub mod accounts;
mod leaks;
pub mod record;
pub mod requests;
pub mod rules;
pub mod scenario;
pub mod totp;

mod attempts;
mod content_coding;
mod foreign_host;
mod guard;
mod identity;
mod latency;
mod mojibake;
mod observed;
mod prose;
mod session;
mod shared_sessions;
mod space;
mod steps;
mod suite;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aho_corasick::AhoCorasick;
use login_spec::embedded;
use serde_json::Value;
use specfirst_model::{Document, DocumentError};

use access_tokens::MadeTokens;
use accounts::{Account, WithoutPassword};
use guard::{ACCOUNT_LIMIT, LockoutGuard};
use leaks::Leaks;
use session::Ledger;
use shared_sessions::SharedSessions;
use space::Way;
use specfirst_engine::{check::Judge, rule::Catalogue, sample::Issued};

pub use session::Session;

/// A job of a run of the login suite.
pub type Driver<'r, 'a> = specfirst_engine::runner::Driver<'r, 'a, Login>;
/// A run of the login suite.
pub type Run<'a> = specfirst_engine::runner::Run<'a, Login>;
/// A scenario of the login suite.
pub type Scenario = specfirst_engine::runner::suite::Scenario<Login>;

/// Headers that the suite sets itself. An extra header of the user must not have one of these names.
pub const RESERVED_HEADERS: [&str; 4] = ["x-auth-token", "x-user-id", "x-2fa-code", "x-2fa-method"];

/// The login suite of one run: the documents, the accounts, and the state of the run.
pub struct Login {
    documents: Judge,
    catalogue: Catalogue,
    /// The accounts of the target.
    pub accounts: Vec<Account>,
    /// The accounts that have no password.
    without_password: Vec<WithoutPassword>,
    /// Whether the target may lock out an address from which many logins fail.
    pub address_lockout: bool,
    /// Whether failures of sacrificial accounts need no limit.
    pub allow_unsafe: bool,
    /// Sessions and a refusal that scenarios share.
    pub(crate) shared: SharedSessions,
    /// Searches responses for secrets and internal details.
    leaks: Leaks,
    /// Finds the lowercase names of accounts in a body.
    names: AhoCorasick,
    guard: Mutex<LockoutGuard>,
    ledger: Mutex<Ledger>,
    /// The personal access tokens that the run has to remove.
    made_tokens: Mutex<MadeTokens>,
    user_ids: Mutex<BTreeMap<String, String>>,
    /// What the first response about each account said.
    first_me: Mutex<BTreeMap<String, Value>>,
    /// The tokens that logins were given.
    issued: Mutex<Vec<Issued>>,
    /// The steps whose codes were sent, by account, and whether the guard has logged in with the code.
    used_codes: Mutex<BTreeMap<(String, u64), bool>>,
    /// Long strings of responses: the place, the text, and the account.
    strings: Mutex<Vec<(String, String, String)>>,
    /// How many names that nobody has were locked out.
    locked_names: AtomicUsize,
    /// How long the first responses with the account of a token took.
    early_latency: Mutex<Vec<Duration>>,
    /// The operations that the target does not offer.
    missing: Mutex<BTreeSet<String>>,
    /// Which ways to log in the target offers, as far as it was asked.
    ways: Mutex<BTreeMap<Way, bool>>,
    /// The plan of the space of credentials.
    space: OnceLock<space::Plan>,
}

impl Login {
    /// The suite for a target that locks out no address.
    ///
    /// # Errors
    ///
    /// An error if a document of this workspace cannot be read.
    ///
    /// # Panics
    ///
    /// If there are more accounts than a matcher can hold, which no accounts file comes near.
    pub fn new(accounts: Vec<Account>) -> Result<Self, DocumentError> {
        Ok(Self {
            documents: documents()?,
            catalogue: rules::catalogue(),
            address_lockout: false,
            allow_unsafe: false,
            shared: SharedSessions::default(),
            leaks: Leaks::new(&accounts),
            names: names(&accounts, &[]),
            without_password: Vec::new(),
            guard: Mutex::default(),
            ledger: Mutex::default(),
            made_tokens: Mutex::default(),
            user_ids: Mutex::default(),
            first_me: Mutex::default(),
            issued: Mutex::default(),
            used_codes: Mutex::default(),
            strings: Mutex::default(),
            locked_names: AtomicUsize::new(0),
            early_latency: Mutex::default(),
            missing: Mutex::default(),
            ways: Mutex::default(),
            space: OnceLock::new(),
            accounts,
        })
    }

    /// Adds accounts that have no password.
    ///
    /// # Panics
    ///
    /// As [`Self::new`].
    #[must_use]
    pub fn with_accounts_without_password(mut self, accounts: Vec<WithoutPassword>) -> Self {
        self.names = names(&self.accounts, &accounts);
        self.without_password = accounts;
        self
    }

    /// The active accounts without a second factor that are not locked out, by chance or on purpose. Most
    /// scenarios use the first one.
    pub fn plain_accounts(&self) -> impl Iterator<Item = &Account> {
        let is_open = |a: &&Account| !lock(&self.guard).is_closed(&a.username);
        self.accounts.iter().filter(|a| a.totp_secret.is_none() && a.active).filter(is_open)
    }

    /// A user name that no account has, different for each purpose and seed. Once the target says that such a
    /// name is locked out, because an earlier run had the same seed, all names are others.
    pub(crate) fn nobody(&self, seed: u64, purpose: &str) -> String {
        match self.locked_names.load(Ordering::Relaxed) {
            0 => requests::nobody(seed, purpose),
            count => requests::nobody(seed, &format!("{purpose}, {count}")),
        }
    }

    /// Whether the account needs a successful login before it may have one more failure.
    pub(crate) fn is_near_lock(&self, account: &str) -> bool {
        self.failures_left(account) == 0
    }

    /// How many more failures an account may have before a successful login.
    pub(crate) fn failures_left(&self, account: &str) -> u32 {
        let is_plain = self.plain_accounts().any(|known| known.username == account);
        // A login resets the count of a plain account, so that the target goes on to judge its logins.
        let guard = lock(&self.guard);
        if self.may_be_locked_out(account) && (!is_plain || guard.is_offered(account)) {
            return u32::MAX;
        }
        ACCOUNT_LIMIT.saturating_sub(guard.failures(account))
    }

    /// Whether the accounts file and the user allow to lock the account out.
    pub(crate) fn may_be_locked_out(&self, account: &str) -> bool {
        let mut accounts = (self.accounts.iter().map(|a| (&a.username, a.sacrificial)))
            .chain(self.without_password.iter().map(|a| (&a.username, a.sacrificial)));
        self.allow_unsafe
            && accounts.any(|(name, is_sacrificial)| name == account && is_sacrificial)
    }

    /// Counts a failure that no response tells of.
    pub(crate) fn note_failure(&self, account: &str) {
        let mut guard = lock(&self.guard);
        let failures = guard.failures(account) + 1;
        guard.count_at_least(account, failures);
    }

    /// Lets an account have failures without limit, to lock it out.
    pub(crate) fn offer(&self, account: &str) {
        lock(&self.guard).offer(account);
    }

    /// Stores that the target does not offer these operations.
    pub(crate) fn note_missing(&self, operations: &[&str]) {
        lock(&self.missing).extend(operations.iter().map(|&id| id.to_owned()));
    }

    /// Some of the sessions that were logged out.
    pub(crate) fn ended_sessions(&self) -> Vec<Session> {
        lock(&self.ledger).over().to_vec()
    }

    /// The step of the next code of an account that can log in: this one or the next, and later than every
    /// step whose code was sent. A server may accept codes only in their order.
    pub(crate) fn next_code_step(&self, account: &str, now: u64) -> Option<u64> {
        let used = lock(&self.used_codes);
        let last = used.keys().filter(|(name, _)| name == account).map(|(_, step)| *step).max();
        let next = last.map_or(now, |last| now.max(last + 1));
        (next <= now + 1).then_some(next)
    }

    /// Whether the guard against a lockout has logged in with the code of this step.
    pub(crate) fn has_reset_by_code(&self, account: &str, step: u64) -> bool {
        lock(&self.used_codes).get(&(account.to_owned(), step)) == Some(&true)
    }

    /// Long strings of responses: the place, the text, and the account.
    pub(crate) fn strings(&self) -> Vec<(String, String, String)> {
        lock(&self.strings).clone()
    }

    /// The tokens that logins of the run were given, in the order of issue.
    pub(crate) fn issued(&self) -> Vec<Issued> {
        lock(&self.issued).clone()
    }

    /// Whether the target offers a way to log in. `None` if it was not asked yet.
    pub(crate) fn way(&self, way: Way) -> Option<bool> {
        lock(&self.ways).get(&way).copied()
    }

    /// Stores whether the target offers a way to log in.
    pub(crate) fn learn_way(&self, way: Way, is_open: bool) {
        lock(&self.ways).insert(way, is_open);
    }

    /// The plan of the space of credentials.
    pub(crate) fn space(&self, seed: u64) -> &space::Plan {
        self.space.get_or_init(|| space::plan(self, seed))
    }

    /// The first user id that a response held for the account.
    pub(crate) fn user_id(&self, account: &str) -> Option<String> {
        lock(&self.user_ids).get(account).cloned()
    }

    /// What the first response about an account said, which is this one if there was none.
    pub(crate) fn first_me(&self, account: &str, me: &Value) -> Value {
        lock(&self.first_me).entry(account.to_owned()).or_insert_with(|| me.clone()).clone()
    }

    /// Stores the user id of an account. Later calls do not change it.
    pub(crate) fn learn_user_id(&self, account: &str, id: &str) {
        lock(&self.user_ids).entry(account.to_owned()).or_insert_with(|| id.to_owned());
    }
}

/// This workspace's documents, the complete one first.
///
/// # Errors
///
/// An error if a document cannot be read.
pub fn documents() -> Result<Judge, DocumentError> {
    let openapi = Document::parse("openapi.json", embedded::OPENAPI)?;
    let documented = Document::parse("documented.json", embedded::DOCUMENTED)?;
    Judge::new(vec![openapi, documented])
}

fn names(accounts: &[Account], without_password: &[WithoutPassword]) -> AhoCorasick {
    let accounts = (accounts.iter().map(|account| (&account.username, &account.email)))
        .chain(without_password.iter().map(|account| (&account.username, &account.email)));
    let names = accounts.flat_map(|(name, email)| {
        let name = name.to_lowercase();
        let email = email.as_deref().unwrap_or(&name).to_lowercase();
        [format!("\"{name}\""), format!("={name}"), email]
    });
    AhoCorasick::new(names).expect("accounts have some dozens of names")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no job panics while it holds a lock")
}
