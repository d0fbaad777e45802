//! The keys of the counters of failed logins.

use std::{fmt, net::IpAddr};

use crate::{
    accounts::{Account, Identity, fold},
    client_network::network,
};

/// The key of a counter: the address, name or account that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CounterKey {
    /// The clients of an address, or of an IPv6 network.
    Address(IpAddr),
    /// A user name in lower case, whether or not there is such an account.
    Username(String),
    /// An e-mail address in lower case, whether or not there is such an account.
    Email(String),
    /// An account, by its id.
    Account(String),
    /// An account of the directory, by the id of its entry, or else by its distinguished name.
    Entry(String),
    /// A name without an account. It is counted like an account, so that a failure causes the same
    /// work in the store.
    Nobody(String),
}

impl CounterKey {
    /// The keys for a login: of its address, its name and its account.
    pub(super) fn of_login(
        address: IpAddr,
        identity: &Identity,
        account: Option<&Account>,
    ) -> [Self; 3] {
        let name = Self::name(identity);
        let account = match account {
            Some(account) => Self::account(account),
            None => Self::Nobody(name.to_string()),
        };
        [Self::address(address), name, account]
    }

    /// The key for an address.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(network(address))
    }

    fn name(identity: &Identity) -> Self {
        match identity.resolve() {
            (true, name) => Self::Email(fold(name)),
            (false, name) => Self::Username(fold(name)),
        }
    }

    fn account(account: &Account) -> Self {
        match account.entry_key() {
            Some(key) => Self::Entry(key.to_owned()),
            None => Self::Account(account.id.to_string()),
        }
    }

    /// The keys for an account and all its names. If the directory also accepts other names, they have
    /// keys that are not among these.
    pub(crate) fn all_of(account: &Account) -> Vec<Self> {
        let emails = account.profile.emails.iter();
        let emails = emails.map(|email| Self::Email(fold(&email.address)));
        let username = Self::Username(fold(&account.profile.username));
        [Self::account(account), username].into_iter().chain(emails).collect()
    }

    /// Reads a stored key; `None` if the store has shortened it.
    pub(crate) fn parse(key: &str) -> Option<Self> {
        let (kind, value) = key.split_once(':')?;
        let owned = value.to_owned();
        Some(match kind {
            "address" => Self::Address(value.parse().ok()?),
            "username" => Self::Username(owned),
            "email" => Self::Email(owned),
            "account" => Self::Account(owned),
            "entry" => Self::Entry(owned),
            "nobody" => Self::Nobody(owned),
            _ => return None,
        })
    }
}

/// The key as the store has it. The prefixes keep a user name from having the key of an address.
impl fmt::Display for CounterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "address:{address}"),
            Self::Username(name) => write!(f, "username:{name}"),
            Self::Email(address) => write!(f, "email:{address}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Entry(key) => write!(f, "entry:{key}"),
            Self::Nobody(name) => write!(f, "nobody:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_key_is_read_back() {
        for key in [
            "address:192.0.2.1",
            "address:2001:db8:1:2::",
            "username:al",
            "email:al@example.org",
            "account:aobEdbYhXfu5hkeqG",
            "entry:entryUUID:1",
            "nobody:username:al",
        ] {
            assert_eq!(CounterKey::parse(key).unwrap().to_string(), key);
        }
        for key in ["sha256:YWw=", "address:al", "al"] {
            assert_eq!(CounterKey::parse(key), None, "{key}");
        }
    }

    #[test]
    fn user_name_and_address_have_different_keys() {
        let of = |identity| CounterKey::name(&identity).to_string();
        let text = || "Al@Example.org".to_owned();
        assert_eq!(of(Identity::Either(text())), "email:al@example.org");
        assert_eq!(of(Identity::Email(text())), "email:al@example.org");
        assert_eq!(of(Identity::Username(text())), "username:al@example.org");
    }
}
