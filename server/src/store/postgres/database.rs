//! Runs statements within a time limit, on connections that can be trusted, and classifies errors.
//!
//! No state stays on a connection: no setting is changed, and statements are unnamed unless the
//! operator enables prepared statements. So a transaction can run on any connection of a pooler.

use std::{error::Error as _, time::Duration};

use deadpool::managed::{self, Object, PoolError};
use futures::future::join_all;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::{
    Error, Row,
    error::{Severity, SqlState},
};

pub(super) use super::params::Params;
use super::{
    super::{MAX_WAIT, Result, StoreError},
    connection::Connection,
    connector::Connector,
};

/// The maximum time for a statement, or for a transaction that is sent at once. Normal ones take
/// milliseconds, so one that takes seconds waits for a lock or a failed disk.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum time to get a connection, whether it is new or returned by another request. Together
/// with a statement it makes [`MAX_WAIT`].
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How often to run a transaction that the database aborts in favour of another.
const MAX_ATTEMPTS: usize = 5;
/// The age up to which a connection reflects the present state of the database, so that another one
/// would be no better.
const MAX_YOUNG_AGE: Duration = Duration::from_secs(1);

const NO_RESPONSE: &str = "the database does not respond";

pub(super) type Pool = managed::Pool<Connector>;

/// A pool of connections to the database.
#[derive(Clone)]
pub(super) struct Database {
    pool: Pool,
}

/// The result of a statement.
type Outcome<T> = std::result::Result<T, Error>;
type Step<'a> = (&'a str, Params<'a>);

impl Database {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    pub(super) async fn connection(&self) -> Result<Object<Connector>> {
        match timeout(ACQUIRE_TIMEOUT, self.pool.get()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(PoolError::Backend(error))) => Err(StoreError::unavailable(error)),
            Ok(Err(other)) => Err(StoreError::unavailable(other)),
            Err(_) => Err(StoreError::unavailable("all connections to the database are in use")),
        }
    }

    pub(super) async fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        self.run(&Query(sql, params)).await
    }

    /// Runs a statement in its own transaction and returns the number of changed rows.
    pub(super) async fn execute(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        Ok(self.transaction(&[(sql, params)]).await?[0])
    }

    /// Runs statements in a transaction and one round trip. Returns the number of changed rows of
    /// each.
    ///
    /// All of them are sent before the first result arrives, so a client that disappears in the
    /// middle cannot leave a transaction open.
    pub(super) async fn transaction(&self, steps: &[Step<'_>]) -> Result<Vec<u64>> {
        self.run(&Transaction(steps)).await
    }

    pub(super) async fn begin(&self) -> Result<OpenTransaction> {
        let connection = Object::take(self.connection().await?);
        in_time(connection.batch_execute("BEGIN")).await?;
        Ok(OpenTransaction(connection))
    }

    async fn run<W: Work>(&self, work: &W) -> Result<W::Output> {
        let deadline = Instant::now() + MAX_WAIT;
        let mut attempt = 1;
        loop {
            let connection = timeout_at(deadline, self.connection());
            let connection =
                connection.await.map_err(|_| StoreError::unavailable(NO_RESPONSE))??;
            let until = deadline.min(Instant::now() + STATEMENT_TIMEOUT);
            let error = match timeout_at(until, work.run(&connection)).await {
                Ok(Ok(output)) => return Ok(output),
                Ok(Err(error)) => error,
                Err(_) => {
                    self.abandon(connection);
                    return Err(StoreError::unavailable(NO_RESPONSE));
                }
            };
            let is_retryable = if was_aborted(&error) {
                attempt < MAX_ATTEMPTS
            } else {
                self.retire(connection, &error) && (work.only_reads() || is_read_only(&error))
            };
            if !is_retryable {
                return Err(store_error(error));
            }
            attempt += 1;
        }
    }

    /// Closes a connection whose results are still outstanding.
    fn abandon(&self, connection: Object<Connector>) {
        if Object::metrics(&connection).age() >= MAX_YOUNG_AGE {
            self.pool.manager().distrust_older();
        }
        self.pool.manager().abandon(Object::take(connection));
    }

    /// Closes a connection if the error says that it is lost, and marks all older connections as
    /// not to be trusted. Returns whether a new connection may help.
    fn retire(&self, connection: Object<Connector>, error: &Error) -> bool {
        let is_young = Object::metrics(&connection).age() < MAX_YOUNG_AGE;
        // While no server accepts writes, reads need not reconnect for each refused write.
        if !is_connection_lost(error) || (is_young && is_read_only(error)) {
            return false;
        }
        drop(Object::take(connection));
        if !is_young {
            self.pool.manager().distrust_older();
        }
        !is_young
    }
}

/// Work to run on a connection, and perhaps again on another one.
trait Work {
    type Output;

    /// Whether it is safe to run it again if it is not known whether it was run.
    fn only_reads(&self) -> bool;

    fn run(&self, connection: &Connection) -> impl Future<Output = Outcome<Self::Output>> + Send;
}

struct Query<'a>(&'a str, Params<'a>);

impl Work for Query<'_> {
    type Output = Vec<Row>;

    fn only_reads(&self) -> bool {
        self.0.starts_with("SELECT")
    }

    async fn run(&self, connection: &Connection) -> Outcome<Vec<Row>> {
        connection.rows(self.0, self.1).await
    }
}

