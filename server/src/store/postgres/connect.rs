//! From one line of configuration to connections.

use std::num::NonZero;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};

use super::super::{BoxError, OpenError};
use crate::secret::Secret;

const CONNECTIONS_PER_CORE: usize = 4;
/// How long a connection may take to come, made afresh or given back by another request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);
/// Nothing here takes milliseconds; what takes seconds waits for a lock or a disk that is gone.
const SETTINGS: &str = "SET statement_timeout = 5000";

/// The connections, none of them made yet, and what errors call the database.
pub(super) fn pool(
    url: &Secret,
    connections: Option<NonZero<usize>>,
) -> Result<(Pool, String), OpenError> {
    let unusable =
        |place: &str, source: BoxError| OpenError::Unusable { place: place.to_owned(), source };
    let Ok(mut config) = url.expose().parse::<Config>() else {
        // The library's own words may quote the URL, and with it the password.
        return Err(unusable("the database", "store.url is not a PostgreSQL URL".into()));
    };
    let place = place(&config);
    if config.get_application_name().is_none() {
        config.application_name("login-server");
    }
    config.connect_timeout(CONNECT_TIMEOUT).tcp_user_timeout(WAIT_TIMEOUT);
    if config.get_ssl_mode() == SslMode::Require {
        return Err(unusable(&place, "sslmode=require is not supported yet".into()));
    }
    config.ssl_mode(SslMode::Disable);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, NoTls, recycling);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let settings = Hook::async_fn(|client, _| {
        Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(connections.map_or(cores * CONNECTIONS_PER_CORE, usize::from))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT_TIMEOUT))
        .create_timeout(Some(CONNECT_TIMEOUT))
        .recycle_timeout(Some(CONNECT_TIMEOUT))
        .post_create(settings)
        .build()
        .map_err(|error| unusable(&place, error.into()))?;
    Ok((pool, place))
}

/// The database's name and host, without user and password.
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

    fn open(url: &str) -> Result<String, String> {
        match pool(&Secret::from(url), None) {
            Ok((_, place)) => Ok(place),
            Err(error) => Err(format!("{:#}", anyhow::Error::new(error))),
        }
    }

    #[tokio::test]
    async fn neither_user_nor_password_shows() {
        let place = open("postgres://ulla:hunter2@db.example.org:5433/login").unwrap();
        assert_eq!(place, "database login at db.example.org");
        for url in ["postgres://ulla:hunter2@h/d?hunter2=1", "hunter2", "mysql://u:hunter2@h"] {
            let error = open(url).unwrap_err();
            assert_eq!(error, "cannot open the database: store.url is not a PostgreSQL URL");
        }
    }
}
