//! `login-server serve`

use std::io::Write;
use std::net::SocketAddr;

use tokio::signal::unix::{SignalKind, signal};

use super::{StoreArgs, open_store};
use crate::accounts::{Account, Email, NewAccount, PasswordDigest, Profile};
use crate::clock::Clock;
use crate::config::Config;
use crate::hashing::HashPool;
use crate::logging;
use crate::open_files;
use crate::secret::Secret;
use crate::server::Server;
use crate::store::Store;

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
        let mut hangup = signal(SignalKind::hangup())?;
        open_files::raise_limit();
        let store = open_store(&config).await?;
        if self.demo {
            add_demo_accounts(&config, store.as_ref()).await?;
        }
        let log = logging::logger(&config.logging, std::io::stderr());
        let server = Server::start(&config, store, Clock::default(), log.clone()).await?;
        writeln!(out, "listening on {}", server.base_url())?;
        if let Some(address) = server.metrics_addr() {
            writeln!(out, "metrics on http://{address}/metrics")?;
        }
        if self.demo {
            print_demo(out, &server.base_url())?;
        }
        out.flush()?;
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => match server.reload_tls().await {
                    Ok(()) => slog::info!(log, "read certificate and key again"),
                    Err(error) => slog::error!(
                        log, "the old certificate stays in use"; "error" => format!("{error:#}")
                    ),
                },
            }
        }
        slog::info!(log, "stopping");
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
