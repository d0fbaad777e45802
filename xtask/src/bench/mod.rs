//! `cargo xtask bench`: measures every figure of `BENCHMARKS.md`, side by side.
//!
//! Each crate has its own benchmark program, because `xtask` must build even if the other crates do
//! not. This module collects the results.

mod build;
mod conformance;
mod facade;
mod generators;
mod load;
mod measured;
mod table;

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, ensure};
use specfirst::screen;

use self::measured::Measured;
use crate::repository;

const PAGE: &str = "BENCHMARKS.md";

/// Options of `bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these rows; an unknown name prints the list.
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Run small and short, for a rough impression.
    #[arg(long, conflicts_with = "write")]
    quick: bool,
    /// The number of accounts of the large database; a million by default.
    #[arg(long, value_name = "N")]
    accounts: Option<u64>,
    /// Print one JSON object per result.
    #[arg(long)]
    json: bool,
    /// Write the results into BENCHMARKS.md, replacing earlier ones of these rows.
    #[arg(long)]
    write: bool,
}

/// The program that measures a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Load,
    Verdict,
    Generated,
    Facade,
    Generators,
    Build,
}

/// The rows in the order of the table.
const ROWS: [(&str, Source); 13] = [
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
    ("specfirst", Source::Generators),
    ("build", Source::Build),
];

/// Measures the rows, and prints or writes the results. A missed goal is a result, not an error.
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
            Source::Generators => generators::run(args),
            Source::Build => build::run(),
        };
        report(&results.with_context(|| format!("cannot measure {name}"))?, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports the results of a row at once, so that an interrupted run keeps them.
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

/// The position of a result in the table. Its name is that of the row, or begins with it.
fn position(name: &str) -> usize {
    let belongs = |row: &str| {
        name.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    ROWS.iter().position(|(row, _)| belongs(row)).unwrap_or(ROWS.len())
}
