//! Runs other programs.

use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::repository;

/// Cargo, from the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(repository::root());
    command
}

/// Runs a command to its end.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let name = command.get_program().display().to_string();
    command.status().with_context(|| format!("cannot run {name}"))
}

/// Runs a command that must succeed; `what` is what the error calls it.
pub(crate) fn succeed(what: &str, command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("{what} failed: {status}");
    }
    Ok(())
}

/// Runs a command that must succeed, and hands over what it prints; its errors go to the screen.
pub(crate) fn output(what: &str, command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{what} failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{what} printed what is no text"))
}
