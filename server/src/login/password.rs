//! Whether a password is right: the account's own, or the directory's.

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

/// What a name and a password came to.
pub(super) struct PasswordOutcome {
    /// The account that they belong to, if any.
    pub(super) account: Option<Account>,
    /// The [key](crate::directory::Entry::key) of the entry that the name means, if the directory
    /// has said so.
    pub(super) entry_key: Option<String>,
}

/// An account of the directory whose remembered password this is.
struct Remembered(Account);

impl Remembered {
    /// The account, which its remembered password opens where the directory gives no verdict.
    fn without_verdict(self, _: NoVerdict) -> Account {
        self.0
    }
}

/// The accounts whose unusable hash has been logged: a guesser must not fill the log.
#[derive(Default)]
pub(super) struct ReportedHashes(Mutex<HashSet<UserId>>);

/// Beyond so many accounts, they are logged again.
const MAX_REPORTED: usize = 1000;

impl ReportedHashes {
    /// Whether it is the first time that this account is reported.
    fn insert(&self, account: &UserId) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() >= MAX_REPORTED {
            reported.clear();
        }
        reported.insert(account.clone())
    }
}

/// Judges passwords: by the hash of the account, and by the directory.
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

    /// Asks the store which kinds of hashes it holds: a dummy hash must cost what a real one does.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub(super) async fn refresh_hash_kinds(&self) -> Result<(), StoreError> {
        self.hashes.set_kinds(self.store.hash_kinds().await?);
        Ok(())
    }

    /// The account that the name and the password belong to.
    ///
    /// A local account is judged by its own hash alone, so that it logs in whatever the directory
    /// does. Everybody else is judged by the directory, where there is one. Its verdict is final:
    /// with `ldap.fallback`, a remembered password counts only while there is no verdict. A
    /// password that the client has sent as a digest cannot be shown to the directory, so it opens
    /// an account of the directory only then too.
    ///
    /// Whoever is refused has cost one hash and then one search and bind, whatever the name is. Not
    /// only the sum must be the same: when local names took the two in this order and the others in
    /// the reverse, medians of 200 refusals differed by up to 12%, either way. So an account of the
    /// directory costs a hash that is of no use where there is no fallback.
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
        // A hash that opens nothing is not even compared with: else a right one would take the
        // time of hashing it anew.
        let account = account.filter(|_| local.is_some() || has_fallback);
        let own = self.check_own_password(account, password, &requester).await?;
        let Some(directory) = &self.directory else {
            // Without a directory, its accounts have nobody who would vouch for them.
            return Ok(PasswordOutcome { account: own, entry_key: None });
        };
        let (_, login) = identity.resolved();
        if let Some(username) = local {
            if own.is_none()
                && let Ok(BindOutcome::Refused(_)) = directory.dummy_bind(login).await
            {
                // The owner of the entry may wonder.
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
            // Which is about the name, and says nothing about the password.
            Ok(BindOutcome::SeveralEntries) => (None, None),
            Err(no_verdict) => {
                (remembered.map(|remembered| remembered.without_verdict(no_verdict)), None)
            }
        };
        Ok(PasswordOutcome { account, entry_key })
    }

    /// Stores the hash of a password that the directory has accepted, for the time when it is away.
    /// A login that the directory has let in does not fail because this server has no time to hash.
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

    /// Drops a password that the directory no longer accepts, so that it opens nothing when the
    /// directory is away later. Only whoever knows that password can tell this from the time.
    async fn forget_remembered(&self, remembered: Option<Remembered>) -> Result<(), StoreError> {
        if let Some(Remembered(Account { id, password: Some(hash), .. })) = remembered {
            self.store.forget_directory_password(&id, &hash).await?;
        }
        Ok(())
    }

    /// Takes as long as [`check`](Self::check) does for a wrong one. Whoever is
    /// locked out does not get to show passwords to the directory either.
    pub(super) async fn dummy_check(
        &self,
        identity: &Identity,
        password: &Password,
        requester: Requester,
    ) -> Result<(), Refusal> {
        self.check_own_password(None, password, &requester).await?;
        if let Some(directory) = &self.directory {
            // Whatever it says.
            let _ = directory.dummy_bind(identity.resolved().1).await;
        }
        Ok(())
    }

    /// The account, if the password is its own. Costs the same whether or not there is one, but for
    /// one that another login has hashed anew meanwhile, or whose password has been changed.
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
