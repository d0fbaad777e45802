//! Failover to a standby, with the servers following.

use std::time::{Duration, Instant};

use futures::future::join_all;
use login_server::{
    Secret,
    testing::{TestAccount, TestPostgres, TestServer, TestServerBuilder},
};
use serde_json::{Value, json};
use tokio_postgres::{Client, Config, NoTls, config::Host};

use crate::http::{Response, call, log_in};

/// Longer than the slowest call to a database that does not respond.
const TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
const CLIENTS: usize = 8;

/// A primary and its standby.
struct Pair {
    primary: TestPostgres,
    standby: TestPostgres,
    database: String,
}

impl Pair {
    /// Starts both, and a server with an account for each client.
    async fn start() -> (Self, TestServer) {
        let primary = TestPostgres::start().unwrap();
        let url = primary.database().await.unwrap();
        let database = config(&url).get_dbname().unwrap().to_owned();
        let standby = primary.start_standby().unwrap();
        let pair = Self { primary, standby, database };
        let accounts = (0..CLIENTS).map(|n| TestAccount::new(&format!("user{n}"), "pw"));
        let builder = TestServer::builder().store(pair.url());
        let server = accounts.fold(builder, TestServerBuilder::account).start().await.unwrap();
        (pair, server)
    }

    /// Waits until the standby has replicated the primary.
    async fn catch_up(&self) {
        let sql = "SELECT count(*) FROM pg_stat_replication
             WHERE replay_lsn = pg_current_wal_lsn()";
        let primary = self.client(&self.primary).await;
        until(async || primary.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) == 1).await;
    }

    /// A URL with both hosts, of which only a primary is accepted.
    fn url(&self) -> Secret {
        let urls = [&self.primary, &self.standby].map(|server| server.url(&self.database));
        let sockets: Vec<String> = urls
            .iter()
            .map(|url| match &config(url).get_hosts()[0] {
                Host::Unix(folder) => folder.display().to_string(),
                Host::Tcp(name) => name.clone(),
            })
            .collect();
        Secret::from(format!(
            "host={} user=login dbname={} target_session_attrs=read-write",
            sockets.join(","),
            self.database,
        ))
    }

    async fn client(&self, server: &TestPostgres) -> Client {
        let url = server.url(&self.database);
        let (client, connection) = tokio_postgres::connect(url.expose(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

fn config(url: &Secret) -> Config {
    url.expose().parse().unwrap()
}

async fn log_in_all(server: &TestServer) -> Vec<Response> {
    let url = server.base_url();
    let log_in = |n| log_in(&url, json!({"user": format!("user{n}"), "password": "pw"}));
    join_all((0..CLIENTS).map(log_in)).await
}

async fn health(server: &TestServer) -> u16 {
    call(&server.base_url(), "GET /health", &Value::Null).await.status
}

async fn until(condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < TIMEOUT, "not in time");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_use_the_new_primary_when_the_old_one_refuses_writes() {
    let (pair, server) = Pair::start().await;
    let sessions = log_in_all(&server).await;
    assert!(sessions.iter().all(|login| login.status == 200), "{sessions:?}");
    pair.catch_up().await;
    let demote = "ALTER SYSTEM SET default_transaction_read_only = on";
    let old = pair.client(&pair.primary).await;
    old.batch_execute(demote).await.unwrap();
    old.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    // Until the standby is promoted, no server accepts writes.
    until(async || health(&server).await == 503).await;
    let refused = log_in_all(&server).await;
    assert!(refused.iter().all(|login| login.status == 503), "{refused:?}");

    pair.standby.promote().unwrap();
    until(async || log_in_all(&server).await.iter().all(|login| login.status == 200)).await;
    // The result of `/health` may be a second old.
    until(async || health(&server).await == 200).await;
    // The old primary would still serve reads, with the data from when it was demoted.
    let new = pair.client(&pair.standby).await;
    new.batch_execute("DELETE FROM sessions").await.unwrap();
    let me = sessions.iter().map(|login| call_me(&server, login));
    for me in join_all(me).await {
        assert_eq!(me.status, 401, "{me:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_use_the_new_primary_when_the_old_one_has_crashed() {
    let (pair, server) = Pair::start().await;
    let sessions = log_in_all(&server).await;
    assert!(sessions.iter().all(|login| login.status == 200), "{sessions:?}");
    pair.catch_up().await;
    pair.primary.crash();
    let refused = log_in_all(&server).await;
    assert!(refused.iter().all(|login| login.status == 503), "{refused:?}");
    pair.standby.promote().unwrap();
    until(async || log_in_all(&server).await.iter().all(|login| login.status == 200)).await;
    until(async || health(&server).await == 200).await;
    for login in &sessions {
        assert_eq!(call_me(&server, login).await.status, 200);
    }
}

async fn call_me(server: &TestServer, login: &Response) -> Response {
    call(&server.base_url(), "GET /api/v1/me", &login.body).await
}
