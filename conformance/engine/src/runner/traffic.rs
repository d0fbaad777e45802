//! Counts the requests of a run, and holds its pace.

use std::{
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use super::Options;
use crate::runner::pace::Pace;

/// The counts of requests and the pace, shared by all jobs.
pub(super) struct Traffic {
    pace: Mutex<Pace>,
    cases: AtomicU64,
    exchanges: AtomicU64,
    /// All requests, including those of the tear-down.
    sent: AtomicU64,
    /// Whether the run has found a request that makes the target fail.
    is_provoked: AtomicBool,
}

impl Traffic {
    pub(super) fn new(options: &Options) -> Self {
        let when_limited = options.when_limited.map(|limits| limits.rate);
        Self {
            pace: Mutex::new(Pace::new(options.rate, when_limited)),
            cases: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            is_provoked: AtomicBool::new(false),
        }
    }

    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().expect("no job panics while it holds the pace")
    }

    /// How many requests may be sent. A run without a chosen budget gets one once the target limits
    /// requests.
    pub(super) fn budget(&self, options: &Options) -> Option<u64> {
        let when_limited = || {
            let limits = options.when_limited?;
            self.pace().is_limited().then_some(limits.budget)
        };
        options.budget.or_else(when_limited)
    }

    /// The estimated remaining time, if the run has a rate and a budget.
    pub(super) fn time_left(&self, options: &Options) -> Option<Duration> {
        let left = self.budget(options)?.saturating_sub(self.sent());
        self.pace().time_for(left)
    }

    pub(super) fn add_cases(&self, count: u64) {
        self.cases.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn add_sent(&self, count: u64) {
        self.sent.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn add_exchange(&self) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cases(&self) -> u64 {
        self.cases.load(Ordering::Relaxed)
    }

    pub(super) fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(super) fn is_provoked(&self) -> bool {
        self.is_provoked.load(Ordering::Relaxed)
    }

    pub(super) fn set_provoked(&self) {
        self.is_provoked.store(true, Ordering::Relaxed);
    }
}
