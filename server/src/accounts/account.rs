//! The account and its profile.

use serde::{Deserialize, Serialize};

use super::{EntryId, PasswordHash, TotpSecret, UserId};

/// One account, as the store keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The account's id, which never changes, unlike the names.
    pub id: UserId,
    /// The data that the user and the directory may change.
    pub profile: Profile,
    /// Whether the account may log in.
    pub active: bool,
    /// The [normalised](super::normalize_dn) distinguished name of the account's directory entry;
    /// `None` for a local account. It is a placeholder while the name is not known.
    pub directory_dn: Option<String>,
    /// The id of that entry, once it is known.
    pub directory_id: Option<EntryId>,
    /// The password hash; `None` if the account has no password.
    pub password: Option<PasswordHash>,
    /// The TOTP secret; if there is one, a login requires a second factor.
    pub totp: Option<TotpSecret>,
}

/// The parts of an account that a client may see, without any secret.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The account's profile.
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
    /// The user name: unique and case-sensitive.
    pub username: String,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail addresses. No two accounts share one, regardless of case.
    pub emails: Vec<Email>,
    /// The roles, which the server only passes on.
    pub roles: Vec<String>,
    /// The offset from UTC in hours. It may be a fraction (5.75), although the document says
    /// integer.
    pub utc_offset: Option<f64>,
}

/// An e-mail address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// The address as the user writes it.
    pub address: String,
    /// Whether the user has proved to own the address.
    pub verified: bool,
}

/// An account to add to the store.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The account without its backup codes.
    pub account: Account,
    /// The SHA-256 of each backup code, in hex.
    pub backup_code_hashes: Vec<String>,
}

/// How a client identifies an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A user name. An exact match wins; otherwise case is ignored if exactly one account matches.
    Username(String),
    /// An e-mail address, regardless of case.
    Email(String),
    /// The member `user` of a request: an address if it contains an `@`, else a user name.
    Either(String),
}

/// Why a profile is invalid.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ProfileError {
    /// The user name is empty, or contains a space, a control character or an `@`, which would make
    /// it look like an address.
    #[error("user name {0:?} is empty or holds a space, a control character or an @")]
    Username(String),
    /// The address is not of the form `something@something`.
    #[error("{0:?} is not an e-mail address")]
    Email(String),
    /// The offset is outside of the time zones on earth.
    #[error("UTC offset {0} is not between -12 and 14 hours")]
    UtcOffset(f64),
}

impl Account {
    /// A local account without a password or a second factor.
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

    /// The key for counting failed logins of a directory account: the id of its entry, or else the
    /// distinguished name.
    pub fn entry_key(&self) -> Option<&str> {
        let dn = self.directory_dn.as_deref()?;
        Some(self.directory_id.as_ref().map_or(dn, EntryId::as_str))
    }
}

impl Email {
    /// Whether the text can be an address: `something@something`, without spaces and control
    /// characters.
    pub fn is_plausible(address: &str) -> bool {
        let parts = address.split_once('@').filter(|_| !address.contains(is_space_or_control));
        parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
    }
}

fn is_space_or_control(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl Profile {
    /// Whether the text can be a user name: it is not empty and contains no space, no control
    /// character, and no `@`, which would make it look like an address.
    pub fn is_username(name: &str) -> bool {
        !name.is_empty() && !name.contains(|c| is_space_or_control(c) || c == '@')
    }

    /// Refuses names and addresses that could not log in or could be mistaken for others.
    ///
    /// # Errors
    ///
    /// A member is invalid; the error says which.
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
    /// The name in lower case, prefixed with its kind, so that a user name never equals an address.
    pub fn folded(&self) -> String {
        match self.resolve() {
            (true, name) => format!("email:{}", fold(name)),
            (false, name) => format!("username:{}", fold(name)),
        }
    }

    /// Whether the identity is an address, and its text.
    pub fn resolve(&self) -> (bool, &str) {
        match self {
            Self::Username(name) => (false, name),
            Self::Email(address) => (true, address),
            Self::Either(name) => (name.contains('@'), name),
        }
    }
}

/// The form of a name for comparisons without regard to case. Every store uses it.
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
    fn ambiguous_profiles_are_refused() {
        assert_eq!(profile("alice", "a@b").validate(), Ok(()));
        for username in ["", "a b", "a@b", "a\0"] {
            assert!(profile(username, "a@b").validate().is_err(), "{username:?}");
        }
        for email in ["", "a", "@", "a@", "@b", "a@b@c", "a @b"] {
            assert!(profile("alice", email).validate().is_err(), "{email:?}");
        }
    }

    #[test]
    fn identity_is_an_address_only_with_an_at_sign() {
        assert_eq!(Identity::Either("A@B".to_owned()).folded(), "email:a@b");
        assert_eq!(Identity::Either("Ab".to_owned()).folded(), "username:ab");
    }
}
