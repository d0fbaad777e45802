//! A running server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use dropshot::{ConfigDropshot, HandlerTaskMode, HttpServer, ServerBuilder};
use slog::Logger;

use crate::api::{self, ApiContext};
use crate::clock::Clock;
use crate::config::Config;
use crate::hashing::HashPool;
use crate::login::{Login, LoginSettings};
use crate::store::Store;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// Answers requests until it is [stopped](Server::stop).
pub struct Server {
    http: HttpServer<ApiContext>,
    stop_timeout: Duration,
}

impl Server {
    /// Starts to listen; when this returns, logins are answered.
    ///
    /// # Errors
    /// Says in one line what is in the way.
    pub async fn start(
        config: &Config,
        store: Arc<dyn Store>,
        clock: Clock,
        log: Logger,
    ) -> anyhow::Result<Self> {
        anyhow::ensure!(config.tls.is_none(), "TLS is not supported yet: remove [tls]");
        anyhow::ensure!(config.ldap.is_none(), "LDAP is not supported yet: remove [ldap]");
        anyhow::ensure!(
            config.metrics.listen.is_none(),
            "metrics are not supported yet: remove metrics.listen"
        );
        anyhow::ensure!(
            !config.compatibility.rocketchat,
            "compatibility.rocketchat is not supported yet: remove it"
        );
        let hashes = HashPool::start(config.hashing.pool()).context("cannot start hashing")?;
        let settings = LoginSettings {
            lockout: config.lockout.settings(),
            token_life: Duration::from_secs(
                config.tokens.life_days.saturating_mul(SECONDS_PER_DAY),
            ),
            tokens_per_account: config.tokens.per_account,
        };
        let login = Login::new(store, hashes, clock.clone(), settings);
        login.clean_up().await.context("cannot use the store")?;
        let dropshot = ConfigDropshot {
            bind_address: config.server.listen,
            default_request_body_max_bytes: config.server.body_limit_bytes,
            // A client that hangs up must not leave half a login.
            default_handler_task_mode: HandlerTaskMode::Detached,
            ..ConfigDropshot::default()
        };
        let http =
            ServerBuilder::new(api::description()?, ApiContext::new(login, config, clock), log)
                .config(dropshot)
                .start()?;
        let stop_timeout = Duration::from_secs(config.server.stop_timeout_seconds);
        Ok(Self { http, stop_timeout })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.http.local_addr()
    }

    /// `http://` and the address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.local_addr())
    }

    /// Takes no more requests, and lets those in flight end.
    ///
    /// # Errors
    /// They did not in time.
    pub async fn stop(self) -> anyhow::Result<()> {
        tokio::time::timeout(self.stop_timeout, self.http.close())
            .await
            .context("requests in flight did not end in time")?
            .map_err(anyhow::Error::msg)
    }

    /// Removes what has expired.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn clean_up(&self) -> anyhow::Result<()> {
        self.http.app_private().login().clean_up().await?;
        Ok(())
    }
}
