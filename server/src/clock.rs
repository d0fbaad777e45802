//! The wall clock and the monotonic clock of the server.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A timestamp from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch; 0 before it.
    pub fn as_seconds(self) -> u64 {
        u64::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    /// The time `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// The time `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The wall clock and the monotonic clock. Tests can change both.
///
/// Token lifetimes, lockouts and TOTP steps last longer than a test may take, so all of them use
/// only this clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<ClockState>);

#[derive(Debug)]
struct ClockState {
    started: Instant,
    /// The milliseconds by which a test has advanced both clocks.
    advanced: AtomicI64,
    /// The milliseconds by which a test has set the wall clock.
    offset: AtomicI64,
    /// When the wall clock and the monotonic clock last began to run in step.
    steady_since: Mutex<(Timestamp, Duration)>,
}

/// The time, and for how long it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time of the wall clock.
    pub now: Timestamp,
    /// How long the wall clock has run in step with the monotonic clock. It is short after the
    /// start of the program and after somebody has set the clock.
    pub steady_for: Duration,
}

impl Clock {
    /// If the wall clock deviates from the elapsed time by more than this, somebody has set it.
    const MAX_DRIFT: Duration = Duration::from_secs(60 * 60);

    /// The time of the wall clock, which somebody may set forward or back.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let changed =
            self.0.advanced.load(Ordering::Relaxed) + self.0.offset.load(Ordering::Relaxed);
        Timestamp(millis(since_epoch).saturating_add(changed))
    }

    /// The time since the program started, which nobody can set.
    pub fn elapsed(&self) -> Duration {
        let advanced = u64::try_from(self.0.advanced.load(Ordering::Relaxed)).unwrap_or(0);
        self.0.started.elapsed() + Duration::from_millis(advanced)
    }

    /// Reads the wall clock and compares it with the time since the last reading.
    pub fn reading(&self) -> Reading {
        let (now, elapsed) = (self.now(), self.elapsed());
        let mut since = self.0.steady_since.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = since.0.plus(elapsed.saturating_sub(since.1));
        if now > expected.plus(Self::MAX_DRIFT) || expected > now.plus(Self::MAX_DRIFT) {
            *since = (now, elapsed);
        }
        Reading { now, steady_for: elapsed.saturating_sub(since.1) }
    }

    /// For tests: advances both clocks, for every clone of this clock.
    pub fn advance(&self, by: Duration) {
        self.0.advanced.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// For tests: sets the wall clock forward without advancing the monotonic clock.
    pub fn set_forward(&self, by: Duration) {
        self.0.offset.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// For tests: sets the wall clock back.
    pub fn set_back(&self, by: Duration) {
        self.0.offset.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

impl Default for Clock {
    fn default() -> Self {
        let clock = Self(Arc::new(ClockState {
            started: Instant::now(),
            advanced: AtomicI64::new(0),
            offset: AtomicI64::new(0),
            steady_since: Mutex::new((Timestamp(0), Duration::ZERO)),
        }));
        // The first reading starts the comparison, because the epoch is far from any real time.
        let _ = clock.reading();
        clock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_that_was_set_is_not_steady() {
        let hour = Duration::from_secs(60 * 60);
        let clock = Clock::default();
        clock.advance(3 * hour);
        assert!(clock.reading().steady_for >= 3 * hour);
        clock.set_back(hour / 2);
        assert!(clock.reading().steady_for >= 3 * hour, "small corrections do not matter");
        for set in [Clock::set_forward, Clock::set_back] {
            set(&clock, 2 * hour);
            assert!(clock.reading().steady_for < hour);
            clock.advance(hour);
            let steady_for = clock.reading().steady_for;
            assert!(steady_for >= hour && steady_for < 2 * hour, "{steady_for:?}");
        }
    }
}
