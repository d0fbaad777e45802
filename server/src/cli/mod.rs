//! The command line. Precedence: flag, environment, file, default.

mod account;
mod demo;
mod import;
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

/// A login server: Rocket.Chat's POST /api/v1/login
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer logins
    Serve(serve::Serve),
    /// Make and change accounts
    #[command(subcommand)]
    Account(account::Account),
    /// Take over the users of a Rocket.Chat
    Import(import::Import),
    /// Demand a second factor, or no longer
    #[command(subcommand)]
    Totp(totp::Totp),
    /// Look at sessions, and end them
    #[command(subcommand)]
    Token(token::Token),
}

/// Which store.
#[derive(Args, Debug)]
struct StoreArgs {
    /// The data directory
    #[arg(long, value_name = "DIR", env = "LOGIN_SERVER_DATA")]
    data: Option<PathBuf>,
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "LOGIN_SERVER_CONFIG")]
    config: Option<PathBuf>,
}

/// Runs a command line; what it prints goes to `out`.
///
/// # Errors
///
/// To be shown in one line; exit code 1.
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
        Command::Token(command) => ignore_broken_pipe(command.run(out).await),
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
        // Not a flag: it may hold a password, and flags show in the list of processes.
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

/// One account, by its exact user name.
#[derive(Args, Debug)]
struct AccountArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The user name
    #[arg(long)]
    username: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl AccountArgs {
    async fn find(&self) -> anyhow::Result<(Config, Arc<dyn Store>, Account)> {
        let config = self.store.config()?;
        let store = open_store(&config).await?;
        let identity = Identity::Username(self.username.clone());
        let account = store
            .find_account(&identity)
            .await?
            .filter(|account| account.profile.username == self.username)
            .with_context(|| format!("there is no account {}", self.username))?;
        Ok((config, store, account))
    }

    /// Says what was done, in words or as JSON.
    fn report(&self, out: &mut (dyn Write + Send), done: &str) -> anyhow::Result<()> {
        if self.json {
            writeln!(out, "{}", serde_json::json!({"username": self.username, "done": done}))?;
        } else {
            writeln!(out, "{}: {done}", self.username)?;
        }
        Ok(())
    }
}

/// A reader that has gone, as `| head` does, is no error where what it would read is not needed.
fn ignore_broken_pipe(printed: anyhow::Result<()>) -> anyhow::Result<()> {
    match printed {
        // What a store cannot do is an error of another type.
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

/// Opens a database that is there.
async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    announce_upgrade(config);
    let store = store::open_existing(&config.store, &config.server.data).await?;
    warn_of_exposure(config);
    Ok(store)
}

/// Opens the database, or creates it.
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
