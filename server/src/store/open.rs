//! Opens the store that the configuration names.

use std::{path::Path, sync::Arc};

use super::{
    OpenError, Store,
    postgres::PostgresStore,
    sqlite::{self, SqliteStore},
};
use crate::config::ConfigStore;

/// Opens PostgreSQL if a URL is configured, or else SQLite in the data directory, which is created
/// if it does not exist.
///
/// # Errors
///
/// The database cannot be opened; the error names it.
pub async fn open(config: &ConfigStore, data: &Path) -> Result<Arc<dyn Store>, OpenError> {
    open_by(SqliteStore::open, config, data).await
}

/// Like [`open`], but creates neither a data directory nor a database.
///
/// # Errors
///
/// There is no database, or it cannot be opened.
pub async fn open_existing(config: &ConfigStore, data: &Path) -> Result<Arc<dyn Store>, OpenError> {
    open_by(SqliteStore::open_existing, config, data).await
}

async fn open_by(
    sqlite: fn(&Path) -> Result<SqliteStore, OpenError>,
    config: &ConfigStore,
    data: &Path,
) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match &config.url {
        Some(url) => Arc::new(PostgresStore::open(url, config).await?),
        None => {
            // Updating a large database takes long. The caller must be able to give up in the
            // meantime.
            let (place, directory) = (data.display().to_string(), data.to_owned());
            let opened = tokio::task::spawn_blocking(move || sqlite(&directory)).await;
            Arc::new(opened.map_err(|error| OpenError::Unusable { place, source: error.into() })??)
        }
    })
}

/// Whether opening the store will first update the schema of an older database, which may take
/// long.
pub fn is_outdated(config: &ConfigStore, data: &Path) -> bool {
    config.url.is_none() && sqlite::is_outdated(data)
}

/// Describes in one line what other users of this machine can do with the database in the data
/// directory, and how to prevent it. `None` if only its owner has access.
pub fn exposure(config: &ConfigStore, data: &Path) -> Option<String> {
    if config.url.is_some() { None } else { sqlite::exposure(data) }
}
