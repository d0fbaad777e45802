//! The accounts of users whom the directory has accepted.

use std::sync::Arc;

use slog::Logger;

use super::entry_profile::EntryProfile;
use crate::{
    accounts::{Account, IMPORTED_DN_PREFIX, Identity, NewAccount, Profile, fold},
    directory::Entry,
    store::{Store, StoreError},
};

/// Creates and updates the account of each accepted entry.
pub(super) struct DirectoryAccounts {
    store: Arc<dyn Store>,
    log: Logger,
}

impl DirectoryAccounts {
    pub(super) fn new(store: Arc<dyn Store>, log: Logger) -> Self {
        Self { store, log }
    }

    /// Finds or creates the account of an accepted entry, and updates it.
    ///
    /// `None` if there can be no account: the entry has no usable user name, or another account has
    /// it, regardless of case.
    pub(super) async fn admit(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        match self.find(entry).await? {
            Some(account) => Ok(Some(self.refresh(account, entry).await?)),
            None => self.create(entry).await,
        }
    }

    /// Finds the account by the id of the entry, then by its distinguished name, unless the
    /// account's id shows that it belongs to another entry. An import contains neither, so imported
    /// accounts are found by user name.
    async fn find(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        let dn = &entry.normalized_dn;
        let mut found = self.store.find_directory_accounts(&entry.ids, dn).await?;
        let by_id = entry.ids.iter().find_map(|id| {
            found.iter().position(|account| account.directory_id.as_ref() == Some(id))
        });
        let by_id = by_id.map(|index| found.swap_remove(index));
        let mut by_dn = found.into_iter().find(|account| account.directory_dn.as_ref() == Some(dn));
        let is_stale = |account: &mut Account| match &account.directory_id {
            Some(id) => by_id.is_some() || entry.contradicts(id),
            None => false,
        };
        if let Some(former) = by_dn.take_if(is_stale) {
            self.release_dn(&former).await?;
        }
        if let Some(account) = by_id.or(by_dn) {
            return Ok(Some(account));
        }
        let is_imported = |account: &Account| {
            let dn = account.directory_dn.as_ref();
            account.directory_id.is_none()
                && dn.is_some_and(|dn| dn.starts_with(IMPORTED_DN_PREFIX))
        };
        for username in &entry.usernames {
            let named = self.store.find_account(&Identity::Username(username.clone())).await?;
            let same_name = |account: &Account| fold(&account.profile.username) == fold(username);
            if let Some(account) = named.filter(is_imported).filter(same_name) {
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    /// Replaces the distinguished name of an account by a placeholder, because another entry has
    /// the name now. The account is still found by its id.
    async fn release_dn(&self, former: &Account) -> Result<(), StoreError> {
        let Some(id) = &former.directory_id else { return Ok(()) };
        self.store.set_directory_entry(&former.id, &id.placeholder_dn(), Some(id)).await?;
        Ok(())
    }

    async fn create(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        let Some(username) = self.profile(entry).usernames().next() else {
            slog::warn!(self.log, "cannot make an account of an entry: it has no usable user name";
                "dn" => &entry.normalized_dn);
            return Ok(None);
        };
        let profile = Profile {
            username: username.to_owned(),
            name: self.profile(entry).name(),
            emails: self.profile(entry).emails(None).await?,
            roles: vec!["user".to_owned()],
            utc_offset: None,
        };
        let mut account = Account {
            directory_dn: Some(entry.normalized_dn.clone()),
            directory_id: entry.ids.first().cloned(),
            ..Account::new(profile)
        };
        match self.add(account.clone()).await {
            Err(StoreError::Taken { .. }) => {}
            other => return other.map(|()| Some(account)),
        }
        // A concurrent first login may have created the account.
        if let Some(account) = self.find(entry).await? {
            return Ok(Some(account));
        }
        // An address that another account got in the meantime must not prevent the login. A user
        // name must, regardless of case, because Rocket.Chat's user names are unique without regard
        // to case.
        account.profile.emails.clear();
        match self.add(account.clone()).await {
            Err(StoreError::Taken { .. }) => {}
            other => return other.map(|()| Some(account)),
        }
        slog::warn!(self.log, "an entry of the directory is refused: an account has its user name";
            "dn" => &entry.normalized_dn, "username" => username);
        Ok(None)
    }

    async fn add(&self, account: Account) -> Result<(), StoreError> {
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        self.store.add_account(&new).await
    }

    /// Updates the names and addresses of an account with the usable values of its entry.
    async fn refresh(&self, account: Account, entry: &Entry) -> Result<Account, StoreError> {
        let mut profile = account.profile.clone();
        if !entry.usernames.contains(&profile.username)
            && let Some(username) = self.profile(entry).usernames().next()
        {
            username.clone_into(&mut profile.username);
        }
        profile.name = self.profile(entry).name().or(profile.name);
        let emails = self.profile(entry).emails(Some(&account)).await?;
        if !emails.is_empty() {
            profile.emails = emails;
        }
        let account = self.with_entry(account, entry).await?;
        self.with_profile(account, profile).await
    }

    /// Stores the id and the distinguished name of the entry in the account.
    async fn with_entry(&self, mut account: Account, entry: &Entry) -> Result<Account, StoreError> {
        let dn = &entry.normalized_dn;
        let id = entry.ids.first().or(account.directory_id.as_ref()).cloned();
        if account.directory_dn.as_ref() == Some(dn) && account.directory_id == id {
            return Ok(account);
        }
        match self.store.set_directory_entry(&account.id, dn, id.as_ref()).await {
            Ok(_) => (account.directory_dn, account.directory_id) = (Some(dn.clone()), id),
            Err(StoreError::Taken { what }) => {
                slog::warn!(self.log, "an account keeps what it had"; "taken" => what,
                    "username" => &account.profile.username);
            }
            Err(error) => return Err(error),
        }
        Ok(account)
    }

    /// Stores the profile, except for names and addresses that other accounts have.
    async fn with_profile(
        &self,
        mut account: Account,
        mut profile: Profile,
    ) -> Result<Account, StoreError> {
        while profile != account.profile {
            match self.store.set_profile(&account.id, &profile).await {
                Ok(_) => account.profile = profile.clone(),
                Err(StoreError::Taken { what: StoreError::USERNAME })
                    if profile.username != account.profile.username =>
                {
                    slog::warn!(self.log, "an account keeps its user name: the new one is taken";
                        "username" => &account.profile.username, "new" => &profile.username);
                    profile.username.clone_from(&account.profile.username);
                }
                Err(StoreError::Taken { what }) => {
                    slog::warn!(self.log, "an account keeps what it had"; "taken" => what,
                        "username" => &account.profile.username);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(account)
    }

    fn profile<'a>(&'a self, entry: &'a Entry) -> EntryProfile<'a> {
        EntryProfile::new(entry, self.store.as_ref(), &self.log)
    }
}
