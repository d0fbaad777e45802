//! `login-server serve`

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use dropshot::{ConfigLogging, ConfigLoggingLevel};
use tokio::signal::unix::{SignalKind, signal};

use super::{StoreArgs, open_store};
use crate::accounts::{Account, Email, NewAccount, PasswordDigest, Profile};
use crate::clock::Clock;
use crate::config::{Config, LogFormat, LogLevel};
use crate::hashing::HashPool;
use crate::secret::Secret;
use crate::server::Server;
use crate::store::Store;

const CLEAN_UP_EVERY: Duration = Duration::from_secs(60);
/// For trying things out: they are printed, and their database vanishes.
const DEMO_ACCOUNTS: [(&str, &str); 2] = [("alice", "alice-demo"), ("bob", "bob-demo")];

#[derive(clap::Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    store: StoreArgs,
    /// Where to listen
    #[arg(long, value_name = "ADDR", env = "LOGIN_SERVER_LISTEN")]
    listen: Option<SocketAddr>,
    /// Begin with demo accounts on a temporary database
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let mut config = self.store.config()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        let temporary = self.demo.then(tempfile::tempdir).transpose()?;
        if let Some(directory) = &temporary {
            config.server.data = directory.path().to_owned();
            config.store.url = None;
        }
        // Before the store is touched: from here on, SIGTERM ends the server in good order.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let store = open_store(&config).await?;
        if self.demo {
            add_demo_accounts(&config, store.as_ref()).await?;
        }
        let log = logger(&config)?;
        let server = Server::start(&config, store, Clock::default(), log.clone()).await?;
        writeln!(out, "listening on {}", server.base_url())?;
        if self.demo {
            print_demo(out, &server.base_url())?;
        }
        out.flush()?;
        let mut upkeep = tokio::time::interval(CLEAN_UP_EVERY);
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = upkeep.tick() => if let Err(error) = server.clean_up().await {
                    slog::warn!(log, "clean-up failed"; "error" => format!("{error:#}"));
                },
            }
        }
        server.stop().await
    }
}

async fn add_demo_accounts(config: &Config, store: &dyn Store) -> anyhow::Result<()> {
    let hashes = HashPool::start(config.hashing.pool())?;
    for (username, password) in DEMO_ACCOUNTS {
        let profile = Profile {
            username: username.to_owned(),
            emails: vec![Email { address: format!("{username}@example.org"), verified: true }],
            roles: vec!["user".to_owned()],
            ..Profile::default()
        };
        let hash = hashes.hash(PasswordDigest::of(&Secret::from(password))).await?;
        let account = Account { password: Some(hash), ..Account::new(profile) };
        store.add_account(&NewAccount { account, backup_code_hashes: Vec::new() }).await?;
    }
    Ok(())
}

fn print_demo(out: &mut (dyn Write + Send), base_url: &str) -> std::io::Result<()> {
    writeln!(out, "demo accounts, gone when the server stops:")?;
    for (username, password) in DEMO_ACCOUNTS {
        writeln!(
            out,
            "  curl --json '{{\"user\":\"{username}\",\"password\":\"{password}\"}}' {base_url}/api/v1/login"
        )?;
    }
    Ok(())
}

fn logger(config: &Config) -> anyhow::Result<slog::Logger> {
    anyhow::ensure!(
        config.logging.format == LogFormat::Text,
        "JSON logs are not supported yet: remove logging.format"
    );
    let level = match config.logging.level {
        LogLevel::Debug => ConfigLoggingLevel::Debug,
        LogLevel::Info => ConfigLoggingLevel::Info,
        LogLevel::Warning => ConfigLoggingLevel::Warn,
        LogLevel::Error => ConfigLoggingLevel::Error,
    };
    ConfigLogging::StderrTerminal { level }.to_logger("login-server").context("cannot log")
}
