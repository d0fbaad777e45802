//! The store in a SQLite file beside the server.
//!
//! Reads run on the caller's thread. In WAL mode they wait for nothing, and a read by primary key
//! takes microseconds, less than handing it to another thread. Readers keep their snapshot while
//! nothing is committed.
//!
//! Writes go to one thread, which commits all waiting ones in one transaction. SQLite allows only
//! one writer anyway, and this way a hundred logins share the `fsync` that makes them durable.

mod backup;
mod in_use;
mod known_time;
mod open;
mod permissions;
mod queries;
mod readers;
mod seed;
#[cfg(unix)]
mod wal_index;
#[cfg(not(unix))]
#[path = "no_wal_index.rs"]
mod wal_index;
mod writer;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::time::timeout;

pub use self::{
    backup::{BackupError, Contents, Restored, back_up, restore},
    open::is_outdated,
    permissions::exposure,
    seed::seed,
};
use self::{in_use::DirectoryLock, readers::Readers, wal_index::WalIndex, writer::Writer};
use super::{
    AccessToken, AccessTokenChange, CleanedUp, Failures, ImportedAccount, Limit, MAX_WAIT,
    NotAdded, OpenError, Result, Session, Store, StoreError, StoredSecret, Success,
    clean_up::in_chunks,
};
use crate::{
    accounts::{
        Account, EntryId, HashKind, Identity, NewAccount, PasswordHash, Profile, TokenHash,
        TotpSecret, User, UserId,
    },
    clock::{Reading, Timestamp},
};

/// The name of the file in the data directory.
pub const FILE_NAME: &str = "login.sqlite3";

/// The store in a SQLite file.
pub struct SqliteStore {
    readers: Arc<Readers>,
    writer: Writer,
    /// Declared after the connections, because both must be dropped last.
    _index: Option<WalIndex>,
    _lock: DirectoryLock,
}

impl SqliteStore {
    /// Opens the database in a data directory and updates its schema. It creates the directory and
    /// the database if they do not exist.
    ///
    /// # Errors
    ///
    /// The database cannot be used; the error names the file.
    pub fn open(data: &Path) -> std::result::Result<Self, OpenError> {
        permissions::create_directory(data)?;
        Self::start(data, open::prepare)
    }

    /// Like [`open`](Self::open), but creates nothing.
    ///
    /// # Errors
    ///
    /// There is no database, or it cannot be used.
    pub fn open_existing(data: &Path) -> std::result::Result<Self, OpenError> {
        Self::start(data, open::prepare_existing)
    }

    fn start(
        data: &Path,
        prepare: fn(&Path) -> std::result::Result<PathBuf, OpenError>,
    ) -> std::result::Result<Self, OpenError> {
        // Before the database is looked for, because a restore may be about to replace it.
        let lock = DirectoryLock::shared(data)
            .ok_or_else(|| OpenError::BeingRestored { place: data.display().to_string() })?;
        let file = &prepare(data)?;
        let writer = open::writer(file)?;
        let readers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let readers =
            (0..readers).map(|_| open::reader(file)).collect::<std::result::Result<_, _>>()?;
        // Some file systems do not support it, and reads work without it.
        let index = WalIndex::open(file).ok();
        let readers = Arc::new(Readers::new(readers, index.clone()));
        let writer = Writer::start(writer, Arc::clone(&readers))
            .map_err(|source| OpenError::Unusable { place: file.display().to_string(), source })?;
        Ok(Self { readers, writer, _index: index, _lock: lock })
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.readers.with(query)
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let written = timeout(MAX_WAIT, self.writer.run(work)).await;
        written.unwrap_or_else(|_| Err(StoreError::unavailable("the disk does not respond")))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self) -> Result<()> {
        self.write(queries::check_writable).await
    }

    async fn add_account(&self, account: &NewAccount) -> Result<()> {
        let account = account.clone();
        // The writer's transaction is the lock, for other processes too.
        self.write(move |db| {
            if queries::has_username(db, &account.account.profile.username)? {
                return Err(StoreError::Taken { what: StoreError::USERNAME });
            }
            queries::add_account(db, &account, None)
        })
        .await
    }

