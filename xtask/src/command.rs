//! Runs other programs.

use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::repository;

/// A Cargo command that runs in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(repository::root());
    command
}

/// Runs a command and waits for its end.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let name = command.get_program().display().to_string();
    command.status().with_context(|| format!("cannot run {name}"))
}

/// Runs a command that must succeed; `what` names it in the error.
pub(crate) fn succeed(what: &str, command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("{what} failed: {status}");
    }
    Ok(())
}

/// Runs a command that must succeed and returns its output. Its standard error goes to the screen.
pub(crate) fn output(what: &str, command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{what} failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("the output of {what} is not UTF-8"))
}
