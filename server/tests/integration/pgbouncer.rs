//! PgBouncer between the servers and PostgreSQL.

use std::sync::Arc;

use futures::future::join_all;
use login_server::{
    Secret,
    testing::{PoolMode, TestAccount, TestPgbouncer, TestPostgres, TestServer, TestServerBuilder},
};
use serde_json::{Value, json};
use tokio_postgres::{Config, NoTls};

use crate::http::{call, log_in};

const CLIENTS: usize = 8;

/// A database behind a pooler.
struct Pooled {
    postgres: Arc<TestPostgres>,
    /// The URL that bypasses the pooler.
    direct: Secret,
    pooler: TestPgbouncer,
    url: Secret,
}

impl Pooled {
    async fn start(mode: PoolMode, connections: u32) -> Self {
        let postgres = TestPostgres::shared().unwrap();
        let direct = postgres.database().await.unwrap();
        let name = direct.expose().parse::<Config>().unwrap().get_dbname().unwrap().to_owned();
        let pooler = TestPgbouncer::start(&postgres, mode, connections).unwrap();
        let url = pooler.url(&name);
        Self { postgres, direct, pooler, url }
    }

    /// A server with this number of connections to the pooler.
    fn server(&self, connections: usize) -> TestServerBuilder {
        TestServer::builder()
            .store(self.url.clone())
            .config(|config| config.store.connections = connections.try_into().ok())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_logins_succeed_in_transaction_mode() {
    // The pooler has fewer connections than the servers, so each statement may run on another one.
    log_in_at_once(PoolMode::Transaction, 2, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_logins_succeed_in_session_mode() {
    log_in_at_once(PoolMode::Session, 8, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_logins_succeed_with_prepared_statements() {
    log_in_at_once(PoolMode::Session, 8, true).await;
}

async fn log_in_at_once(mode: PoolMode, connections: u32, prepared: bool) {
    let pooled = Pooled::start(mode, connections).await;
    let accounts = (0..CLIENTS).map(|n| TestAccount::new(&format!("user{n}"), "pw"));
    // The first server creates the tables.
    let builder = || pooled.server(4).config(|config| config.store.prepared_statements = prepared);
    let first = accounts.fold(builder(), TestServerBuilder::account).start().await.unwrap();
    let servers = [first, builder().start().await.unwrap()];
    let urls = servers.each_ref().map(TestServer::base_url);
    for round in 0..4 {
        let log_in = |n: usize| {
            let body = json!({"user": format!("user{n}"), "password": "pw"});
            log_in(&urls[(n + round) % 2], body)
        };
        for login in join_all((0..CLIENTS).map(log_in)).await {
            assert_eq!(login.status, 200, "{login:?}");
            let (here, there) = (&urls[round % 2], &urls[(round + 1) % 2]);
            assert_eq!(call(here, "GET /api/v1/me", &login.body).await.status, 200);
            assert_eq!(call(there, "POST /api/v1/logout", &login.body).await.status, 200);
            assert_eq!(call(here, "GET /api/v1/me", &login.body).await.status, 401);
        }
        for url in &urls {
            let wrong = log_in_wrongly(url).await;
            assert_eq!(wrong, 401);
            assert_eq!(call(url, "GET /health", &Value::Null).await.status, 200);
        }
    }
    drop(pooled);
}

async fn log_in_wrongly(url: &str) -> u16 {
    log_in(url, json!({"user": "user0", "password": "no"})).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_pooler_causes_503_until_a_connection_is_free() {
    let pooled = Pooled::start(PoolMode::Session, 1).await;
    let alice = TestAccount::new("alice", "pw");
    let server = pooled.server(4).account(alice).start().await.unwrap();
    let url = server.base_url();
    let body = json!({"user": "alice", "password": "pw"});
    let login = log_in(&url, body.clone()).await;
    assert_eq!(login.status, 200, "{login:?}");

    // Another client takes the pooler's only connection while the server has none.
    let (direct, connection) =
        tokio_postgres::connect(pooled.direct.expose(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    direct.batch_execute(terminate).await.unwrap();
    let (other, connection) = tokio_postgres::connect(pooled.url.expose(), NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    other.batch_execute("SELECT 1").await.unwrap();

    let (again, me, health) = tokio::join!(
        log_in(&url, body.clone()),
        call(&url, "GET /api/v1/me", &login.body),
        call(&url, "GET /health", &Value::Null),
    );
    assert_eq!([again.status, me.status, health.status], [503; 3], "{again:?} {me:?} {health:?}");
    let live = call(&url, "GET /health/live", &Value::Null).await;
    assert_eq!(live.status, 200, "{live:?}");
    let late = pooled.server(1).start().await.err().expect("it cannot start");
    assert!(format!("{late:#}").contains("cannot open database"), "{late:#}");

    connection.abort();
    drop(other);
    let again = log_in(&url, body).await;
    assert_eq!(again.status, 200, "{again:?}");
    drop((pooled.pooler, pooled.postgres));
}
