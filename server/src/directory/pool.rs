//! Pools of connections to the directory.

use std::time::Duration;

use async_trait::async_trait;
use deadpool::managed::{
    self, Manager, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult,
};
use ldap3::{Ldap, LdapError};

use super::{DirectoryError, connect::Connector};

/// The maximum age of a connection. It ensures that new servers behind a name or a load balancer
/// are used even if connections never break.
const MAX_AGE: Duration = Duration::from_secs(10 * 60);

/// An operation on a connection, which may run twice.
///
/// This is a trait because the compiler cannot yet prove that the future of a borrowing async
/// closure is `Send`.
#[async_trait]
pub(super) trait Operation: Sync {
    type Output: Send;

    async fn run(&self, ldap: &mut Ldap) -> Result<Self::Output, LdapError>;
}

/// A connection and whether it can be reused.
pub(super) struct Connection {
    ldap: Ldap,
    /// Whether the last operation completed. An abandoned operation leaves a response behind, which
    /// the next operation would read as its own.
    is_reusable: bool,
}

impl Connection {
    async fn run<O: Operation>(&mut self, operation: &O) -> Result<O::Output, LdapError> {
        self.is_reusable = false;
        let output = operation.run(&mut self.ldap).await?;
        self.is_reusable = true;
        Ok(output)
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = DirectoryError;

    async fn create(&self) -> Result<Connection, DirectoryError> {
        Ok(Connection { ldap: self.connect().await?, is_reusable: true })
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        metrics: &Metrics,
    ) -> RecycleResult<DirectoryError> {
        if connection.is_reusable && !connection.ldap.is_closed() && metrics.age() < MAX_AGE {
            Ok(())
        } else {
            Err(RecycleError::message("closed, too old, or abandoned during an operation"))
        }
    }
}

/// A limited number of connections of one kind.
pub(super) struct Pool(managed::Pool<Connector>);

impl Pool {
    pub(super) fn new(connector: Connector, connections: usize) -> Result<Self, DirectoryError> {
        let pool = managed::Pool::builder(connector)
            .max_size(connections)
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|error| DirectoryError::Unreachable(error.to_string()))?;
        Ok(Self(pool))
    }

    /// Runs `operation` on an idle connection, or on a new one.
    ///
    /// The directory may have closed an idle connection. Then the operation is retried on a new
    /// one.
    pub(super) async fn run<O: Operation>(
        &self,
        operation: O,
    ) -> Result<O::Output, DirectoryError> {
        let mut connection = self.get().await?;
        let is_new = Object::metrics(&connection).recycle_count == 0;
        match connection.run(&operation).await {
            Err(_) if !is_new => {
                drop(connection);
                self.clear();
                Ok(self.get().await?.run(&operation).await?)
            }
            result => Ok(result?),
        }
    }

    /// Closes the idle connections.
    pub(super) fn clear(&self) {
        self.0.retain(|_, _| false);
    }

    async fn get(&self) -> Result<Object<Connector>, DirectoryError> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            _ => DirectoryError::TimedOut,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::TcpListener;

    use super::*;
    use crate::config::ConfigLdap;

    #[tokio::test]
    async fn old_and_abandoned_connections_are_not_reused() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("ldap://{}", listener.local_addr().unwrap());
        let config = toml::from_str::<ConfigLdap>(&format!("url = '{url}'\nbase_dn = 'dc=x'"));
        let connector = Connector::new(&config.unwrap()).unwrap();
        let mut connection = connector.create().await.unwrap();
        let old = Metrics { created: Instant::now() - MAX_AGE, ..Metrics::default() };
        assert!(connector.recycle(&mut connection, &Metrics::default()).await.is_ok());
        assert!(connector.recycle(&mut connection, &old).await.is_err());
        connection.is_reusable = false;
        assert!(connector.recycle(&mut connection, &Metrics::default()).await.is_err());
    }
}
