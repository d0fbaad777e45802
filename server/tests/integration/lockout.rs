//! Lockout: what is counted under which key, and for how long.

use std::time::Duration;

use futures::future::join_all;
use login_server::{
    accounts::TotpSecret,
    config::ConfigLockout,
    store::sqlite::FILE_NAME,
    testing::{TestAccount, TestPostgres, TestServer, TestServerBuilder},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    cli::login_server,
    http::{Response, log_in},
};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn password(user: &str, password: &str) -> Value {
    json!({"user": user, "password": password})
}

fn error(response: &Response) -> &str {
    response.body["error"].as_str().unwrap_or("none")
}

/// Sends a body a number of times concurrently, to the servers in turn, and counts the errors.
async fn at_once(urls: &[String], times: usize, body: &Value) -> Vec<(String, usize)> {
    let sent = (0..times).map(|n| log_in(&urls[n % urls.len()], body.clone()));
    let responses = join_all(sent).await;
    let mut errors: Vec<_> = responses.iter().map(|response| error(response).to_owned()).collect();
    errors.sort_unstable();
    errors.chunk_by(|a, b| a == b).map(|same| (same[0].clone(), same.len())).collect()
}

#[tokio::test]
async fn success_does_not_reset_the_address() {
    let server = TestServer::builder()
        .account(TestAccount::new("mallory", "pw"))
        .config(|config| config.lockout.address_failures = 10)
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    for n in 0..10 {
        let guess = log_in(&url, password(&format!("victim{n}"), "no")).await;
        assert_eq!(error(&guess), "Unauthorized", "{n}");
        if n == 4 || n == 8 {
            assert_eq!(log_in(&url, password("mallory", "pw")).await.status, 200);
        }
    }
    let one_more = log_in(&url, password("victim10", "no")).await;
    assert_eq!(error(&one_more), "error-login-blocked-for-ip");
}

#[tokio::test]
async fn failures_of_an_address_expire_although_more_follow() {
    let server = TestServer::builder()
        .config(|config| config.lockout.address_failures = 3)
        .start()
        .await
        .unwrap();
    for n in 0..12 {
        let typing_error = log_in(&server.base_url(), password(&format!("user{n}"), "no")).await;
        assert_eq!(error(&typing_error), "Unauthorized", "{n}");
        // Two failures in five minutes.
        server.clock().advance(Duration::from_secs(160));
    }
}

