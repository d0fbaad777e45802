//! The store: all data that outlives a request, or that several servers share.
//!
//! The trait [`Store`] has two implementations: [`sqlite`] inside the process, and [`postgres`] for
//! several servers on one database. Code above this module caches none of the data, so a logout
//! takes effect at once on all servers.

mod access_token;
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
    access_token::{AccessToken, AccessTokenChange, StoredSecret},
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

/// The maximum time that a call waits for the database.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

/// Why a call to the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another account has this user name, address or id.
    #[error("{what} is taken by another account")]
    Taken {
        /// The name of the value that is taken.
        what: &'static str,
    },
    /// The database is temporarily unavailable: it is down, locked, or not up to date.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// A retry does not help: the data or the statement is wrong.
    #[error("the store failed")]
    Broken(#[source] BoxError),
}

/// Why an import stored no account.
#[derive(Debug, thiserror::Error)]
#[error("account {index} cannot be stored")]
pub struct NotAdded {
    /// The index of the account that caused the error, counted from 0.
    pub index: usize,
    /// The error of that account.
    #[source]
    pub source: StoreError,
}

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The schema was written by a newer version of this program.
    #[error(
        "{place} has schema version {found}, this program knows up to {known}: use the newer program"
    )]
    NewerSchema {
        /// The name of the database.
        place: String,
        /// Its schema version.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The data directory does not exist or contains no database.
    #[error(
        "there is no database in {place}: `serve`, `account add` and `import` create one, other \
         commands do not"
    )]
    Missing {
        /// The path of the data directory.
        place: String,
    },
    /// A backup is being put in place of the database.
    #[error("the database in {place} is being restored: try again when that is done")]
    BeingRestored {
        /// The path of the data directory.
        place: String,
    },
    /// Every user of this machine could change the accounts.
    #[error("everybody can change {place}: run chmod o-w on it, or use a directory of its own")]
    WritableByAll {
        /// The path of the directory or file.
        place: String,
    },
    /// The database cannot be opened: there is no permission, no server, or another kind of file.
    #[error("cannot open {place}")]
    Unusable {
        /// The name of the database.
        place: String,
        /// The cause.
        #[source]
        source: BoxError,
    },
}

/// An error of any library.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Result<T> = std::result::Result<T, StoreError>;

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token: TokenHash,
    /// When the token was issued.
    pub issued_at: Timestamp,
}

/// A counter of attempts and its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The key of the counter.
    pub key: String,
    /// The maximum number of failed and pending attempts together.
    pub most: u32,
    /// When its failures begin to age. Once the limit is reached, they age from the last failure.
    pub counts_from: CountsFrom,
}

/// When the failures of a counter begin to age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountsFrom {
    /// From the first failure, for a counter that no success resets and that must not grow for
    /// ever.
    First,
    /// From the last failure.
    Last,
}

/// The state of a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The key that was asked for.
    pub key: String,
    /// The number of failed attempts.
    pub count: u32,
    /// The time from which they age. After the clock was set back, it may be in the future until
    /// the next attempt begins.
    pub since: Timestamp,
    /// The number of attempts that have begun and are not settled, without those of a server that
    /// died.
    pub pending: u32,
}

/// How a successful login changes the counters of its attempt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Success<'a> {
    /// The keys of the counters to reset to zero.
    pub reset: &'a [&'a str],
    /// The keys of the counters that only lose this attempt.
    pub given_back: &'a [&'a str],
}

/// How long an attempt counts as pending. An older one belongs to a server that died before it
/// settled it.
pub const PENDING_LIFETIME: Duration = Duration::from_secs(30);

/// An account to import.
#[derive(Clone, Debug)]
pub enum ImportedAccount {
    /// An account to add.
    New(NewAccount),
    /// Data that updates the account with the same id. Nothing happens if there is none any more.
    ///
    /// The profile and whether the account is active are replaced. If the hash differs from that of
    /// the last import, the password is replaced and the sessions end. Otherwise a hash or a
    /// password that was set here since then stays. The second factor is replaced, with its backup
    /// codes, if the secret differs; without a secret it stays. The directory entry stays.
    Known(NewAccount),
}

/// The number of rows that [`Store::clean_up`] removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanedUp {
    /// The number of expired sessions and personal access tokens.
    pub sessions: u64,
    /// The number of outdated counters.
    pub failures: u64,
}

