//! A connection and its statements.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, Row, Statement, types::Type};

use super::params::{Params, typed, values};

/// How statements are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statements {
    /// The server parses and plans each statement on each execution, so it can run on any
    /// connection of a pooler.
    Unnamed,
    /// The server prepares each statement once per connection.
    Prepared,
}

/// A connection, which is closed when this is dropped.
pub(super) struct Connection {
    client: Client,
    task: JoinHandle<()>,
    statements: Statements,
    prepared: Mutex<HashMap<String, Statement>>,
}

impl Connection {
    /// A connection from the client and the task that the library returns.
    pub(super) fn new<F: Future<Output = Result<(), Error>> + Send + 'static>(
        (client, connection): (Client, F),
        statements: Statements,
    ) -> Self {
        // Its errors are also returned by the statements that run on it.
        let task = tokio::spawn(async move { drop(connection.await) });
        Self { client, task, statements, prepared: Mutex::default() }
    }

    /// Runs a statement and returns its rows.
    pub(super) async fn rows(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Error> {
        match self.prepare(sql, params).await? {
            Some(statement) => self.client.query(&statement, &values(params)).await,
            None => self.client.query_typed(sql, &typed(params)).await,
        }
    }

    /// Runs a statement and returns the number of changed rows.
    pub(super) async fn changed(&self, sql: &str, params: Params<'_>) -> Result<u64, Error> {
        match self.prepare(sql, params).await? {
            Some(statement) => self.client.execute(&statement, &values(params)).await,
            None => self.client.execute_typed(sql, &typed(params)).await,
        }
    }

    /// Prepares a statement if statements are kept. It is cheap for a statement that is already
    /// prepared. Statements to be pipelined must be prepared first.
    pub(super) async fn prepare(
        &self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Option<Statement>, Error> {
        if self.statements == Statements::Unnamed {
            return Ok(None);
        }
        let known = self.prepared().get(sql).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let types: Vec<Type> = params.iter().map(|param| param.sql_type()).collect();
        let statement = self.client.prepare_typed(sql, &types).await?;
        self.prepared().insert(sql.to_owned(), statement.clone());
        Ok(Some(statement))
    }

    fn prepared(&self) -> MutexGuard<'_, HashMap<String, Statement>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Connection {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}
