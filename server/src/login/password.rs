//! Whether a password is right: the account's own, or the directory's.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::accounts::{Account, Identity, PasswordHash, UserId};
use crate::directory::{Answer, Directory};
use crate::hashing::{Requester, Verdict};

use super::authenticate::Login;
use super::{Password, Refusal};

/// What a name and a password came to.
pub(super) struct Judged {
    /// The account that they belong to, if any.
    pub(super) account: Option<Account>,
    /// The entry of the directory that the name means, if the directory has said so.
    pub(super) dn: Option<String>,
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

impl Login {
    /// The account that the name and the password belong to.
    ///
    /// A local account is judged by its own hash alone, so that it logs in whatever the directory
    /// does. Everybody else is judged by the directory, where there is one.
    ///
    /// Whoever is refused has cost one hash and then one question to the directory, whatever the
    /// name is. Not only the sum must be the same: when local names took the two in this order and
    /// the others in the reverse, medians of 200 refusals differed by up to 12%, either way. So an
    /// account of the directory costs a hash that is of no use where there is no fallback: that is
    /// the price of telling nothing.
    pub(super) async fn check_password(
        &self,
        account: Option<Account>,
        identity: &Identity,
        password: &Password,
        requester: Requester,
    ) -> Result<Judged, Refusal> {
        let is_local = |account: &&Account| account.directory_dn.is_none();
        let local = account.as_ref().filter(is_local).map(|local| local.profile.username.clone());
        let has_fallback = self.directory.as_ref().is_some_and(Directory::has_fallback);
        // A hash that opens nothing is not even compared with: else a right one would take the
        // time of hashing it anew.
        let account = account.filter(|_| local.is_some() || has_fallback);
        let own = self.check_own_password(account, password, &requester).await?;
        let Some(directory) = &self.directory else {
            // Without a directory, its accounts have nobody who would vouch for them.
            return Ok(Judged { account: own, dn: None });
        };
        let (_, login) = identity.resolved();
        if let Some(username) = local {
            if own.is_none() && directory.pretend(login).await == Some(true) {
                // The owner of the entry may wonder.
                slog::info!(self.log, "not asked of the directory: a local account has the name";
                    "username" => username);
            }
            return Ok(Judged { account: own, dn: None });
        }
        match ask(directory, login, password).await {
            Answer::Accepted(entry) => {
                let dn = Some(entry.dn.clone());
                let account =
                    self.admit(directory, entry, password, requester, own.as_ref()).await?;
                Ok(Judged { account, dn })
            }
            Answer::Refused { dn } => Ok(Judged { account: own, dn }),
        }
    }

    /// Takes as long as [`check_password`](Self::check_password) does for a wrong one. Whoever is
    /// locked out does not get to show passwords to the directory either.
    pub(super) async fn refuse_password(
        &self,
        identity: &Identity,
        password: &Password,
        requester: Requester,
    ) -> Result<(), Refusal> {
        self.check_own_password(None, password, &requester).await?;
        if let Some(directory) = &self.directory {
            directory.pretend(identity.resolved().1).await;
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

async fn ask(directory: &Directory, login: &str, password: &Password) -> Answer {
    match password.clear() {
        Some(password) => directory.authenticate(login, password).await,
        // A digest cannot be shown to a directory.
        None => {
            directory.pretend(login).await;
            Answer::NOBODY
        }
    }
}
