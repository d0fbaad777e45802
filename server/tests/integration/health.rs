//! The responses of `/health` and `/health/live`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures::future::join_all;
use login_server::{
    Secret,
    testing::{TestAccount, TestPostgres, TestServer},
};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use tokio_postgres::{Client, NoTls};

use crate::http::{Response, call, log_in};

const TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

fn alice() -> Value {
    json!({"user": "alice", "password": "pw"})
}

async fn health(base_url: &str) -> Response {
    call(base_url, "GET /health", &Value::Null).await
}

async fn live(base_url: &str) -> u16 {
    call(base_url, "GET /health/live", &Value::Null).await.status
}

async fn until_health_is(status: u16, base_url: &str) {
    let began = Instant::now();
    while health(base_url).await.status != status {
        assert!(began.elapsed() < TIMEOUT, "/health does not become {status}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn connect(url: &Secret) -> Client {
    let (client, connection) = tokio_postgres::connect(url.expose(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_is_not_ready_while_the_database_is_read_only() {
    let postgres = TestPostgres::start().unwrap();
    let url = postgres.database().await.unwrap();
    let server = TestServer::builder().store(url.clone());
    let server = server.account(TestAccount::new("alice", "pw")).start().await.unwrap();
    let base_url = server.base_url();
    let login = log_in(&base_url, alice()).await;
    assert_eq!((login.status, health(&base_url).await.status), (200, 200));

    let database = connect(&url).await;
    for (setting, status) in [("on", 503), ("off", 200)] {
        let set = format!("ALTER SYSTEM SET default_transaction_read_only = {setting}");
        database.batch_execute("SET default_transaction_read_only = off").await.unwrap();
        database.batch_execute(&set).await.unwrap();
        database.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        until_health_is(status, &base_url).await;
        assert_eq!(live(&base_url).await, 200);
        assert_eq!(log_in(&base_url, alice()).await.status, status);
        // Reads still succeed.
        assert_eq!(call(&base_url, "GET /api/v1/me", &login.body).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_is_not_ready_until_the_standby_is_promoted() {
    let primary = TestPostgres::start().unwrap();
    let url = primary.database().await.unwrap();
    let alice_on_primary = TestServer::builder().store(url.clone());
    let alice_on_primary = alice_on_primary.account(TestAccount::new("alice", "pw"));
    alice_on_primary.start().await.unwrap().stop().await.unwrap();
    let standby = primary.start_standby().unwrap();
    let name = url.expose().parse::<tokio_postgres::Config>().unwrap();
    let url = standby.url(name.get_dbname().unwrap());
    let server = TestServer::builder().store(url).start().await.unwrap();
    let base_url = server.base_url();
    let health = health(&base_url).await;
    assert_eq!((health.status, &health.body["status"]), (503, &json!("store unavailable")));
    assert_eq!((live(&base_url).await, log_in(&base_url, alice()).await.status), (200, 503));
    standby.promote().unwrap();
    until_health_is(200, &base_url).await;
    assert_eq!(log_in(&base_url, alice()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_health_requests_share_one_write() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    let server = TestServer::builder().store(url.clone()).start().await.unwrap();
    let base_url = server.base_url();
    let (database, mut other) = (connect(&url).await, connect(&url).await);
    let count_writes = "CREATE TABLE writes (n BIGINT);
         CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO writes VALUES (1); RETURN NULL; END $$;
         CREATE TRIGGER count_write AFTER INSERT OR UPDATE OR DELETE ON schema_version
             EXECUTE FUNCTION count_write()";
    database.batch_execute(count_writes).await.unwrap();
    // While the row is locked, the first write waits, and the other requests wait for it.
    let lock = other.transaction().await.unwrap();
    lock.batch_execute("SELECT 1 FROM schema_version FOR UPDATE").await.unwrap();
    let requests = tokio::spawn(async move { join_all((0..20).map(|_| health(&base_url))).await });
    let waiting = "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let began = Instant::now();
    while database.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(began.elapsed() < TIMEOUT, "nothing was written");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    lock.commit().await.unwrap();
    for health in requests.await.unwrap() {
        assert_eq!((health.status, &health.body["status"]), (200, &json!("ok")));
    }
    let writes = database.query_one("SELECT count(*) FROM writes", &[]).await.unwrap();
    assert_eq!(writes.get::<_, i64>(0), 1);
}

/// The program, with a limit that can prevent it from writing files.
struct Program {
    child: Child,
    base_url: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        // A process that ignores SIGXFSZ gets an error from the write instead.
        let ignoring = "trap '' XFSZ; exec \"$0\" \"$@\"";
        let mut child = Command::new("sh")
            .args(["-c", ignoring, env!("CARGO_BIN_EXE_login-server"), "serve"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base_url = line.trim().strip_prefix("listening on ").expect("it starts").to_owned();
        Self { child, base_url }
    }

    /// Allows or prevents writes. As on a full disk, no file can grow, and existing contents cannot
    /// change either.
    fn set_writable(&self, is_writable: bool) {
        let current = if is_writable { None } else { Some(0) };
        let limit = Rlimit { current, maximum: None };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_is_not_ready_while_the_disk_is_full() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let config = directory.path().join("config.toml");
    let cheap = "[server]\nlisten = '127.0.0.1:0'\n[hashing]\nmemory_kib = 8\npasses = 1\n";
    fs::write(&config, cheap).unwrap();
    let arguments = ["--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let mut add = Command::new(env!("CARGO_BIN_EXE_login-server"))
        .args(["account", "add", "--username", "alice", "--password-stdin"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"pw").unwrap();
    assert!(add.wait().unwrap().success());

    let program = Program::start(&arguments);
    let base_url = &program.base_url;
    let login = log_in(base_url, alice()).await;
    assert_eq!((login.status, health(base_url).await.status), (200, 200));
    for (is_writable, status) in [(false, 503), (true, 200)] {
        program.set_writable(is_writable);
        until_health_is(status, base_url).await;
        assert_eq!((live(base_url).await, log_in(base_url, alice()).await.status), (200, status));
        assert_eq!(call(base_url, "GET /api/v1/me", &login.body).await.status, 200);
    }
}
