//! Everything that outlives a request, or that several servers must agree on.
//!
//! One trait, two implementations: [`sqlite`] inside the process, and [`postgres`] for several
//! servers on one database. Nothing above this module caches what is in here, so a logout is a
//! logout at once, wherever it was sent.

mod clean_up;
mod migrations;
mod open;
pub mod postgres;
mod row;
mod seed;
pub mod sqlite;

use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::accounts::{
    Account, HashKind, Identity, NewAccount, PasswordHash, Profile, TokenHash, TotpSecret, User,
    UserId,
};
use crate::clock::Timestamp;

pub use self::open::{is_outdated, open};
pub use self::seed::Seed;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another account has that user name, address or id.
    #[error("{what} is taken by another account")]
    Taken {
        /// Which member.
        what: &'static str,
    },
    /// It may work again later: the database is down, locked, or behind.
    #[error("the store does not answer")]
    Unavailable(#[source] BoxError),
    /// It will not: the data or the statement is wrong.
    #[error("the store failed")]
    Broken(#[source] BoxError),
}

/// Why none of several accounts was stored.
#[derive(Debug, thiserror::Error)]
#[error("account {index} cannot be stored")]
pub struct NotAdded {
    /// The one that was in the way, from 0.
    pub index: usize,
    /// What was wrong with it.
    #[source]
    pub source: StoreError,
}

/// Why the store cannot be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A later version has been here.
    #[error(
        "{place} has schema version {found}, this program knows up to {known}: use the newer program"
    )]
    NewerSchema {
        /// Which database.
        place: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// No database, no permission, no server.
    #[error("cannot open {place}")]
    Unusable {
        /// Which database.
        place: String,
        /// What it says.
        #[source]
        source: BoxError,
    },
}

/// Whatever the database library says.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Result<T> = std::result::Result<T, StoreError>;

/// One session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which token.
    pub token: TokenHash,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// How often logins under one key have failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The key, as it was recorded.
    pub key: String,
    /// Since the last success, or since the count began anew.
    pub count: u32,
    /// The last one.
    pub last_at: Timestamp,
}

/// An account that is taken over from elsewhere.
#[derive(Clone, Debug)]
pub enum ImportedAccount {
    /// To be stored.
    New(NewAccount),
    /// Brings the account of the same id up to date; nothing happens if that has been removed.
    ///
    /// The profile and whether the account is active are replaced. The password is, and sessions
    /// end, if an earlier import brought another hash: one that a login here has replaced since, or
    /// a password that was set here, stays. A second factor is replaced, with its backup codes, by
    /// another secret; without one it stays. What leads to the directory stays.
    Known(NewAccount),
}

/// What [`Store::clean_up`] removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanedUp {
    /// Expired sessions.
    pub sessions: u64,
    /// Counters that no longer count.
    pub failures: u64,
}

/// Accounts, sessions, second factors and failed logins.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Whether the store answers.
    async fn ping(&self) -> Result<()>;

    /// Stores a new account, unless another has its user name in whatever case, or is being given
    /// it at this moment: two such would be taken for each other.
    async fn add_account(&self, account: &NewAccount) -> Result<()>;

    /// Stores all of these accounts or none. What is taken over from elsewhere comes as it is: only
    /// the exact user name must be free.
    async fn import_accounts(
        &self,
        accounts: &[ImportedAccount],
    ) -> std::result::Result<(), NotAdded>;

    /// Finds the account that somebody means.
    async fn find_account(&self, identity: &Identity) -> Result<Option<Account>>;

    /// Finds an account by its id.
    async fn find_account_by_id(&self, id: &UserId) -> Result<Option<Account>>;

    /// Finds an account that came from the directory.
    async fn find_directory_account(&self, dn: &str) -> Result<Option<Account>>;

    /// At most `limit` accounts whose user name sorts after `after`, by user name.
    async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Vec<Account>>;

    /// Replaces names, addresses and roles; false if there is no such account.
    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool>;

    /// Lets an account log in, or ends its sessions and stops it.
    async fn set_active(&self, id: &UserId, active: bool) -> Result<bool>;

    /// Sets a new password and ends all sessions, since whoever knew the old one may hold them.
    async fn set_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Remembers the password that the directory accepted, for an account that came from there,
    /// and ends no session: the directory is the one who changes passwords, and each login with a
    /// new one would log its user out everywhere else. False if there is no such account.
    async fn set_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Replaces the hash of the same password, unless it has been changed meanwhile.
    async fn rehash_password(
        &self,
        id: &UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool>;

    /// The kinds of all password hashes that can be verified. Takes as many steps as there are
    /// kinds, however many accounts there are.
    async fn hash_kinds(&self) -> Result<BTreeSet<HashKind>>;

    /// Demands a second factor (with these backup codes), or no longer.
    async fn set_totp(&self, id: &UserId, totp: Option<(&TotpSecret, &[String])>) -> Result<bool>;

    /// Uses up a TOTP step and all before it; false if it was used up already.
    async fn claim_totp_step(&self, id: &UserId, step: u64) -> Result<bool>;

    /// Uses up a backup code; false if there is none such.
    async fn claim_backup_code(&self, id: &UserId, hash: &str) -> Result<bool>;

    /// Removes an account with all that belongs to it.
    async fn remove_account(&self, id: &UserId) -> Result<bool>;

    /// Opens a session for an account as it was judged; the oldest beyond `keep` end.
    ///
    /// False, and no session, if the account has meanwhile been removed or stopped, or is a local
    /// one whose password has been changed: whoever logged in with the old one while it was being
    /// changed must not stay.
    async fn open_session(&self, account: &Account, session: &Session, keep: u32) -> Result<bool>;

    /// Whose session it is: one that was opened at `not_before` or later, of an active account.
    async fn session_user(&self, token: &TokenHash, not_before: Timestamp) -> Result<Option<User>>;

    /// Ends one session; false if the account has none such.
    async fn close_session(&self, id: &UserId, token: &TokenHash) -> Result<bool>;

    /// Ends all sessions of an account and says how many there were.
    async fn close_sessions(&self, id: &UserId) -> Result<u64>;

    /// The sessions of an account, oldest first.
    async fn sessions(&self, id: &UserId) -> Result<Vec<Session>>;

    /// The counters under these keys, where there are any.
    async fn failures(&self, keys: &[&str]) -> Result<Vec<Failures>>;

    /// Counts a failure under each key; a count whose last failure is before `stale` begins anew.
    async fn record_failure(&self, keys: &[&str], at: Timestamp, stale: Timestamp) -> Result<()>;

    /// Forgets the failures under these keys.
    async fn forget_failures(&self, keys: &[&str]) -> Result<()>;

    /// Removes sessions opened before `sessions` and counters last touched before `failures`.
    async fn clean_up(&self, sessions: Timestamp, failures: Timestamp) -> Result<CleanedUp>;
}

impl StoreError {
    /// What is [taken](Self::Taken) where it is the user name, exactly or in another case.
    pub const USERNAME: &'static str = "the user name";

    /// What the database holds is not what this program wrote.
    pub(crate) fn broken(source: impl Into<BoxError>) -> Self {
        Self::Broken(source.into())
    }

    pub(crate) fn unavailable(source: impl Into<BoxError>) -> Self {
        Self::Unavailable(source.into())
    }
}
