//! Bringing the schema up to date, while other servers may be at it.
//!
//! The lock is the row that holds the version, taken with `FOR UPDATE`: every database that
//! speaks PostgreSQL's language has that, unlike advisory locks. Each step is idempotent, for
//! databases that commit a `CREATE` at once.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::super::migrations::{self, Dialect};
use super::super::{OpenError, StoreError};
use super::database::Database;

const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);
const MAKE_VERSION: &str = "
    CREATE TABLE IF NOT EXISTS schema_version (
        id      BIGINT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL
    );
    INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
    ";

pub(super) async fn migrate(database: &Database, place: &str) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Unusable { place: place.to_owned(), source };
    let client = database.client().await.map_err(|error| match error {
        // One line is enough: the place is named already.
        StoreError::Unavailable(source) | StoreError::Broken(source) => unusable(source),
        other @ StoreError::Taken { .. } => unusable(other.into()),
    })?;
    // It gets settings that the others must not have, so it does not go back among them.
    let mut client = Object::take(client);
    let known = migrations::known_version();
    let mut attempt = 1;
    loop {
        match bring_up_to(known, &mut client).await {
            Ok(found) if found > known => {
                return Err(OpenError::NewerSchema { place: place.to_owned(), found, known });
            }
            Ok(_) => return Ok(()),
            Err(error) if attempt < ATTEMPTS && met_another(&error) => {
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(unusable(error.into())),
        }
    }
}

/// Returns the version that was found.
async fn bring_up_to(known: i64, client: &mut ClientWrapper) -> Result<i64, Error> {
    let found = match client.query_opt("SELECT version FROM schema_version", &[]).await {
        Ok(row) => row.map_or(Ok(0), |row| row.try_get(0))?,
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => 0,
        Err(error) => return Err(error),
    };
    // A server that needs nothing changed needs no right to change anything.
    if found >= known {
        return Ok(found);
    }
    // An index on a large table may take its time.
    client.batch_execute("SET statement_timeout = 0").await?;
    client.batch_execute(MAKE_VERSION).await?;
    loop {
        // A transaction for each step: not every database shows a new column before the commit.
        let transaction = client.transaction().await?;
        let row =
            transaction.query_one("SELECT version FROM schema_version FOR UPDATE", &[]).await?;
        let found = row.try_get(0)?;
        let Some((leads_to, step)) = migrations::steps_from(found, Dialect::Postgres).next() else {
            return Ok(found);
        };
        transaction.batch_execute(&step).await?;
        transaction.execute("UPDATE schema_version SET version = $1", &[&leads_to]).await?;
        transaction.commit().await?;
    }
}

/// Whether another server was making the same thing at the same moment.
fn met_another(error: &Error) -> bool {
    // `IF NOT EXISTS` does not keep two from creating at once: the catalogue's own index does.
    const CODES: [SqlState; 5] = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| CODES.contains(code))
}
