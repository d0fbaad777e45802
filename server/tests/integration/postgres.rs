//! Servers that share a PostgreSQL database.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use login_server::{
    Secret,
    accounts::TotpSecret,
    testing::{TestAccount, TestPostgres, TestServer, TestServerBuilder},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::http::{Response, call, log_in};

const TIMEOUT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

struct Cluster {
    postgres: Arc<TestPostgres>,
    url: Secret,
}

impl Cluster {
    async fn start() -> Self {
        let postgres = TestPostgres::shared().unwrap();
        let url = postgres.database().await.unwrap();
        Self { postgres, url }
    }

    fn server(&self) -> TestServerBuilder {
        TestServer::builder().store(self.url.clone())
    }
}

fn password(user: &str, password: &str) -> Value {
    json!({"user": user, "password": password})
}

#[tokio::test]
async fn token_works_and_ends_on_both_servers_at_once() {
    let cluster = Cluster::start().await;
    let alice = TestAccount::new("alice", "pw").email("alice@example.org");
    let one = cluster.server().account(alice).start().await.unwrap();
    let other = cluster.server().start().await.unwrap();
    for (issuer, elsewhere) in [(&one, &other), (&other, &one)] {
        let (issuer, elsewhere) = (issuer.base_url(), elsewhere.base_url());
        let login = log_in(&issuer, password("alice@example.org", "pw")).await;
        assert_eq!(login.status, 200, "{login:?}");
        let me = call(&elsewhere, "GET /api/v1/me", &login.body).await;
        assert_eq!((me.status, &me.body["username"]), (200, &json!("alice")));
        let resume = json!({"resume": login.body["data"]["authToken"]});
        assert_eq!(log_in(&elsewhere, resume.clone()).await.status, 200);
        assert_eq!(call(&elsewhere, "POST /api/v1/logout", &login.body).await.status, 200);
        assert_eq!(call(&issuer, "GET /api/v1/me", &login.body).await.status, 401);
        assert_eq!(log_in(&issuer, resume).await.status, 401);
    }
}

#[tokio::test]
async fn lockout_is_shared_and_survives_a_restart() {
    let cluster = Cluster::start().await;
    let one = cluster.server().account(TestAccount::new("alice", "pw")).start().await.unwrap();
    let other = cluster.server().start().await.unwrap();
    let urls = [one.base_url(), other.base_url()];
    let guesses = (0..10).map(|n| log_in(&urls[n % 2], password("alice", "no")));
    for guess in join_all(guesses).await {
        assert_eq!(guess.status, 401, "{guess:?}");
    }
    let restarted = cluster.server().start().await.unwrap();
    for url in urls.iter().chain([&restarted.base_url()]) {
        let locked = log_in(url, password("alice", "pw")).await;
        assert_eq!(locked.body["error"], "error-login-blocked-for-user", "{locked:?}");
    }
}

#[tokio::test]
async fn replayed_code_is_refused_on_all_servers_and_after_a_restart() {
    let cluster = Cluster::start().await;
    let secret = TotpSecret::random();
    let carol = TestAccount::new("carol", "pw").totp(secret.clone());
    let one = cluster.server().account(carol).start().await.unwrap();
    let other = cluster.server().start().await.unwrap();
    let code = secret.code_at(one.clock().now());
    let body = json!({"user": "carol", "password": "pw", "code": code.expose()});
    let urls = [one.base_url(), other.base_url()];
    // One failure fewer than would lock the account, so that a lock is not mistaken for a replay.
    let responses = join_all((0..8).map(|n| log_in(&urls[n % 2], body.clone()))).await;
    let (good, replayed): (Vec<_>, Vec<_>) = responses.iter().partition(|a| a.status == 200);
    assert_eq!(good.len(), 1, "{responses:?}");
    assert!(replayed.iter().all(|a| a.body["error"] == "totp-invalid"), "{replayed:?}");
    one.stop().await.unwrap();
    other.stop().await.unwrap();
    let restarted = cluster.server().start().await.unwrap();
    let replayed = log_in(&restarted.base_url(), body).await;
    assert_eq!(replayed.body["error"], "totp-invalid");
}

