//! What comes from outside of a run: secrets, an interrupt, the clock, and who looks on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::{http::case::Request, redact::Secrets, runner::Activity};

/// What comes from outside of a run. A run reads nothing else but its options and its suite.
pub struct Environment<'a> {
    /// What must not be printed.
    pub secrets: &'a Secrets,
    /// Ends the run early, in good order.
    pub interrupt: Interrupt,
    /// What time it is.
    pub clock: &'a (dyn Clock + Sync),
    /// Is told what the run is doing, after every exchange and during every pause.
    pub on_progress: &'a (dyn Fn(&Activity) + Sync),
    /// Is told every request just before it is sent.
    pub on_request: &'a (dyn Fn(&Request) + Sync),
}

impl<'a> Environment<'a> {
    /// The system's clock, nobody who looks on, and an interrupt of its own.
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

/// Asks a run to end early; clones are one and the same.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the run to end: it sends no further case, and tears down what it built.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run is to end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The time, and pauses.
pub trait Clock {
    /// A moment to measure durations by.
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
