//! Sets up the connection pool from the configuration.

use std::{path::Path, time::Duration};

use specfirst_dropshot::Secret;
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    super::{BoxError, OpenError},
    connection::Statements,
    connector::Connector,
    database::{Pool, STATEMENT_TIMEOUT},
    url,
};
use crate::{
    config::ConfigStore,
    tls::{self, Roots},
};

const CONNECTIONS_PER_CORE: usize = 4;
/// The timeout for each address of a host, because the first one may be unreachable.
const ADDRESS_TIMEOUT: Duration = Duration::from_secs(1);

/// The pool, without any connection yet, and the name of the database for errors.
pub(super) fn pool(url: &Secret, store: &ConfigStore) -> Result<(Pool, String), OpenError> {
    let unusable =
        |place: &str, source: BoxError| OpenError::Unusable { place: place.to_owned(), source };
    let mut config =
        url::parse(url.expose()).map_err(|problem| unusable("the database", problem.into()))?;
    let place = place(&config);
    if config.get_application_name().is_none() {
        config.application_name("login-server");
    }
    let root_certificate = store.root_certificate.as_deref();
    config.connect_timeout(ADDRESS_TIMEOUT).tcp_user_timeout(STATEMENT_TIMEOUT);
    config.ssl_mode(ssl_mode(&config, root_certificate).map_err(|e| unusable(&place, e.into()))?);
    let tls = if config.get_ssl_mode() == SslMode::Disable {
        None
    } else {
        let roots = root_certificate.map_or(Roots::System, Roots::Only);
        let tls = tls::client_config(roots).map_err(|error| unusable(&place, error.into()))?;
        Some(MakeRustlsConnect::new(tls))
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let statements =
        if store.prepared_statements { Statements::Prepared } else { Statements::Unnamed };
    let pool = Pool::builder(Connector::new(&config, tls, statements))
        .max_size(store.connections.map_or(cores * CONNECTIONS_PER_CORE, usize::from))
        .build()
        .map_err(|error| unusable(&place, error.into()))?;
    Ok((pool, place))
}

/// With a root certificate, TLS is required. With `prefer`, an attacker could prevent it.
fn ssl_mode(config: &Config, root_certificate: Option<&Path>) -> Result<SslMode, &'static str> {
    let hosts = config.get_hosts();
    let sockets = !hosts.is_empty() && hosts.iter().all(|host| matches!(host, Host::Unix(_)));
    match (config.get_ssl_mode(), root_certificate) {
        (SslMode::Disable, Some(_)) => {
            Err("store.root_certificate is given, but store.url says sslmode=disable")
        }
        (_, Some(_)) => Ok(SslMode::Require),
        // PostgreSQL does not support TLS on a socket, and trying costs a round trip.
        (SslMode::Prefer, None) if sockets => Ok(SslMode::Disable),
        (mode, None) => Ok(mode),
    }
}

/// The name and the hosts of the database, without user and password.
fn place(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        })
        .collect();
    format!("database {} at {}", config.get_dbname().unwrap_or("(default)"), hosts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logging::error_chain;

    fn open(url: &str) -> Result<String, String> {
        match pool(&Secret::from(url), &ConfigStore::default()) {
            Ok((_, place)) => Ok(place),
            Err(error) => Err(error_chain(&error)),
        }
    }

    #[tokio::test]
    async fn user_and_password_do_not_show() {
        let place = open("postgres://ulla:hunter2@db.example.org:5433/login").unwrap();
        assert_eq!(place, "database login at db.example.org");
        let error = open("postgres://ulla:hunter2@h/d?hunter2=1").unwrap_err();
        assert_eq!(error, "cannot open the database: store.url is not a PostgreSQL URL");
    }

    #[test]
    fn root_certificate_requires_tls_and_sockets_disable_it() {
        let root = Some(Path::new("root.pem"));
        for (url, root, expected) in [
            ("postgres://h/d", None, Ok(SslMode::Prefer)),
            ("postgres://h/d", root, Ok(SslMode::Require)),
            ("postgres://h/d?sslmode=require", root, Ok(SslMode::Require)),
            ("postgres://h/d?sslmode=disable", None, Ok(SslMode::Disable)),
            ("postgres:///d?hostaddr=127.0.0.1", None, Ok(SslMode::Prefer)),
            ("postgres:///d?host=/run/postgresql", None, Ok(SslMode::Disable)),
            ("postgres:///d?host=/run/postgresql&sslmode=require", None, Ok(SslMode::Require)),
        ] {
            assert_eq!(ssl_mode(&url::parse(url).unwrap(), root), expected, "{url}");
        }
        let disabled = url::parse("postgres://h/d?sslmode=disable").unwrap();
        assert!(ssl_mode(&disabled, root).unwrap_err().contains("sslmode=disable"));
    }
}
