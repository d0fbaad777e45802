//! Records of a server's responses, to compare with later responses or with another server.
//!
//! A record has a small text file for each canonical exchange. The file holds nothing that differs
//! between two runs or two accounts: no tokens, ids, names or times. A recording keeps to the same
//! limits as a run.

mod exchanges;
mod normal;

pub use exchanges::purpose;
use specfirst_engine::record::{Purpose, Snapshot};

use crate::login::{Login, Run};
use specfirst_engine::{
    run::{self, RunError},
    runner::{Halt, Options, environment::Environment, suite::Suite as _},
};

/// The result of a recording.
#[derive(Debug)]
pub struct Recording {
    /// A snapshot for each exchange that took place.
    pub snapshots: Vec<Snapshot>,
    /// The exchanges that did not take place, and what each needs.
    pub skipped: Vec<(&'static str, &'static str)>,
    /// The reason for an early end.
    pub halt: Option<Halt>,
    /// Sessions that could not be ended.
    pub sessions_left: usize,
}

/// Carries out the canonical exchanges.
///
/// # Errors
///
/// [`RunError`] if the recording could not begin.
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
    // Redaction comes last, because a secret from a later response may occur in an earlier one.
    recording.snapshots = recording
        .snapshots
        .into_iter()
        .map(|snapshot| snapshot.without(environment.secrets))
        .collect();
    Ok(recording)
}
