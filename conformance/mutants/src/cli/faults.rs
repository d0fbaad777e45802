//! `login-conformance faults`: the yardstick.

use login_conformance::cli::{Progress, output};
use specfirst_engine::{redact::Secrets, report::exit_code, runner::environment::Interrupt};

use crate::{
    faulty,
    yardstick::{self, Measure, Summary},
};

/// Options of `faults`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The seed of every run.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The budget of every run.
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// Generated cases for each operation and kind of data.
    #[arg(long, value_name = "N", default_value_t = 40)]
    cases: u32,
    /// How many variants are measured at once.
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Fails where less than so many percent of the faults are killed; 100 without a budget.
    #[arg(long, value_name = "PERCENT")]
    at_least: Option<usize>,
    /// Also prints the order of scenarios that finds most per request.
    #[arg(long)]
    plan: bool,
    /// These variants only.
    #[arg(value_name = "VARIANT")]
    variants: Vec<String>,
    /// Prints the outcomes as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut variants = faulty::faults();
    variants.extend(faulty::correct_variants());
    if !arguments.variants.is_empty() {
        for id in &arguments.variants {
            anyhow::ensure!(faulty::find(id).is_some(), "{id}: no such variant");
        }
        variants.retain(|variant| arguments.variants.iter().any(|id| id == variant.id));
    }
    let interrupt = Interrupt::default();
    output::heed_ctrl_c(interrupt.clone());
    let how = Measure { seed: arguments.seed, budget: arguments.budget, cases: arguments.cases };
    let progress = Progress::new("variants", Some(variants.len() as u64));
    let outcomes =
        yardstick::measure_all(&variants, how, arguments.jobs, &interrupt, &|outcome| {
            progress.done(outcome.id);
        })?;
    drop(progress);
    let summary = Summary::new(arguments.seed, arguments.budget, &outcomes);
    let text = if arguments.json {
        serde_json::to_string_pretty(&summary)? + "\n"
    } else {
        summary.text(arguments.plan)
    };
    output::print(&text, &Secrets::default())?;
    if outcomes.len() < variants.len() {
        anyhow::bail!("interrupted: {} of {} variants measured", outcomes.len(), variants.len());
    }
    // A budget is a trade: what it misses is told, and held against the suite by `--at-least` only.
    let at_least = arguments.at_least.unwrap_or(if arguments.budget.is_some() { 0 } else { 100 });
    let survives = summary.faults.0 > 0 && summary.killed_percent() < at_least;
    let accused = summary.correct.1 < summary.correct.0;
    // Only all of the faults show which rules none of them needs.
    let is_whole = arguments.variants.is_empty() && arguments.budget.is_none();
    let needless = is_whole && summary.needless().next().is_some();
    Ok(if survives || accused || needless { exit_code::FAILURES } else { exit_code::CONFORMS })
}
