//! Lock-out after too many failures.
//!
//! Three counters, in the store, so that they outlive a restart and are shared by all servers:
//! one for the address, one for the name as it was typed, and one for the account.
//!
//! The name's is the one whose lock shows: names that no account has are counted and locked just
//! the same, so a lock tells nothing about whether there is an account. The account's is for an
//! attacker who spreads guesses over all names of one account (its user name, its addresses). Its
//! lock must not show, or five guesses by user name and five by address would prove that both
//! belong to one account: it silently turns every password into a wrong one. An account of the
//! directory is counted by the id of its entry, else its distinguished name, since the directory
//! takes names for it that this server has never heard of.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::accounts::{Account, Identity};
use crate::clock::Timestamp;
use crate::store::{Store, StoreError};

/// How many failures, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutSettings {
    /// Whether failures are counted at all.
    pub enabled: bool,
    /// Failures under one name or account.
    pub account_failures: u32,
    /// Failures from one address.
    pub address_failures: u32,
    /// How long a lock holds after the last failure, and how long a failure counts.
    pub duration: Duration,
}

/// The keys of one login.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    address: String,
    name: String,
    account: String,
}

/// What the counters say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Go on. `failed` says whether a success has something to forget.
    Open { failed: bool },
    /// The address is locked.
    Address,
    /// The name is locked.
    Name,
    /// The account is locked, under whatever names; this must not show.
    Account,
}

impl Keys {
    pub(super) fn new(address: IpAddr, identity: &Identity, account: Option<&Account>) -> Self {
        let name = identity.folded();
        let account = match account {
            Some(account) => match account.entry_key() {
                Some(key) => entry(key),
                None => format!("account:{}", account.id),
            },
            // Counted like an account, so that a failure is the same work for the store.
            None => format!("nobody:{name}"),
        };
        Self { address: format!("address:{}", network(address)), name, account }
    }

    /// The same login, now that the directory has said whom the name means.
    pub(super) fn known_as(self, entry_key: Option<&str>) -> Self {
        match entry_key {
            Some(key) => Self { account: entry(key), ..self },
            None => self,
        }
    }

    fn all(&self) -> [&str; 3] {
        [&self.address, &self.name, &self.account]
    }
}

fn entry(key: &str) -> String {
    format!("entry:{key}")
}

/// Who is behind an address: with IPv6, whoever has one has the other 2^64 of its network too.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        },
    }
}

impl LockoutSettings {
    pub(super) async fn gate(
        self,
        store: &dyn Store,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Gate, StoreError> {
        if !self.enabled {
            return Ok(Gate::Open { failed: false });
        }
        let failures = store.failures(&keys.all()).await?;
        let stale = now.minus(self.duration);
        let locked = |key: &str, limit: u32| {
            failures.iter().any(|f| f.key == key && f.count >= limit && f.last_at > stale)
        };
        Ok(if locked(&keys.address, self.address_failures) {
            Gate::Address
        } else if locked(&keys.name, self.account_failures) {
            Gate::Name
        } else if locked(&keys.account, self.account_failures) {
            Gate::Account
        } else {
            Gate::Open { failed: !failures.is_empty() }
        })
    }

    pub(super) async fn record_failure(
        self,
        store: &dyn Store,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.enabled {
            return Ok(());
        }
        store.record_failure(&keys.all(), now, now.minus(self.duration)).await
    }

    pub(super) async fn forget(self, store: &dyn Store, keys: &Keys) -> Result<(), StoreError> {
        store.forget_failures(&keys.all()).await
    }
}

impl Default for LockoutSettings {
    /// Rocket.Chat's.
    fn default() -> Self {
        Self {
            enabled: true,
            account_failures: 10,
            address_failures: 50,
            duration: Duration::from_secs(5 * 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::SqliteStore;

    #[tokio::test]
    async fn a_lock_holds_to_the_millisecond() {
        let data = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(data.path()).unwrap();
        let identity = Identity::Username("alice".to_owned());
        let keys = Keys::new([192, 0, 2, 1].into(), &identity, None);
        let at = Timestamp::from_millis;
        let lockout = LockoutSettings {
            account_failures: 2,
            duration: Duration::from_millis(1000),
            ..LockoutSettings::default()
        };
        let gate = async |now| lockout.gate(&store, &keys, at(now)).await.unwrap();
        assert_eq!(gate(5000).await, Gate::Open { failed: false });
        for (now, after) in [(5000, Gate::Open { failed: true }), (5500, Gate::Name)] {
            lockout.record_failure(&store, &keys, at(now)).await.unwrap();
            assert_eq!(gate(now).await, after);
        }
        assert_eq!(gate(6499).await, Gate::Name);
        assert_eq!(gate(6500).await, Gate::Open { failed: true });
    }

    #[test]
    fn ipv6_counts_by_network_and_mapped_ipv4_as_ipv4() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
