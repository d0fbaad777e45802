//! Whether a password is right: the account's own, or the directory's.

use std::sync::atomic::Ordering;

use crate::accounts::{Account, Identity, PasswordHash};
use crate::hashing::{LegacyHashes, Verdict};

use super::authenticate::Login;
use super::{Password, Refusal};

impl Login {
    /// The account that the name and the password belong to.
    ///
    /// A local account is judged by its own hash alone, so that it logs in whatever the directory
    /// does. Everybody else is judged by the directory, where there is one. Whoever is refused has
    /// cost one hash and one question to the directory, whether or not there is an account.
    pub(super) async fn check_password(
        &self,
        account: Option<Account>,
        identity: &Identity,
        password: &Password,
    ) -> Result<Option<Account>, Refusal> {
        let is_local = account.as_ref().is_some_and(|account| account.directory_dn.is_none());
        let Some(directory) = &self.directory else {
            // Without a directory, its accounts have nobody who would vouch for them.
            return self.check_own_password(account.filter(|_| is_local), password).await;
        };
        let (_, login) = identity.resolved();
        if is_local {
            let account = self.check_own_password(account, password).await?;
            if account.is_none() {
                directory.pretend(login).await;
            }
            return Ok(account);
        }
        let entry = match password.clear() {
            Some(password) => directory.authenticate(login, password).await,
            // A digest cannot be shown to a directory.
            None => {
                directory.pretend(login).await;
                None
            }
        };
        match entry {
            Some(entry) => self.admit(directory, entry, password).await,
            None => {
                let account = account.filter(|_| directory.has_fallback());
                self.check_own_password(account, password).await
            }
        }
    }

    /// The account, if the password is its own. Costs the same whether or not there is one, but for
    /// one that another login has hashed anew meanwhile, or whose password has been changed.
    async fn check_own_password(
        &self,
        account: Option<Account>,
        password: &Password,
    ) -> Result<Option<Account>, Refusal> {
        let mut account = account;
        loop {
            let stored = account.as_ref().and_then(|account| account.password.clone());
            let verdict = self.verify(password, stored.clone()).await?;
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

    pub(super) async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, Refusal> {
        if stored.as_ref().is_some_and(PasswordHash::is_legacy) {
            self.legacy_hashes.store(true, Ordering::Relaxed);
        }
        let legacy = if self.legacy_hashes.load(Ordering::Relaxed) {
            LegacyHashes::Present
        } else {
            LegacyHashes::Absent
        };
        let _counted = self.metrics.hash();
        Ok(self.hashes.verify(password.digest(), stored, legacy).await?)
    }
}
