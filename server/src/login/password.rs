//! Checks passwords against the account's own hash or the directory.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use slog::Logger;

use super::{Password, Refusal, directory_accounts::DirectoryAccounts};
use crate::{
    accounts::{Account, Identity, PasswordHash, UserId},
    directory::{BindOutcome, Directory, NoVerdict},
    hashing::{HashPool, Requester, Verdict},
    metrics::Metrics,
    store::{Store, StoreError},
};

/// The outcome of a password check.
pub(super) struct PasswordOutcome {
    /// The account, if the password is correct.
    pub(super) account: Option<Account>,
    /// The [key](crate::directory::Entry::key) of the entry with this name, if the directory named
    /// one.
    pub(super) entry_key: Option<String>,
}

/// A directory account whose remembered password is correct.
struct Remembered(Account);

impl Remembered {
    /// The account, which may log in because the directory gave no verdict.
    fn without_verdict(self, _: NoVerdict) -> Account {
        self.0
    }
}

/// The accounts whose unusable hash was logged. They are remembered so that an attacker cannot fill
/// the log.
#[derive(Default)]
pub(super) struct ReportedHashes(Mutex<HashSet<UserId>>);

/// The maximum number of remembered accounts. When it is reached, all are forgotten.
const MAX_REPORTED: usize = 1000;

impl ReportedHashes {
    /// Whether this account has not been reported yet.
    fn insert(&self, account: &UserId) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() >= MAX_REPORTED {
            reported.clear();
        }
        reported.insert(account.clone())
    }
}

/// Checks passwords with the hash of the account and with the directory.
pub(super) struct PasswordCheck {
    store: Arc<dyn Store>,
    hashes: HashPool,
    directory: Option<Directory>,
    directory_accounts: DirectoryAccounts,
    metrics: Metrics,
    log: Logger,
    reported_hashes: ReportedHashes,
}

impl PasswordCheck {
    pub(super) fn new(
        store: Arc<dyn Store>,
        hashes: HashPool,
        directory: Option<Directory>,
        metrics: Metrics,
        log: Logger,
    ) -> Self {
        let directory_accounts = DirectoryAccounts::new(Arc::clone(&store), log.clone());
        let reported_hashes = ReportedHashes::default();
        Self { store, hashes, directory, directory_accounts, metrics, log, reported_hashes }
    }

    /// Loads the kinds of hashes in the store, because a dummy hash must take as long as a real
    /// one.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
    pub(super) async fn refresh_hash_kinds(&self) -> Result<(), StoreError> {
        self.hashes.set_kinds(self.store.hash_kinds().await?);
        Ok(())
    }

    /// Checks a name and a password.
    ///
    /// A local account is checked only with its own hash, so it can log in whatever the directory
    /// does. All other names are checked by the directory, if there is one. Its verdict is final.
    /// With `ldap.fallback`, a remembered password counts only while there is no verdict. A digest
    /// cannot be sent to the directory, so it works for a directory account only in this case.
    ///
    /// Every refusal takes one hash, then one search and bind, whatever the name. The order
    /// matters, not only the sum: with the reverse order for some names, medians of 200 refusals
    /// differed by up to 12%. A directory account therefore takes a hash even where there is no
    /// fallback.
    pub(super) async fn check(
        &self,
        account: Option<Account>,
        identity: &Identity,
        password: &Password,
        requester: Requester,
    ) -> Result<PasswordOutcome, Refusal> {
        let is_local = |account: &&Account| account.directory_dn.is_none();
        let local = account.as_ref().filter(is_local).map(|local| local.profile.username.clone());
        let has_fallback = self.directory.as_ref().is_some_and(Directory::has_fallback);
        // A hash that cannot decide is not compared either. A correct one could trigger a rehash,
        // whose time would show.
        let account = account.filter(|_| local.is_some() || has_fallback);
        let own = self.check_own_password(account, password, &requester).await?;
        let Some(directory) = &self.directory else {
            // Without a directory, its accounts cannot log in.
            return Ok(PasswordOutcome { account: own, entry_key: None });
        };
        let (_, login) = identity.resolve();
        if let Some(username) = local {
            if own.is_none()
                && let Ok(BindOutcome::Refused(_)) = directory.dummy_bind(login).await
            {
                // The log explains to the owner of the entry why the directory was not asked.
                slog::info!(self.log, "not asked of the directory: a local account has the name";
                    "username" => username);
            }
            return Ok(PasswordOutcome { account: own, entry_key: None });
        }
        let remembered = own.map(Remembered);
        let (account, entry_key) = match directory.authenticate(login, password.clear()).await {
            Ok(BindOutcome::Accepted(entry)) => {
                let account = self.directory_accounts.admit(&entry).await?;
                if let Some(account) = &account
                    && directory.has_fallback()
                    && remembered.is_none_or(|Remembered(own)| own.id != account.id)
                {
                    self.remember_password(account, password, requester).await?;
                }
                (account, Some(entry.key().to_owned()))
            }
            Ok(BindOutcome::Refused(entry)) => {
                if password.clear().is_some() {
                    self.forget_remembered(remembered).await?;
                }
                (None, Some(entry.key().to_owned()))
            }
            Ok(BindOutcome::NoSuchEntry) => {
                self.forget_remembered(remembered).await?;
                (None, None)
            }
            // This is about the name and says nothing about the password.
            Ok(BindOutcome::SeveralEntries) => (None, None),
            Err(no_verdict) => {
                (remembered.map(|remembered| remembered.without_verdict(no_verdict)), None)
            }
        };
        Ok(PasswordOutcome { account, entry_key })
    }

