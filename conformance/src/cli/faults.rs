//! `login-conformance faults`: the yardstick.

use std::fmt::Write as _;

use super::output;
use crate::{
    exit_code, faulty,
    rule::RULES,
    secrets::Secrets,
    yardstick::{self, Measure, Outcome},
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
    output::heed_ctrl_c();
    let how = Measure { seed: arguments.seed, budget: arguments.budget, cases: arguments.cases };
    let bar = output::progress();
    let outcomes = yardstick::measure_all(&variants, how, arguments.jobs, &|outcome| {
        bar.inc(1);
        bar.set_message(outcome.id);
    })?;
    bar.finish_and_clear();
    let text = if arguments.json {
        serde_json::to_string_pretty(&outcomes)? + "\n"
    } else {
        table(&outcomes, arguments.variants.is_empty() && arguments.budget.is_none())
    };
    output::print(&text, &Secrets::default())?;
    // A budget is a trade: what it misses is told, not held against the suite.
    let wrong = outcomes.iter().any(|outcome| !outcome.is_right());
    let accused = outcomes.iter().any(|outcome| outcome.is_correct && !outcome.is_right());
    let failed = if arguments.budget.is_some() { accused } else { wrong };
    Ok(if failed { exit_code::FAILURES } else { exit_code::CONFORMS })
}

fn table(outcomes: &[Outcome], is_whole: bool) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let verdict = match (outcome.is_right(), outcome.is_correct) {
            (true, false) => "killed",
            (false, false) => "SURVIVES",
            (true, true) => "conforms",
            (false, true) => "ACCUSED",
        };
        let by = if outcome.rules.is_empty() { "-".to_owned() } else { outcome.rules.join(", ") };
        let _ = writeln!(text, "{verdict:<9} {:<26} {by}", outcome.id);
        if let Some(error) = &outcome.error {
            let _ = writeln!(text, "          {:<26} error: {error}", "");
        }
    }
    let (correct, faults): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|outcome| outcome.is_correct);
    let right = |list: &[&Outcome]| list.iter().filter(|outcome| outcome.is_right()).count();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.seconds).sum();
    let _ = writeln!(
        text,
        "\nfaults      {} of {} killed\ncorrect     {} of {} not accused\nmean run    {:.2} s",
        right(&faults),
        faults.len(),
        right(&correct),
        correct.len(),
        seconds / f64::from(u32::try_from(outcomes.len().max(1)).unwrap_or(1))
    );
    if is_whole {
        let idle: Vec<_> = RULES
            .iter()
            .filter(|rule| !outcomes.iter().any(|outcome| outcome.rules.contains(&rule.id)))
            .map(|rule| rule.id)
            .collect();
        let idle = if idle.is_empty() { "none".to_owned() } else { idle.join(", ") };
        let _ = writeln!(text, "rules that no fault needs: {idle}");
    }
    text
}
