//! Measures the login server under load, side by side with what it is compared with.
//!
//! ```text
//! cargo bench -p login-server --bench load -- [--only ROW]... [--quick] [--accounts N]
//! ```
//!
//! It prints one JSON object per result. `cargo xtask bench` makes a table of them, together with
//! the results of other crates. The benchmark is in this crate because it needs the program, the
//! library to fill a database, and Dropshot for comparison. `xtask` must build even if one of them
//! does not.
//!
//! Results are ratios of two processes that take turns within a run.

mod bare;
mod connection;
mod data;
mod generator;
mod measured;
mod process;
mod rows;
mod stage;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser;

use self::{rows::ROWS, stage::Stage};

#[derive(Parser)]
struct Arguments {
    /// Only these rows; an unknown name prints the list
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Run small and short, for a rough impression
    #[arg(long)]
    quick: bool,
    /// The number of accounts of the large database
    #[arg(long, value_name = "N")]
    accounts: Option<u32>,
    /// Serve these recorded responses, as the server to compare with
    #[arg(long, hide = true, value_name = "FILE")]
    bare: Option<PathBuf>,
    /// Also look up the token of each request in this database
    #[arg(long, hide = true, value_name = "DIR")]
    look_up: Option<PathBuf>,
    /// Set by `cargo bench`; without it, as in `cargo test --all-targets`, only check that it runs
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(responses) = &arguments.bare {
        return bare::serve(responses, arguments.look_up.as_deref());
    }
    let names: Vec<_> = ROWS.iter().map(|(name, _)| *name).collect();
    let unknown = arguments.only.iter().find(|only| !names.contains(&only.as_str()));
    anyhow::ensure!(unknown.is_none(), "no such row; there are {}", names.join(", "));
    let stage = arguments.stage()?;
    for (name, measure) in ROWS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == name) {
            continue;
        }
        for measured in measure(&stage).with_context(|| format!("cannot measure {name}"))? {
            println!("{}", serde_json::to_string(&measured)?);
        }
    }
    Ok(())
}

impl Arguments {
    fn stage(&self) -> anyhow::Result<Stage> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (rounds, milliseconds, accounts) = match (self.bench, self.quick) {
            (false, _) => (1, 50, 400),
            (true, true) => (3, 500, 1000),
            (true, false) => (9, 2000, 1_000_000),
        };
        Ok(Stage {
            cache: stage::cache(target)?,
            rounds,
            length: Duration::from_millis(milliseconds),
            accounts: self.accounts.unwrap_or(accounts),
            small: self.quick || !self.bench,
        })
    }
}
