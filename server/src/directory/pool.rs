//! Connections that are kept.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use ldap3::{Ldap, LdapError};
use tokio::sync::Semaphore;

use super::DirectoryError;
use super::connect::Connector;

/// What is done with a connection, perhaps twice.
///
/// A trait and not a closure: the compiler cannot show yet that the future of an async closure
/// that borrows may move between threads.
#[async_trait]
pub(super) trait Operation: Sync {
    type Output: Send;

    /// A connection in the state that [`run`](Self::run) needs.
    async fn connect(&self, connector: &Connector) -> Result<Ldap, DirectoryError>;

    async fn run(&self, ldap: &mut Ldap) -> Result<Self::Output, LdapError>;
}

/// At most so many connections of one kind.
pub(super) struct Pool {
    permits: Semaphore,
    idle: Mutex<Vec<Ldap>>,
}

impl Pool {
    pub(super) fn new(connections: usize) -> Self {
        Self { permits: Semaphore::new(connections), idle: Mutex::default() }
    }

    /// Runs `operation` on an idle connection, or on a new one.
    ///
    /// An idle connection may have been closed at the other end: then it is tried once more, on a
    /// new one. A connection whose operation was given up is not used again.
    pub(super) async fn run<O: Operation>(
        &self,
        connector: &Connector,
        operation: O,
    ) -> Result<O::Output, DirectoryError> {
        let _permit = self.permits.acquire().await.map_err(|_| DirectoryError::TimedOut)?;
        if let Some(mut ldap) = self.take() {
            match operation.run(&mut ldap).await {
                Ok(output) => {
                    self.keep(ldap);
                    return Ok(output);
                }
                Err(_) => self.clear(),
            }
        }
        let mut ldap = operation.connect(connector).await?;
        let output = operation.run(&mut ldap).await?;
        self.keep(ldap);
        Ok(output)
    }

    /// Closes what is idle.
    pub(super) fn clear(&self) {
        self.idle().clear();
    }

    fn take(&self) -> Option<Ldap> {
        let mut idle = self.idle();
        while let Some(mut ldap) = idle.pop() {
            if !ldap.is_closed() {
                return Some(ldap);
            }
        }
        None
    }

    fn keep(&self, ldap: Ldap) {
        self.idle().push(ldap);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Ldap>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
