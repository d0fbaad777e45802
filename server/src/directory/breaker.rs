//! The circuit breaker: after a failure, the directory gets no requests for a while.
//!
//! While the directory is down, no login may wait for it: the wrong password of a local account
//! costs a request to the directory too.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

pub(super) struct Breaker {
    pause: Duration,
    /// Until when it refuses calls; none while it is closed and lets them through.
    open_until: Mutex<Option<Instant>>,
}

impl Breaker {
    pub(super) fn new(pause: Duration) -> Self {
        Self { pause, open_until: Mutex::default() }
    }

    /// Whether to send a request. After a pause, one caller may; the others are refused until that
    /// one has succeeded.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut open_until = self.lock();
        match *open_until {
            Some(until) if now < until => false,
            Some(_) => {
                *open_until = Some(now + self.pause);
                true
            }
            None => true,
        }
    }

    pub(super) fn worked(&self) {
        *self.lock() = None;
    }

    pub(super) fn failed(&self, now: Instant) {
        *self.lock() = Some(now + self.pause);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.open_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_one_asks_after_each_pause_until_it_works() {
        let second = Duration::from_secs(1);
        let (breaker, begin) = (Breaker::new(second), Instant::now());
        assert!(breaker.admits(begin) && breaker.admits(begin));
        breaker.failed(begin);
        assert!(!breaker.admits(begin + second / 2));
        assert!(breaker.admits(begin + second));
        assert!(!breaker.admits(begin + second), "only one");
        assert!(breaker.admits(begin + 2 * second));
        breaker.worked();
        assert!(breaker.admits(begin + 2 * second) && breaker.admits(begin + 2 * second));
    }
}
