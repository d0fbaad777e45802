//! The command `specfirst`, for any OpenAPI document.
//!
//! It is a crate of its own, so that it can be installed without the rest of the repository. The work
//! is done by `specfirst-model`, which reads and lints documents, and by `specfirst-codegen`.

pub mod output;
pub mod screen;

mod code;
mod dependencies;
#[cfg(test)]
mod documents;
mod exit;
mod generate;
mod input;
mod lint;
mod problem;
mod progress;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use dependencies::{Dependency, dependencies, snippet};

/// Spec-first API development: lint an OpenAPI document, and generate a client and a Dropshot API
/// trait from it.
///
/// A document is YAML or JSON, of OpenAPI 3.0 or 3.1. It may refer to files in its own folder.
#[derive(Debug, Parser)]
#[command(
    name = "specfirst",
    version,
    after_help = "Exit codes: 0 success; 1 the command could not run, or refused the document; 4 a generated file is stale."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List mistakes in documents, each with its place.
    Lint(lint::Args),
    /// Generate a client, a Dropshot API trait, or both.
    Generate(generate::Args),
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    execute(&Cli::parse()).unwrap_or_else(|error| {
        // Print the error with its sources here, and nowhere else.
        screen::print_error(&format!("error: {error:#}"));
        exit::COULD_NOT_RUN.into()
    })
}

/// Runs the command with these arguments; the first is the name of the program.
///
/// # Errors
///
/// The arguments are wrong, or the command could not run.
pub fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> anyhow::Result<ExitCode> {
    execute(&Cli::try_parse_from(arguments)?)
}

fn execute(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Lint(args) => lint::run(args),
        Command::Generate(args) => generate::run(args),
    }
}
