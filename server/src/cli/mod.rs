//! The command line. Precedence: flag, environment, file, default.

mod account;
mod backup;
mod demo;
mod import;
mod lockout;
mod serve;
mod token;
mod totp;

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use specfirst_dropshot::Secret;

use crate::{
    accounts::{Account, Identity},
    config::Config,
    store::{self, Store},
};

const STORE_URL: &str = "LOGIN_SERVER_STORE_URL";
const LDAP_BIND_PASSWORD: &str = "LOGIN_SERVER_LDAP_BIND_PASSWORD";

/// A login server with the API of Rocket.Chat's POST /api/v1/login
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Manage accounts
    #[command(subcommand)]
    Account(account::Account),
    /// Import the users of a Rocket.Chat server
    Import(import::Import),
    /// Manage the second factor of an account
    #[command(subcommand)]
    Totp(totp::Totp),
    /// List and end sessions, and make personal access tokens
    #[command(subcommand)]
    Token(token::Token),
    /// List and end lockouts
    #[command(subcommand)]
    Lockout(lockout::Lockout),
    /// Copy the SQLite database to a file, also while the server runs
    Backup(backup::Backup),
    /// Put a backup in the place of the SQLite database
    Restore(backup::Restore),
}

/// The options that select the store.
#[derive(Args, Debug)]
struct StoreArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "LOGIN_SERVER_DATA")]
    data: Option<PathBuf>,
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "LOGIN_SERVER_CONFIG")]
    config: Option<PathBuf>,
}

/// Runs a command line and prints to `out`.
///
/// # Errors
///
/// The command failed. The caller shows the error in one line and exits with 1.
pub async fn run(
    cli: Cli,
    input: &mut (dyn BufRead + Send),
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(serve) => serve.run(out).await,
        Command::Account(command) => ignore_broken_pipe(command.run(input, out).await),
        Command::Import(import) => import.run(input, out).await,
        Command::Totp(command) => command.run(out).await,
        Command::Token(command) => command.run(out).await,
        Command::Lockout(command) => ignore_broken_pipe(command.run(out).await),
        Command::Backup(backup) => backup.run(out),
        Command::Restore(restore) => restore.run(out),
    }
}

impl StoreArgs {
    fn config(&self) -> anyhow::Result<Config> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if let Some(data) = &self.data {
            config.server.data.clone_from(data);
        }
        // This is not a flag, because it may contain a password and process lists show flags.
        if let Ok(url) = std::env::var(STORE_URL) {
            config.store.url = Some(Secret::from(url));
        }
        if let (Some(ldap), Ok(password)) = (&mut config.ldap, std::env::var(LDAP_BIND_PASSWORD)) {
            ldap.bind_password = Some(Secret::from(password));
        }
        config.validate()?;
        Ok(config)
    }
}

/// The options that select an account by its exact user name.
#[derive(Args, Debug)]
struct AccountArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The user name
    #[arg(long, alias = "user")]
    username: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl AccountArgs {
    async fn find(&self) -> anyhow::Result<(Config, Arc<dyn Store>, Account)> {
        let config = self.store.config()?;
        let store = open_store(&config).await?;
        let account = find_account(store.as_ref(), &self.username).await?;
        Ok((config, store, account))
    }

    /// Prints what was done, as text or JSON.
    fn report(&self, out: &mut (dyn Write + Send), done: &str) -> anyhow::Result<()> {
        if self.json {
            writeln!(out, "{}", serde_json::json!({"username": self.username, "done": done}))?;
        } else {
            writeln!(out, "{}: {done}", self.username)?;
        }
        Ok(())
    }
}

/// The account with exactly this user name.
async fn find_account(store: &dyn Store, username: &str) -> anyhow::Result<Account> {
    let account = store.find_account(&Identity::Username(username.to_owned())).await?;
    account
        .filter(|account| account.profile.username == username)
        .with_context(|| format!("there is no account {username}"))
}

/// Ignores the error of a pipe that its reader has closed, as `head` does.
fn ignore_broken_pipe(printed: anyhow::Result<()>) -> anyhow::Result<()> {
    match printed {
        // An error of the store has another type, so it is not ignored.
        Err(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) =>
        {
            Ok(())
        }
        printed => printed,
    }
}

/// Opens the database, which must exist.
async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    announce_upgrade(config);
    let store = store::open_existing(&config.store, &config.server.data).await?;
    warn_of_exposure(config);
    Ok(store)
}

/// Opens the database and creates it if it does not exist.
async fn open_or_create_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    announce_upgrade(config);
    Ok(store::open(&config.store, &config.server.data).await?)
}

fn announce_upgrade(config: &Config) {
    let data = &config.server.data;
    if store::is_outdated(&config.store, data) {
        let _ = writeln!(io::stderr(), "bringing the database in {} up to date", data.display());
    }
}

fn warn_of_exposure(config: &Config) {
    if let Some(exposure) = store::exposure(&config.store, &config.server.data) {
        let _ = writeln!(io::stderr(), "warning: {exposure}");
    }
}
