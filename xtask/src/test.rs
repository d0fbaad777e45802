//! `cargo xtask test`: every test of the workspace.

use std::process::ExitCode;

use anyhow::Result;

use crate::command;

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Passed to `cargo test` as they are, such as `--package login-spec`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs every test; a snapshot that differs fails rather than being written.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut cargo = command::cargo(&["test", "--workspace"]);
    command::succeed("cargo test", cargo.args(&args.options).env("INSTA_UPDATE", "no"))?;
    Ok(ExitCode::SUCCESS)
}
