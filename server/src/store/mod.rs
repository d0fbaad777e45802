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

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;

pub use self::{
    open::{exposure, is_outdated, open, open_existing},
    seed::Seed,
};
use crate::{
    accounts::{
        Account, EntryId, HashKind, Identity, NewAccount, PasswordHash, Profile, TokenHash,
        TotpSecret, User, UserId,
    },
    clock::{Reading, Timestamp},
};

/// The longest that a call waits for a database that does not respond.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

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
    /// The data directory is not there, or holds no database.
    #[error(
        "there is no database in {place}: `serve`, `account add` and `import` create one, other \
         commands do not"
    )]
    Missing {
        /// Which directory.
        place: String,
    },
    /// Every user of this machine could change accounts.
    #[error("everybody can change {place}: run chmod o-w on it, or use a directory of its own")]
    WritableByAll {
        /// Which directory or file.
        place: String,
    },
    /// No permission, no server, or no database of ours.
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

/// A counter of attempts, and how many of them it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Whose attempts these are.
    pub key: String,
    /// Attempts that may fail, or be under way, before no more may begin.
    pub most: u32,
    /// From when on failures grow old. What has reached the limit grows old from the last one on.
    pub counts_from: CountsFrom,
}

/// From when on the failures of a counter grow old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountsFrom {
    /// The first one: a counter that no success resets must not grow for ever.
    First,
    /// The last one.
    Last,
}

/// What a counter holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The key, as it was given.
    pub key: String,
    /// Attempts that failed.
    pub count: u32,
    /// From when on they grow old. After a clock was put back, this may lie in the future until
    /// the next attempt begins.
    pub since: Timestamp,
    /// Attempts that have begun and are not settled, without those of a server that died.
    pub pending: u32,
}

/// What a login that succeeds does to the counters under which it was attempted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Success<'a> {
    /// Those that start again from nothing.
    pub reset: &'a [&'a str],
    /// Those that only lose this attempt.
    pub given_back: &'a [&'a str],
}

/// An attempt that began longer ago is no longer pending: its server died before it settled it.
pub const PENDING_LIFE: Duration = Duration::from_secs(30);

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
    /// Commits a write that changes nothing: as long as this fails, no login can succeed.
    async fn check_writable(&self) -> Result<()>;

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

    /// Finds the accounts that belong to an entry of the directory by one of its ids, or by its
    /// distinguished name in normalised form. More than one where entries have moved.
    async fn find_directory_accounts(&self, ids: &[EntryId], dn: &str) -> Result<Vec<Account>>;

    /// At most `limit` accounts whose user name sorts after `after`, by user name.
    async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Vec<Account>>;

    /// Says which entry of the directory an account belongs to; false if there is no such account.
    /// No two accounts have the same distinguished name, or the same id.
    async fn set_directory_entry(
        &self,
        id: &UserId,
        dn: &str,
        entry_id: Option<&EntryId>,
    ) -> Result<bool>;

    /// Replaces names, addresses and roles; false if there is no such account. A new user name must
    /// be one that [`add_account`](Self::add_account) would take.
    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool>;

    /// Lets an account log in, or ends its sessions and stops it.
    async fn set_active(&self, id: &UserId, active: bool) -> Result<bool>;

    /// Sets a new password and ends all sessions, since whoever knew the old one may hold them.
    async fn set_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Remembers the password that the directory accepted, for an account that came from there,
    /// and ends no session: the directory is the one who changes passwords, and each login with a
    /// new one would log its user out everywhere else. False if there is no such account.
    async fn set_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Drops the remembered password of an account of the directory, unless it has been changed
    /// meanwhile.
    async fn forget_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

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

    /// Uses up a TOTP step; false if it was used up already.
    ///
    /// Steps are kept one by one, as a clock that was wrong uses them out of order, and for a day
    /// beyond what any right clock would still accept.
    async fn claim_totp_step(&self, id: &UserId, step: u64) -> Result<bool>;

    /// Uses up a backup code; false if there is none such.
    async fn claim_backup_code(&self, id: &UserId, hash: &str) -> Result<bool>;

    /// Removes an account with all that belongs to it.
    async fn remove_account(&self, id: &UserId) -> Result<bool>;

    /// Opens a session for an account as it was judged; the oldest beyond `keep` end. The oldest
    /// are those that were opened first, whatever the clocks of several servers said.
    ///
    /// False, and no session, if the account has meanwhile been removed or stopped, or is a local
    /// one whose password has been changed: whoever logged in with the old one while it was being
    /// changed must not stay. The attempt is settled together with the session, and is not where
    /// there is none.
    async fn open_session_after(
        &self,
        attempt: Success<'_>,
        account: &Account,
        session: &Session,
        keep: u32,
    ) -> Result<bool>;

    /// Opens a session that no counted attempt has led to.
    async fn open_session(&self, account: &Account, session: &Session, keep: u32) -> Result<bool> {
        self.open_session_after(Success::default(), account, session, keep).await
    }

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

    /// Counts an attempt under all of these keys, before anything is judged; false, and not counted,
    /// if one of them has as many failures and pending attempts as it may.
    ///
    /// Failures that are `duration` old begin anew from none, and those of the future are taken for
    /// ones of `now`.
    async fn begin_attempt(
        &self,
        limits: &[Limit],
        now: Timestamp,
        duration: Duration,
    ) -> Result<bool>;

    /// Ends an attempt that failed: it stays counted under all keys under which it was pending, and
    /// is counted under one more that was not known when it began.
    async fn fail_attempt(
        &self,
        pending: &[Limit],
        known_late: Option<&Limit>,
        now: Timestamp,
        duration: Duration,
    ) -> Result<()>;

    /// Ends an attempt as if it had not begun.
    async fn give_back_attempt(&self, pending: &[Limit]) -> Result<()>;

    /// Gives back what an earlier run of the only server on this store left pending. Does nothing
    /// where several servers share a store: there such attempts end after [`PENDING_LIFE`].
    async fn give_back_abandoned_attempts(&self) -> Result<()>;

    /// Removes sessions that are `token_life` old, and counters that were not touched for
    /// `lockout`. Believes no clock alone that may have been set a moment ago.
    async fn clean_up(
        &self,
        clock: Reading,
        token_life: Duration,
        lockout: Duration,
    ) -> Result<CleanedUp>;
}

impl StoreError {
    /// What is [taken](Self::Taken) where it is the user name, exactly or in another case.
    pub const USERNAME: &'static str = "the user name";

    /// What is [taken](Self::Taken) where it is the distinguished name of an entry, or its id.
    pub const DIRECTORY_ENTRY: &'static str = "the directory entry";

    /// What the database holds is not what this program wrote.
    pub(crate) fn broken(source: impl Into<BoxError>) -> Self {
        Self::Broken(source.into())
    }

    pub(crate) fn unavailable(source: impl Into<BoxError>) -> Self {
        Self::Unavailable(source.into())
    }
}
