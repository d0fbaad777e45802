//! How to run.

use std::{path::PathBuf, time::Duration};

use super::Patience;
use crate::{
    check::deviation::Deviations,
    http::{
        rate::Rate,
        transport::{TIMEOUT, Target},
    },
    rule::{Tier, side::Sides},
};

/// How many connections the fuzzing phase uses where nobody says: while one job waits for its
/// response, another makes its next case.
pub const JOBS: usize = 4;

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The server under test.
    pub target: Target,
    /// What makes the run repeatable.
    pub seed: u64,
    /// How fast.
    pub rate: Rate,
    /// How many requests at most, the tear-down included.
    pub budget: Option<u64>,
    /// How many generated cases per operation and kind of data.
    pub cases: u32,
    /// How many connections the fuzzing phase uses.
    pub jobs: usize,
    /// Whether rules are asked that may burden a production server.
    pub allow_unsafe: bool,
    /// Whether the target is somebody's: few attempts that could do harm, little shrinking.
    pub remote: bool,
    /// Which sides are judged.
    pub sides: Sides,
    /// These rules only, where there are any.
    pub only: Vec<String>,
    /// This tier only.
    pub tier: Option<Tier>,
    /// Whether to stop at the first failure.
    pub fail_fast: bool,
    /// How long a response may take.
    pub timeout: Duration,
    /// What applies from the moment on that the target limits requests, where no rate was chosen.
    pub when_limited: Option<WhenLimited>,
    /// How long a target is waited for that limits requests or is unavailable.
    pub patience: Patience,
    /// What the target is known to do otherwise.
    pub deviations: Deviations,
    /// Where seeds of generated failures are kept.
    pub regressions: Option<PathBuf>,
}

/// What a run keeps to once its target limits requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhenLimited {
    /// The rate, where the target does not say how long to wait.
    pub rate: Rate,
    /// The budget, as a limited run would take hours for what an unlimited one does in seconds.
    pub budget: u64,
}

impl Options {
    /// A run of the plan against a server that is the caller's own, without limits, generated cases and
    /// rules that may burden it.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            seed: 1,
            rate: Rate::Unlimited,
            budget: None,
            cases: 0,
            jobs: 1,
            allow_unsafe: false,
            remote: false,
            sides: Sides::Server,
            only: Vec::new(),
            tier: None,
            fail_fast: false,
            timeout: TIMEOUT,
            when_limited: None,
            patience: Patience::LOCAL,
            deviations: Deviations::default(),
            regressions: None,
        }
    }
}
