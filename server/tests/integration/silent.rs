//! A database, or a pooler in front of it, that accepts connections and then sends nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use login_server::{
    Secret,
    store::{self, StoreError},
    testing::{TestAccount, TestPostgres, TestServer},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use tokio_postgres::{Config, NoTls, config::Host};

use crate::{
    binary::refused,
    http::{call, log_in},
    start::{FREE_PORT, one_line},
};

/// The additional time that a loaded machine may need.
const SLACK: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Forward,
    /// Connections are accepted, but nothing is sent.
    Silent,
    /// A new connection completes its start-up, but then nothing is sent.
    SilentOnceReady,
}

/// A proxy in front of a database on 127.0.0.1.
struct Proxy {
    _postgres: Arc<TestPostgres>,
    /// The URL through the proxy.
    url: String,
    address: std::net::SocketAddr,
    name: String,
    mode: watch::Sender<Mode>,
}

impl Proxy {
    async fn start(mode: Mode) -> Self {
        let postgres = TestPostgres::shared().unwrap();
        let direct: Config = postgres.database().await.unwrap().expose().parse().unwrap();
        let name = direct.get_dbname().unwrap().to_owned();
        let Host::Unix(folder) = &direct.get_hosts()[0] else { panic!("it is on a socket") };
        let socket = folder.join(format!(".s.PGSQL.{}", direct.get_ports()[0]));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, watched) = watch::channel(mode);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (mode, database) = (watched.clone(), UnixStream::connect(&socket).await);
                tokio::spawn(pass_on(client, database.unwrap(), mode));
            }
        });
        let url = format!("postgres://login@{address}/{name}?sslmode=disable");
        Self { _postgres: postgres, url, address, name, mode }
    }

    fn say_nothing(&self, mode: Mode) {
        self.mode.send(mode).unwrap();
    }
}

/// Forwards data in both directions while the mode allows it. Then it holds the connection until
/// the client closes it.
async fn pass_on(mut client: TcpStream, mut database: UnixStream, mut mode: watch::Receiver<Mode>) {
    /// The end of a start-up: `ReadyForQuery` outside of a transaction.
    const READY: &[u8] = b"Z\0\0\0\x05I";

    let began_with = *mode.borrow_and_update();
    let mut is_silent = began_with == Mode::Silent;
    let (mut asked, mut answered) = ([0; 8192], [0; 8192]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => match read {
                Ok(0) | Err(_) => return,
                Ok(_) if is_silent => {}
                Ok(n) => database.write_all(&asked[..n]).await.unwrap(),
            },
            read = database.read(&mut answered), if !is_silent => match read {
                Ok(0) | Err(_) => return,
                Ok(n) => {
                    client.write_all(&answered[..n]).await.unwrap();
                    let is_ready = answered[..n].ends_with(READY);
                    is_silent = began_with == Mode::SilentOnceReady && is_ready;
                }
            },
            changed = mode.changed() => {
                is_silent |= changed.is_ok() && *mode.borrow_and_update() != Mode::Forward;
            }
        }
    }
}

async fn every_route_is_503_in_time(mode: Mode) {
    let proxy = Proxy::start(Mode::Forward).await;
    let server = TestServer::builder()
        .store(Secret::from(proxy.url.clone()))
        .account(TestAccount::new("alice", "pw"))
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    let body = json!({"user": "alice", "password": "pw"});
    let session = log_in(&url, body.clone()).await.body;

    proxy.say_nothing(mode);
    // The first requests find existing connections, the second ones have to connect.
    for round in 0..2 {
        let began = Instant::now();
        let (login, me, logout, health) = tokio::join!(
            log_in(&url, body.clone()),
            call(&url, "GET /api/v1/me", &session),
            call(&url, "POST /api/v1/logout", &session),
            call(&url, "GET /health", &Value::Null),
        );
        let took = began.elapsed();
        let statuses = [&login, &me, &logout, &health].map(|response| response.status);
        assert_eq!(statuses, [503; 4], "round {round}");
        assert!(took < store::MAX_WAIT + SLACK, "round {round}: {took:?}");
        assert_eq!(call(&url, "GET /health/live", &Value::Null).await.status, 200);
    }
    proxy.say_nothing(Mode::Forward);
    let login = log_in(&url, body).await;
    assert_eq!(login.status, 200, "{login:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_503_in_time_if_connecting_gets_no_response() {
    every_route_is_503_in_time(Mode::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_503_in_time_if_the_first_statement_gets_no_response() {
    every_route_is_503_in_time(Mode::SilentOnceReady).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn start_fails_in_time_with_a_silent_database() {
    for mode in [Mode::Silent, Mode::SilentOnceReady] {
        let proxy = Proxy::start(mode).await;
        let config = format!("[store]\nurl = {:?}\n", proxy.url);
        let refused = tokio::task::spawn_blocking(move || {
            refused(&tempfile::tempdir().unwrap(), &config, FREE_PORT)
        });
        one_line(refused.await.unwrap(), "cannot open database");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_host_leaves_time_for_the_next_one() {
    let silent = Proxy::start(Mode::Silent).await;
    let proxy = Proxy::start(Mode::Forward).await;
    let hosts = format!("{},{}", silent.address, proxy.address);
    let url = format!("postgres://login@{hosts}/{}?sslmode=disable", proxy.name);
    let alice = TestAccount::new("alice", "pw");
    let server =
        TestServer::builder().store(Secret::from(url)).account(alice).start().await.unwrap();
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(login.status, 200, "{login:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abandoned_write_is_not_done_later() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    let alice = TestAccount::new("alice", "pw");
    let server = TestServer::builder().store(url.clone()).account(alice).start().await.unwrap();
    let (mut other, connection) = tokio_postgres::connect(url.expose(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = other.transaction().await.unwrap();
    lock.batch_execute("SELECT 1 FROM accounts FOR UPDATE").await.unwrap();

    let accounts = server.store().accounts(None, 1).await.unwrap();
    let stopped = server.store().set_active(&accounts[0].id, false).await;
    assert!(matches!(stopped, Err(StoreError::Unavailable(_))), "{stopped:?}");
    let waiting = "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let began = Instant::now();
    while lock.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(began.elapsed() < SLACK, "the abandoned statement still waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lock.commit().await.unwrap();
    assert!(server.store().accounts(None, 1).await.unwrap()[0].active);
    drop(postgres);
}
