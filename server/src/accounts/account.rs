//! The account itself.

use serde::{Deserialize, Serialize};

use super::{EntryId, PasswordHash, TotpSecret, UserId};

/// One account, as the store holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Never changes, unlike the names.
    pub id: UserId,
    /// What the user and the directory may change.
    pub profile: Profile,
    /// Whether it may log in.
    pub active: bool,
    /// The [normalised](super::normalize_dn) distinguished name of the account's entry in the
    /// directory; none for a local account. Something else stands there while nobody knows it.
    pub directory_dn: Option<String>,
    /// The id of that entry, as soon as it is known.
    pub directory_id: Option<EntryId>,
    /// None: no password logs in here.
    pub password: Option<PasswordHash>,
    /// Some: a second factor is demanded.
    pub totp: Option<TotpSecret>,
}

/// An account as its owner sees it: without anything that logs in to it.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The account's.
    pub id: UserId,
    /// The account's.
    pub profile: Profile,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self { id: account.id, profile: account.profile }
    }
}

/// Names, addresses and roles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Unique, case-sensitive.
    pub username: String,
    /// For people.
    pub name: Option<String>,
    /// No two accounts share an address, whatever its case.
    pub emails: Vec<Email>,
    /// Passed on, never interpreted.
    pub roles: Vec<String>,
    /// Hours. A number in life (5.75), although the document says integer.
    pub utc_offset: Option<f64>,
}

/// An address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// As the user writes it.
    pub address: String,
    /// Whether its owner has proved to be the user.
    pub verified: bool,
}

/// An account that is about to be stored.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// All of it but the backup codes.
    pub account: Account,
    /// SHA-256 of each backup code, in hex.
    pub backup_code_hashes: Vec<String>,
}

/// How somebody names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Exact, else without regard to case where that leaves one account.
    Username(String),
    /// Without regard to case.
    Email(String),
    /// `user` in the request: an address if it has an `@`, else a user name.
    Either(String),
}

/// What no account may be called.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ProfileError {
    /// Also whitespace, control characters and `@`, which would make it look like an address.
    #[error("user name {0:?} is empty or holds a space, a control character or an @")]
    Username(String),
    /// Not `something@something`.
    #[error("{0:?} is not an e-mail address")]
    Email(String),
    /// Not a time zone on earth.
    #[error("UTC offset {0} is not between -12 and 14 hours")]
    UtcOffset(f64),
}

impl Account {
    /// A local account without secrets.
    pub fn new(profile: Profile) -> Self {
        Self {
            id: UserId::random(),
            profile,
            active: true,
            directory_dn: None,
            directory_id: None,
            password: None,
            totp: None,
        }
    }

    /// What failed logins to an account of the directory are counted by: the id of its entry, else
    /// the distinguished name.
    pub fn entry_key(&self) -> Option<&str> {
        let dn = self.directory_dn.as_deref()?;
        Some(self.directory_id.as_ref().map_or(dn, EntryId::as_str))
    }
}

impl Email {
    /// Whether it may be somebody's address: `something@something`, without a space or a control
    /// character.
    pub fn is_plausible(address: &str) -> bool {
        let parts = address.split_once('@').filter(|_| !address.contains(is_odd));
        parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
    }
}

fn is_odd(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl Profile {
    /// Whether somebody may be called so: not empty, and without a space, a control character, or
    /// an `@`, which would make it look like an address.
    pub fn is_username(name: &str) -> bool {
        !name.is_empty() && !name.contains(|c| is_odd(c) || c == '@')
    }

    /// Refuses what could never log in, or would log in as somebody else.
    ///
    /// # Errors
    ///
    /// Names the member that is wrong.
    pub fn validate(&self) -> Result<(), ProfileError> {
        if !Self::is_username(&self.username) {
            return Err(ProfileError::Username(self.username.clone()));
        }
        for Email { address, .. } in &self.emails {
            if !Email::is_plausible(address) {
                return Err(ProfileError::Email(address.clone()));
            }
        }
        match self.utc_offset {
            Some(hours) if !(-12.0..=14.0).contains(&hours) => Err(ProfileError::UtcOffset(hours)),
            _ => Ok(()),
        }
    }
}

impl Identity {
    /// The name without regard to case, with the kind in front so that a user name and an
    /// address never meet.
    pub fn folded(&self) -> String {
        match self.resolved() {
            (true, name) => format!("email:{}", fold(name)),
            (false, name) => format!("username:{}", fold(name)),
        }
    }

    /// Whether it is an address, and the name.
    pub fn resolved(&self) -> (bool, &str) {
        match self {
            Self::Username(name) => (false, name),
            Self::Email(address) => (true, address),
            Self::Either(name) => (name.contains('@'), name),
        }
    }
}

/// The form in which names are compared without regard to case, in every store alike.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(username: &str, email: &str) -> Profile {
        Profile {
            username: username.to_owned(),
            emails: vec![Email { address: email.to_owned(), verified: false }],
            ..Profile::default()
        }
    }

    #[test]
    fn profiles_that_could_be_mistaken_are_refused() {
        assert_eq!(profile("alice", "a@b").validate(), Ok(()));
        for username in ["", "a b", "a@b", "a\0"] {
            assert!(profile(username, "a@b").validate().is_err(), "{username:?}");
        }
        for email in ["", "a", "@", "a@", "@b", "a@b@c", "a @b"] {
            assert!(profile("alice", email).validate().is_err(), "{email:?}");
        }
    }

    #[test]
    fn user_is_an_address_only_with_an_at_sign() {
        assert_eq!(Identity::Either("A@B".to_owned()).folded(), "email:a@b");
        assert_eq!(Identity::Either("Ab".to_owned()).folded(), "username:ab");
    }
}
