//! The command line of `login-conformance`.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use login_server::testing::{TestAccount, TestServer};

use crate::{
    accounts::{self, Account},
    engine::{self, Options},
    exit_code,
    rate::Rate,
    report::Report,
};

/// Judges a login server by the OpenAPI document.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends conforming and broken requests, and judges the answers.
    ///
    /// Exit code 0: the target conforms; 1: the suite could not run; 100: there are failures.
    Run(RunArguments),
}

#[derive(Debug, clap::Args)]
struct RunArguments {
    /// The server to judge; without it, the suite starts this workspace's own.
    #[arg(long, value_name = "URL", requires = "accounts")]
    base_url: Option<String>,
    /// The TOML file with accounts of that server.
    #[arg(long, value_name = "FILE", requires = "base_url")]
    accounts: Option<PathBuf>,
    /// Makes a run repeatable; every run prints its own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// `N/60s` or `unlimited`; `10/60s` where there is a base URL.
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// Also sends what may burden the target: deep nesting, bodies of megabytes.
    #[arg(long)]
    allow_unsafe: bool,
    /// How many cases for each operation and kind of data.
    #[arg(long, value_name = "N")]
    cases: Option<u32>,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap exits with 2 by itself, which is no code of ours.
            let _ = error.print();
            let code =
                if error.use_stderr() { exit_code::COULD_NOT_RUN } else { exit_code::CONFORMS };
            return code.into();
        }
    };
    let Command::Run(arguments) = arguments.command;
    match print(&arguments) {
        Ok(report) => report.exit_code().into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            exit_code::COULD_NOT_RUN.into()
        }
    }
}

fn print(arguments: &RunArguments) -> anyhow::Result<Report> {
    let seed = arguments.seed.unwrap_or_else(rand::random);
    eprintln!("seed {seed}");
    let report = run(arguments, seed)?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        report.write(&mut out)?;
    }
    Ok(report)
}

fn run(arguments: &RunArguments, seed: u64) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if arguments.cases == Some(0) {
        bail!("--cases: at least one case is needed");
    }
    if let (Some(base_url), Some(file)) = (&arguments.base_url, &arguments.accounts) {
        let accounts = accounts::read(file, |name| std::env::var(name).ok())?;
        let options = Options {
            base_url: base_url.clone(),
            accounts,
            seed,
            rate: arguments.rate.unwrap_or(Rate::Limited { requests: 10, seconds: 60 }),
            cases: arguments.cases.unwrap_or(5),
            allow_unsafe: arguments.allow_unsafe,
            remote: true,
        };
        return Ok(engine::run(&runtime, &options)?);
    }
    let accounts = own_accounts();
    let server = runtime.block_on(own_server(&accounts)).context("the server does not start")?;
    let options = Options {
        base_url: server.base_url(),
        accounts,
        seed,
        rate: arguments.rate.unwrap_or(Rate::Unlimited),
        cases: arguments.cases.unwrap_or(100),
        allow_unsafe: true,
        remote: false,
    };
    let report = engine::run(&runtime, &options)?;
    runtime.block_on(server.stop())?;
    Ok(report)
}

/// The accounts of [`own_server`], with passwords of one run.
pub fn own_accounts() -> Vec<Account> {
    ["alice", "bob"]
        .map(|name| Account {
            username: name.to_owned(),
            email: Some(format!("{name}@example.org")),
            password: format!("{:032x}", rand::random::<u128>()),
            totp_secret: None,
        })
        .to_vec()
}

/// This workspace's server, on SQLite and a free port, without limits on calls.
///
/// # Errors
///
/// It cannot start.
pub async fn own_server(accounts: &[Account]) -> anyhow::Result<TestServer> {
    let mut builder = TestServer::builder().config(|config| {
        config.lockout.enabled = false;
        config.rate_limit.enabled = false;
    });
    for account in accounts {
        let mut new = TestAccount::new(&account.username, &account.password);
        if let Some(email) = &account.email {
            new = new.email(email);
        }
        builder = builder.account(new);
    }
    builder.start().await
}
