//! The circuit breaker: after a failure, the server sends no requests to the directory for a while.
//!
//! While the directory is down, no login may wait for it. Even the wrong password of a local
//! account causes a request to the directory.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

pub(super) struct Breaker {
    pause: Duration,
    /// When the open breaker lets the next call through; `None` while it is closed.
    open_until: Mutex<Option<Instant>>,
}

impl Breaker {
    pub(super) fn new(pause: Duration) -> Self {
        Self { pause, open_until: Mutex::default() }
    }

    /// Whether the caller may send a request. After a pause, one caller may; the others are refused
    /// until that call has succeeded.
    pub(super) fn begin_call(&self, now: Instant) -> bool {
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

    pub(super) fn record_success(&self) {
        *self.lock() = None;
    }

    pub(super) fn record_failure(&self, now: Instant) {
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
    fn open_breaker_lets_one_call_through_after_each_pause() {
        let second = Duration::from_secs(1);
        let (breaker, start) = (Breaker::new(second), Instant::now());
        assert!(breaker.begin_call(start) && breaker.begin_call(start));
        breaker.record_failure(start);
        assert!(!breaker.begin_call(start + second / 2));
        assert!(breaker.begin_call(start + second));
        assert!(!breaker.begin_call(start + second), "only one");
        assert!(breaker.begin_call(start + 2 * second));
        breaker.record_success();
        assert!(breaker.begin_call(start + 2 * second) && breaker.begin_call(start + 2 * second));
    }
}
