//! The rows that the load on the server measures.

use anyhow::{Context as _, Result};

use super::{Args, measured::Measured};
use crate::command;

/// Measures these rows with the bench `load` of `login-server`, which prints one result per line.
pub(super) fn run(rows: &[&str], args: &Args) -> Result<Vec<Measured>> {
    let mut cargo =
        command::cargo(&["bench", "--quiet", "--package", "login-server", "--bench", "load", "--"]);
    for row in rows {
        cargo.args(["--only", row]);
    }
    if args.quick {
        cargo.arg("--quick");
    }
    if let Some(accounts) = args.accounts {
        cargo.args(["--accounts", &accounts.to_string()]);
    }
    let text = command::output("the load on the server", &mut cargo)?;
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a result: {line}")))
        .collect()
}
