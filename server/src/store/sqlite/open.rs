//! Opening the file, and bringing its schema up to date.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Error, OpenFlags, TransactionBehavior};

use super::super::migrations::{self, Dialect};
use super::super::{BoxError, OpenError};
use super::FILE_NAME;
use crate::accounts::TokenHash;

/// The command line may write while the server does: each waits for the other this long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS: usize = 64;
/// Bytes of the file that are mapped: as many as SQLite allows.
const MAPPED: i64 = 0x7fff_0000;

/// Makes the directory, and the database with the present schema, where they are missing.
pub(super) fn prepare(data: &Path) -> Result<PathBuf, OpenError> {
    let file = data.join(FILE_NAME);
    fs::create_dir_all(data).map_err(|error| unusable(data, error))?;
    restrict(data);
    let mut db = connect(&file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate(&mut db, &file)?;
    Ok(file)
}

/// The one connection that writes.
pub(super) fn writer(file: &Path) -> Result<Connection, OpenError> {
    connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection that cannot write.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let db = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let unusable = |error: Error| unusable(file, error);
    db.pragma_update(None, "query_only", true).map_err(unusable)?;
    // A page that the system has cached is read where it is: half of what a random read costs is
    // copying pages. It counts as resident memory, but is the system's to take back.
    db.pragma_update(None, "mmap_size", MAPPED).map_err(unusable)?;
    Ok(db)
}

fn connect(file: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let open = || {
        let db = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else SQLite plans a statement anew whenever a value is bound that might change the plan,
        // which is each time, and takes longer to plan than to find the row.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // A commit is on the disk before anybody hears of it, also when the power fails.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        Ok(db)
    };
    open().map_err(|error: Error| unusable(file, error))
}

/// Whether the database in a data directory is of an earlier version; no where there is none.
#[must_use]
pub fn is_outdated(data: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(data.join(FILE_NAME), flags);
    // What cannot be read is said by whoever opens it.
    db.and_then(|db| version(&db))
        .is_ok_and(|version| (1..migrations::known_version()).contains(&version))
}

fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate(db: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let unusable = |error: Error| unusable(file, error);
    if version(db).map_err(unusable)? == migrations::known_version() {
        return Ok(());
    }
    add_functions(db).map_err(unusable)?;
    // Another process may be at it too: look again with the write lock in hand.
    let transaction =
        db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unusable)?;
    let found = version(&transaction).map_err(unusable)?;
    let known = migrations::known_version();
    if found > known {
        return Err(OpenError::NewerSchema { place: file.display().to_string(), found, known });
    }
    for (leads_to, step) in migrations::steps_from(found, Dialect::Sqlite) {
        transaction.execute_batch(&step).map_err(unusable)?;
        transaction.pragma_update(None, "user_version", leads_to).map_err(unusable)?;
    }
    transaction.commit().map_err(unusable)
}

/// The functions that the steps ask for.
fn add_functions(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("split_part", 3, flags, |call| {
        let (text, separator) = (call.get_raw(0).as_str()?, call.get_raw(1).as_str()?);
        let part = usize::try_from(call.get::<i64>(2)? - 1).ok();
        let part = part.and_then(|part| text.split(separator).nth(part));
        Ok(part.unwrap_or_default().to_owned())
    })?;
    db.create_scalar_function("from_base64", 1, flags, |call| {
        let hash = TokenHash::from_base64(call.get_raw(0).as_str()?);
        let hash = hash.ok_or_else(|| Error::UserFunctionError("a token's hash is none".into()))?;
        Ok(hash.as_bytes().to_vec())
    })
}

/// TOTP secrets lie in there in clear: nobody else on the machine may read them.
#[cfg(unix)]
fn restrict(data: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    // A directory of somebody else's making may be shared on purpose; then this is refused.
    let _ = fs::set_permissions(data, fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn restrict(_: &Path) {}

fn unusable(place: &Path, error: impl Into<BoxError>) -> OpenError {
    OpenError::Unusable { place: place.display().to_string(), source: error.into() }
}
