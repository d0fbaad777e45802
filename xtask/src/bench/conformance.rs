//! The time of the conformance suite, and its overhead beside the requests.

use anyhow::{Context as _, Result};
use serde::Deserialize;
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
        let mut cargo = command::cargo(&["run", "--quiet", "--package", "login-mutants"]);
        let seed = seed.to_string();
        cargo.args(["--", "run", "--json", "--seed", &seed]);
        let text = command::output("the suite", &mut cargo)?;
        let report: Value = serde_json::from_str(&text).context("the suite's report")?;
        let number = |name: &str| report[name].as_f64().with_context(|| format!("no {name}"));
        seconds.push(number("seconds")?);
        rates.push(number("fuzzing_exchanges")? / number("fuzzing_seconds")?);
    }
    let rate = Measured::of("", "", None, Unit::Ratio, &rates).median;
    let detail = format!(
        "as `cargo xtask conformance` builds it (profile dev), a seed a run; {rate:.0} exchanges a \
         second in the fuzzing phase"
    );
    let what = "time to the verdict on the server of this workspace";
    let goal = Some(Goal::AtMost(5.0));
    let measured = Measured::of("verdict", what, goal, Unit::Seconds, &seconds);
    Ok(vec![Measured { detail, ..measured }])
}

/// A round of the suite's `bench`.
#[derive(Deserialize)]
struct Round {
    generated: f64,
    plain: f64,
}

/// The output of the suite's `bench`.
#[derive(Deserialize)]
struct Comparison {
    exchanges: usize,
    jobs: usize,
    rounds: Vec<Round>,
}

pub(super) fn generated(args: &Args) -> Result<Vec<Measured>> {
    let mut cargo = command::cargo(&["run", "--quiet", "--package", "login-mutants"]);
    let rounds = if args.quick { "2" } else { "15" };
    cargo.args(["--", "bench", "--json", "--rounds", rounds]);
    let text = command::output("the suite", &mut cargo)?;
    let compared: Comparison = serde_json::from_str(&text).context("what the suite measured")?;
    Ok(vec![compared.measured()])
}

impl Comparison {
    fn measured(&self) -> Measured {
        let of = |value: fn(&Round) -> f64| {
            let values: Vec<f64> = self.rounds.iter().map(value).collect();
            Measured::of(
                "generated",
                "exchanges a second in the suite's fuzzing phase / in a plain loop of the same requests",
                Some(Goal::AtLeast(0.7)),
                Unit::Ratio,
                &values,
            )
        };
        let (generated, plain) = (of(|round| round.generated), of(|round| round.plain));
        let detail = format!(
            "{:.0} / {:.0} exchanges a second, of {} requests on {} connections; as `cargo xtask \
             conformance` builds it (profile dev), with the server in the same process",
            generated.median, plain.median, self.exchanges, self.jobs
        );
        Measured { detail, ..of(|round| round.generated / round.plain) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_is_computed_within_each_round() {
        let text = r#"{"exchanges": 9, "jobs": 2, "rounds": [
            {"generated": 300.0, "plain": 400.0}, {"generated": 60.0, "plain": 100.0},
            {"generated": 80.0, "plain": 100.0}]}"#;
        let measured = serde_json::from_str::<Comparison>(text).unwrap().measured();
        assert_eq!(measured.result_text(), "0.750 (0.600–0.800)");
        assert_eq!(measured.is_met(), Some(true));
        assert!(measured.detail.starts_with("80 / 100 exchanges a second, of 9 requests on 2"));
    }
}
