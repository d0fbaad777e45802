//! Opens the file and updates its schema.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, Error, OpenFlags, TransactionBehavior, config::DbConfig, functions::FunctionFlags,
};

use super::{
    super::{
        BoxError, OpenError,
        migrations::{self, Dialect, NextStep},
    },
    FILE_NAME, permissions,
};
use crate::accounts::{TokenHash, normalize_dn};

/// How long the server and the command line wait for each other's writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENT_CACHE_SIZE: usize = 64;
/// The flags to open with. They lack `SQLITE_OPEN_CREATE`, because SQLite would choose the mode of
/// a new file.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
/// The number of bytes of the file to map, the maximum that SQLite allows.
const MMAP_BYTES: i64 = 0x7fff_0000;

/// Creates the directory and the database if they do not exist, and updates the schema.
pub(super) fn prepare(data: &Path) -> Result<PathBuf, OpenError> {
    permissions::create(data)?;
    prepare_existing(data)
}

/// Updates the schema of an existing database.
pub(super) fn prepare_existing(data: &Path) -> Result<PathBuf, OpenError> {
    let file = existing(data)?;
    migrate(&mut writer(&file)?, &file)?;
    Ok(file)
}

/// The file of an existing database.
pub(super) fn existing(data: &Path) -> Result<PathBuf, OpenError> {
    let file = data.join(FILE_NAME);
    match file.try_exists() {
        Ok(true) => {}
        Ok(false) => return Err(OpenError::Missing { place: data.display().to_string() }),
        Err(error) => return Err(unusable(&file, error)),
    }
    permissions::refuse_writable_by_all(data)?;
    Ok(file)
}

/// Opens the connection that writes.
pub(super) fn writer(file: &Path) -> Result<Connection, OpenError> {
    connect(file)
}

/// Opens a read-only connection.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let db = connect(file)?;
    let unusable = |error: Error| unusable(file, error);
    db.pragma_update(None, "query_only", true).map_err(unusable)?;
    // A page in the system's cache is read in place, because copying pages is half of the cost of a
    // random read. Mapped pages count as resident memory, but the system can reclaim them.
    db.pragma_update(None, "mmap_size", MMAP_BYTES).map_err(unusable)?;
    Ok(db)
}

fn connect(file: &Path) -> Result<Connection, OpenError> {
    let open = || {
        let db = Connection::open_with_flags(file, FLAGS)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        db.set_prepared_statement_cache_capacity(STATEMENT_CACHE_SIZE);
        // Otherwise SQLite plans a statement again for each bound value, which takes longer than
        // finding the row.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // A commit is on the disk before its caller returns, even if the power fails.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        Ok(db)
    };
    open().map_err(|error: Error| unusable(file, error))
}

/// Whether the database in a data directory has an older schema; false if there is no database.
pub fn is_outdated(data: &Path) -> bool {
    let db = Connection::open_with_flags(data.join(FILE_NAME), FLAGS);
    // An error is reported when the database is opened.
    db.and_then(|db| version(&db))
        .is_ok_and(|version| (1..migrations::known_version()).contains(&version))
}

pub(super) fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate(db: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let unusable = |error: Error| unusable(file, error);
    if version(db).map_err(unusable)? == migrations::known_version() {
        return Ok(());
    }
    add_functions(db).map_err(unusable)?;
    // Another process may migrate too, so check again while holding the write lock.
    let transaction =
        db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unusable)?;
    let found = version(&transaction).map_err(unusable)?;
    let known = migrations::known_version();
    if found > known {
        return Err(OpenError::NewerSchema { place: file.display().to_string(), found, known });
    }
    for NextStep { leads_to, sql, normalizes_dns } in migrations::steps_from(found, Dialect::Sqlite)
    {
        transaction.execute_batch(&sql).map_err(unusable)?;
        if normalizes_dns {
            normalize_dns(&transaction).map_err(unusable)?;
        }
        transaction.pragma_update(None, "user_version", leads_to).map_err(unusable)?;
    }
    transaction.commit().map_err(unusable)
}

fn normalize_dns(db: &Connection) -> rusqlite::Result<()> {
    let (arguments, flags) = (1, FunctionFlags::SQLITE_DETERMINISTIC);
    db.create_scalar_function("normalize_dn", arguments, flags, |call| {
        Ok(call.get_raw(0).as_str_or_null()?.and_then(normalize_dn))
    })?;
    db.execute_batch(
        "UPDATE OR IGNORE accounts SET directory_dn = normalize_dn(directory_dn)
         WHERE normalize_dn(directory_dn) <> directory_dn",
    )
}

/// Adds the functions that the migration steps use.
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
        let hash =
            hash.ok_or_else(|| Error::UserFunctionError("a stored token hash is invalid".into()))?;
        Ok(hash.as_bytes().to_vec())
    })
}

pub(super) fn unusable(place: &Path, error: impl Into<BoxError>) -> OpenError {
    OpenError::Unusable { place: place.display().to_string(), source: error.into() }
}
