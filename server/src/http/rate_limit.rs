//! The rate limit: a number of calls per address and route in a window, including successful calls.
//!
//! The counts are in memory, because the limit protects this process. Several processes behind a
//! load balancer each count their share. Lockout, which must not be split up, is in the store.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{client_network::network, clock::Timestamp};

/// The number of windows at which expired ones are removed.
const SWEEP_THRESHOLD: usize = 10_000;
/// The maximum number of open windows. When it is exceeded, all windows are reset. A client that
/// can fill them has already made as many calls, and must not be able to fill the memory either.
const MAX_WINDOWS: usize = 250_000;

/// Counts the calls of each address and route.
pub(crate) struct RateLimiter {
    calls: u32,
    window: Duration,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    of: HashMap<(IpAddr, &'static str), Count>,
    /// The number of windows at which the next sweep happens. It grows with the number of open
    /// windows, so that not every call sweeps all of them.
    sweep_at: usize,
}

struct Count {
    calls: u32,
    /// When the window ends, in time since the start, which nobody can set.
    ends: Duration,
}

/// The remaining quota of a client in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// The number of calls allowed in a window.
    pub(crate) limit: u32,
    /// The number of calls that remain.
    pub(crate) remaining: u32,
    /// When the window ends, by the wall clock.
    pub(crate) reset: Timestamp,
    /// Whether this call exceeds the limit.
    pub(crate) exceeded: bool,
    /// The time until the window ends, in seconds rounded up.
    pub(crate) retry_after: u64,
}

impl RateLimiter {
    pub(crate) fn new(calls: u32, window: Duration) -> Self {
        Self { calls, window, counts: Mutex::default() }
    }

    /// Counts a call. Windows end by the `elapsed` time; the wall clock only serves to tell the
    /// client when.
    pub(crate) fn count(
        &self,
        address: IpAddr,
        route: &'static str,
        elapsed: Duration,
        now: Timestamp,
    ) -> Quota {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.of.len() >= counts.sweep_at.max(SWEEP_THRESHOLD) {
            counts.sweep(elapsed);
        }
        let begin = || Count { calls: 0, ends: elapsed + self.window };
        let count = counts.of.entry((network(address), route)).or_insert_with(begin);
        if count.ends <= elapsed {
            *count = begin();
        }
        count.calls = count.calls.saturating_add(1);
        let left = count.ends.saturating_sub(elapsed);
        Quota {
            limit: self.calls,
            remaining: self.calls.saturating_sub(count.calls),
            reset: now.plus(left),
            exceeded: count.calls > self.calls,
            retry_after: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        }
    }
}

impl Counts {
    fn sweep(&mut self, elapsed: Duration) {
        self.of.retain(|_, count| count.ends > elapsed);
        if self.of.len() > MAX_WINDOWS {
            self.of.clear();
        }
        self.of.shrink_to(SWEEP_THRESHOLD);
        self.sweep_at = 2 * self.of.len();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn count(limiter: &RateLimiter, address: IpAddr, route: &'static str, millis: u32) -> Quota {
        let elapsed = Duration::from_millis(millis.into());
        limiter.count(address, route, elapsed, Timestamp::from_millis(millis.into()))
    }

    #[test]
    fn many_clients_neither_slow_it_down_nor_fill_the_memory() {
        let limiter = RateLimiter::new(1, Duration::from_secs(60));
        let calls = u32::try_from(3 * MAX_WINDOWS).unwrap();
        let (mut largest, mut sweeps, mut before) = (0, 0, 0);
        for n in 0..calls {
            count(&limiter, Ipv4Addr::from(n).into(), "login", 0);
            let counts = limiter.counts.lock().unwrap();
            largest = largest.max(counts.of.len());
            sweeps += usize::from(counts.sweep_at != before);
            before = counts.sweep_at;
        }
        assert!(largest <= 2 * MAX_WINDOWS, "{largest}");
        assert!(sweeps < 20, "{sweeps}");
    }

    #[test]
    fn open_window_survives_a_sweep() {
        let limiter = RateLimiter::new(1, Duration::from_secs(60));
        let one = [192, 0, 2, 1].into();
        count(&limiter, one, "login", 1);
        // The windows of the first half have expired when the second half begins.
        for n in 0..u32::try_from(2 * SWEEP_THRESHOLD).unwrap() {
            let now = if (n as usize) < SWEEP_THRESHOLD { 0 } else { 60_000 };
            count(&limiter, Ipv4Addr::from(n).into(), "login", now);
        }
        let left = limiter.counts.lock().unwrap().of.len();
        assert!(left <= SWEEP_THRESHOLD + 1, "{left}");
        assert!(count(&limiter, one, "login", 60_000).exceeded);
    }

    #[test]
    fn calls_count_by_address_and_route_until_the_window_ends() {
        let limiter = RateLimiter::new(2, Duration::from_secs(60));
        let (one, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert_eq!(count(&limiter, one, "login", 0).remaining, 1);
        assert!(!count(&limiter, one, "login", 1000).exceeded);
        let third = count(&limiter, one, "login", 1500);
        assert!(third.exceeded);
        assert_eq!(
            (third.remaining, third.reset, third.retry_after),
            (0, Timestamp::from_millis(60_000), 59)
        );
        assert!(!count(&limiter, other, "login", 1500).exceeded);
        assert!(!count(&limiter, one, "me", 1500).exceeded);
        let [v6, beside] = ["2001:db8::1", "2001:db8::2"].map(|text| text.parse().unwrap());
        assert_eq!(count(&limiter, v6, "login", 0).remaining, 1);
        assert_eq!(count(&limiter, beside, "login", 0).remaining, 0);
        assert!(!count(&limiter, one, "login", 60_000).exceeded);
    }
}
