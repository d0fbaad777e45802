//! The login server under load, side by side with what it is measured against.
//!
//! ```text
//! cargo bench -p login-server --bench load -- [--only ROW]... [--quick] [--accounts N]
//! ```
//!
//! It prints one JSON object a result; `cargo xtask bench` makes a table of them, together
//! with what the other crates measure. It is here, and not there, because it needs the program to
//! measure, its library to fill a database, and Dropshot for the server that the program is compared
//! with, while `xtask` must build where any of them does not.
//!
//! Everything is a ratio of two sides that take turns within one run, each a process of its own.

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
    /// These rows only; each name is a line of the list that an unknown one prints
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Small and short: for a look, not for a figure
    #[arg(long)]
    quick: bool,
    /// Accounts of the large database
    #[arg(long, value_name = "N")]
    accounts: Option<u32>,
    /// Serve these answers, as the side that the server is compared with
    #[arg(long, hide = true, value_name = "FILE")]
    bare: Option<PathBuf>,
    /// Look up the token in this database before that
    #[arg(long, hide = true, value_name = "DIR")]
    look_up: Option<PathBuf>,
    /// Set by `cargo bench`; without it this is `cargo test --all-targets`, which asks only
    /// whether it runs
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
    if let Some(answers) = &arguments.bare {
        return bare::serve(answers, arguments.look_up.as_deref());
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
