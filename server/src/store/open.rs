//! The store that the configuration names.

use std::path::Path;
use std::sync::Arc;

use super::postgres::PostgresStore;
use super::sqlite::{self, SqliteStore};
use super::{OpenError, Store};
use crate::config::ConfigStore;

/// Opens PostgreSQL where a URL is given, else SQLite in the data directory.
///
/// # Errors
/// Names the database and says what is wrong with it.
pub async fn open(config: &ConfigStore, data: &Path) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match &config.url {
        Some(url) => Arc::new(PostgresStore::open(url, config).await?),
        None => {
            // To bring a large database up to date takes its time, and whoever waits may give up.
            let (place, directory) = (data.display().to_string(), data.to_owned());
            let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&directory)).await;
            Arc::new(opened.map_err(|error| OpenError::Unusable { place, source: error.into() })??)
        }
    })
}

/// Whether opening will first change a database of an earlier version, which takes its time.
#[must_use]
pub fn is_outdated(config: &ConfigStore, data: &Path) -> bool {
    config.url.is_none() && sqlite::is_outdated(data)
}
