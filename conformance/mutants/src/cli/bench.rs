//! `login-mutants bench`: measures the cost of the suite.

use login_conformance::cli::output;
use specfirst_engine::{
    http::transport::Target,
    redact::Secrets,
    report::exit_code,
    runner::{JOBS, Options},
};

use crate::{
    in_process::InProcessServer,
    replay::{self, Comparison},
};

/// Options of `bench`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many rounds are measured.
    #[arg(long, value_name = "N", default_value_t = 9)]
    rounds: usize,
    /// How many cases are generated for each operation and kind of data.
    #[arg(long, value_name = "N", default_value_t = 160)]
    cases: u32,
    /// How many connections the fuzzing phase and the plain loop use.
    #[arg(long, value_name = "N", default_value_t = JOBS)]
    jobs: usize,
    /// Prints the measurements as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let server = InProcessServer::start()?;
    let options = Options {
        cases: arguments.cases,
        jobs: arguments.jobs,
        ..Options::new(Target::new(server.base_url())?)
    };
    let comparison = replay::compare(&options, &server.accounts, arguments.rounds)?;
    let text = if arguments.json {
        serde_json::to_string_pretty(&comparison)? + "\n"
    } else {
        said(&comparison)
    };
    // The text holds numbers only, so there is nothing to redact.
    output::print(&text, &Secrets::default())?;
    Ok(exit_code::CONFORMS)
}

fn said(comparison: &Comparison) -> String {
    let median = |of: fn(&replay::Round) -> f64| {
        let mut values: Vec<f64> = comparison.rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    format!(
        "{:.0} exchanges a second in the fuzzing phase, {:.0} in a plain loop of the same {} requests: \
         {:.3} (medians of {} rounds, {} jobs)\n",
        median(|round| round.generated),
        median(|round| round.plain),
        comparison.exchanges,
        median(|round| round.generated / round.plain),
        comparison.rounds.len(),
        comparison.jobs,
    )
}
