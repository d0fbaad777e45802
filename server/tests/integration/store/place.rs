//! The place of a store, which can be opened several times, as by several servers.

use std::{fs::Permissions, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use login_server::{
    Secret,
    config::ConfigStore,
    store::{
        self, OpenError, Seed, Store,
        postgres::PostgresStore,
        sqlite::{self, FILE_NAME},
    },
    testing::TestPostgres,
};
use tempfile::TempDir;

/// A place with an empty database.
pub(super) struct Place {
    data: TempDir,
    postgres: Option<(Arc<TestPostgres>, Secret)>,
}

impl Place {
    pub(super) fn sqlite() -> Self {
        let mut data = tempfile::Builder::new();
        let data = data.permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        Self { data, postgres: None }
    }

    pub(super) async fn postgres() -> Self {
        let server = TestPostgres::shared().unwrap();
        let url = server.database().await.unwrap();
        Self { postgres: Some((server, url)), ..Self::sqlite() }
    }

    pub(super) async fn open(&self) -> Arc<dyn Store> {
        self.try_open().await.unwrap()
    }

    pub(super) async fn try_open(&self) -> Result<Arc<dyn Store>, OpenError> {
        let url = self.postgres.as_ref().map(|(_, url)| url.clone());
        store::open(&ConfigStore { url, ..ConfigStore::default() }, self.data.path()).await
    }

    pub(super) async fn seed(&self, seed: &Seed) {
        match &self.postgres {
            None => sqlite::seed(self.data.path(), seed).unwrap(),
            Some((_, url)) => {
                PostgresStore::open(url, &ConfigStore::default())
                    .await
                    .unwrap()
                    .seed(seed)
                    .await
                    .unwrap();
            }
        }
    }

    /// Whether several servers may use it.
    pub(super) fn is_shared(&self) -> bool {
        self.postgres.is_some()
    }

    /// The data directory of SQLite.
    pub(super) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Runs statements directly on the database.
    pub(super) async fn execute(&self, sqlite: &str, postgres: &str) {
        let Some((_, url)) = &self.postgres else {
            let file = self.data.path().join(FILE_NAME);
            return rusqlite::Connection::open(file).unwrap().execute_batch(sqlite).unwrap();
        };
        let (client, connection) =
            tokio_postgres::connect(url.expose(), tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(postgres).await.unwrap();
        connection.abort();
    }
}
