//! `login-conformance record`, `compare` and `diff`: record responses and compare them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::{
    output,
    progress::Progress,
    target::{Access, Limits, Place, Server, StartServer},
};
use crate::login::record::{self, Recording};
use specfirst_engine::{
    record::{Change, Impact, Snapshot},
    redact::Secrets,
    report::exit_code,
    runner::environment::{Environment, Interrupt},
};

/// Options of `record`.
#[derive(Debug, clap::Args)]
pub struct RecordArguments {
    /// The directory for the record, with one file for each exchange.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    limits: Limits,
}

/// Options of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArguments {
    /// The directory with the record to compare.
    #[arg(value_name = "DIR")]
    record: PathBuf,
    #[command(flatten)]
    server: Server,
    /// Prints the changes as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Options of `diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArguments {
    /// The old server.
    #[arg(value_name = "URL1")]
    before: String,
    /// The new server.
    #[arg(value_name = "URL2")]
    after: String,
    /// The TOML file with the accounts, which both servers must have.
    #[arg(long, value_name = "FILE")]
    accounts: PathBuf,
    #[command(flatten)]
    access: Access,
    /// Prints the changes as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

pub(super) fn record(
    arguments: &RecordArguments,
    secrets: &Secrets,
    start: Option<StartServer<'_>>,
) -> anyhow::Result<u8> {
    let interrupt = Interrupt::default();
    output::interrupt_on_ctrl_c(interrupt.clone());
    let place = arguments.server.find(start)?;
    let recording = take(&place, &arguments.limits, secrets, interrupt)?;
    write(&arguments.out, &recording.snapshots)?;
    let mut text = String::new();
    for (name, needs) in &recording.skipped {
        writeln!(text, "not recorded {name}: needs {needs}")?;
    }
    writeln!(
        text,
        "recorded    {} exchanges in {}",
        recording.snapshots.len(),
        arguments.out.display()
    )?;
    output::print(&text, secrets)?;
    finished(&recording)?;
    Ok(exit_code::CONFORMS)
}

pub(super) fn compare(
    arguments: &CompareArguments,
    secrets: &Secrets,
    start: Option<StartServer<'_>>,
) -> anyhow::Result<u8> {
    let before = specfirst_engine::record::read(&arguments.record)?;
    let interrupt = Interrupt::default();
    output::interrupt_on_ctrl_c(interrupt.clone());
    let place = arguments.server.find(start)?;
    let recording = take(&place, &arguments.limits, secrets, interrupt)?;
    let code = report(&before, &recording.snapshots, arguments.json, secrets)?;
    finished(&recording)?;
    Ok(code)
}

pub(super) fn diff(arguments: &DiffArguments, secrets: &Secrets) -> anyhow::Result<u8> {
    let interrupt = Interrupt::default();
    output::interrupt_on_ctrl_c(interrupt.clone());
    let at = |url: &str| Place::remote(url, &arguments.accounts, &arguments.access);
    let (before, after) = (at(&arguments.before)?, at(&arguments.after)?);
    let before = take(&before, &arguments.limits, secrets, interrupt.clone())
        .with_context(|| arguments.before.clone())?;
    finished(&before)?;
    let after = take(&after, &arguments.limits, secrets, interrupt)
        .with_context(|| arguments.after.clone())?;
    let code = report(&before.snapshots, &after.snapshots, arguments.json, secrets)?;
    finished(&after)?;
    Ok(code)
}

fn take(
    place: &Place,
    limits: &Limits,
    secrets: &Secrets,
    interrupt: Interrupt,
) -> anyhow::Result<Recording> {
    let options = place.options(limits);
    let progress = Progress::new("exchanges", options.budget);
    let environment = Environment {
        interrupt,
        on_progress: &|activity| progress.show(activity),
        ..Environment::new(secrets)
    };
    Ok(record::record(&options, &place.suite(limits)?, &environment)?)
}

/// An error if the recording ended early. The snapshots are valid, but incomplete.
fn finished(recording: &Recording) -> anyhow::Result<()> {
    if recording.sessions_left > 0 {
        bail!("{} sessions could not be logged out", recording.sessions_left);
    }
    match &recording.halt {
        Some(halt) => bail!("ended after {} exchanges: {halt}", recording.snapshots.len()),
        None => Ok(()),
    }
}

/// Parses the snapshots again after their redaction.
fn write(directory: &Path, snapshots: &[Snapshot]) -> anyhow::Result<()> {
    fs::create_dir_all(directory)
        .with_context(|| format!("{}: cannot be made", directory.display()))?;
    for snapshot in snapshots {
        let file = directory.join(format!("{}.snap", snapshot.name));
        output::write_clean(&file, &snapshot.to_string())?;
    }
    Ok(())
}

fn report(
    before: &[Snapshot],
    after: &[Snapshot],
    as_json: bool,
    secrets: &Secrets,
) -> anyhow::Result<u8> {
    let changes = specfirst_engine::record::changes(before, after, record::purpose);
    let of = |impact: Impact| changes.iter().filter(|change| change.impact == impact).count();
    let only = |these: &[Snapshot], those: &[Snapshot]| -> Vec<String> {
        let lacks = |one: &&Snapshot| !those.iter().any(|other| other.name == one.name);
        these.iter().filter(lacks).map(|snapshot| snapshot.name.clone()).collect()
    };
    let not_compared = [only(before, after), only(after, before)].concat();
    if as_json {
        let report = json!({"changes": changes, "not_compared": not_compared});
        output::print_json(report, secrets)?;
    } else {
        let mut text: String =
            changes.iter().map(|change: &Change| format!("{change}\n")).collect();
        for name in &not_compared {
            writeln!(text, "not compared {name}: only one record has it")?;
        }
        writeln!(
            text,
            "compared    {} exchanges\nbreaking    {}\ntightening  {}\ncosmetic    {}",
            before.len() - only(before, after).len(),
            of(Impact::Breaking),
            of(Impact::Tightening),
            of(Impact::Cosmetic)
        )?;
        output::print(&text, secrets)?;
    }
    Ok(if of(Impact::Breaking) > 0 { exit_code::FAILURES } else { exit_code::CONFORMS })
}
