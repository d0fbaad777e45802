//! `login-mutants score`: measures how many mutants the suite kills.

use login_conformance::cli::{Progress, output};
use specfirst_engine::{redact::Secrets, report::exit_code, runner::environment::Interrupt};

use crate::{
    mutants,
    scoring::{self, Measure, Summary},
};

/// Options of `score`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The seed of every run.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The budget of every run.
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// How many cases are generated for each operation and kind of data.
    #[arg(long, value_name = "N", default_value_t = 40)]
    cases: u32,
    /// How many mutants are measured at once.
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Fails if the suite kills less than this percentage of the mutants. The default is 100, or 0 with
    /// a budget.
    #[arg(long, value_name = "PERCENT")]
    at_least: Option<usize>,
    /// Also prints the order of scenarios that kills the most mutants per request.
    #[arg(long)]
    plan: bool,
    /// Measures only these mutants.
    #[arg(value_name = "MUTANT")]
    mutants: Vec<String>,
    /// Prints the outcomes as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut mutants = mutants::all();
    mutants.extend(mutants::correct_mutants());
    if !arguments.mutants.is_empty() {
        for id in &arguments.mutants {
            anyhow::ensure!(mutants::find(id).is_some(), "{id}: no such mutant");
        }
        mutants.retain(|mutant| arguments.mutants.iter().any(|id| id == mutant.id));
    }
    let interrupt = Interrupt::default();
    output::interrupt_on_ctrl_c(interrupt.clone());
    let how = Measure { seed: arguments.seed, budget: arguments.budget, cases: arguments.cases };
    let progress = Progress::new("mutants", Some(mutants.len() as u64));
    let outcomes = scoring::measure_all(&mutants, how, arguments.jobs, &interrupt, &|outcome| {
        progress.done(outcome.id);
    })?;
    drop(progress);
    let summary =
        Summary::new(arguments.seed, arguments.budget, !arguments.mutants.is_empty(), &outcomes);
    let text = if arguments.json {
        serde_json::to_string_pretty(&summary)? + "\n"
    } else {
        summary.text(arguments.plan)
    };
    output::print(&text, &Secrets::default())?;
    if outcomes.len() < mutants.len() {
        anyhow::bail!("interrupted: {} of {} mutants measured", outcomes.len(), mutants.len());
    }
    // With a budget, mutants that survive are listed, and only `--at-least` turns them into a failure.
    let at_least = arguments.at_least.unwrap_or(if arguments.budget.is_some() { 0 } else { 100 });
    let survives = summary.mutants.measured > 0 && summary.killed_percent() < at_least;
    let has_false_positive = summary.correct.right < summary.correct.measured;
    let needless = summary.needless().next().is_some();
    Ok(if survives || has_false_positive || needless {
        exit_code::FAILURES
    } else {
        exit_code::CONFORMS
    })
}
