//! The command line of `login-conformance`.

mod bench;
mod deviations;
mod faults;
mod output;
mod progress;
mod record;
mod rules;
mod run;
mod target;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{exit_code, report::Report, secrets::Secrets};

/// Judges a login server by the OpenAPI document.
///
/// Exit code 0: the target conforms; 1: the suite could not run; 100: there are failures.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends conforming and broken requests, and judges the answers.
    Run(Box<run::Arguments>),
    /// Lays the suite against servers with one fault each, and against correct ones that differ.
    Faults(faults::Arguments),
    /// Writes down how a server answers, without anything secret.
    Record(record::RecordArguments),
    /// Says how a server answers otherwise than its record: exit code 100 where clients would break.
    Compare(record::CompareArguments),
    /// Says how two servers answer differently: exit code 100 where clients would break.
    Diff(record::DiffArguments),
    /// Lints files of known deviations.
    Deviations(deviations::Arguments),
    /// Prints the JSON Schema of the reports that `run --json` and `--report-json` write.
    Schema,
    /// Measures the generated phase beside a plain loop of the same requests.
    Bench(bench::Arguments),
    /// Lists every rule with its source, severity and cost.
    Rules(rules::Arguments),
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap exits with 2 by itself, which is no code of ours.
            let _ = error.print();
            let code =
                if error.use_stderr() { exit_code::COULD_NOT_RUN } else { exit_code::CONFORMS };
            return code.into();
        }
    };
    let secrets = Secrets::default();
    let result = match &arguments.command {
        Command::Run(arguments) => run::run(arguments, &secrets),
        Command::Faults(arguments) => faults::run(arguments),
        Command::Record(arguments) => record::record(arguments, &secrets),
        Command::Compare(arguments) => record::compare(arguments, &secrets),
        Command::Diff(arguments) => record::diff(arguments, &secrets),
        Command::Deviations(arguments) => deviations::run(arguments),
        Command::Schema => schema(),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Rules(arguments) => rules::run(arguments),
    };
    match result {
        Ok(code) => code.into(),
        Err(error) => {
            // An error may quote what a target said: where it redirects to, or its media type.
            eprintln!("error: {}", output::visible(&secrets.redact(&format!("{error:#}"))));
            exit_code::COULD_NOT_RUN.into()
        }
    }
}

fn schema() -> anyhow::Result<u8> {
    let text = serde_json::to_string_pretty(&Report::json_schema())? + "\n";
    output::print(&text, &Secrets::default())?;
    Ok(exit_code::CONFORMS)
}