/// The store of accounts, sessions, second factors and failed logins.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Commits a write that changes nothing. While this fails, no login can succeed.
    async fn check_writable(&self) -> Result<()>;

    /// Adds an account. Its user name must be free regardless of case, also against concurrent
    /// calls, because such names could be mistaken for each other.
    async fn add_account(&self, account: &NewAccount) -> Result<()>;

    /// Stores all of these accounts or none. Imported data is kept as it is, so only the exact user
    /// name must be free.
    async fn import_accounts(
        &self,
        accounts: &[ImportedAccount],
    ) -> std::result::Result<(), NotAdded>;

    /// Finds the account with this identity.
    async fn find_account(&self, identity: &Identity) -> Result<Option<Account>>;

    /// Finds the account with this id.
    async fn find_account_by_id(&self, id: &UserId) -> Result<Option<Account>>;

    /// Finds the accounts that belong to a directory entry by one of its ids or by its normalised
    /// distinguished name. There can be several if entries have moved.
    async fn find_directory_accounts(&self, ids: &[EntryId], dn: &str) -> Result<Vec<Account>>;

    /// Lists at most `limit` accounts in the order of user names, starting after the name `after`.
    async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Vec<Account>>;

    /// Links an account to a directory entry. Returns false if there is no such account. Two
    /// accounts cannot have the same distinguished name or the same id.
    async fn set_directory_entry(
        &self,
        id: &UserId,
        dn: &str,
        entry_id: Option<&EntryId>,
    ) -> Result<bool>;

    /// Replaces names, addresses and roles. Returns false if there is no such account. A new user
    /// name must satisfy the condition of [`add_account`](Self::add_account).
    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool>;

    /// Activates an account, or deactivates it and ends its sessions and personal access tokens.
    async fn set_active(&self, id: &UserId, active: bool) -> Result<bool>;

    /// Sets a new password and ends all sessions and personal access tokens, because others may have
    /// known the old password.
    async fn set_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Stores the password that the directory accepted for one of its accounts. It ends no
    /// sessions. The directory changes passwords, and otherwise each login with a new one would log
    /// the user out everywhere else. Returns false if there is no such account.
    async fn set_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Removes the remembered password of a directory account, unless it was changed in the
    /// meantime.
    async fn forget_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool>;

    /// Replaces the hash of the same password, unless it was changed in the meantime.
    async fn rehash_password(
        &self,
        id: &UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool>;

    /// The kinds of all password hashes that can be verified. The number of queries depends on the
    /// number of kinds, not of accounts.
    async fn hash_kinds(&self) -> Result<BTreeSet<HashKind>>;

    /// Enables the second factor with these backup codes, or disables it.
    async fn set_totp(&self, id: &UserId, totp: Option<(&TotpSecret, &[String])>) -> Result<bool>;

    /// Marks a TOTP step as used. Returns false if it was used already.
    ///
    /// Each step is stored, because a wrong clock uses steps out of order. Steps are kept for a day
    /// longer than any correct clock accepts them.
    async fn claim_totp_step(&self, id: &UserId, step: u64) -> Result<bool>;

    /// Uses up a backup code. Returns false if there is no such code.
    async fn claim_backup_code(&self, id: &UserId, hash: &str) -> Result<bool>;

    /// Removes an account and all of its data.
    async fn remove_account(&self, id: &UserId) -> Result<bool>;

    /// Opens a session for an account that was judged, and ends the oldest sessions beyond `keep`.
    /// The oldest are those that were opened first, regardless of the clocks of the servers.
    ///
    /// Returns false, and opens no session, if the account was removed or deactivated in the
    /// meantime, or is local and its password was changed. A login with the old password must not
    /// survive that change. The attempt is settled together with the session; without a session it
    /// stays pending.
    async fn open_session_after(
        &self,
        attempt: Success<'_>,
        account: &Account,
        session: &Session,
        keep: u32,
    ) -> Result<bool>;

    /// Opens a session without a counted attempt.
    async fn open_session(&self, account: &Account, session: &Session, keep: u32) -> Result<bool> {
        self.open_session_after(Success::default(), account, session, keep).await
    }

    /// The user of a session that was opened at `not_before` or later, if the account is active.
    async fn session_user(&self, token: &TokenHash, not_before: Timestamp) -> Result<Option<User>>;

    /// Ends a session, or removes a personal access token. Returns false if the account has neither.
    async fn close_session(&self, id: &UserId, token: &TokenHash) -> Result<bool>;

    /// Ends all sessions and personal access tokens of an account and returns their number.
    async fn close_sessions(&self, id: &UserId) -> Result<u64>;

    /// Lists the sessions of an account, oldest first.
    async fn sessions(&self, id: &UserId) -> Result<Vec<Session>>;

    /// Adds a personal access token. One with the same name that has expired by its creation is
    /// replaced.
    ///
    /// `caller` is the token of the call that asks for the change, of a session or a personal access
    /// token. If it has ended in the meantime, nothing changes. Otherwise a stolen token could outlive
    /// its end. Without a caller, only the account is checked.
    async fn add_access_token(
        &self,
        id: &UserId,
        token: &AccessToken,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange>;

    /// Replaces the secret of a personal access token that has not expired by the creation of the new
    /// one. Everything else of the token stays. `caller` is that of
    /// [`add_access_token`](Self::add_access_token).
    async fn replace_access_token(
        &self,
        id: &UserId,
        name: &str,
        new: &StoredSecret,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange>;

    /// Removes a personal access token. `caller` is that of
    /// [`add_access_token`](Self::add_access_token).
    async fn remove_access_token(
        &self,
        id: &UserId,
        name: &str,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange>;

    /// Lists the personal access tokens of an account, oldest first, expired ones included.
    async fn access_tokens(&self, id: &UserId) -> Result<Vec<AccessToken>>;

    /// The user of a personal access token that has not expired, if the account is active. It is
    /// separate from [`session_user`](Self::session_user), so that a session costs no second lookup.
    async fn access_token_user(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>>;

    /// The counters with these keys, as far as they exist.
    async fn failures(&self, keys: &[&str]) -> Result<Vec<Failures>>;

    /// Counts a pending attempt under all of these keys. Returns false, and does not count it, if
    /// one of them has reached its limit of failures and pending attempts.
    ///
    /// Failures that are `duration` old are reset to zero. Times in the future are set to `now`.
    async fn begin_attempt(
        &self,
        limits: &[Limit],
        now: Timestamp,
        duration: Duration,
    ) -> Result<bool>;

    /// Settles an attempt that failed. It stays counted under the keys under which it was pending.
    /// `additional` is a key that was not known when it began, under which it is counted too.
    async fn fail_attempt(
        &self,
        pending: &[Limit],
        additional: Option<&Limit>,
        now: Timestamp,
        duration: Duration,
    ) -> Result<()>;

    /// Removes an attempt from its counters, as if it had not begun.
    async fn give_back_attempt(&self, pending: &[Limit]) -> Result<()>;

    /// Counters with failures, by key, after this one. A long key is its hash.
    async fn counters(&self, after: Option<&str>, limit: u32) -> Result<Vec<Failures>>;

    /// Sets the failures of these counters to zero, and returns how many had any. Pending attempts
    /// stay counted.
    async fn clear_failures(&self, keys: &[String]) -> Result<u64>;

    /// Removes the pending attempts that an earlier run of the only server on this store left
    /// behind. It does nothing if several servers share the store; there such attempts end after
    /// [`PENDING_LIFETIME`].
    async fn give_back_abandoned_attempts(&self) -> Result<()>;

    /// Removes sessions that are `token_life` old, expired personal access tokens, and counters that
    /// were not changed for `lockout`. It does not trust a clock that may have been set recently.
    async fn clean_up(
        &self,
        clock: Reading,
        token_life: Duration,
        lockout: Duration,
    ) -> Result<CleanedUp>;
}

impl StoreError {
    /// The value of [`Taken`](Self::Taken) for a user name, exactly or in another case.
    pub const USERNAME: &'static str = "the user name";

    /// The value of [`Taken`](Self::Taken) for the distinguished name of an entry, or its id.
    pub const DIRECTORY_ENTRY: &'static str = "the directory entry";

    /// The database contains data that this program cannot have written, or a statement is wrong.
    pub(crate) fn broken(source: impl Into<BoxError>) -> Self {
        Self::Broken(source.into())
    }

    pub(crate) fn unavailable(source: impl Into<BoxError>) -> Self {
        Self::Unavailable(source.into())
    }
}
