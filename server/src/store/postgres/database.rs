//! Running statements: in bounded time, prepared once a connection, each error sorted.

use std::error::Error as _;
use std::time::Duration;

use deadpool_postgres::{Client, ClientWrapper, Object, Pool, PoolError};
use futures::future::join_all;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::super::{Result, StoreError};

/// Longer than a statement may take on the server, so that the server's error comes first.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often a transaction is run that the database gave up in favour of another.
const ATTEMPTS: usize = 5;

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A few connections, each with its prepared statements.
#[derive(Clone)]
pub(super) struct Database {
    pool: Pool,
}

/// What became of a statement.
type Outcome<T> = std::result::Result<T, Error>;

impl Database {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    pub(super) async fn client(&self) -> Result<Client> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => store_error(error),
            other => StoreError::unavailable(other),
        })
    }

    pub(super) async fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        let client = self.client().await?;
        let query = async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, params).await
        };
        let outcome = timeout(PATIENCE, query).await;
        settle(client, outcome)
    }

    /// Runs one statement, which is a transaction of its own, and says how many rows it changed.
    pub(super) async fn execute(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let mut attempt = 1;
        loop {
            let client = self.client().await?;
            let execute = async {
                let statement = client.prepare_cached(sql).await?;
                client.execute(&statement, params).await
            };
            let outcome = timeout(PATIENCE, execute).await;
            if attempt < ATTEMPTS && gave_way(&outcome) {
                attempt += 1;
                continue;
            }
            return settle(client, outcome);
        }
    }

    pub(super) async fn begin(&self) -> Result<OpenTransaction> {
        let client = Object::take(self.client().await?);
        client.batch_execute("BEGIN").await.map_err(store_error)?;
        Ok(OpenTransaction(client))
    }

    /// Runs statements as one transaction, in one round trip once they are prepared, and says
    /// how many rows each changed.
    ///
    /// All of them are sent before the first answers: a client that goes away in the middle
    /// cannot leave a transaction open.
    pub(super) async fn transaction(&self, steps: &[(&str, Params<'_>)]) -> Result<Vec<u64>> {
        let mut attempt = 1;
        loop {
            let client = self.client().await?;
            let outcome = timeout(PATIENCE, pipeline(&client, steps)).await;
            if attempt < ATTEMPTS && gave_way(&outcome) {
                attempt += 1;
                continue;
            }
            return settle(client, outcome);
        }
    }
}

/// A transaction of many round trips. The connection goes with it: if this is dropped before it
/// is committed, the server undoes it.
pub(super) struct OpenTransaction(ClientWrapper);

impl OpenTransaction {
    /// Runs statements, and says how many rows each changed.
    pub(super) async fn run(&self, steps: &[(&str, Params<'_>)]) -> Result<Vec<u64>> {
        let run = async {
            let statements = prepare(&self.0, steps).await?;
            execute_all(&self.0, &statements).await.into_iter().collect::<Outcome<Vec<u64>>>()
        };
        let outcome = timeout(PATIENCE, run).await.map_err(StoreError::unavailable)?;
        outcome.map_err(store_error)
    }

    pub(super) async fn commit(self) -> Result<()> {
        let outcome = timeout(PATIENCE, self.0.batch_execute("COMMIT")).await;
        outcome.map_err(StoreError::unavailable)?.map_err(store_error)
    }
}

type Prepared<'a> = (Statement, Params<'a>);

async fn prepare<'a>(
    client: &ClientWrapper,
    steps: &[(&str, Params<'a>)],
) -> Outcome<Vec<Prepared<'a>>> {
    let mut statements = Vec::with_capacity(steps.len());
    for (sql, params) in steps {
        statements.push((client.prepare_cached(sql).await?, *params));
    }
    Ok(statements)
}

/// The first poll of each sends it, so they arrive in this order.
async fn execute_all(client: &ClientWrapper, statements: &[Prepared<'_>]) -> Vec<Outcome<u64>> {
    join_all(statements.iter().map(|(sql, params)| client.execute(sql, params))).await
}

async fn pipeline(client: &ClientWrapper, steps: &[(&str, Params<'_>)]) -> Outcome<Vec<u64>> {
    let statements = prepare(client, steps).await?;
    let (begun, executed, committed) = futures::join!(
        client.batch_execute("BEGIN"),
        execute_all(client, &statements),
        client.batch_execute("COMMIT"),
    );
    begun?;
    // After a statement that failed, `COMMIT` rolls back, and does not call that an error.
    let changed = executed.into_iter().collect::<Outcome<_>>()?;
    committed?;
    Ok(changed)
}

/// Gives the connection back, or drops it if its answers are still to come.
fn settle<T>(
    client: Client,
    outcome: std::result::Result<Outcome<T>, tokio::time::error::Elapsed>,
) -> Result<T> {
    match outcome {
        Ok(outcome) => outcome.map_err(store_error),
        Err(elapsed) => {
            drop(Object::take(client));
            Err(StoreError::unavailable(elapsed))
        }
    }
}

/// Whether two transactions met, and this one was undone for the sake of the other.
fn gave_way<T>(outcome: &std::result::Result<Outcome<T>, tokio::time::error::Elapsed>) -> bool {
    let Ok(Err(error)) = outcome else { return false };
    error.code().is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
    })
}

/// What PostgreSQL says, sorted by whether it is worth trying again.
pub(super) fn store_error(error: Error) -> StoreError {
    let Some(database) = error.as_db_error() else {
        // A value that could not be converted is a fault of ours; everything else that does not
        // come from the database's mouth comes from the way to it.
        let converting = error.source().is_some_and(|source| {
            source.is::<tokio_postgres::types::WrongType>()
                || source.is::<tokio_postgres::types::WasNull>()
        });
        return if converting { StoreError::broken(error) } else { StoreError::unavailable(error) };
    };
    if *database.code() == SqlState::UNIQUE_VIOLATION
        && let Some(what) = database.constraint().and_then(taken)
    {
        return StoreError::Taken { what };
    }
    // See `add.rs`: nothing else here could be missing.
    if *database.code() == SqlState::NOT_NULL_VIOLATION && database.column() == Some("username") {
        return StoreError::Taken { what: StoreError::USERNAME };
    }
    if is_passing(database.code()) {
        StoreError::unavailable(error)
    } else {
        StoreError::broken(error)
    }
}

fn taken(constraint: &str) -> Option<&'static str> {
    match constraint {
        "accounts_username_key" => Some(StoreError::USERNAME),
        "account_emails_pkey" => Some("the e-mail address"),
        "accounts_directory_dn_key" => Some("the directory entry"),
        "accounts_pkey" => Some("the id"),
        _ => None,
    }
}

/// Whether the same statement may work later, without anybody's changing it.
fn is_passing(code: &SqlState) -> bool {
    // The class is the first two characters: connection, transaction rollback, resources,
    // operator intervention (stopping, starting, cancelled), system.
    const CLASSES: [&str; 5] = ["08", "40", "53", "57", "58"];
    // A lock that was not given in time; a standby that is about to become the primary.
    const CODES: [SqlState; 2] =
        [SqlState::LOCK_NOT_AVAILABLE, SqlState::READ_ONLY_SQL_TRANSACTION];
    CLASSES.iter().any(|class| code.code().starts_with(class)) || CODES.contains(code)
}
