//! `cargo xtask conformance`: the main job.

use std::process::ExitCode;

use anyhow::Result;

use crate::{command, exit};

/// Options of `conformance`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Passed to `login-conformance run` as they are; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Builds the suite and runs it as a program of its own: a suite that does not compile must not
/// stop the tool that generates what it needs. Its exit code is ours.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut cargo =
        command::cargo(&["run", "--quiet", "--package", "login-conformance", "--", "run"]);
    let status = command::status(cargo.args(&args.options))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit::COULD_NOT_RUN).into())
}