    async fn import_accounts(
        &self,
        accounts: &[ImportedAccount],
    ) -> std::result::Result<(), NotAdded> {
        let accounts = accounts.to_vec();
        let failed_at = Arc::new(AtomicUsize::new(0));
        let reached = Arc::clone(&failed_at);
        // A job is a savepoint, so a failed import leaves no trace.
        let add = move |db: &Connection| {
            accounts.iter().enumerate().try_for_each(|(index, account)| {
                reached.store(index, Ordering::Relaxed);
                queries::import_account(db, account)
            })
        };
        // There is no time limit, because there may be a million accounts.
        let added = self.writer.run(add).await;
        added.map_err(|source| NotAdded { index: failed_at.load(Ordering::Relaxed), source })
    }

    async fn find_account(&self, identity: &Identity) -> Result<Option<Account>> {
        self.read(|db| queries::find_account(db, identity))
    }

    async fn find_account_by_id(&self, id: &UserId) -> Result<Option<Account>> {
        self.read(|db| queries::find_account_by_id(db, id))
    }

    async fn find_directory_accounts(&self, ids: &[EntryId], dn: &str) -> Result<Vec<Account>> {
        self.read(|db| queries::find_directory_accounts(db, ids, dn))
    }

    async fn set_directory_entry(
        &self,
        id: &UserId,
        dn: &str,
        entry_id: Option<&EntryId>,
    ) -> Result<bool> {
        let (id, dn, entry_id) = (id.clone(), dn.to_owned(), entry_id.cloned());
        self.write(move |db| queries::set_directory_entry(db, &id, &dn, entry_id.as_ref())).await
    }

    async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Vec<Account>> {
        self.read(|db| queries::accounts(db, after, limit))
    }

    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool> {
        let (id, profile) = (id.clone(), profile.clone());
        self.write(move |db| queries::set_profile(db, &id, &profile)).await
    }

    async fn set_active(&self, id: &UserId, active: bool) -> Result<bool> {
        let id = id.clone();
        self.write(move |db| queries::set_active(db, &id, active)).await
    }

