//! Records of how a server answers, to be compared with how it, or another, answers later.
//!
//! A record is a small text file for each canonical exchange, without anything that differs between
//! two runs or two accounts: tokens, ids, names, times. It is made within the same limits as a run.

mod exchanges;
mod normal;

pub use exchanges::purpose;
use specfirst_engine::record::{Purpose, Snapshot};

use crate::login::{Login, Run};
use specfirst_engine::{
    run::{self, RunError},
    runner::{Halt, Options, environment::Environment, suite::Suite as _},
};

/// What a server said.
#[derive(Debug)]
pub struct Recording {
    /// A snapshot for each exchange that took place.
    pub snapshots: Vec<Snapshot>,
    /// Exchanges that did not, and what each needs.
    pub skipped: Vec<(&'static str, &'static str)>,
    /// Why it ended early, where it did.
    pub halt: Option<Halt>,
    /// Sessions that could not be ended.
    pub sessions_left: usize,
}

/// Carries out the canonical exchanges.
///
/// # Errors
///
/// [`RunError`] where it could not even begin.
pub fn record(
    options: &Options,
    login: &Login,
    environment: &Environment<'_>,
) -> Result<Recording, RunError> {
    if let Some(reason) = login.unusable() {
        return Err(RunError::Unusable(reason));
    }
    let run = Run::new(options, login, environment);
    let mut driver = run.driver()?;
    run.begin_stage("record");
    run::probe(&mut driver)?;
    let mut recording =
        Recording { snapshots: Vec::new(), skipped: Vec::new(), halt: None, sessions_left: 0 };
    recording.halt = exchanges::carry_out(&mut driver, &mut recording).err();
    recording.sessions_left = driver.clean_up(false);
    // Once all are known: what a later response gives away may stand in an earlier one.
    recording.snapshots = recording
        .snapshots
        .into_iter()
        .map(|snapshot| snapshot.without(environment.secrets))
        .collect();
    Ok(recording)
}