    /// Stores the hash of a password that the directory accepted, for logins while it is down. The
    /// login does not fail if the server is too busy to hash.
    async fn remember_password(
        &self,
        account: &Account,
        password: &Password,
        requester: Requester,
    ) -> Result<(), StoreError> {
        if let Ok(hash) = self.hashes.hash_for(requester, password.digest()).await {
            self.store.set_directory_password(&account.id, &hash).await?;
        }
        Ok(())
    }

    /// Removes a remembered password that the directory no longer accepts, so that it does not work
    /// while the directory is down later. Only clients that know the password can notice the time
    /// this takes.
    async fn forget_remembered(&self, remembered: Option<Remembered>) -> Result<(), StoreError> {
        if let Some(Remembered(Account { id, password: Some(hash), .. })) = remembered {
            self.store.forget_directory_password(&id, &hash).await?;
        }
        Ok(())
    }

    /// Takes as long as [`check`](Self::check) takes for a wrong password. Passwords for locked
    /// accounts are not sent to the directory.
    pub(super) async fn dummy_check(
        &self,
        identity: &Identity,
        password: &Password,
        requester: Requester,
    ) -> Result<(), Refusal> {
        self.check_own_password(None, password, &requester).await?;
        if let Some(directory) = &self.directory {
            // The outcome does not matter.
            let _ = directory.dummy_bind(identity.resolve().1).await;
        }
        Ok(())
    }

    /// The account, if the password matches its own hash. It takes the same time whether or not
    /// there is an account. The exceptions are accounts whose hash another login has replaced, or
    /// whose password was changed, in the meantime.
    async fn check_own_password(
        &self,
        account: Option<Account>,
        password: &Password,
        requester: &Requester,
    ) -> Result<Option<Account>, Refusal> {
        let mut account = account;
        loop {
            let stored = account.as_ref().and_then(|account| account.password.clone());
            let verdict = self.verify(password, stored.clone(), requester).await?;
            if let (Verdict::Unusable(error), Some(account)) = (&verdict, &account)
                && self.reported_hashes.insert(&account.id)
            {
                slog::error!(self.log, "no password logs in: the stored hash cannot be verified";
                    "username" => &account.profile.username, "error" => %error);
            }
            let (Verdict::Right { rehashed }, Some(mut judged)) = (verdict, account) else {
                return Ok(None);
            };
            let (Some(new), Some(old)) = (rehashed, stored) else { return Ok(Some(judged)) };
            if self.store.rehash_password(&judged.id, &old, &new).await? {
                judged.password = Some(new);
                return Ok(Some(judged));
            }
            let identity = Identity::Username(judged.profile.username);
            account = self.store.find_account(&identity).await?;
            if account.as_ref().is_none_or(|again| again.id != judged.id) {
                return Ok(None);
            }
        }
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
        requester: &Requester,
    ) -> Result<Verdict, Refusal> {
        let _counted = self.metrics.hash();
        Ok(self.hashes.verify(requester.clone(), password.digest(), stored).await?)
    }
}
