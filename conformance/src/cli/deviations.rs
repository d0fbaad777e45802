//! `login-conformance deviations`: the files of known deviations.

use std::{fmt::Write as _, path::PathBuf};

use super::output;
use crate::login::{self, rules};
use specfirst_engine::{check::deviation, redact::Secrets, report::exit_code};

/// Options of `deviations`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists problems of deviations files: unknown rules, missing reasons, invalid dates.
    Check {
        /// The files, or directories of files.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let Command::Check { paths } = &arguments.command;
    let (catalogue, documents) = (rules::catalogue(), login::documents()?);
    let (mut text, mut count, mut wrong) = (String::new(), 0, 0);
    for path in paths {
        let (entries, problems) = deviation::check(path, &catalogue, &documents)?;
        count += entries;
        wrong += problems.len();
        for problem in problems {
            writeln!(text, "{problem}")?;
        }
    }
    writeln!(text, "deviations  {count}\nproblems    {wrong}")?;
    output::print(&text, &Secrets::default())?;
    Ok(if wrong == 0 { exit_code::CONFORMS } else { exit_code::FAILURES })
}
