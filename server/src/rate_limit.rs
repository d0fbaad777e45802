//! So many calls by address and route in a window, successes included.
//!
//! It is kept in memory: it protects this process, and one that is behind a balancer with others
//! takes its share of the calls. Lock-out, which must not be split up, is in the store.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::login::throttle::network;

/// Beyond so many addresses, windows that have ended are thrown away.
const SWEEP_AT: usize = 10_000;

/// Counts calls.
pub(crate) struct RateLimiter {
    calls: u32,
    window: Duration,
    counts: Mutex<HashMap<(IpAddr, &'static str), Count>>,
}

struct Count {
    calls: u32,
    ends: Timestamp,
}

/// Where a caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Calls in one window.
    pub(crate) limit: u32,
    /// Calls that are left.
    pub(crate) remaining: u32,
    /// When the window ends.
    pub(crate) reset: Timestamp,
    /// Whether this call is one too many.
    pub(crate) exceeded: bool,
    /// Until the window ends, in whole seconds.
    pub(crate) retry_after: u64,
}

impl RateLimiter {
    pub(crate) fn new(calls: u32, window: Duration) -> Self {
        Self { calls, window, counts: Mutex::default() }
    }

    /// Counts a call.
    pub(crate) fn count(&self, address: IpAddr, route: &'static str, now: Timestamp) -> Standing {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= SWEEP_AT {
            counts.retain(|_, count| count.ends > now);
        }
        let begin = || Count { calls: 0, ends: now.plus(self.window) };
        let count = counts.entry((network(address), route)).or_insert_with(begin);
        if count.ends <= now {
            *count = begin();
        }
        count.calls = count.calls.saturating_add(1);
        let left_millis = u64::try_from(count.ends.as_millis() - now.as_millis()).unwrap_or(0);
        Standing {
            limit: self.calls,
            remaining: self.calls.saturating_sub(count.calls),
            reset: count.ends,
            exceeded: count.calls > self.calls,
            retry_after: left_millis.div_ceil(1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_address_and_route_until_the_window_ends() {
        let limiter = RateLimiter::new(2, Duration::from_secs(60));
        let (one, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let at = Timestamp::from_millis;
        assert_eq!(limiter.count(one, "login", at(0)).remaining, 1);
        assert!(!limiter.count(one, "login", at(1000)).exceeded);
        let third = limiter.count(one, "login", at(1500));
        assert!(third.exceeded);
        assert_eq!((third.remaining, third.reset, third.retry_after), (0, at(60_000), 59));
        assert!(!limiter.count(other, "login", at(1500)).exceeded);
        assert!(!limiter.count(one, "me", at(1500)).exceeded);
        assert!(!limiter.count(one, "login", at(60_000)).exceeded);
    }
}
