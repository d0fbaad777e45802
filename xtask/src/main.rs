//! The tasks of this repository: see `cargo xtask --help`.

mod architecture;
mod bench;
mod ci;
mod command;
mod conformance;
mod exit;
mod generate;
mod lint;
mod repository;
mod services;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use specfirst::screen;

/// Generates code, checks drift, and runs the suite, the benchmarks and CI.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Generate the documents, the client and the API trait from the page and the overlay.
    Generate(generate::Args),
    /// List mistakes in the page itself.
    Lint(lint::Args),
    /// Run the conformance suite against the server of this repository, or one at `--base-url`.
    Conformance(conformance::Args),
    /// Run every test of the workspace.
    Test(test::Args),
    /// Measure every figure of BENCHMARKS.md, side by side.
    Bench(bench::Args),
    /// Print the import graphs of the suite and the server; exit with 5 if they break a rule.
    Architecture,
    /// Run every check that must pass before a change lands.
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Generate(args) => generate::run(&args),
        Task::Lint(args) => lint::run(&args),
        Task::Conformance(args) => conformance::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Architecture => architecture::run(),
        Task::Ci(args) => ci::run(&args),
    };
    result.unwrap_or_else(|error| {
        // Print the error with its sources here, and nowhere else.
        screen::print_error(&format!("error: {error:#}"));
        exit::COULD_NOT_RUN.into()
    })
}
