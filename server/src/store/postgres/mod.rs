//! The store in PostgreSQL, for several servers on one database.
//!
//! Most calls are one round trip. The server process caches no data, so all servers see each
//! other's writes at once. Connections keep no state unless that is configured, so a pooler can be
//! in between.

mod add;
mod connect;
mod connection;
mod connector;
mod database;
mod import;
mod migrate;
mod params;
mod queries;
mod seed;
mod url;

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use specfirst_dropshot::Secret;

use self::database::Database;
use super::{
    AccessToken, AccessTokenChange, CleanedUp, Failures, ImportedAccount, Limit, NotAdded,
    OpenError, Result, Session, Store, StoredSecret, Success, clean_up::in_chunks,
};
use crate::{
    accounts::{
        Account, EntryId, HashKind, Identity, NewAccount, PasswordHash, Profile, TokenHash,
        TotpSecret, User, UserId,
    },
    clock::{Reading, Timestamp},
    config::ConfigStore,
};

/// The store in PostgreSQL or a compatible database.
pub struct PostgresStore {
    database: Database,
}

impl PostgresStore {
    /// Connects and updates the schema. The URL in `config` is ignored.
    ///
    /// # Errors
    ///
    /// The database cannot be used; the error names it without user and password. Or the root
    /// certificate cannot be used.
    pub async fn open(url: &Secret, config: &ConfigStore) -> std::result::Result<Self, OpenError> {
        let (pool, place) = connect::pool(url, config)?;
        let database = Database::new(pool);
        migrate::migrate(&database, &place).await?;
        Ok(Self { database })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn check_writable(&self) -> Result<()> {
        queries::check_writable(&self.database).await
    }

    async fn add_account(&self, account: &NewAccount) -> Result<()> {
        add::add_account(&self.database, account).await
    }

    async fn import_accounts(
        &self,
        accounts: &[ImportedAccount],
    ) -> std::result::Result<(), NotAdded> {
        import::import_accounts(&self.database, accounts).await
    }

    async fn find_account(&self, identity: &Identity) -> Result<Option<Account>> {
        queries::find_account(&self.database, identity).await
    }

    async fn find_account_by_id(&self, id: &UserId) -> Result<Option<Account>> {
        queries::find_account_by_id(&self.database, id).await
    }

    async fn find_directory_accounts(&self, ids: &[EntryId], dn: &str) -> Result<Vec<Account>> {
        queries::find_directory_accounts(&self.database, ids, dn).await
    }

    async fn set_directory_entry(
        &self,
        id: &UserId,
        dn: &str,
        entry_id: Option<&EntryId>,
    ) -> Result<bool> {
        queries::set_directory_entry(&self.database, id, dn, entry_id).await
    }

    async fn accounts(&self, after: Option<&str>, limit: u32) -> Result<Vec<Account>> {
        queries::accounts(&self.database, after, limit).await
    }

    async fn set_profile(&self, id: &UserId, profile: &Profile) -> Result<bool> {
        queries::set_profile(&self.database, id, profile).await
    }

    async fn set_active(&self, id: &UserId, active: bool) -> Result<bool> {
        queries::set_active(&self.database, id, active).await
    }

    async fn set_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        queries::set_password(&self.database, id, hash).await
    }

