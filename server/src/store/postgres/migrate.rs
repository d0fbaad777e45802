//! Updates the schema, while other servers may do the same.
//!
//! The lock is the row with the version, taken with `FOR UPDATE`. Unlike advisory locks, all
//! compatible databases support this. Each step is idempotent, for databases that commit a `CREATE`
//! immediately.

use std::time::Duration;

use deadpool::managed::Object;
use tokio::time::timeout;
use tokio_postgres::{
    Client, Error, Transaction,
    error::SqlState,
    types::{ToSql, Type},
};

use super::{
    super::{
        BoxError, OpenError, StoreError,
        migrations::{self, Dialect, NextStep},
    },
    connector::ConnectError,
    database::{Database, STATEMENT_TIMEOUT},
};
use crate::accounts::normalize_dn;

/// The maximum time for a migration. Indexing a large table may take long, but a server must report
/// that its database is gone.
const MIGRATION_TIMEOUT: Duration = Duration::from_hours(1);
const MAX_ATTEMPTS: u32 = 20;
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
const CREATE_VERSION: &str = "
    CREATE TABLE IF NOT EXISTS schema_version (
        id      BIGINT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL
    );
    INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
    ";

pub(super) async fn migrate(database: &Database, place: &str) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Unusable { place: place.to_owned(), source };
    let connection = database.connection().await.map_err(|error| match error {
        // The outer error already names the database.
        StoreError::Unavailable(source) | StoreError::Broken(source) => unusable(source),
        other @ StoreError::Taken { .. } => unusable(other.into()),
    })?;
    // A migration may occupy the connection for long, so it does not return to the pool.
    let mut client = Object::take(connection);
    let known = migrations::known_version();
    let mut found = in_time(STATEMENT_TIMEOUT, version(&client)).await.map_err(unusable)?;
    // If nothing has to be changed, the server needs no permission to change anything.
    if found < known {
        found = in_time(MIGRATION_TIMEOUT, update_schema(&mut client)).await.map_err(unusable)?;
    }
    if found > known {
        return Err(OpenError::NewerSchema { place: place.to_owned(), found, known });
    }
    Ok(())
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, BoxError> {
    Ok(timeout(limit, work).await.map_err(|_| ConnectError::NoResponse)??)
}

async fn version(client: &Client) -> Result<i64, Error> {
    match client.query_typed_opt("SELECT version FROM schema_version", &[]).await {
        Ok(row) => row.map_or(Ok(0), |row| row.try_get(0)),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Updates the schema and returns the version that it has then.
async fn update_schema(client: &mut Client) -> Result<i64, Error> {
    let mut attempt = 1;
    loop {
        match run_steps(client).await {
            Err(error) if attempt < MAX_ATTEMPTS && is_conflict(&error) => {
                attempt += 1;
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            other => return other,
        }
    }
}

async fn run_steps(client: &mut Client) -> Result<i64, Error> {
    client.batch_execute(CREATE_VERSION).await?;
    loop {
        // Each step has its own transaction, because some databases show a new column only after
        // the commit.
        let transaction = client.transaction().await?;
        // The administrator may have set a timeout for this user.
        transaction.batch_execute("SET LOCAL statement_timeout = 0").await?;
        let lock = "SELECT version FROM schema_version FOR UPDATE";
        let found = transaction.query_typed_one(lock, &[]).await?.try_get(0)?;
        let Some(NextStep { leads_to, sql, normalizes_dns }) =
            migrations::steps_from(found, Dialect::Postgres).next()
        else {
            return Ok(found);
        };
        transaction.batch_execute(&sql).await?;
        if normalizes_dns {
            normalize_dns(&transaction).await?;
        }
        let update = "UPDATE schema_version SET version = $1";
        transaction.execute_typed(update, &[(&leads_to, Type::INT8)]).await?;
        transaction.commit().await?;
    }
}

async fn normalize_dns(transaction: &Transaction<'_>) -> Result<(), Error> {
    let all = "SELECT directory_dn FROM accounts WHERE directory_dn IS NOT NULL";
    let replace = "UPDATE accounts SET directory_dn = $2 WHERE directory_dn = $1
         AND NOT EXISTS (SELECT 1 FROM accounts WHERE directory_dn = $2)";
    for row in transaction.query_typed(all, &[]).await? {
        let dn: &str = row.try_get(0)?;
        if let Some(normalized) = normalize_dn(dn).filter(|normalized| normalized != dn) {
            let params: [(&(dyn ToSql + Sync), Type); 2] =
                [(&dn, Type::TEXT), (&normalized, Type::TEXT)];
            transaction.execute_typed(replace, &params).await?;
        }
    }
    Ok(())
}

/// Whether another server was making the same change at the same time.
fn is_conflict(error: &Error) -> bool {
    // `IF NOT EXISTS` does not prevent concurrent creation; the unique index of the catalogue does.
    const CODES: [SqlState; 5] = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| CODES.contains(code))
}
