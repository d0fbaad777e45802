//! The account of somebody whom the directory has let in.

use crate::accounts::{Account, Identity, NewAccount, Profile, UserId, fold};
use crate::directory::{Directory, Entry};
use crate::hashing::Requester;
use crate::import::DN_TO_COME;
use crate::store::StoreError;

use super::authenticate::Login;
use super::{Password, Refusal};

impl Login {
    /// Makes the account at the first login, and keeps it up to date later.
    ///
    /// `own` is the account whose remembered password this is, where there is one. None where there
    /// can be no such account: its user name is another account's, in whatever case, or is none.
    pub(super) async fn admit(
        &self,
        directory: &Directory,
        entry: &Entry,
        password: &Password,
        requester: Requester,
        own: Option<&UserId>,
    ) -> Result<Option<Account>, Refusal> {
        let account = match self.known(entry).await? {
            Some(account) => Some(self.refreshed(account, entry).await?),
            None => self.created(entry).await?,
        };
        if let Some(account) = &account
            && directory.has_fallback()
            && own.is_none_or(|own| *own != account.id)
        {
            self.remember_password(account, password, requester).await?;
        }
        Ok(account)
    }

    /// The account of this person: by the id of the entry, then by its distinguished name, unless
    /// the account's id says that this is somebody else. An import tells neither of the two, so its
    /// accounts are found by user name.
    async fn known(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
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
            account.directory_id.is_none() && dn.is_some_and(|dn| dn.starts_with(DN_TO_COME))
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

    async fn created(&self, entry: &Entry) -> Result<Option<Account>, StoreError> {
        let Some(username) = self.usernames(entry).next() else {
            slog::warn!(self.log, "cannot make an account of an entry: it has no usable user name";
                "dn" => &entry.normalized_dn);
            return Ok(None);
        };
        let profile = Profile {
            username: username.to_owned(),
            name: self.name(entry),
            emails: self.emails(entry, None).await?,
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
        if let Some(account) = self.known(entry).await? {
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
    async fn refreshed(&self, account: Account, entry: &Entry) -> Result<Account, StoreError> {
        let mut profile = account.profile.clone();
        if !entry.usernames.contains(&profile.username)
            && let Some(username) = self.usernames(entry).next()
        {
            username.clone_into(&mut profile.username);
        }
        profile.name = self.name(entry).or(profile.name);
        let emails = self.emails(entry, Some(&account)).await?;
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
