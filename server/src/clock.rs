//! Time, as the server sees it.

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
    /// From milliseconds since the epoch.
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

    /// This moment and `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// This moment and `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The wall clock and the time that passes, both of which a test can change.
///
/// Token life, lock-outs and TOTP steps all last longer than a test may; they ask this clock and
/// nothing else.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    started: Instant,
    /// Milliseconds that a test has let pass.
    passed: AtomicI64,
    /// Milliseconds by which a test has set the wall clock wrong.
    wrong: AtomicI64,
    /// Since when the wall clock has kept pace with the time that passes.
    steady_since: Mutex<(Timestamp, Duration)>,
}

/// What a clock says, and how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock.
    pub now: Timestamp,
    /// How long the wall clock has kept pace with the time that really passed. Short after the
    /// start of the program, and after somebody has set the clock.
    pub steady_for: Duration,
}

impl Clock {
    /// A wall clock that is further from the time that passed than this has been set.
    const MAX_DRIFT: Duration = Duration::from_secs(60 * 60);

    /// Now, as the wall clock has it. It may be set, forwards and backwards.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let changed = self.0.passed.load(Ordering::Relaxed) + self.0.wrong.load(Ordering::Relaxed);
        Timestamp(millis(since_epoch).saturating_add(changed))
    }

    /// The time that has passed since the program started. Nobody can set it.
    pub fn elapsed(&self) -> Duration {
        let passed = u64::try_from(self.0.passed.load(Ordering::Relaxed)).unwrap_or(0);
        self.0.started.elapsed() + Duration::from_millis(passed)
    }

    /// The wall clock, compared with the time that passed since it was read before.
    pub fn reading(&self) -> Reading {
        let (now, elapsed) = (self.now(), self.elapsed());
        let mut since = self.0.steady_since.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = since.0.plus(elapsed.saturating_sub(since.1));
        if now > expected.plus(Self::MAX_DRIFT) || expected > now.plus(Self::MAX_DRIFT) {
            *since = (now, elapsed);
        }
        Reading { now, steady_for: elapsed.saturating_sub(since.1) }
    }

    /// For tests: lets time pass, for every clone of this clock.
    pub fn advance(&self, by: Duration) {
        self.0.passed.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// For tests: sets the wall clock forward, without any time having passed.
    pub fn set_forward(&self, by: Duration) {
        self.0.wrong.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// For tests: sets the wall clock back.
    pub fn set_back(&self, by: Duration) {
        self.0.wrong.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

impl Default for Clock {
    fn default() -> Self {
        let clock = Self(Arc::new(Hands {
            started: Instant::now(),
            passed: AtomicI64::new(0),
            wrong: AtomicI64::new(0),
            steady_since: Mutex::new((Timestamp(0), Duration::ZERO)),
        }));
        // The first reading begins the comparison: the epoch is out of step with everything.
        let _ = clock.reading();
        clock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_not_steady() {
        let hour = Duration::from_secs(60 * 60);
        let clock = Clock::default();
        clock.advance(3 * hour);
        assert!(clock.reading().steady_for >= 3 * hour);
        clock.set_back(hour / 2);
        assert!(clock.reading().steady_for >= 3 * hour, "small corrections are usual");
        for set in [Clock::set_forward, Clock::set_back] {
            set(&clock, 2 * hour);
            assert!(clock.reading().steady_for < hour);
            clock.advance(hour);
            let steady_for = clock.reading().steady_for;
            assert!(steady_for >= hour && steady_for < 2 * hour, "{steady_for:?}");
        }
    }
}
