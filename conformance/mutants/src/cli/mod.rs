//! The command line of `login-mutants`.

mod bench;
mod score;
mod show;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use login_conformance::cli::{self, InProcess, Suite};
use specfirst_engine::http::transport::Target;

use crate::in_process::InProcessServer;

/// Measures the conformance suite, and runs it against this workspace's server.
///
/// Exit code 0: no failures. 1: the command could not run. 100: there are failures.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the suite against servers with one defect each, and against correct servers that differ.
    Score(score::Arguments),
    /// Compares the speed of the fuzzing phase with a plain loop of the same requests.
    Bench(bench::Arguments),
    /// Runs the suite against one mutant and prints the report.
    Show(Box<show::ShowArguments>),
    #[command(flatten)]
    Suite(Suite),
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    cli::main_of(|arguments: &Arguments, secrets| match &arguments.command {
        Command::Score(arguments) => score::run(arguments),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Show(arguments) => show::run(arguments, secrets),
        Command::Suite(suite) => suite.run(secrets, Some(&start)),
    })
}

/// Starts the server that is used if no base URL is given.
fn start() -> anyhow::Result<InProcess> {
    let server = InProcessServer::start()?.sacrificial();
    let target = Target::new(server.base_url())?;
    Ok(InProcess {
        target,
        accounts: server.accounts.clone(),
        without_password: server.without_password.clone(),
        server: Box::new(server),
    })
}
