//! Makes connections within a time limit, and drops those that may lead to a former primary.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use rand::seq::SliceRandom as _;
use tokio::time::timeout;
use tokio_postgres::{
    Config, Error, NoTls,
    config::{Host, LoadBalanceHosts},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::{Connection, Statements};

/// The maximum time to connect, for all hosts together.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Makes a connection to the first host that accepts one.
pub(super) struct Connector {
    /// The configurations, each with one host.
    hosts: Vec<Config>,
    tls: Option<MakeRustlsConnect>,
    statements: Statements,
    /// Connections made before this time may lead to a server that is no longer the primary.
    trusted_since: Mutex<Option<Instant>>,
}

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error(transparent)]
    Refused(#[from] Error),
    #[error("the database does not respond")]
    NoResponse,
}

impl Connector {
    pub(super) fn new(
        config: &Config,
        tls: Option<MakeRustlsConnect>,
        statements: Statements,
    ) -> Self {
        Self { hosts: each_host(config), tls, statements, trusted_since: Mutex::default() }
    }

    /// Ensures that connections made before now are not reused.
    pub(super) fn distrust_older(&self) {
        *self.trusted_since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Closes a connection on which a statement is running, and asks the server to cancel it.
    /// Otherwise it would continue, and might hold up others with a lock.
    pub(super) fn abandon(&self, connection: Connection) {
        let (token, tls) = (connection.cancel_token(), self.tls.clone());
        tokio::spawn(async move {
            let cancel = async {
                match tls {
                    None => token.cancel_query(NoTls).await,
                    Some(tls) => token.cancel_query(tls).await,
                }
            };
            let _ = timeout(CONNECT_TIMEOUT, cancel).await;
            drop(connection);
        });
    }

    async fn connect(&self, host: &Config) -> Result<Connection, Error> {
        let statements = self.statements;
        Ok(match &self.tls {
            None => Connection::new(host.connect(NoTls).await?, statements),
            Some(tls) => Connection::new(host.connect(tls.clone()).await?, statements),
        })
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = ConnectError;

    async fn create(&self) -> Result<Connection, ConnectError> {
        let mut hosts: Vec<&Config> = self.hosts.iter().collect();
        if hosts.iter().any(|host| host.get_load_balance_hosts() == LoadBalanceHosts::Random) {
            hosts.shuffle(&mut rand::rng());
        }
        let deadline = Instant::now() + CONNECT_TIMEOUT;
        let mut failed = ConnectError::NoResponse;
        // A host that does not respond must leave time for the others.
        for (host, left) in hosts.iter().zip((1..=hosts.len()).rev()) {
            let share = deadline.saturating_duration_since(Instant::now()).div_f64(left as f64);
            failed = match timeout(share, self.connect(host)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => error.into(),
                Err(_) => ConnectError::NoResponse,
            };
        }
        Err(failed)
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        metrics: &Metrics,
    ) -> RecycleResult<ConnectError> {
        let trusted_since = *self.trusted_since.lock().unwrap_or_else(PoisonError::into_inner);
        let is_trusted = trusted_since.is_none_or(|since| metrics.created > since);
        if is_trusted && !connection.is_closed() {
            Ok(())
        } else {
            Err(RecycleError::message("closed, or older than the database's last refusal"))
        }
    }
}

/// A configuration for each host. The library also tries the hosts in turn, but limits only the
/// time of the TCP handshake.
fn each_host(config: &Config) -> Vec<Config> {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let (count, ports) = (hosts.len().max(addresses.len()), config.get_ports());
    let fits = |length: usize, none: usize| length == none || length == count;
    if count < 2 || !fits(hosts.len(), 0) || !fits(addresses.len(), 0) || !fits(ports.len(), 1) {
        // The library reports what is wrong with such a configuration.
        return vec![config.clone()];
    }
    (0..count)
        .map(|index| {
            let mut one = without_hosts(config);
            match hosts.get(index) {
                Some(Host::Tcp(name)) => drop(one.host(name)),
                Some(Host::Unix(folder)) => drop(one.host_path(folder)),
                None => {}
            }
            addresses.get(index).map(|&address| one.hostaddr(address));
            ports.get(index).or(ports.first()).map(|&port| one.port(port));
            one
        })
        .collect()
}

fn without_hosts(config: &Config) -> Config {
    let mut rest = Config::new();
    config.get_user().map(|user| rest.user(user));
    config.get_password().map(|password| rest.password(password));
    config.get_dbname().map(|name| rest.dbname(name));
    config.get_options().map(|options| rest.options(options));
    config.get_application_name().map(|name| rest.application_name(name));
    config.get_connect_timeout().map(|&timeout| rest.connect_timeout(timeout));
    config.get_tcp_user_timeout().map(|&timeout| rest.tcp_user_timeout(timeout));
    config.get_keepalives_interval().map(|interval| rest.keepalives_interval(interval));
    config.get_keepalives_retries().map(|retries| rest.keepalives_retries(retries));
    rest.ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .target_session_attrs(config.get_target_session_attrs())
        .channel_binding(config.get_channel_binding())
        .load_balance_hosts(config.get_load_balance_hosts());
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_keeps_its_port_and_the_other_settings() {
        let all = "user=u password=p dbname=d application_name=a options=-cx=y sslmode=require \
             sslnegotiation=direct tcp_user_timeout=1 keepalives=1 keepalives_idle=2 \
             keepalives_interval=3 keepalives_retries=4 connect_timeout=5 \
             target_session_attrs=read-write channel_binding=require load_balance_hosts=random";
        let config = |hosts: &str| format!("{all} {hosts}").parse::<Config>().unwrap();
        let several = config("host=h,/run hostaddr=127.0.0.1,127.0.0.2 port=1,2");
        let each = [
            config("host=h hostaddr=127.0.0.1 port=1"),
            config("host=/run hostaddr=127.0.0.2 port=2"),
        ];
        assert_eq!(each_host(&several), each);
        assert_eq!(each_host(&config("host=h,i port=9"))[1], config("host=i port=9"));
        for alone in ["host=h", "host=h,i port=1,2,3", "host=h,i hostaddr=127.0.0.1"] {
            assert_eq!(each_host(&config(alone)), [config(alone)]);
        }
    }
}
