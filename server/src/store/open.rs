//! The store that the configuration names.

use std::{path::Path, sync::Arc};

use super::{
    OpenError, Store,
    postgres::PostgresStore,
    sqlite::{self, SqliteStore},
};
use crate::config::ConfigStore;

/// Opens PostgreSQL where a URL is given, else SQLite in the data directory, which is created where it
/// is missing.
///
/// # Errors
///
/// Names the database and says what is wrong with it.
pub async fn open(config: &ConfigStore, data: &Path) -> Result<Arc<dyn Store>, OpenError> {
    open_by(SqliteStore::open, config, data).await
}

/// The same, but creates no data directory and no database in it.
///
/// # Errors
///
/// There is no database, or something is wrong with it.
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
            // To bring a large database up to date takes its time, and whoever waits may give up.
            let (place, directory) = (data.display().to_string(), data.to_owned());
            let opened = tokio::task::spawn_blocking(move || sqlite(&directory)).await;
            Arc::new(opened.map_err(|error| OpenError::Unusable { place, source: error.into() })??)
        }
    })
}

/// Whether opening will first change a database of an earlier version, which takes its time.
pub fn is_outdated(config: &ConfigStore, data: &Path) -> bool {
    config.url.is_none() && sqlite::is_outdated(data)
}

/// What others on this machine can do with the database in the data directory, and how to end it, in
/// one line; `None` where it is for its owner alone.
pub fn exposure(config: &ConfigStore, data: &Path) -> Option<String> {
    if config.url.is_some() { None } else { sqlite::exposure(data) }
}