/// Clients log in and request their account all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_database_causes_503_until_it_is_back_and_no_session_is_lost() {
    const CLIENTS: usize = 8;

    // Not the shared PostgreSQL, which other tests need.
    let postgres = Arc::new(TestPostgres::start().unwrap());
    let url = postgres.database().await.unwrap();
    let cluster = Cluster { postgres, url };
    let accounts = (0..CLIENTS).map(|n| TestAccount::new(&format!("user{n}"), "pw"));
    let builder = accounts.fold(cluster.server(), TestServerBuilder::account);
    let server = builder.start().await.unwrap();
    let base_url = server.base_url();

    let load = Load::start(&base_url, CLIENTS);
    load.until(|seen| seen.succeeded >= 100).await;
    cluster.postgres.crash();
    let crashed_at = load.seen();
    load.until(|seen| seen.refused >= crashed_at.refused + 50).await;
    let health = call(&base_url, "GET /health", &Value::Null).await;
    assert_eq!(health.status, 503);
    cluster.postgres.resume().unwrap();
    let resumed_at = load.seen();
    load.until(|seen| seen.succeeded >= resumed_at.succeeded + 100).await;
    let issued = load.stop().await;
    assert!(issued.len() >= 100, "{}", issued.len());
    for (user, login) in issued {
        let me = call(&base_url, "GET /api/v1/me", &login.body).await;
        assert_eq!((me.status, &me.body["username"]), (200, &json!(user)), "{me:?}");
    }
    // An earlier result of `/health` may be returned for a second.
    let began = Instant::now();
    while call(&base_url, "GET /health", &Value::Null).await.status != 200 {
        assert!(began.elapsed() < TIMEOUT, "/health stays 503");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Clients that log in and request their account until they are stopped.
struct Load {
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<Seen>>,
    clients: Vec<JoinHandle<Vec<(String, Response)>>>,
}

/// The responses that all clients together received.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    succeeded: usize,
    refused: usize,
}

impl Load {
    fn start(base_url: &str, clients: usize) -> Self {
        let (stop, seen) = (Arc::default(), Arc::default());
        let clients = (0..clients)
            .map(|n| {
                let (stop, seen) = (Arc::clone(&stop), Arc::clone(&seen));
                tokio::spawn(client(base_url.to_owned(), format!("user{n}"), stop, seen))
            })
            .collect();
        Self { stop, seen, clients }
    }

    fn seen(&self) -> Seen {
        *self.seen.lock().unwrap()
    }

    async fn until(&self, enough: impl Fn(Seen) -> bool) {
        let began = Instant::now();
        while !enough(self.seen()) {
            assert!(began.elapsed() < TIMEOUT, "{:?}", self.seen());
            assert!(!self.clients.iter().any(JoinHandle::is_finished), "a client gave up");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Stops the clients and returns the logins whose token they received.
    async fn stop(self) -> Vec<(String, Response)> {
        self.stop.store(true, Ordering::Relaxed);
        let issued = join_all(self.clients).await;
        issued.into_iter().flat_map(Result::unwrap).collect()
    }
}

async fn client(
    base_url: String,
    user: String,
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<Seen>>,
) -> Vec<(String, Response)> {
    let mut issued = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        // An account keeps 50 tokens, so further sessions are resumed to keep all tokens valid.
        let body = match issued.get(30) {
            None => password(&user, "pw"),
            Some((_, login)) => {
                let login: &Response = login;
                json!({"resume": login.body["data"]["authToken"]})
            }
        };
        let login = log_in(&base_url, body).await;
        if judge(&login, &seen) && login.body["data"]["me"]["username"] == user {
            let me = call(&base_url, "GET /api/v1/me", &login.body).await;
            judge(&me, &seen);
            if issued.len() <= 30 {
                issued.push((user.clone(), login));
            }
        }
    }
    issued
}

/// Counts a response, which must be a success or report that the database is unavailable.
fn judge(response: &Response, seen: &Mutex<Seen>) -> bool {
    let mut seen = seen.lock().unwrap();
    if response.status == 200 {
        seen.succeeded += 1;
        return true;
    }
    assert_eq!(response.status, 503, "{response:?}");
    assert_eq!(response.body["error"], "error-unavailable", "{response:?}");
    assert_eq!(response.body["success"], false);
    assert!(response.head.contains("retry-after: "), "{response:?}");
    seen.refused += 1;
    false
}
