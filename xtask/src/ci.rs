//! `cargo xtask ci`: runs every check that must pass before a change lands.

use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;
use specfirst::screen;

use crate::command::{cargo, succeed};

/// Runs the checks, those that fail soonest first.
pub(crate) fn run() -> Result<ExitCode> {
    step("fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    step("generate --check", &mut cargo(&["xtask", "generate", "--check"]))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    step("clippy", &mut cargo(&clippy))?;
    step("test", &mut cargo(&["xtask", "test"]))?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    step("rustdoc", doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
    step("conformance", &mut cargo(&["xtask", "conformance"]))?;
    if is_installed(&mut cargo(&["deny", "--version"])) {
        step("deny", &mut cargo(&["deny", "check", "licenses", "bans"]))?;
    } else {
        screen::print("ci: deny: skipped, cargo-deny is not installed\n")?;
    }
    screen::print("ci: every step passed\n")?;
    Ok(ExitCode::SUCCESS)
}

fn step(name: &str, command: &mut Command) -> Result<()> {
    screen::print(&format!("ci: {name}\n"))?;
    succeed(name, command)
}

fn is_installed(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
