//! `login-conformance run`: runs the suite.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::{
    output,
    progress::Progress,
    target::{LIMITED_BUDGET, Limits, Place, Server, StartServer},
};
use crate::login::{self, rules};
use specfirst_engine::{
    check::deviation::{self, Deviations},
    http::rate::Rate,
    redact::Secrets,
    report::{Report, html, junit, sarif, terminal},
    rule::{
        Tier,
        side::{Side, Sides},
    },
    run,
    runner::{
        JOBS, Options,
        environment::{Environment, Interrupt},
    },
};

/// Options of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// Which side to judge. The default is both, or only the server if there is a base URL.
    #[arg(long, value_name = "SIDE")]
    side: Option<Sides>,
    /// Repeats a run: the same seed sends the same requests. Every run prints its seed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    limits: Limits,
    /// Also checks rules that may burden the target: deep nesting, large bodies, simultaneous requests.
    #[arg(long)]
    allow_unsafe: bool,
    /// Checks only these rules.
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Checks only the rules of this tier.
    #[arg(long, value_name = "TIER")]
    tier: Option<Tier>,
    /// Stops at the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// The number of connections of the fuzzing phase.
    #[arg(long, value_name = "N", default_value_t = JOBS)]
    jobs: usize,
    /// The number of generated cases for each operation and kind of data.
    #[arg(long, value_name = "N")]
    cases: Option<u32>,
    /// A TOML file of known deviations, or a directory of such files. A finding that an entry explains
    /// does not fail the run. An entry that no longer explains a finding does.
    #[arg(long, value_name = "PATH")]
    deviations: Option<PathBuf>,
    /// A directory for the seeds of generated failures, which later runs replay first.
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
    /// Prints the report as JSON instead of text.
    #[arg(long)]
    json: bool,
    /// Writes the report as JSON.
    #[arg(long, value_name = "FILE")]
    report_json: Option<PathBuf>,
    /// Writes the report as JUnit XML.
    #[arg(long, value_name = "FILE")]
    report_junit: Option<PathBuf>,
    /// Writes the report as SARIF, for code-scanning services.
    #[arg(long, value_name = "FILE")]
    report_sarif: Option<PathBuf>,
    /// Writes the report as an HTML page.
    #[arg(long, value_name = "FILE")]
    report_html: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Arguments,
    secrets: &Secrets,
    start: Option<StartServer<'_>>,
) -> anyhow::Result<u8> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    // The seed is printed first, so that a run that fails can be repeated.
    output::tell(&format!("seed {seed}"));
    let report = match arguments.judge(seed, secrets, start) {
        Ok(report) => report,
        Err(error) => {
            // A report of an earlier run must not be mistaken for the report of this one.
            let base_url = arguments.server.shown_base_url();
            let reason = secrets.redact(&format!("{error:#}"));
            let report = Report::could_not_run(base_url, seed, &reason, &rules::catalogue());
            arguments.write(&report, secrets).with_context(|| reason)?;
            return Err(error);
        }
    };
    arguments.write(&report, secrets)?;
    if !arguments.json {
        let mut text = Vec::new();
        terminal::write(&report, &mut text)?;
        output::print(&String::from_utf8_lossy(&text), secrets)?;
    }
    Ok(report.exit_code())
}

