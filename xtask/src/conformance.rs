//! `cargo xtask conformance`: runs the conformance suite.

use std::process::ExitCode;

use anyhow::Result;

use crate::{command, exit};

/// Options of `conformance`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options for `login-mutants run`, or for `login-mutants score` if `--mutants` is among them;
    /// `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Builds and runs the suite as a separate program and returns its exit code. If the suite does not
/// compile, `xtask` must still work, because it generates code that the suite needs.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let (command, options) = command_of(&args.options);
    // A step of its own, so that Cargo's progress shows and the suite's output follows it.
    let mut build = command::cargo(&["build", "--package", "login-mutants"]);
    if !command::status(&mut build)?.success() {
        return Ok(exit::COULD_NOT_RUN.into());
    }
    if !options.iter().any(|option| ["-h", "--help", "-V", "--version"].contains(option)) {
        eprintln!("{}", announcement(command));
    }
    let mut cargo =
        command::cargo(&["run", "--quiet", "--package", "login-mutants", "--", command]);
    let status = command::status(cargo.args(options))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit::COULD_NOT_RUN).into())
}

/// What runs now, and how long it usually takes.
fn announcement(command: &str) -> &'static str {
    match command {
        "score" => "running the suite against each mutant; all of them take several minutes",
        _ => "checking this repository's server and client; this takes a few seconds",
    }
}

/// The command of the suite and the options for it.
fn command_of(options: &[String]) -> (&'static str, Vec<&str>) {
    let is_mutants = |option: &&str| *option == "--mutants";
    let options = options.iter().map(String::as_str);
    let command = if options.clone().any(|option| is_mutants(&option)) { "score" } else { "run" };
    (command, options.filter(|option| !is_mutants(option)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_mutants_selects_the_command_score() {
        let of = |options: &[&str]| {
            let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
            let (command, rest) = command_of(&options);
            format!("{command} {}", rest.join(" "))
        };
        assert_eq!(of(&["--seed", "7"]), "run --seed 7");
        assert_eq!(of(&["--budget", "60", "--mutants"]), "score --budget 60");
    }
}