    async fn set_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        queries::set_directory_password(&self.database, id, hash).await
    }

    async fn forget_directory_password(&self, id: &UserId, hash: &PasswordHash) -> Result<bool> {
        queries::forget_directory_password(&self.database, id, hash).await
    }

    async fn rehash_password(
        &self,
        id: &UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool> {
        queries::rehash_password(&self.database, id, old, new).await
    }

    async fn hash_kinds(&self) -> Result<BTreeSet<HashKind>> {
        queries::hash_kinds(&self.database).await
    }

    async fn set_totp(&self, id: &UserId, totp: Option<(&TotpSecret, &[String])>) -> Result<bool> {
        queries::set_totp(&self.database, id, totp).await
    }

    async fn claim_totp_step(&self, id: &UserId, step: u64) -> Result<bool> {
        queries::claim_totp_step(&self.database, id, step).await
    }

    async fn claim_backup_code(&self, id: &UserId, hash: &str) -> Result<bool> {
        queries::claim_backup_code(&self.database, id, hash).await
    }

    async fn remove_account(&self, id: &UserId) -> Result<bool> {
        queries::remove_account(&self.database, id).await
    }

    async fn open_session_after(
        &self,
        attempt: Success<'_>,
        account: &Account,
        session: &Session,
        keep: u32,
    ) -> Result<bool> {
        queries::open_session(&self.database, attempt, account, session, keep).await
    }

    async fn session_user(&self, token: &TokenHash, not_before: Timestamp) -> Result<Option<User>> {
        queries::session_user(&self.database, token, not_before).await
    }

    async fn close_session(&self, id: &UserId, token: &TokenHash) -> Result<bool> {
        queries::close_session(&self.database, id, token).await
    }

    async fn close_sessions(&self, id: &UserId) -> Result<u64> {
        queries::close_sessions(&self.database, id).await
    }

    async fn sessions(&self, id: &UserId) -> Result<Vec<Session>> {
        queries::sessions(&self.database, id).await
    }

    async fn add_access_token(
        &self,
        id: &UserId,
        token: &AccessToken,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        queries::add_access_token(&self.database, id, token, caller).await
    }

    async fn replace_access_token(
        &self,
        id: &UserId,
        name: &str,
        new: &StoredSecret,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        queries::replace_access_token(&self.database, id, name, new, caller).await
    }

    async fn remove_access_token(
        &self,
        id: &UserId,
        name: &str,
        caller: Option<&TokenHash>,
    ) -> Result<AccessTokenChange> {
        queries::remove_access_token(&self.database, id, name, caller).await
    }

    async fn access_tokens(&self, id: &UserId) -> Result<Vec<AccessToken>> {
        queries::access_tokens(&self.database, id).await
    }

    async fn access_token_user(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>> {
        queries::access_token_user(&self.database, token, now).await
    }

    async fn failures(&self, keys: &[&str]) -> Result<Vec<Failures>> {
        queries::failures(&self.database, keys).await
    }

    async fn counters(&self, after: Option<&str>, limit: u32) -> Result<Vec<Failures>> {
        queries::counters(&self.database, after, limit).await
    }

    async fn clear_failures(&self, keys: &[String]) -> Result<u64> {
        queries::clear_failures(&self.database, keys).await
    }

    async fn begin_attempt(
        &self,
        limits: &[Limit],
        now: Timestamp,
        duration: Duration,
    ) -> Result<bool> {
        queries::begin_attempt(&self.database, limits, now, duration).await
    }

    async fn fail_attempt(
        &self,
        pending: &[Limit],
        additional: Option<&Limit>,
        now: Timestamp,
        duration: Duration,
    ) -> Result<()> {
        queries::fail_attempt(&self.database, pending, additional, now, duration).await
    }

    async fn give_back_attempt(&self, pending: &[Limit]) -> Result<()> {
        queries::give_back_attempt(&self.database, pending).await
    }

    async fn give_back_abandoned_attempts(&self) -> Result<()> {
        Ok(())
    }

    async fn clean_up(
        &self,
        clock: Reading,
        token_life: Duration,
        lockout: Duration,
    ) -> Result<CleanedUp> {
        let (db, now) = (&self.database, clock.now);
        let sessions = in_chunks(|limit| queries::expire_sessions(db, now, token_life, limit));
        let access_tokens = in_chunks(|limit| queries::expire_access_tokens(db, now, limit));
        let failures = in_chunks(|limit| queries::expire_failures(db, now, lockout, limit));
        let sessions = sessions.await? + access_tokens.await?;
        Ok(CleanedUp { sessions, failures: failures.await? })
    }
}
