//! The account of somebody whom the directory has let in.

use crate::accounts::{Account, Email, Identity, NewAccount, Profile, fold};
use crate::directory::{Directory, Entry};
use crate::hashing::Requester;
use crate::import::DN_TO_COME;
use crate::store::StoreError;

use super::authenticate::Login;
use super::{Password, Refusal};

impl Login {
    /// Makes the account at the first login, and keeps name and addresses up to date later.
    ///
    /// `own` is the account whose kept password this is, where there is one. None where there can
    /// be no such account: its user name is a local account's, in whatever case, or is none.
    pub(super) async fn admit(
        &self,
        directory: &Directory,
        entry: Entry,
        password: &Password,
        requester: Requester,
        own: Option<&Account>,
    ) -> Result<Option<Account>, Refusal> {
        let known = self.known(&entry).await?;
        let account = match known {
            Some(account) => Some(self.refreshed(account, &entry).await?),
            None => self.created(&entry).await?,
        };
        if let Some(account) = &account
            && directory.has_fallback()
            && own.is_none_or(|own| own.id != account.id)
        {
            self.remember_password(account, password, requester).await?;
        }
        Ok(account)
    }

    async fn known(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        if let Some(account) = self.store.find_directory_account(&entry.dn).await? {
            return Ok(Some(account));
        }
        // Rocket.Chat's export does not tell the names of the directory, only that there is one.
        let imported = |account: &Account| {
            let dn = account.directory_dn.as_ref();
            fold(&account.profile.username) == fold(&entry.username)
                && dn.is_some_and(|dn| dn.starts_with(DN_TO_COME))
        };
        let identity = Identity::Username(entry.username.clone());
        Ok(self.store.find_account(&identity).await?.filter(imported))
    }

    async fn created(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        let profile = Profile {
            username: entry.username.clone(),
            name: entry.name.clone(),
            emails: emails(entry),
            roles: vec!["user".to_owned()],
            utc_offset: None,
        };
        if let Err(error) = profile.validate() {
            slog::warn!(self.log, "cannot make an account of an entry"; "error" => %error);
            return Ok(None);
        }
        let account = Account { directory_dn: Some(entry.dn.clone()), ..Account::new(profile) };
        match self.add(account.clone()).await {
            Err(StoreError::Taken { .. }) => {}
            other => return other.map(|()| Some(account)),
        }
        // Two first logins at once: the other one has made it.
        if let Some(account) = self.store.find_directory_account(&entry.dn).await? {
            return Ok(Some(account));
        }
        // An address that somebody else has here must not keep its owner out; a user name must, in
        // whatever case: Rocket.Chat's are unique without regard to it.
        let mut without = account;
        without.profile.emails.clear();
        match self.add(without.clone()).await {
            Err(StoreError::Taken { .. }) => {}
            other => return other.map(|()| Some(without)),
        }
        slog::warn!(self.log, "an entry of the directory is refused: an account has its user name";
            "dn" => &entry.dn, "username" => &entry.username);
        Ok(None)
    }

    async fn add(&self, account: Account) -> Result<(), StoreError> {
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        self.store.add_account(&new).await
    }

    /// With the name and the addresses of the entry, where it has any.
    async fn refreshed(&self, mut account: Account, entry: &Entry) -> Result<Account, StoreError> {
        let mut profile = account.profile.clone();
        profile.name = entry.name.clone().or(profile.name);
        if !entry.emails.is_empty() {
            profile.emails = emails(entry);
        }
        if profile == account.profile || profile.validate().is_err() {
            return Ok(account);
        }
        match self.store.set_profile(&account.id, &profile).await {
            Ok(_) => account.profile = profile,
            Err(StoreError::Taken { what }) => {
                slog::warn!(self.log, "an account keeps what it had"; "taken" => what);
            }
            Err(error) => return Err(error),
        }
        Ok(account)
    }

    /// For the day when the directory is away. A login that the directory has let in does not fail
    /// because this server has no time to hash.
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
}

/// The directory vouches for its addresses.
fn emails(entry: &Entry) -> Vec<Email> {
    entry.emails.iter().map(|address| Email { address: address.clone(), verified: true }).collect()
}
