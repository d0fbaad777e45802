//! Fills an empty database quickly.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::{
    super::{OpenError, Result, StoreError, seed::Seed},
    open, queries,
};
use crate::accounts::NewAccount;

/// Fills the database in a data directory. It must be empty, and no other process may have it open.
///
/// # Errors
///
/// The database is not empty or cannot be written.
pub fn seed(data: &Path, seed: &Seed) -> Result<()> {
    let broken = |error: OpenError| StoreError::broken(error);
    let file = open::prepare(data).map_err(broken)?;
    let mut db = open::writer(&file).map_err(broken)?;
    // If this fails, the caller starts again, so it needs neither a journal nor `fsync`.
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
         PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;",
    )?;
    let transaction = db.transaction()?;
    // Building an index from the finished table is many times faster than updating it row by row.
    let indexes = drop_indexes(&transaction)?;
    for number in 0..seed.accounts {
        let new = NewAccount { account: seed.account(number), backup_code_hashes: Vec::new() };
        queries::add_account(&transaction, &new, None)?;
    }
    add_sessions(&transaction, seed)?;
    for sql in indexes {
        transaction.execute_batch(&sql)?;
    }
    transaction.commit()?;
    // The journal mode that a server uses.
    Ok(db.execute_batch("PRAGMA journal_mode = WAL;")?)
}

/// Drops the indexes and returns the statements that create them.
fn drop_indexes(db: &Transaction<'_>) -> Result<Vec<String>> {
    let mut select =
        db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")?;
    let found = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        db.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

fn add_sessions(db: &Connection, seed: &Seed) -> Result<()> {
    let mut insert =
        db.prepare("INSERT INTO sessions (token_hash, account, issued_at) VALUES (?1, ?2, ?3)")?;
    for (token, account) in seed.sessions_by_token() {
        // The rows of an empty table are numbered from 1.
        insert.execute(params![token.as_bytes(), account + 1, seed.issued_at.as_millis()])?;
    }
    Ok(())
}
