//! `login-server serve`

use std::{io::Write, net::SocketAddr};

use tokio::signal::unix::{SignalKind, signal};

use super::{StoreArgs, demo::Demo, open_or_create_store};
use crate::{
    clock::Clock,
    logging,
    open_files::raise_open_files_limit,
    server::{self, Server},
    store,
};

const STOPPED_EARLY: &str = "stopped before the database was open";

#[derive(clap::Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    store: StoreArgs,
    /// The address to listen on
    #[arg(long, value_name = "ADDR", env = "LOGIN_SERVER_LISTEN")]
    listen: Option<SocketAddr>,
    /// Add demo accounts on a temporary database
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
            // Use a subdirectory, because the temporary directory itself may be open to other
            // users.
            config.server.data = directory.path().join("data");
            config.store.url = None;
        }
        // From here on, SIGTERM stops the server cleanly. Work on the store that is not committed
        // by then leaves no trace.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        raise_open_files_limit();
        let store = tokio::select! {
            store = open_or_create_store(&config) => store?,
            _ = terminate.recv() => anyhow::bail!(STOPPED_EARLY),
            _ = interrupt.recv() => anyhow::bail!(STOPPED_EARLY),
        };
        let demo = match &temporary {
            Some(_) => Some(Demo::add_to(store.as_ref(), &config).await?),
            None => None,
        };
        let log = logging::logger(&config.logging, std::io::stderr());
        if let Some(exposure) = store::exposure(&config.store, &config.server.data) {
            slog::warn!(log, "{}", exposure);
        }
        let server = Server::start(&config, store, Clock::default(), log.clone()).await?;
        if self.demo && !server::is_local(server.local_addr()) {
            slog::warn!(
                log, "anyone who can reach this address can log in to the demo accounts";
                "address" => server.local_addr().to_string()
            );
        }
        writeln!(out, "listening on {}", server.base_url())?;
        if let Some(address) = server.metrics_addr() {
            writeln!(out, "metrics on http://{address}/metrics")?;
        }
        if let Some(demo) = demo {
            demo.print(out, &server.base_url())?;
        }
        out.flush()?;
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => match server.reload_tls().await {
                    Ok(()) => slog::info!(log, "reloaded certificate and key"),
                    Err(error) => slog::error!(
                        log, "cannot reload the certificate, the old one stays in use"; "error" => format!("{error:#}")
                    ),
                },
            }
        }
        slog::info!(log, "stopping");
        Ok(server.stop().await?)
    }
}
