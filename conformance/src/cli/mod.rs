//! The command line of `login-conformance`.

mod deviations;
pub mod output;
mod progress;
mod record;
mod rules;
mod run;
mod target;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use specfirst_engine::{
    redact::Secrets,
    report::{Report, exit_code},
};

pub use progress::Progress;
pub use run::Arguments as RunArguments;
pub use target::{InProcess, StartServer};

/// Judges a login server by the OpenAPI document.
///
/// Exit code 0: the target conforms. 1: the suite could not run. 100: there are failures.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Suite,
}

/// The commands of the suite.
#[derive(Debug, Subcommand)]
pub enum Suite {
    /// Send conforming and broken requests, and judge the responses.
    Run(Box<run::Arguments>),
    /// Record how a server responds, without secrets.
    Record(record::RecordArguments),
    /// Compare a server with its record; exit with 100 if clients would break.
    Compare(record::CompareArguments),
    /// Compare two servers; exit with 100 if clients would break.
    Diff(record::DiffArguments),
    /// Lint files of known deviations.
    Deviations(deviations::Arguments),
    /// Print the JSON Schema of the reports that `run --json` and `--report-json` write.
    Schema,
    /// List every rule with its source, severity and cost.
    Rules(rules::Arguments),
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    main_of(|arguments: &Arguments, secrets| arguments.command.run(secrets, None))
}

/// Parses the arguments of the process, runs the command, and returns the exit code.
pub fn main_of<P: Parser>(run: impl FnOnce(&P, &Secrets) -> anyhow::Result<u8>) -> ExitCode {
    let arguments = match P::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap exits with 2 by default, which is not an exit code of the suite.
            let _ = error.print();
            let code =
                if error.use_stderr() { exit_code::COULD_NOT_RUN } else { exit_code::CONFORMS };
            return code.into();
        }
    };
    let secrets = Secrets::default();
    match run(&arguments, &secrets) {
        Ok(code) => code.into(),
        Err(error) => {
            // An error may quote a target: its redirect or its media type.
            let message = secrets.redact(&format!("error: {error:#}"));
            output::tell(&output::visible(&message));
            exit_code::COULD_NOT_RUN.into()
        }
    }
}

impl RunArguments {
    /// Runs the suite, prints the report, and returns its exit code. `start` starts the server that is
    /// used without `--base-url`.
    ///
    /// # Errors
    ///
    /// An error if the suite could not run.
    pub fn run(&self, secrets: &Secrets, start: Option<StartServer<'_>>) -> anyhow::Result<u8> {
        run::run(self, secrets, start)
    }
}

impl Suite {
    /// Runs the command and returns its exit code. `start` starts the server that is used if the
    /// command names none.
    ///
    /// # Errors
    ///
    /// An error if the command could not run.
    pub fn run(&self, secrets: &Secrets, start: Option<StartServer<'_>>) -> anyhow::Result<u8> {
        match self {
            Self::Run(arguments) => arguments.run(secrets, start),
            Self::Record(arguments) => record::record(arguments, secrets, start),
            Self::Compare(arguments) => record::compare(arguments, secrets, start),
            Self::Diff(arguments) => record::diff(arguments, secrets),
            Self::Deviations(arguments) => deviations::run(arguments),
            Self::Schema => schema(),
            Self::Rules(arguments) => rules::run(arguments),
        }
    }
}

fn schema() -> anyhow::Result<u8> {
    let text = serde_json::to_string_pretty(&Report::json_schema())? + "\n";
    output::print(&text, &Secrets::default())?;
    Ok(exit_code::CONFORMS)
}