struct Transaction<'a>(&'a [Step<'a>]);

impl Work for Transaction<'_> {
    type Output = Vec<u64>;

    fn only_reads(&self) -> bool {
        false
    }

    async fn run(&self, connection: &Connection) -> Outcome<Vec<u64>> {
        if let [(sql, params)] = self.0 {
            return Ok(vec![connection.changed(sql, params).await?]);
        }
        prepare_all(connection, self.0).await?;
        let (begun, executed, committed) = futures::join!(
            connection.batch_execute("BEGIN"),
            execute_all(connection, self.0),
            connection.batch_execute("COMMIT"),
        );
        begun?;
        // After a failed statement, `COMMIT` rolls back and reports no error.
        let changed = executed.into_iter().collect::<Outcome<_>>()?;
        committed?;
        Ok(changed)
    }
}

async fn prepare_all(connection: &Connection, steps: &[Step<'_>]) -> Outcome<()> {
    for (sql, params) in steps {
        connection.prepare(sql, params).await?;
    }
    Ok(())
}

/// Pipelines the statements. The first poll of each future sends it, so they arrive in this order.
async fn execute_all(connection: &Connection, steps: &[Step<'_>]) -> Vec<Outcome<u64>> {
    join_all(steps.iter().map(|(sql, params)| connection.changed(sql, params))).await
}

/// A transaction of several round trips, which owns its connection. If it is dropped before the
/// commit, the server rolls it back.
pub(super) struct OpenTransaction(Connection);

impl OpenTransaction {
    /// Runs statements and returns the number of changed rows of each.
    pub(super) async fn run(&self, steps: &[Step<'_>]) -> Result<Vec<u64>> {
        let run = async {
            prepare_all(&self.0, steps).await?;
            execute_all(&self.0, steps).await.into_iter().collect()
        };
        in_time(run).await
    }

    pub(super) async fn commit(self) -> Result<()> {
        in_time(self.0.batch_execute("COMMIT")).await
    }
}

async fn in_time<T>(statement: impl Future<Output = Outcome<T>>) -> Result<T> {
    let outcome = timeout(STATEMENT_TIMEOUT, statement).await;
    outcome.map_err(|_| StoreError::unavailable(NO_RESPONSE))?.map_err(store_error)
}

/// Whether the database aborted the transaction in favour of another.
fn was_aborted(error: &Error) -> bool {
    const CODES: [SqlState; 2] =
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| CODES.contains(code))
}

/// Whether the server accepts no writes, because it is a standby or was demoted. Then nothing was
/// done.
fn is_read_only(error: &Error) -> bool {
    error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
}

/// Whether the next statement on the same connection would also fail.
fn is_connection_lost(error: &Error) -> bool {
    let Some(database) = error.as_db_error() else {
        // An error that is not from the database is about the connection, unless a value did not
        // convert.
        return !is_conversion_error(error);
    };
    // The first two characters are the class. 08: connection. 25: transaction state, such as
    // read-only, idle for too long, or already failed.
    let class = database.code().code().get(..2);
    matches!(database.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
        || matches!(class, Some("08" | "25"))
}

/// Whether a value could not be converted.
fn is_conversion_error(error: &Error) -> bool {
    error.source().is_some_and(|source| {
        source.is::<tokio_postgres::types::WrongType>()
            || source.is::<tokio_postgres::types::WasNull>()
    })
}

/// Converts an error of PostgreSQL, depending on whether a retry may help.
pub(super) fn store_error(error: Error) -> StoreError {
    if is_connection_lost(&error) {
        return StoreError::unavailable(error);
    }
    let Some(database) = error.as_db_error() else {
        return StoreError::broken(error);
    };
    if *database.code() == SqlState::UNIQUE_VIOLATION
        && let Some(what) = database.constraint().and_then(taken)
    {
        return StoreError::Taken { what };
    }
    // See `add.rs`. No other statement here sets the column to NULL.
    if *database.code() == SqlState::NOT_NULL_VIOLATION && database.column() == Some("username") {
        return StoreError::Taken { what: StoreError::USERNAME };
    }
    if is_temporary(database.code()) {
        StoreError::unavailable(error)
    } else {
        StoreError::broken(error)
    }
}

fn taken(constraint: &str) -> Option<&'static str> {
    match constraint {
        "accounts_username_key" => Some(StoreError::USERNAME),
        "account_emails_pkey" => Some("the e-mail address"),
        "accounts_directory_dn_key" | "accounts_directory_id" => Some(StoreError::DIRECTORY_ENTRY),
        "accounts_pkey" => Some("the id"),
        _ => None,
    }
}

/// Whether the same statement may succeed later without a change.
fn is_temporary(code: &SqlState) -> bool {
    // Transaction rollback, insufficient resources, operator intervention, system error.
    const CLASSES: [&str; 4] = ["40", "53", "57", "58"];
    CLASSES.iter().any(|class| code.code().starts_with(class))
        || *code == SqlState::LOCK_NOT_AVAILABLE
}

#[cfg(test)]
mod tests {
    use super::{super::connect, *};
    use crate::{config::ConfigStore, testing::TestPostgres};

    #[tokio::test]
    async fn only_prepared_statements_stay_on_the_connection() {
        let postgres = TestPostgres::shared().unwrap();
        let url = postgres.database().await.unwrap();
        for (prepared_statements, expected) in [(false, 0), (true, 3)] {
            let connections = 1.try_into().ok();
            let config = ConfigStore { connections, prepared_statements, ..ConfigStore::default() };
            let (pool, _) = connect::pool(&url, &config).unwrap();
            let database = Database::new(pool);
            let value: Params<'_> = &[&"value"];
            for _ in 0..3 {
                database.transaction(&[("SELECT $1", value), ("SELECT 1", &[])]).await.unwrap();
                let sql = "SELECT count(*) FROM pg_prepared_statements";
                let rows = database.query(sql, &[]).await.unwrap();
                assert_eq!(rows[0].get::<_, i64>(0), expected, "{prepared_statements}");
            }
        }
    }
}
