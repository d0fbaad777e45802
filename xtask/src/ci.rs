//! `cargo xtask ci`: runs every check that must pass before a change lands.

use std::{
    fmt,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use specfirst::screen;

use crate::{
    command::{cargo, status},
    exit,
};

/// Options of `ci`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Run only this step; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// The steps in the order in which they run, those that fail soonest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code has the format of `cargo fmt`
    Fmt,
    /// The committed documents and code are what `cargo xtask generate` writes
    Generate,
    /// Clippy has no warning
    Clippy,
    /// Every test passes
    Test,
    /// The documentation builds without a warning
    Rustdoc,
    /// The suite has no finding about the server of this repository
    Conformance,
    /// Licences and versions of the dependencies are allowed
    Deny,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(String),
}

/// Runs the steps until one fails, and prints which of them passed.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut outcomes = Vec::new();
    let mut failed = None;
    for &step in Step::value_variants() {
        let outcome = if !args.only.is_empty() && !args.only.contains(&step) {
            Outcome::Skipped("not in --only".to_owned())
        } else if let Some(failed) = failed {
            Outcome::Skipped(format!("{failed} failed before it"))
        } else {
            step.run()?
        };
        if matches!(outcome, Outcome::Failed(_)) {
            failed = Some(step);
        }
        outcomes.push((step, outcome));
    }
    screen::print(&summary(&outcomes))?;
    Ok(if failed.is_none() { ExitCode::SUCCESS } else { exit::COULD_NOT_RUN.into() })
}

impl Step {
    fn run(self) -> Result<Outcome> {
        if self == Self::Deny && !is_installed(&mut cargo(&["deny", "--version"])) {
            return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
        }
        screen::print(&format!("ci: {self}\n"))?;
        let started = Instant::now();
        let status = status(&mut self.command()).with_context(|| format!("ci: {self}"))?;
        let took = started.elapsed();
        Ok(if status.success() { Outcome::Passed(took) } else { Outcome::Failed(took) })
    }

    fn command(self) -> Command {
        match self {
            Self::Fmt => cargo(&["fmt", "--all", "--check"]),
            Self::Generate => cargo(&["xtask", "generate", "--check"]),
            Self::Clippy => {
                cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
            }
            Self::Test => cargo(&["xtask", "test"]),
            Self::Rustdoc => {
                let mut doc =
                    cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
                doc.env("RUSTDOCFLAGS", "--deny warnings");
                doc
            }
            Self::Conformance => cargo(&["xtask", "conformance"]),
            Self::Deny => cargo(&["deny", "check", "licenses", "bans"]),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// One line for each step, and how to repeat the step that failed.
fn summary(outcomes: &[(Step, Outcome)]) -> String {
    let mut text = "ci: summary\n".to_owned();
    for (step, outcome) in outcomes {
        text += &format!("    {:<11}  {outcome}\n", step.to_string());
    }
    match outcomes.iter().find(|(_, outcome)| matches!(outcome, Outcome::Failed(_))) {
        Some((step, _)) => {
            text += &format!("ci: {step} failed; repeat it with `cargo xtask ci --only {step}`\n");
        }
        None => text += "ci: every step that ran passed\n",
    }
    text
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(took) => write!(f, "passed   {:>6.1} s", took.as_secs_f64()),
            Self::Failed(took) => write!(f, "FAILED   {:>6.1} s", took.as_secs_f64()),
            Self::Skipped(reason) => write!(f, "skipped  {reason}"),
        }
    }
}

fn is_installed(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_says_what_ran_what_did_not_and_how_to_repeat_a_failure() {
        let second = Duration::from_secs(1);
        let passed = [
            (Step::Fmt, Outcome::Passed(second / 2)),
            (Step::Deny, Outcome::Skipped("cargo-deny is not installed".to_owned())),
        ];
        insta::assert_snapshot!(summary(&passed), @r"
        ci: summary
            fmt          passed      0.5 s
            deny         skipped  cargo-deny is not installed
        ci: every step that ran passed
        ");
        let failed = [
            (Step::Test, Outcome::Failed(900 * second)),
            (Step::Rustdoc, Outcome::Skipped("test failed before it".to_owned())),
        ];
        insta::assert_snapshot!(summary(&failed), @r"
        ci: summary
            test         FAILED    900.0 s
            rustdoc      skipped  test failed before it
        ci: test failed; repeat it with `cargo xtask ci --only test`
        ");
    }
}
