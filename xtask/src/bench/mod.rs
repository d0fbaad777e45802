//! `cargo xtask bench`: every figure of `BENCHMARKS.md`, measured side by side.
//!
//! What is measured runs as a program of its own crate, since this one must build where those do
//! not; here the results are put together.

mod build;
mod conformance;
mod facade;
mod load;
mod measured;
mod table;

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, ensure};

use self::measured::Measured;
use crate::{repository, screen};

const PAGE: &str = "BENCHMARKS.md";

/// Options of `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// These rows only; an unknown one prints the list.
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Small and short: for a look, not for a figure.
    #[arg(long, conflicts_with = "write")]
    quick: bool,
    /// Accounts of the large database; a million unless given.
    #[arg(long, value_name = "N")]
    accounts: Option<u64>,
    /// Print one object of JSON a result.
    #[arg(long)]
    json: bool,
    /// Write the results into BENCHMARKS.md, in place of earlier ones of these rows.
    #[arg(long)]
    write: bool,
}

/// What measures a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Load,
    Verdict,
    Generated,
    Facade,
    Build,
}

/// In the order of the table.
const ROWS: [(&str, Source); 12] = [
    ("resume", Source::Load),
    ("me", Source::Load),
    ("flat", Source::Load),
    ("password", Source::Load),
    ("tail", Source::Load),
    ("memory", Source::Load),
    ("start", Source::Load),
    ("verdict", Source::Verdict),
    ("generated", Source::Generated),
    ("postgres", Source::Load),
    ("facade", Source::Facade),
    ("build", Source::Build),
];

/// Measures, prints, and writes where that is asked for. A missed goal is a result, not a failure.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let names: Vec<_> = ROWS.iter().map(|(name, _)| *name).collect();
    for only in &args.only {
        ensure!(names.contains(&only.as_str()), "no row {only}; there are {}", names.join(", "));
    }
    for (name, source) in ROWS {
        if !args.only.is_empty() && !args.only.iter().any(|only| only == name) {
            continue;
        }
        let results = match source {
            Source::Load => load::run(&[name], args),
            Source::Verdict => conformance::verdict(args),
            Source::Generated => conformance::generated(args),
            Source::Facade => facade::run(args),
            Source::Build => build::run(),
        };
        report(&results.with_context(|| format!("cannot measure {name}"))?, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// After each row, so that a run that is stopped has not been for nothing.
fn report(results: &[Measured], args: &Args) -> Result<()> {
    for result in results {
        let line = if args.json { serde_json::to_string(result)? } else { table::show(result) };
        screen::print(&format!("{line}\n"))?;
    }
    if args.write {
        let page = table::update(&repository::read(PAGE)?, results)?;
        fs::write(repository::path(PAGE), page).with_context(|| format!("cannot write {PAGE}"))?;
    }
    Ok(())
}

/// Where a result stands in the table: by its row, of whose name its own is or begins with it.
fn position(name: &str) -> usize {
    let belongs = |row: &str| {
        name.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    ROWS.iter().position(|(row, _)| belongs(row)).unwrap_or(ROWS.len())
}
