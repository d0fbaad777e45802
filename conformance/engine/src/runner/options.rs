//! The options of a run.

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

/// The default number of connections of the fuzzing phase. While one job waits for its response, another
/// generates its next case.
pub const JOBS: usize = 4;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The server under test.
    pub target: Target,
    /// The seed, which makes the run repeatable.
    pub seed: u64,
    /// The rate of requests.
    pub rate: Rate,
    /// The most requests, including the tear-down.
    pub budget: Option<u64>,
    /// How many generated cases per operation and kind of data.
    pub cases: u32,
    /// How many connections the fuzzing phase uses.
    pub jobs: usize,
    /// Whether to check rules that may burden a production server.
    pub allow_unsafe: bool,
    /// Whether the target is a remote server. Then the run shrinks less and avoids risky requests.
    pub remote: bool,
    /// The sides to judge.
    pub sides: Sides,
    /// The rules to check; all if empty.
    pub only: Vec<String>,
    /// The tier to check; all if `None`.
    pub tier: Option<Tier>,
    /// Whether a target that does not follow the practice of real servers fails.
    pub practice: bool,
    /// Whether to stop at the first failure.
    pub fail_fast: bool,
    /// How long a response may take.
    pub timeout: Duration,
    /// The limits that apply once the target limits requests, if no rate was chosen.
    pub when_limited: Option<WhenLimited>,
    /// How long to wait for a target that limits requests or is unavailable.
    pub patience: Patience,
    /// The known deviations of the target.
    pub deviations: Deviations,
    /// The directory for the seeds of generated failures.
    pub regressions: Option<PathBuf>,
}

/// The limits of a run once its target limits requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhenLimited {
    /// The rate, if the target does not say how long to wait.
    pub rate: Rate,
    /// The budget. Without it, a limited run could take hours.
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
            practice: false,
            fail_fast: false,
            timeout: TIMEOUT,
            when_limited: None,
            patience: Patience::LOCAL,
            deviations: Deviations::default(),
            regressions: None,
        }
    }
}
