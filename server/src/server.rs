//! The running server.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use dropshot::{BuildError, ConfigDropshot, ConfigTls, HandlerTaskMode, HttpServer, ServerBuilder};
use slog::Logger;
use tokio::{
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};

use crate::{
    clock::Clock,
    config::{self, Config},
    directory::{Directory, DirectoryError},
    hashing::{HashPool, HashPoolError},
    http::{self, ApiContext, MetricsListener},
    logging::error_chain,
    login::{Login, LoginSettings},
    metrics::Metrics,
    store::{Store, StoreError},
    tls::{self, TlsError},
};

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// A server that runs until it is [stopped](Server::stop).
pub struct Server {
    http: HttpServer<ApiContext>,
    metrics: Option<MetricsListener>,
    tls: Option<config::ConfigTls>,
    clean_up: CleanUpTask,
    stop_timeout: Duration,
}

/// Why a server cannot start or stop.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The hashing parameters are outside of the bounds, or no thread can be started.
    #[error("cannot start hashing")]
    Hashing(#[source] HashPoolError),
    /// The root certificates for the directory cannot be used.
    #[error("ldap.root_certificate")]
    Directory(#[source] DirectoryError),
    /// The store is unavailable.
    #[error("cannot use the store")]
    Store(#[source] StoreError),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address in `server.listen` cannot be bound.
    #[error("server.listen")]
    Listen(#[source] BuildError),
    /// The address in `metrics.listen` cannot be bound.
    #[error("metrics.listen")]
    Metrics(#[source] BuildError),
    /// Two endpoints conflict, which is a bug.
    #[error("the endpoints cannot be described: {0}")]
    Endpoints(String),
    /// Dropshot refuses the new certificate.
    #[error("the certificate cannot be replaced: {0}")]
    ReloadTls(String),
    /// The listener ended with an error.
    #[error("the server did not stop cleanly: {0}")]
    Stop(String),
    /// Requests took longer than `server.stop_timeout_seconds`.
    #[error("requests in flight did not end in time")]
    StopTimedOut,
}

/// Cleans up regularly until this is dropped.
struct CleanUpTask(AbortHandle);

impl Server {
    /// Starts the server. When this returns, it accepts logins.
    ///
    /// # Errors
    ///
    /// The server cannot start; see the variants of [`ServerError`].
    pub async fn start(
        config: &Config,
        store: Arc<dyn Store>,
        clock: Clock,
        log: Logger,
    ) -> Result<Self, ServerError> {
        let hashing = config.hashing.pool();
        let hashes = HashPool::start(hashing).map_err(ServerError::Hashing)?;
        let settings = LoginSettings {
            lockout: (&config.lockout).into(),
            token_life: Duration::from_secs(
                config.tokens.life_days.saturating_mul(SECONDS_PER_DAY),
            ),
            tokens_per_account: config.tokens.per_account,
        };
        let metrics = Metrics::new(hashing);
        let directory = config.ldap.as_ref();
        let directory = directory
            .map(|ldap| Directory::new(ldap, metrics.clone(), log.clone()))
            .transpose()
            .map_err(ServerError::Directory)?;
        let login = Login::new(
            store,
            hashes,
            directory,
            clock.clone(),
            settings,
            metrics.clone(),
            log.clone(),
        );
        let login = Arc::new(login);
        // There is no clean-up here, because it may take long and must not delay logins.
        login.refresh_hash_kinds().await.map_err(ServerError::Store)?;
        if let Err(error) = login.give_back_abandoned_attempts().await {
            slog::warn!(log, "attempts from before the start stay pending";
                "error" => error_chain(&error));
        }
        let tls = config.tls.as_ref().map(dropshot_tls).transpose()?;
        let dropshot = ConfigDropshot {
            bind_address: config.server.listen,
            default_request_body_max_bytes: config.server.body_limit_bytes,
            // A login continues to its end even if the client closes the connection.
            default_handler_task_mode: HandlerTaskMode::Detached,
            ..ConfigDropshot::default()
        };
        let listener = config
            .metrics
            .listen
            .map(|listen| MetricsListener::start(listen, metrics.clone(), &log))
            .transpose()
            .map_err(ServerError::Metrics)?;
        if let Some(listener) = &listener
            && !is_local(listener.local_addr())
        {
            slog::warn!(
                log, "anyone who can reach this address can read /metrics";
                "address" => listener.local_addr().to_string()
            );
        }
        let context = ApiContext::new(Arc::clone(&login), config, clock, metrics);
        let http = ServerBuilder::new(
            http::description().map_err(ServerError::Endpoints)?,
            context,
            log.clone(),
        )
        .config(dropshot)
        .tls(tls)
        .start()
        .map_err(ServerError::Listen)?;
        let every = Duration::from_secs(config.tokens.clean_up_seconds);
        let clean_up = CleanUpTask::start(login, every, log);
        let stop_timeout = Duration::from_secs(config.server.stop_timeout_seconds);
        Ok(Self { http, metrics: listener, tls: config.tls.clone(), clean_up, stop_timeout })
    }

    /// The address that the server listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.http.local_addr()
    }

    /// The base URL: `http://` or `https://` with the address.
    pub fn base_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.local_addr())
    }

    /// The address of `/metrics`, if it is enabled.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsListener::local_addr)
    }

    /// Reloads the certificate and the key. Open connections keep the old ones.
    ///
    /// # Errors
    ///
    /// The files cannot be used. The old certificate stays in use.
    pub async fn reload_tls(&self) -> Result<(), ServerError> {
        if let Some(config) = &self.tls {
            let config = dropshot_tls(config)?;
            self.http.refresh_tls(&config).await.map_err(ServerError::ReloadTls)?;
        }
        Ok(())
    }

    /// Stops accepting requests and waits for those in flight. Idle connections are not waited for,
    /// so a client cannot keep the server running by doing nothing.
    ///
    /// # Errors
    ///
    /// The requests did not end in time.
    pub async fn stop(self) -> Result<(), ServerError> {
        let Self { http, clean_up, stop_timeout, .. } = self;
        drop(clean_up);
        let in_flight = http.app_private().in_flight().clone();
        tokio::select! {
            closed = http.close() => closed.map_err(ServerError::Stop),
            () = in_flight.wait_until_empty() => Ok(()),
            () = sleep(stop_timeout) => {
                if in_flight.is_empty() { Ok(()) } else { Err(ServerError::StopTimedOut) }
            }
        }
    }
}

/// Whether only programs on this machine can reach the address.
pub(crate) fn is_local(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

fn dropshot_tls(config: &config::ConfigTls) -> Result<ConfigTls, TlsError> {
    tls::server_config(config).map(ConfigTls::Dynamic)
}

impl CleanUpTask {
    fn start(login: Arc<Login>, every: Duration, log: Logger) -> Self {
        let mut ticks = interval_at(Instant::now() + every, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let task = tokio::spawn(async move {
            loop {
                ticks.tick().await;
                if let Err(error) = login.clean_up().await {
                    slog::warn!(log, "clean-up failed"; "error" => error_chain(&error));
                }
            }
        });
        Self(task.abort_handle())
    }
}

impl Drop for CleanUpTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}