    async fn set_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        let (id, hash) = (id.clone(), hash.clone());
        self.write(move |db| queries::set_password(db, &id, &hash)).await
    }

    async fn set_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        let (id, hash) = (id.clone(), hash.clone());
        self.write(move |db| queries::set_directory_password(db, &id, &hash)).await
    }

    async fn forget_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        let (id, hash) = (id.clone(), hash.clone());
        self.write(move |db| queries::forget_directory_password(db, &id, &hash)).await
    }

    async fn rehash_password(
        &self,
        id: &UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        let (id, old, new) = (id.clone(), old.clone(), new.clone());
        self.write(move |db| queries::rehash_password(db, &id, &old, &new)).await
    }

    async fn hash_kinds(&self) -> Result<BTreeSet<HashKind>> {
        self.read(queries::hash_kinds)
    }

    async fn set_totp(&self, id: &UserId, totp: Option<(&TotpSecret, &[String])>) -> Result<bool> {
        let id = id.clone();
        let totp = totp.map(|(secret, codes)| (secret.clone(), codes.to_vec()));
        self.write(move |db| queries::set_totp(db, &id, totp.as_ref())).await
    }

    async fn claim_totp_step(&self, id: &UserId, step: u64) -> Result<bool> {
        let id = id.clone();
        self.write(move |db| queries::claim_totp_step(db, &id, step)).await
    }

    async fn claim_backup_code(&self, id: &UserId, hash: &str) -> Result<bool> {
        let (id, hash) = (id.clone(), hash.to_owned());
        self.write(move |db| queries::claim_backup_code(db, &id, &hash)).await
    }

    async fn remove_account(&self, id: &UserId) -> Result<bool> {
        let id = id.clone();
        self.write(move |db| queries::remove_account(db, &id)).await
    }

    async fn open_session_after(
        &self,
        attempt: Success<'_>,
        account: &Account,
        session: &Session,
        keep: u32,
    ) -> Result<bool> {
        let (account, session) = (account.clone(), session.clone());
        let owned = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
        let (reset, given_back) = (owned(attempt.reset), owned(attempt.given_back));
        self.write(move |db| {
            let opened = queries::open_session(db, &account, &session, keep)?;
            if opened {
                queries::reset_failures(db, &reset)?;
                queries::give_back_attempt(db, &given_back)?;
            }
            Ok(opened)
        })
        .await
    }

    async fn session_user(&self, token: &TokenHash, not_before: Timestamp) -> Result<Option<User>> {
        self.read(|db| queries::session_user(db, token, not_before))
    }

    async fn close_session(&self, id: &UserId, token: &TokenHash) -> Result<bool> {
        let (id, token) = (id.clone(), *token);
        self.write(move |db| queries::close_session(db, &id, &token)).await
    }

    async fn close_sessions(&self, id: &UserId) -> Result<u64> {
        let id = id.clone();
        self.write(move |db| queries::close_sessions(db, &id)).await
    }

    async fn sessions(&self, id: &UserId) -> Result<Vec<Session>> {
        self.read(|db| queries::sessions(db, id))
    }

    async fn add_access_token(
        &self,
        id: &UserId,
        token: &AccessToken,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        let (id, token, caller) = (id.clone(), token.clone(), caller.copied());
        self.write(move |db| queries::add_access_token(db, &id, &token, caller.as_ref())).await
    }

    async fn replace_access_token(
        &self,
        id: &UserId,
        name: &str,
        new: &StoredSecret,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        let (id, name, new, caller) = (id.clone(), name.to_owned(), new.clone(), caller.copied());
        self.write(move |db| queries::replace_access_token(db, &id, &name, &new, caller.as_ref()))
            .await
    }

    async fn remove_access_token(
        &self,
        id: &UserId,
        name: &str,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        let (id, name, caller) = (id.clone(), name.to_owned(), caller.copied());
        self.write(move |db| queries::remove_access_token(db, &id, &name, caller.as_ref())).await
    }

    async fn access_tokens(&self, id: &UserId) -> Result<Vec<AccessToken>> {
        self.read(|db| queries::access_tokens(db, id))
    }

    async fn access_token_user(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>> {
        self.read(|db| queries::access_token_user(db, token, now))
    }

    async fn failures(&self, keys: &[&str]) -> Result<Vec<Failures>> {
        self.read(|db| queries::failures(db, keys))
    }

    async fn counters(&self, after: Option<&str>, limit: u32) -> Result<Vec<Failures>> {
        self.read(|db| queries::counters(db, after, limit))
    }

    async fn clear_failures(&self, keys: &[String]) -> Result<u64> {
        let keys = keys.to_vec();
        self.write(move |db| queries::clear_failures(db, &keys)).await
    }

    async fn begin_attempt(
        &self,
        limits: &[Limit],
        now: Timestamp,
        duration: Duration,
    ) -> Result<bool> {
        let limits = limits.to_vec();
        self.write(move |db| queries::begin_attempt(db, &limits, now, duration)).await
    }

    async fn fail_attempt(
        &self,
        pending: &[Limit],
        additional: Option<&Limit>,
        now: Timestamp,
        duration: Duration,
    ) -> Result<()> {
        let (pending, additional) = (pending.to_vec(), additional.cloned());
        self.write(move |db| {
            let additional = additional.as_slice();
            queries::fail_attempt(db, &pending, additional, now, duration)
        })
        .await
    }

    async fn give_back_attempt(&self, pending: &[Limit]) -> Result<()> {
        let keys: Vec<String> = pending.iter().map(|limit| limit.key.clone()).collect();
        self.write(move |db| queries::give_back_attempt(db, &keys)).await
    }

    async fn give_back_abandoned_attempts(&self) -> Result<()> {
        self.write(queries::give_back_all_attempts).await
    }

    async fn clean_up(
        &self,
        clock: Reading,
        token_life: Duration,
        lockout: Duration,
    ) -> Result<CleanedUp> {
        let Some(now) = self.write(move |db| known_time::advance(db, clock)).await? else {
            return Ok(CleanedUp::default());
        };
        let (sessions, failures) = (now.minus(token_life), now.minus(lockout));
        let sessions =
            in_chunks(|limit| self.write(move |db| queries::expire_sessions(db, sessions, limit)));
        let access_tokens =
            in_chunks(|limit| self.write(move |db| queries::expire_access_tokens(db, now, limit)));
        let failures =
            in_chunks(|limit| self.write(move |db| queries::expire_failures(db, failures, limit)));
        let sessions = sessions.await? + access_tokens.await?;
        Ok(CleanedUp { sessions, failures: failures.await? })
    }
}

/// Converts an error of SQLite, depending on whether a retry may help.
fn store_error(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed, OutOfMemory,
        ReadOnly, SystemIoFailure,
    };
    match error.sqlite_error_code() {
        Some(
            DatabaseBusy
            | DatabaseLocked
            | DiskFull
            | SystemIoFailure
            | CannotOpen
            | OutOfMemory
            | ReadOnly
            | FileLockingProtocolFailed,
        ) => StoreError::unavailable(error),
        _ => StoreError::broken(error),
    }
}
