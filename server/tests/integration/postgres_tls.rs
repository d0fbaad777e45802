//! TLS connections to PostgreSQL.

use std::path::{Path, PathBuf};

use login_server::{
    Secret,
    testing::{TestAccount, TestPostgres, TestServer},
};
use serde_json::json;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::{
    binary::refused,
    http::log_in,
    pki::Authority,
    start::{FREE_PORT, one_line},
};

/// A PostgreSQL on 127.0.0.1 with a certificate of the authority in `root`.
struct Database {
    postgres: TestPostgres,
    name: String,
    /// A URL without TLS.
    socket: Client,
    root: PathBuf,
    files: TempDir,
}

impl Database {
    async fn start() -> Self {
        let (authority, files) = (Authority::new(), tempfile::tempdir().unwrap());
        let (certificate, key) = authority.issue_pem();
        let postgres = TestPostgres::start_with_tls(&certificate, &key).unwrap();
        let url = postgres.database().await.unwrap();
        let (socket, connection) = tokio_postgres::connect(url.expose(), NoTls).await.unwrap();
        tokio::spawn(connection);
        socket.batch_execute("ALTER ROLE login PASSWORD 'hunter2'").await.unwrap();
        let name = socket.query_one("SELECT current_database()", &[]).await.unwrap().get(0);
        let root = authority.write_root(files.path());
        Self { postgres, name, socket, root, files }
    }

    fn url(&self, host: &str, parameters: &str) -> String {
        let (port, name) = (self.postgres.port().unwrap(), &self.name);
        format!("postgres://login:hunter2@{host}:{port}/{name}?{parameters}")
    }
}

/// The `[store]` section of a configuration file.
fn config(url: &str, root: Option<&Path>) -> String {
    let root = root.map(|root| format!("root_certificate = {root:?}\n")).unwrap_or_default();
    format!("[store]\nurl = {url:?}\n{root}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_is_encrypted_and_bound_to_the_certificate() {
    let database = Database::start().await;
    for parameters in [
        "sslmode=require&channel_binding=require",
        "sslmode=verify-full",
        "sslmode=prefer",
        "application_name=login-server",
    ] {
        let url = database.url("127.0.0.1", parameters);
        let server = TestServer::builder()
            .config(|config| {
                config.store.url = Some(Secret::from(url));
                config.store.root_certificate = Some(database.root.clone());
            })
            .start()
            .await
            .unwrap();
        let login = log_in(&server.base_url(), json!({"user": "alice", "password": "no"})).await;
        assert_eq!(login.status, 401, "{login:?}");
        let sql = "SELECT count(*), count(*) FILTER (WHERE s.ssl) FROM pg_stat_activity a
             JOIN pg_stat_ssl s USING (pid) WHERE a.application_name = 'login-server'";
        let row = database.socket.query_one(sql, &[]).await.unwrap();
        let (all, encrypted): (i64, i64) = (row.get(0), row.get(1));
        assert!(all > 0 && all == encrypted, "{parameters}: {encrypted} of {all}");
        server.stop().await.unwrap();
    }
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.store.url = Some(Secret::from(database.url("localhost", "sslmode=require")));
            config.store.root_certificate = Some(database.root.clone());
        })
        .start()
        .await
        .unwrap();
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(login.status, 200, "{login:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unverified_server_is_refused() {
    let database = Database::start().await;
    let data = &database.files;
    let stranger = tempfile::tempdir().unwrap();
    let stranger = Authority::new().write_root(stranger.path());
    let nowhere = data.path().join("nowhere.pem");
    let text = data.path().join("text.pem");
    std::fs::write(&text, "no certificate").unwrap();
    let (here, root) = ("127.0.0.1", Some(database.root.as_path()));
    let elsewhere = database.url("db.example.org", "hostaddr=127.0.0.1&sslmode=require");
    for (url, root, expected) in [
        // With the system's roots, and with those of another authority.
        (database.url(here, "sslmode=require"), None, "UnknownIssuer"),
        // TLS that the server offers is not skipped because it cannot be verified.
        (database.url(here, "sslmode=prefer"), None, "UnknownIssuer"),
        // The certificate of another authority has the right name.
        (database.url(here, "sslmode=require"), Some(&*stranger), "invalid peer certificate: "),
        (elsewhere, root, "certificate not valid for name \"db.example.org\""),
        (
            database.url(here, "sslmode=disable"),
            root,
            "store.root_certificate is given, but store.url says sslmode=disable",
        ),
        (database.url(here, "sslmode=verify-ca"), root, "sslmode is none of disable, "),
        (
            database.url(here, "sslmode=verify-full&sslrootcert=/root.pem"),
            None,
            "store.url contains sslrootcert, which is store.root_certificate here",
        ),
        (database.url(here, "sslmode=require"), Some(&*nowhere), "cannot read "),
        (database.url(here, "sslmode=require"), Some(&*text), "text.pem contains no certificate"),
    ] {
        let failed = refused(data, &config(&url, root), FREE_PORT);
        assert!(!failed.stderr.contains("hunter2"), "{}", failed.stderr);
        one_line(failed, expected);
    }
}

#[tokio::test]
async fn server_without_tls_is_refused_if_tls_is_required() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let authority = Authority::new().write_root(data.path());
    let required = format!("{}&sslmode=require", url.expose());
    for (url, root) in [(required.as_str(), None), (url.expose(), Some(authority.as_path()))] {
        one_line(refused(&data, &config(url, root), FREE_PORT), "server does not support TLS");
    }
}
