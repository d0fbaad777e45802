//! The account of somebody whom the directory has let in.

use std::sync::Arc;

use slog::Logger;

use super::entry_profile::EntryProfile;
use crate::{
    accounts::{Account, IMPORTED_DN_PREFIX, Identity, NewAccount, Profile, fold},
    directory::Entry,
    store::{Store, StoreError},
};

/// Keeps one account for each entry that the directory has let in.
pub(super) struct DirectoryAccounts {
    store: Arc<dyn Store>,
    log: Logger,
}

impl DirectoryAccounts {
    pub(super) fn new(store: Arc<dyn Store>, log: Logger) -> Self {
        Self { store, log }
    }

    /// Makes the account of an entry at its first login, and keeps it up to date later.
    ///
    /// None where there can be no such account: its user name is another account's, in whatever
    /// case, or is none.
    pub(super) async fn admit(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        match self.find(entry).await? {
            Some(account) => Ok(Some(self.refresh(account, entry).await?)),
            None => self.create(entry).await,
        }
    }

    /// The account of this person: by the id of the entry, then by its distinguished name, unless
    /// the account's id says that this is somebody else. An import tells neither of the two, so its
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

    /// The distinguished name of this account's entry is another entry's now; the account is still
    /// found by its id.
    async fn release_dn(&self, former: &Account) -> Result<(), StoreError> {
        let Some(id) = &former.directory_id else { return Ok(()) };
        self.store.set_directory_entry(&former.id, &id.in_place_of_dn(), Some(id)).await?;
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
        // Two first logins at once: the other one has made it.
        if let Some(account) = self.find(entry).await? {
            return Ok(Some(account));
        }
        // An address that another account has got at this moment must not keep its owner out; a
        // user name must, in whatever case: Rocket.Chat's are unique without regard to it.
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

    /// With the names and the addresses of the entry, where it has usable ones.
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

    /// Learns the id and the distinguished name of the account's entry.
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

    /// With this profile, or as much of it as is free.
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
