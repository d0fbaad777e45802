//! `login-conformance run`: the main job.

use std::{path::PathBuf, time::Duration};

use anyhow::bail;

use super::{
    output,
    progress::Progress,
    target::{Place, Server, StartServer},
};
use crate::{
    deviation::{self, Deviations},
    half::{Half, Halves},
    rate::Rate,
    report::{Report, html, junit, sarif, terminal},
    rule::{self, Tier},
    run::{self, JOBS, Options},
    secrets::Secrets,
    transport::TIMEOUT,
};

/// Options of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    server: Server,
    /// Which half is judged: both, or the server alone where there is a base URL.
    #[arg(long, value_name = "HALF")]
    half: Option<Halves>,
    /// Makes a run repeatable; every run prints its own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// `N/60s` for each route, or `unlimited`; `10/60s` where there is a base URL.
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// At most so many requests, logouts included, the most telling first; 60 where there is a base
    /// URL and a rate.
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// Also asks rules that may burden the target: deep nesting, bodies of megabytes, many at once.
    #[arg(long)]
    allow_unsafe: bool,
    /// These rules only.
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// The rules of this tier only.
    #[arg(long, value_name = "TIER")]
    tier: Option<Tier>,
    /// Stops at the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// How many connections the generated phase uses.
    #[arg(long, value_name = "N", default_value_t = JOBS)]
    jobs: usize,
    /// How many cases for each operation and kind of data.
    #[arg(long, value_name = "N")]
    cases: Option<u32>,
    /// How long an answer may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// A TOML file of known deviations, or a directory of them: what an entry explains does not fail
    /// the run, and an entry that no longer shows does.
    #[arg(long, value_name = "PATH")]
    deviations: Option<PathBuf>,
    /// A directory that keeps the seeds of generated failures; they are tried again first.
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
    /// Prints the report as JSON in place of text.
    #[arg(long)]
    json: bool,
    /// Writes the report as JSON.
    #[arg(long, value_name = "FILE")]
    report_json: Option<PathBuf>,
    /// Writes the report as JUnit's XML.
    #[arg(long, value_name = "FILE")]
    report_junit: Option<PathBuf>,
    /// Writes the report as SARIF, as code-scanning services read it.
    #[arg(long, value_name = "FILE")]
    report_sarif: Option<PathBuf>,
    /// Writes the report as one page.
    #[arg(long, value_name = "FILE")]
    report_html: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Arguments,
    secrets: &Secrets,
    start: Option<StartServer>,
) -> anyhow::Result<u8> {
    for id in &arguments.only {
        if rule::find(id).is_none() {
            bail!("--only {id}: no such rule; `login-conformance rules` lists them");
        }
    }
    let deviations = match &arguments.deviations {
        Some(path) => deviation::read(path)?,
        None => Deviations::default(),
    };
    let remote = arguments.server.is_remote();
    if remote && arguments.half.is_some_and(|half| half != Halves::Server) {
        bail!(
            "--half: the client's half needs no server; with --base-url, the server alone is judged"
        );
    }
    let seed = arguments.seed.unwrap_or_else(rand::random);
    // Printed before anything can go wrong, so that it can be repeated.
    eprintln!("seed {seed}");
    output::heed_ctrl_c();
    let place = if arguments.half == Some(Halves::Client) {
        arguments.server.needs_base_url()?;
        // Named in `curl` lines only: the client talks to a wire of its own.
        Place::nowhere()?
    } else {
        arguments.server.find(start)?
    };
    let mut options = arguments.options(&place, seed, remote);
    // They are a server's.
    if options.halves.include(Half::Server) {
        options.deviations = deviations;
    }
    let progress = Progress::new("exchanges", options.budget);
    let report = run::run(&options, secrets, &|count| progress.at(count));
    drop(progress);
    let report = report?;
    arguments.print(&report, secrets)?;
    Ok(report.exit_code())
}

impl Arguments {
    fn options(&self, place: &Place, seed: u64, remote: bool) -> Options {
        let (rate, cases) = if remote {
            (Rate::Limited { requests: 10, seconds: 60 }, 25)
        } else {
            (Rate::Unlimited, 160)
        };
        let rate = self.rate.unwrap_or(rate);
        // A limited run would take hours for what an unlimited one does in seconds.
        let limited = (rate != Rate::Unlimited).then_some(60);
        Options {
            target: place.target.clone(),
            accounts: place.accounts.clone(),
            seed,
            rate,
            budget: self.budget.or(limited),
            cases: self.cases.unwrap_or(cases),
            jobs: self.jobs,
            allow_unsafe: self.allow_unsafe || !remote,
            remote,
            halves: self.half.unwrap_or(if remote { Halves::Server } else { Halves::Both }),
            only: self.only.clone(),
            tier: self.tier,
            fail_fast: self.fail_fast,
            timeout: self.timeout.map_or(TIMEOUT, Duration::from_secs),
            deviations: Deviations::default(),
            regressions: self.regressions.clone(),
        }
    }

    fn print(&self, report: &Report, secrets: &Secrets) -> anyhow::Result<()> {
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
            return Ok(());
        }
        let mut text = Vec::new();
        terminal::write(report, &mut text)?;
        output::print(&String::from_utf8_lossy(&text), secrets)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn options(remote: bool, arguments: &[&str]) -> Options {
        let program = Program::try_parse_from([&["program"], arguments].concat()).unwrap();
        program.arguments.options(&Place::nowhere().unwrap(), 1, remote)
    }

    #[test]
    fn somebody_elses_server_is_asked_slowly_little_and_nothing_that_burdens_it() {
        let default = options(true, &[]);
        assert_eq!(default.rate, Rate::Limited { requests: 10, seconds: 60 });
        assert_eq!((default.budget, default.allow_unsafe), (Some(60), false));
        let own = options(false, &[]);
        assert_eq!((own.rate, own.budget, own.allow_unsafe), (Rate::Unlimited, None, true));
        assert!(options(true, &["--allow-unsafe"]).allow_unsafe);
    }
}
