//! The overhead of the client's façade over bare `reqwest`.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    Args,
    measured::{Goal, Measured, Unit},
};
use crate::command;

/// The number of runs. Several are needed, because a single one may lie on either side of the goal.
const RUNS: usize = 6;

pub(super) fn run(args: &Args) -> Result<Vec<Measured>> {
    let (mut session, mut profile) = (Vec::new(), Vec::new());
    for _ in 0..if args.quick { 1 } else { RUNS } {
        let bench = ["bench", "--quiet", "--package", "login-client", "--bench", "facade"];
        let mut cargo = command::cargo(&bench);
        let text = command::output("the façade's bench", cargo.args(["--", "--json"]))?;
        let line = text.lines().find(|line| line.starts_with('{')).context("no result")?;
        let result: Value = serde_json::from_str(line)?;
        let ratio = |part: &str| result[part]["ratio"].as_f64().context("no ratio");
        session.push(ratio("session")?);
        profile.push(ratio("profile")?);
    }
    let measured = |name, what, values: &[f64]| {
        let detail =
            "each run is the median of 60 rounds of 500 exchanges with both, by turns".to_owned();
        let goal = Some(Goal::AtMost(1.05));
        Measured { detail, ..Measured::of(name, what, goal, Unit::Ratio, values) }
    };
    Ok(vec![
        measured("facade-session", "a login by the façade / by bare `reqwest`", &session),
        measured("facade-profile", "the same, and its profile read", &profile),
    ])
}