impl Arguments {
    fn judge(
        &self,
        seed: u64,
        secrets: &Secrets,
        start: Option<StartServer<'_>>,
    ) -> anyhow::Result<Report> {
        let catalogue = rules::catalogue();
        for id in &self.only {
            if catalogue.find(id).is_none() {
                bail!("--only {id}: no such rule; `login-conformance rules` lists them");
            }
        }
        let deviations = match &self.deviations {
            Some(path) => deviation::read(path, &catalogue, &login::documents()?)?,
            None => Deviations::default(),
        };
        let remote = self.server.is_remote();
        if remote && self.side.is_some_and(|side| side != Sides::Server) {
            bail!(
                "--side: the client side needs no server; with --base-url, the server alone is judged"
            );
        }
        let interrupt = Interrupt::default();
        output::interrupt_on_ctrl_c(interrupt.clone());
        let place = if self.side == Some(Sides::Client) {
            self.server.needs_base_url()?;
            // Only for the `curl` lines. The client talks to its own mock server.
            Place::nowhere()?
        } else {
            self.server.find(start)?
        };
        let mut options = self.options(&place, seed, remote);
        // These options are about a server.
        if options.sides.include(Side::Server) {
            options.deviations = deviations;
        }
        let progress = Progress::new("exchanges", options.budget);
        let environment = Environment {
            interrupt,
            on_progress: &|activity| progress.show(activity),
            ..Environment::new(secrets)
        };
        let mut suite = place.suite(&self.limits)?;
        suite.allow_unsafe = options.allow_unsafe;
        Ok(run::run(&options, &suite, &environment)?)
    }

    fn options(&self, place: &Place, seed: u64, remote: bool) -> Options {
        let options = place.options(&self.limits);
        let is_limited = options.rate != Rate::Unlimited;
        Options {
            seed,
            budget: options.budget.or(is_limited.then_some(LIMITED_BUDGET)),
            cases: self.cases.unwrap_or(if remote { 25 } else { 32 }),
            jobs: self.jobs,
            allow_unsafe: self.allow_unsafe || !remote,
            remote,
            sides: self.side.unwrap_or(if remote { Sides::Server } else { Sides::Both }),
            only: self.only.clone(),
            tier: self.tier,
            fail_fast: self.fail_fast,
            regressions: self.regressions.clone(),
            ..options
        }
    }

    /// Writes the report to every file that the options name, and as JSON to the screen.
    fn write(&self, report: &Report, secrets: &Secrets) -> anyhow::Result<()> {
        if let Some(path) = &self.report_json {
            output::write_json(path, serde_json::to_value(report)?, secrets)?;
        }
        if let Some(path) = &self.report_junit {
            output::write_file(path, &junit::xml(report)?, secrets)?;
        }
        if let Some(path) = &self.report_sarif {
            output::write_json(path, sarif::log(report), secrets)?;
        }
        if let Some(path) = &self.report_html {
            output::write_file(path, &html::page(report), secrets)?;
        }
        if self.json {
            output::print_json(serde_json::to_value(report)?, secrets)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use specfirst_engine::{http::transport::Target, runner::WhenLimited};

    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn options(base_url: Option<&str>, arguments: &[&str]) -> Options {
        let program = Program::try_parse_from([&["program"], arguments].concat()).unwrap();
        let mut place = Place::nowhere().unwrap();
        if let Some(base_url) = base_url {
            place.target = Target::new(base_url).unwrap();
        }
        program.arguments.options(&place, 1, base_url.is_some())
    }

    #[test]
    fn default_rate_and_budget_depend_on_the_target() {
        let slow = Rate::Limited { requests: 10, seconds: 60 };
        let default = options(Some("https://chat.example.org"), &[]);
        assert_eq!((default.rate, default.budget, default.allow_unsafe), (slow, Some(60), false));
        assert!(options(Some("https://chat.example.org"), &["--allow-unsafe"]).allow_unsafe);
        // On a loopback address the limits apply only once the target limits requests.
        let loopback = options(Some("http://127.0.0.1:3000"), &[]);
        assert_eq!((loopback.rate, loopback.budget), (Rate::Unlimited, None));
        assert!(!loopback.allow_unsafe);
        assert_eq!(loopback.when_limited, Some(WhenLimited { rate: slow, budget: 60 }));
        let own = options(None, &[]);
        assert_eq!((own.rate, own.budget, own.allow_unsafe), (Rate::Unlimited, None, true));
        let chosen = options(Some("http://127.0.0.1:3000"), &["--rate", "unlimited"]);
        assert_eq!((chosen.rate, chosen.when_limited), (Rate::Unlimited, None));
    }
}
