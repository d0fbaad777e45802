//! Counts failed logins, so that no account and no address is locked out.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::{Duration, Instant},
};

/// The most failures in a row for one account. Servers lock an account at 10, some at 5.
pub(super) const ACCOUNT_LIMIT: u32 = 4;
/// The most refused logins from this address within [`ADDRESS_WINDOW`]. Servers lock an address at 50.
pub(super) const ADDRESS_LIMIT: usize = 35;
/// How long servers count a refused login against its address. Not every server resets this count at a
/// successful login.
pub(super) const ADDRESS_WINDOW: Duration = Duration::from_secs(5 * 60);

/// Counts failed logins as a server does: a success resets the count of its account.
#[derive(Debug, Default)]
pub(super) struct LockoutGuard {
    accounts: HashMap<String, u32>,
    /// The times of refused logins from this address within the last [`ADDRESS_WINDOW`].
    address: VecDeque<Instant>,
    /// How many logins in a row were refused.
    in_a_row: usize,
    /// Accounts that a scenario locks out on purpose.
    offered: BTreeSet<String>,
    /// Accounts that the target has locked out.
    locked: BTreeSet<String>,
}

impl LockoutGuard {
    /// How long to wait before one more failure from this address. `None` if it may happen now.
    pub(super) fn address_wait(&mut self, now: Instant) -> Option<Duration> {
        let age = |at: &Instant| now.duration_since(*at);
        while self.address.front().is_some_and(|at| age(at) >= ADDRESS_WINDOW) {
            self.address.pop_front();
        }
        let oldest = self.address.front().filter(|_| self.address.len() >= ADDRESS_LIMIT)?;
        Some(ADDRESS_WINDOW - age(oldest))
    }

    /// Whether so many logins in a row were refused that a successful one should come in between.
    pub(super) fn is_address_near_lock(&self) -> bool {
        self.in_a_row >= ADDRESS_LIMIT
    }

    /// Counts the refused logins in a row from zero again.
    pub(super) fn forget_row(&mut self) {
        self.in_a_row = 0;
    }

    /// How many failures in a row an account has.
    pub(super) fn failures(&self, account: &str) -> u32 {
        self.accounts.get(account).copied().unwrap_or(0)
    }

    /// Whether the account has more than half of the allowed failures. The next run counts from zero and
    /// could come near the server's limit with its own failures.
    pub(super) fn has_many(&self, account: &str) -> bool {
        self.failures(account) > ACCOUNT_LIMIT / 2
    }

    /// Whether the account may have failures without limit from now on.
    pub(super) fn is_offered(&self, account: &str) -> bool {
        self.offered.contains(account)
    }

    /// Lets the account have failures without limit from now on.
    pub(super) fn offer(&mut self, account: &str) {
        self.offered.insert(account.to_owned());
    }

    /// Whether the target has locked the account out, and no scenario wants that.
    pub(super) fn is_locked_out(&self, account: &str) -> bool {
        self.locked.contains(account) && !self.offered.contains(account)
    }

    /// Whether the account has so few failures in a row that no server should have locked it out. The login
    /// that a lockout refuses counts as one more.
    pub(super) fn has_few(&self, account: &str) -> bool {
        !self.is_offered(account) && self.failures(account) <= ACCOUNT_LIMIT + 1
    }

    /// Whether logins of the account show nothing any more: the target has locked it out, or a scenario
    /// tries to make it do so.
    pub(super) fn is_closed(&self, account: &str) -> bool {
        self.locked.contains(account) || self.offered.contains(account)
    }

    /// Notes that the target has locked the account out.
    pub(super) fn lock_out(&mut self, account: &str) {
        self.locked.insert(account.to_owned());
    }

    /// Makes the count of an account at least this high. Responses to simultaneous requests do not tell whether
    /// the target refused some of them before or after it accepted another.
    pub(super) fn count_at_least(&mut self, account: &str, failures: u32) {
        let own = self.accounts.entry(account.to_owned()).or_default();
        *own = failures.max(*own);
    }

    /// Counts the response to a login.
    pub(super) fn record(&mut self, account: Option<&str>, succeeded: bool, now: Instant) {
        if succeeded {
            self.in_a_row = 0;
            if let Some(name) = account {
                self.accounts.remove(name);
            }
            return;
        }
        self.address.push_back(now);
        self.in_a_row += 1;
        if let Some(name) = account {
            *self.accounts.entry(name.to_owned()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_stay_below_the_limits_of_account_and_address() {
        let mut guard = LockoutGuard::default();
        let now = Instant::now();
        for _ in 0..ACCOUNT_LIMIT {
            guard.record(Some("a"), false, now);
        }
        assert_eq!((guard.failures("a"), guard.failures("b")), (ACCOUNT_LIMIT, 0));
        guard.record(Some("a"), true, now);
        assert_eq!(guard.failures("a"), 0);
        guard.count_at_least("a", 2);
        guard.count_at_least("a", 1);
        assert_eq!(guard.failures("a"), 2);
        guard.record(Some("a"), true, now);
        let later = now + ADDRESS_WINDOW / 2;
        for _ in ACCOUNT_LIMIT as usize..ADDRESS_LIMIT {
            assert_eq!(guard.address_wait(later), None);
            guard.record(None, false, later);
        }
        assert_eq!(guard.address_wait(later), Some(ADDRESS_WINDOW / 2));
        guard.record(Some("b"), true, later);
        assert_eq!(
            guard.address_wait(later),
            Some(ADDRESS_WINDOW / 2),
            "a success does not reset the count of the address"
        );
        assert_eq!(guard.address_wait(now + ADDRESS_WINDOW), None);
        for _ in 0..ACCOUNT_LIMIT / 2 {
            guard.record(Some("a"), false, later);
        }
        assert!(!guard.has_many("a"));
        guard.record(Some("a"), false, later);
        assert!(guard.has_many("a") && !guard.has_many("b"));
    }
}
