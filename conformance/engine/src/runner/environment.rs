//! The external inputs of a run: secrets, an interrupt, the clock, and observers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::{http::case::Request, redact::Secrets, runner::Activity};

/// The external inputs of a run. Besides these, a run reads only its options and its suite.
pub struct Environment<'a> {
    /// The secrets, which must not be printed.
    pub secrets: &'a Secrets,
    /// Ends the run early, with its tear-down.
    pub interrupt: Interrupt,
    /// The clock.
    pub clock: &'a (dyn Clock + Sync),
    /// Is called after every exchange and during every pause, with what the run is doing.
    pub on_progress: &'a (dyn Fn(&Activity) + Sync),
    /// Is called with every request just before it is sent.
    pub on_request: &'a (dyn Fn(&Request) + Sync),
}

impl<'a> Environment<'a> {
    /// An environment with the system clock, a new interrupt, and no observers.
    pub fn new(secrets: &'a Secrets) -> Self {
        Self {
            secrets,
            interrupt: Interrupt::default(),
            clock: &SystemClock,
            on_progress: &|_| {},
            on_request: &|_| {},
        }
    }
}

/// Asks a run to end early. Clones share the same flag.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the run to end. It sends no further case, and carries out its tear-down.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run must end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Provides the time and pauses.
pub trait Clock {
    /// The time for measuring durations.
    fn now(&self) -> Instant;
    /// The time of day.
    fn wall(&self) -> SystemTime;
    /// Returns after this time.
    fn sleep(&self, time: Duration);
}

/// The clock of the system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
