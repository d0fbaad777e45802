//! Counts failed logins, so that no account and no address is locked out.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// Failures in a row that one account gets at most; servers lock at 10, some at 5.
pub(super) const ACCOUNT_LIMIT: u32 = 4;
/// Refused logins from this address within [`ADDRESS_WINDOW`]; servers lock at 50.
pub(super) const ADDRESS_LIMIT: usize = 35;
/// How long servers count a refused login against its address. Not every server forgets it at the next
/// success.
pub(super) const ADDRESS_WINDOW: Duration = Duration::from_secs(5 * 60);

/// Counts failed logins as a server does: a success resets the count of its account.
#[derive(Debug, Default)]
pub(super) struct LockOutGuard {
    accounts: HashMap<String, u32>,
    /// When this address was refused, within the last [`ADDRESS_WINDOW`].
    address: VecDeque<Instant>,
}

impl LockOutGuard {
    /// How long to wait before one more failure from this address; `None` where there is room for it.
    pub(super) fn address_wait(&mut self, now: Instant) -> Option<Duration> {
        let age = |at: &Instant| now.duration_since(*at);
        while self.address.front().is_some_and(|at| age(at) >= ADDRESS_WINDOW) {
            self.address.pop_front();
        }
        let oldest = self.address.front().filter(|_| self.address.len() >= ADDRESS_LIMIT)?;
        Some(ADDRESS_WINDOW - age(oldest))
    }

    /// How many failures in a row an account has.
    pub(super) fn failures(&self, account: &str) -> u32 {
        self.accounts.get(account).copied().unwrap_or(0)
    }

    /// Whether the account itself is near its limit.
    pub(super) fn is_near(&self, account: &str) -> bool {
        self.failures(account) >= ACCOUNT_LIMIT
    }

    /// Whether so many failures are left that the next run, which counts from zero, could get near
    /// the limit with its own: half of ours.
    pub(super) fn has_many(&self, account: &str) -> bool {
        self.failures(account) > ACCOUNT_LIMIT / 2
    }

    /// Counts a login's response.
    pub(super) fn record(&mut self, account: Option<&str>, succeeded: bool, now: Instant) {
        if succeeded {
            if let Some(name) = account {
                self.accounts.remove(name);
            }
            return;
        }
        self.address.push_back(now);
        if let Some(name) = account {
            *self.accounts.entry(name.to_owned()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_and_no_address_nears_its_lock_out() {
        let mut guard = LockOutGuard::default();
        let now = Instant::now();
        for _ in 0..ACCOUNT_LIMIT {
            assert!(!guard.is_near("a"));
            guard.record(Some("a"), false, now);
        }
        assert!(guard.is_near("a") && !guard.is_near("b"));
        guard.record(Some("a"), true, now);
        assert!(!guard.is_near("a"));
        let later = now + ADDRESS_WINDOW / 2;
        for _ in ACCOUNT_LIMIT as usize..ADDRESS_LIMIT {
            assert_eq!(guard.address_wait(later), None);
            guard.record(None, false, later);
        }
        assert_eq!(guard.address_wait(later), Some(ADDRESS_WINDOW / 2));
        guard.record(Some("b"), true, later);
        assert_eq!(guard.address_wait(later), Some(ADDRESS_WINDOW / 2), "no success is trusted");
        assert_eq!(guard.address_wait(now + ADDRESS_WINDOW), None);
        for _ in 0..ACCOUNT_LIMIT / 2 {
            guard.record(Some("a"), false, later);
        }
        assert!(!guard.has_many("a"));
        guard.record(Some("a"), false, later);
        assert!(guard.has_many("a") && !guard.has_many("b"));
    }
}