async fn check_that_the_limit_holds_for_concurrent_attempts(
    server: impl Fn() -> TestServerBuilder,
) {
    let secret = TotpSecret::random();
    let [carol, dan, erin] = ["carol", "dan", "erin"].map(|name| TestAccount::new(name, "pw"));
    let one = server()
        .account(carol.totp(secret))
        .account(dan)
        .account(erin)
        .config(|config| config.lockout.address_failures = 1000);
    let other = server().config(|config| config.lockout.address_failures = 1000);
    let (one, other) = (one.start().await.unwrap(), other.start().await.unwrap());
    let urls = [one.base_url(), other.base_url()];
    let code = json!({"user": "carol", "password": "pw", "code": "x"});
    let blocked = |times| ("error-login-blocked-for-user".to_owned(), times);
    let expected = [blocked(190), ("totp-invalid".to_owned(), 10)];
    assert_eq!(at_once(&urls, 200, &code).await, expected);
    let expected = [("Unauthorized".to_owned(), 10), blocked(190)];
    assert_eq!(at_once(&urls, 200, &password("dan", "no")).await, expected);
    assert_eq!(at_once(&urls, 200, &password("nobody", "no")).await, expected);
    // A correct password is not refused because others are being checked.
    for _ in 0..4 {
        let wrong = log_in(&urls[0], password("erin", "no")).await;
        assert_eq!(error(&wrong), "Unauthorized");
    }
    let right = at_once(&urls, 40, &password("erin", "pw")).await;
    assert_eq!(right, [("none".to_owned(), 40)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limit_holds_across_servers_on_postgres() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    check_that_the_limit_holds_for_concurrent_attempts(|| TestServer::builder().store(url.clone()))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limit_holds_across_servers_on_sqlite() {
    let data = tempfile::tempdir().unwrap();
    check_that_the_limit_holds_for_concurrent_attempts(|| TestServer::builder().data(data.path()))
        .await;
}

#[tokio::test]
async fn start_on_sqlite_removes_pending_attempts_of_a_crash() {
    let data = tempfile::tempdir().unwrap();
    let server = || TestServer::builder().data(data.path());
    let one = server().account(TestAccount::new("alice", "pw")).start().await.unwrap();
    assert_eq!(error(&log_in(&one.base_url(), password("alice", "no")).await), "Unauthorized");
    one.stop().await.unwrap();
    // As if the server had been killed while it checked these attempts.
    let db = rusqlite::Connection::open(data.path().join(FILE_NAME)).unwrap();
    let left = "UPDATE failures SET pending = 50, pending_at = 1000 * unixepoch()";
    assert_eq!(db.execute(left, []).unwrap(), 3);
    drop(db);
    let next = server().start().await.unwrap();
    assert_eq!(log_in(&next.base_url(), password("alice", "pw")).await.status, 200);
}

/// From the next connection on, the database refuses writes. Open connections are closed.
const READ_ONLY: &str = "
    DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
    END $$;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();";

#[tokio::test]
async fn no_login_is_checked_while_failures_cannot_be_counted() {
    let postgres = TestPostgres::shared().unwrap();
    let database = postgres.database().await.unwrap();
    let server = TestServer::builder()
        .store(database.clone())
        .account(TestAccount::new("alice", "pw"))
        .account(TestAccount::new("carol", "pw").totp(TotpSecret::random()))
        .account(TestAccount::new("dora", "pw").inactive())
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    assert_eq!(error(&log_in(&url, password("carol", "pw")).await), "totp-required");
    assert_eq!(error(&log_in(&url, password("alice", "no")).await), "Unauthorized");
    let (client, connection) =
        tokio_postgres::connect(database.expose(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(READ_ONLY).await.unwrap();
    connection.abort();
    // Twice, because the server notices a closed connection only on use.
    for _ in 0..2 {
        for user in ["alice", "carol", "dora", "nobody"] {
            for guess in ["no", "pw"] {
                let response = log_in(&url, password(user, guess)).await;
                let told = (response.status, error(&response));
                assert_eq!(told, (503, "error-unavailable"), "{user} {guess}: {response:?}");
            }
        }
    }
}

#[tokio::test]
async fn lock_ends_in_time_after_the_clock_was_set_back() {
    let alice = TestAccount::new("alice", "pw");
    let server = TestServer::builder().account(alice).start().await.unwrap();
    let url = server.base_url();
    server.clock().set_forward(HOUR);
    for _ in 0..10 {
        assert_eq!(error(&log_in(&url, password("alice", "no")).await), "Unauthorized");
    }
    server.clock().set_back(HOUR);
    let locked = log_in(&url, password("alice", "pw")).await;
    assert_eq!(error(&locked), "error-login-blocked-for-user");
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(log_in(&url, password("alice", "pw")).await.status, 200);
}

#[tokio::test]
async fn replayed_code_is_refused_after_the_clock_was_set_back() {
    let secret = TotpSecret::random();
    let carol = TestAccount::new("carol", "pw").totp(secret.clone());
    let server = TestServer::builder().account(carol).start().await.unwrap();
    let attempt = async |code: &str| {
        let body = json!({"user": "carol", "password": "pw", "code": code});
        error(&log_in(&server.base_url(), body).await).to_owned()
    };
    server.clock().set_forward(HOUR);
    let ahead = secret.code_at(server.clock().now());
    assert_eq!(attempt(ahead.expose()).await, "none");
    server.clock().set_back(HOUR);
    let right = secret.code_at(server.clock().now());
    assert_eq!(attempt(right.expose()).await, "none");
    assert_eq!(attempt(right.expose()).await, "totp-invalid");
    // The time for which the first code was made has come again.
    server.clock().advance(HOUR);
    assert_eq!(attempt(ahead.expose()).await, "totp-invalid");
    server.clock().set_back(HOUR);
    assert_eq!(attempt(right.expose()).await, "totp-invalid");
}

#[tokio::test]
async fn retry_after_stays_within_the_window_after_the_clock_was_set_back() {
    let server = TestServer::builder()
        .config(|config| {
            config.rate_limit.enabled = true;
            config.rate_limit.calls = 1;
        })
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    server.clock().set_forward(HOUR);
    log_in(&url, password("alice", "pw")).await;
    server.clock().set_back(HOUR);
    let refused = log_in(&url, password("alice", "pw")).await;
    assert_eq!(refused.status, 429);
    let value = |name: &str| -> i64 {
        let line = refused.head.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    };
    assert!((1..=60).contains(&value("retry-after:")), "{}", refused.head);
    let left = value("x-ratelimit-reset:") - server.clock().now().as_millis();
    assert!(left <= 60_000, "{left}");
}

/// Fails often enough to lock the name of an account, a name without one, and the address.
async fn server_with_lockouts(data: &TempDir) -> TestServer {
    let server = TestServer::builder()
        .data(data.path())
        .account(TestAccount::new("al", "pw").email("al@example.org"))
        .account(TestAccount::new("bo", "pw"))
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    // The commands use the defaults too.
    for _ in 0..ConfigLockout::default().account_failures {
        log_in(&url, password("AL", "no")).await;
        log_in(&url, password("hunter2", "no")).await;
    }
    log_in(&url, password("bo", "no")).await;
    server
}

#[tokio::test]
async fn operator_sees_lockouts_and_no_unknown_name() {
    let data = tempfile::tempdir().unwrap();
    let server = server_with_lockouts(&data).await;
    let listed = login_server(&data, "lockout list", "").await.unwrap();
    let mut lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.pop(), Some("names without an account: 1"));
    let locked: Vec<&str> =
        lines.iter().map(|line| line.split_once("\tlocked for ").unwrap().0).collect();
    assert_eq!(locked, ["account\tal\t10 failures", "user name\tal\t10 failures"]);
    for line in lines {
        let left: u64 = line.rsplit(' ').nth(1).unwrap().parse().unwrap();
        assert!((240..=300).contains(&left), "{line}");
    }
    let all = login_server(&data, "lockout list --all --json", "").await.unwrap();
    assert!(!listed.contains("hunter2") && !all.contains("hunter2"), "{listed}{all}");
    let all: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str, owner: &str| {
        all.iter().find(|line| line["kind"] == kind && line["owner"] == owner).cloned()
    };
    assert_eq!(of("address", "127.0.0.1").unwrap()["failures"], 21);
    let bo = of("user name", "bo").unwrap();
    assert_eq!((&bo["failures"], &bo["lockedForSeconds"]), (&json!(1), &Value::Null));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn operator_ends_a_lockout() {
    let data = tempfile::tempdir().unwrap();
    let server = server_with_lockouts(&data).await;
    let url = server.base_url();
    let blocked = log_in(&url, password("al", "pw")).await;
    assert_eq!(error(&blocked), "error-login-blocked-for-user");
    // By user name, the account and all its names are cleared.
    let cleared = login_server(&data, "lockout clear --username al", "").await.unwrap();
    assert_eq!(cleared, "2 counters cleared\n");
    assert_eq!(log_in(&url, password("al@example.org", "pw")).await.status, 200);
    assert_eq!(log_in(&url, password("al", "pw")).await.status, 200);
    let other = log_in(&url, password("hunter2", "no")).await;
    assert_eq!(error(&other), "error-login-blocked-for-user");

    let cleared = login_server(&data, "lockout clear --address 127.0.0.1 --json", "").await;
    assert_eq!(cleared.unwrap(), "{\"cleared\":1}\n");
    let cleared = login_server(&data, "lockout clear --all", "").await.unwrap();
    assert_eq!(cleared, "4 counters cleared\n");
    assert_eq!(login_server(&data, "lockout list --all", "").await.unwrap(), "");
    let gone = login_server(&data, "lockout clear --username nobody", "").await.unwrap_err();
    assert_eq!(gone, "there is no account nobody");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn new_password_ends_the_lockout() {
    let data = tempfile::tempdir().unwrap();
    let server = server_with_lockouts(&data).await;
    let set = "account set-password --username al --password-stdin";
    let said = login_server(&data, set, "new").await.unwrap();
    assert_eq!(said, "al: new password, sessions ended, failures forgotten\n");
    assert_eq!(log_in(&server.base_url(), password("al", "new")).await.status, 200);
    server.stop().await.unwrap();
}
