//! How soon the suite has its verdict.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    Args,
    measured::{Goal, Measured, Unit},
};
use crate::command;

const RUNS: usize = 5;

pub(super) fn verdict(args: &Args) -> Result<Vec<Measured>> {
    let (mut seconds, mut rates) = (Vec::new(), Vec::new());
    for seed in 1..=if args.quick { 1 } else { RUNS } {
        let mut cargo = command::cargo(&["run", "--quiet", "--package", "login-conformance"]);
        let seed = seed.to_string();
        cargo.args(["--", "run", "--json", "--seed", &seed]);
        let text = command::output("the suite", &mut cargo)?;
        let report: Value = serde_json::from_str(&text).context("the suite's report")?;
        let number = |name: &str| report[name].as_f64().with_context(|| format!("no {name}"));
        seconds.push(number("seconds")?);
        rates.push(number("generated_exchanges")? / number("generated_seconds")?);
    }
    let rate = Measured::of("", "", None, Unit::Ratio, &rates).median;
    let detail = format!(
        "as `cargo xtask conformance` builds it (profile dev), a seed a run; {rate:.0} exchanges a \
         second in the generated phase"
    );
    let what = "time to the verdict on the server of this workspace";
    let goal = Some(Goal::AtMost(5.0));
    let measured = Measured::of("verdict", what, goal, Unit::Seconds, &seconds);
    Ok(vec![Measured { detail, ..measured }])
}
