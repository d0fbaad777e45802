//! The time to build the client from scratch, and the number of its crates.

use std::{collections::BTreeSet, time::Instant};

use anyhow::Result;

use super::measured::{Measured, Unit};
use crate::command;

pub(super) fn run() -> Result<Vec<Measured>> {
    let tree = ["tree", "--package", "login-client", "--edges", "normal,build", "--prefix", "none"];
    let tree = command::output("cargo tree", &mut command::cargo(&tree))?;
    let crates: BTreeSet<_> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    // Download first, so that the time does not include it.
    command::succeed("cargo fetch", &mut command::cargo(&["fetch", "--quiet"]))?;
    let target = tempfile::tempdir()?;
    let mut cargo = command::cargo(&["build", "--quiet", "--package", "login-client"]);
    let start = Instant::now();
    command::succeed("cargo build", cargo.env("CARGO_TARGET_DIR", target.path()))?;
    let seconds = start.elapsed().as_secs_f64();
    let what = "`cargo build --package login-client` in an empty target directory";
    let detail = format!(
        "{} crates; the C of aws-lc takes much of it, and leaves with `--no-default-features`",
        crates.len()
    );
    Ok(vec![Measured { detail, ..Measured::of("build", what, None, Unit::Seconds, &[seconds]) }])
}
