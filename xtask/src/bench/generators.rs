//! The time and memory of lint and of the generators for a large document.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{
    Args,
    measured::{Goal, Measured, Unit},
};
use crate::command;

/// A round of the generators' bench, in seconds and as ratios.
#[derive(Deserialize)]
struct Round {
    lint: f64,
    generate: f64,
    lint_growth: f64,
    generate_growth: f64,
}

/// The output of the generators' bench.
#[derive(Deserialize)]
struct Output {
    operations: usize,
    bytes: usize,
    peak_memory_mib: Option<f64>,
    rounds: Vec<Round>,
}

pub(super) fn run(args: &Args) -> Result<Vec<Measured>> {
    let bench = ["bench", "--quiet", "--package", "specfirst", "--bench", "generators"];
    let mut cargo = command::cargo(&bench);
    cargo.args(["--", "--json"]);
    if args.quick {
        cargo.arg("--quick");
    }
    let text = command::output("the generators' bench", &mut cargo)?;
    let line = text.lines().find(|line| line.starts_with('{')).context("no result")?;
    Ok(serde_json::from_str::<Output>(line).context("what the bench measured")?.measured())
}

impl Output {
    fn measured(&self) -> Vec<Measured> {
        let row = |name: &str, what: &str, most: f64, unit, value: fn(&Round) -> f64| {
            let values: Vec<f64> = self.rounds.iter().map(value).collect();
            Measured::of(name, what, Some(Goal::AtMost(most)), unit, &values)
        };
        let size = format!("{:.1} MB of JSON", self.bytes as f64 / 1e6);
        let operations = self.operations;
        let lint = row(
            "specfirst-lint",
            &format!("read and lint a document of {operations} operations"),
            3.0,
            Unit::Seconds,
            |round| round.lint,
        );
        let generate = row(
            "specfirst-generate",
            "read the same document, and generate its client and API trait",
            3.0,
            Unit::Seconds,
            |round| round.generate,
        );
        let lint_growth = row(
            "specfirst-lint-growth",
            "lint of that document / ten times lint of a document of a tenth of the operations",
            1.3,
            Unit::Ratio,
            |round| round.lint_growth,
        );
        let generate_growth = row(
            "specfirst-generate-growth",
            "the same of generating the client and API trait",
            1.3,
            Unit::Ratio,
            |round| round.generate_growth,
        );
        let timed = [lint, generate, lint_growth, generate_growth];
        let memory = self.peak_memory_mib.map(|mib| {
            let what = "peak memory of the process that did all this (`VmHWM`)";
            let goal = Some(Goal::AtMost(300.0));
            Measured::of("specfirst-memory", what, goal, Unit::Mebibytes, &[mib])
        });
        let detail = |measured| Measured { detail: size.clone(), ..measured };
        timed.into_iter().chain(memory).map(detail).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_median_of_the_rounds() {
        let text = r#"{"operations": 1000, "bytes": 2100000, "peak_memory_mib": 301.0, "rounds": [
            {"lint": 0.1, "generate": 2.0, "lint_growth": 1.0, "generate_growth": 1.2},
            {"lint": 0.2, "generate": 4.0, "lint_growth": 1.1, "generate_growth": 1.5},
            {"lint": 0.3, "generate": 3.5, "lint_growth": 0.9, "generate_growth": 1.3}]}"#;
        let rows = serde_json::from_str::<Output>(text).unwrap().measured();
        let found: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.is_met())).collect();
        let expected = [
            ("specfirst-lint", Some(true)),
            ("specfirst-generate", Some(false)),
            ("specfirst-lint-growth", Some(true)),
            ("specfirst-generate-growth", Some(true)),
            ("specfirst-memory", Some(false)),
        ];
        assert_eq!(found, expected);
        assert_eq!(rows[1].result_text(), "3.50 s (2.00–4.00)");
        assert_eq!(rows[1].detail, "2.1 MB of JSON");
        let without = text.replace("301.0", "null");
        assert_eq!(serde_json::from_str::<Output>(&without).unwrap().measured().len(), 4);
    }
}
