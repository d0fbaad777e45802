//! What operators use: `/openapi.json`, `/metrics`, and the removal of expired tokens.

use std::time::{Duration, Instant};

use login_server::{
    accounts::{Identity, Token},
    store::Session,
    testing::{TestAccount, TestServer},
};
use serde_json::json;

use crate::http::{call, get_text, log_in};

#[tokio::test]
async fn openapi_document_is_served_unchanged() {
    let server = TestServer::builder().start().await.unwrap();
    let (head, body) = get_text(&server.base_url(), "/openapi.json").await;
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert_eq!(body, include_str!("../../../spec/openapi.json"));
}

#[tokio::test]
async fn metrics_count_events_without_names() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice-in-chains", "pw"))
        .config(|config| config.metrics.listen = Some(([127, 0, 0, 1], 0).into()))
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    let login = log_in(&url, json!({"user": "alice-in-chains", "password": "pw"})).await;
    let token = login.body["data"]["authToken"].as_str().unwrap();
    log_in(&url, json!({"user": "alice-in-chains", "password": "no"})).await;
    log_in(&url, json!({"user": "mallory", "password": "no"})).await;
    log_in(&url, json!({"resume": token})).await;
    log_in(&url, json!({})).await;
    call(&url, "GET /api/v1/me", &login.body).await;
    call(&url, "GET /api/v1/me", &json!({})).await;

    let metrics = format!("http://{}", server.server().metrics_addr().unwrap());
    let (head, text) = get_text(&metrics, "/metrics").await;
    assert!(head.contains("content-type: application/openmetrics-text;"), "{head}");
    for line in [
        "login_server_logins_total{method=\"password\",result=\"ok\"} 1",
        "login_server_logins_total{method=\"password\",result=\"unauthorized\"} 2",
        "login_server_logins_total{method=\"resume\",result=\"ok\"} 1",
        "login_server_logins_total{method=\"none\",result=\"unauthorized\"} 1",
        "login_server_request_duration_seconds_count{route=\"me\",status=\"200\"} 1",
        "login_server_request_duration_seconds_count{route=\"me\",status=\"401\"} 1",
        "login_server_request_duration_seconds_count{route=\"login\",status=\"200\"} 2",
        "login_server_hashes 0",
        "login_server_hash_queue 256",
        concat!("login_server_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in {text}");
    }
    for name in ["alice", "mallory", token, "127.0.0.1"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    // The public listener does not serve `/metrics`.
    let (head, _) = get_text(&url, "/metrics").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
}

#[tokio::test]
async fn expired_tokens_are_removed() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.tokens.clean_up_seconds = 1)
        .start()
        .await
        .unwrap();
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(login.status, 200);
    let alice = Identity::Username("alice".to_owned());
    let alice = server.store().find_account(&alice).await.unwrap().unwrap();
    assert_eq!(server.store().sessions(&alice.id).await.unwrap().len(), 1);
    server.clock().advance(Duration::from_secs(91 * 24 * 60 * 60));
    let deadline = Instant::now() + Duration::from_secs(20);
    while !server.store().sessions(&alice.id).await.unwrap().is_empty() {
        assert!(Instant::now() < deadline, "the token is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn lock_is_not_removed_before_it_ends() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.tokens.clean_up_seconds = 1;
            config.tokens.life_days = 1;
            config.lockout.account_failures = 3;
            config.lockout.minutes = 2 * 24 * 60;
        })
        .start()
        .await
        .unwrap();
    let attempt = async |password: &str| {
        log_in(&server.base_url(), json!({"user": "alice", "password": password})).await
    };
    assert_eq!(attempt("pw").await.status, 200);
    for _ in 0..3 {
        attempt("no").await;
    }
    server.clock().advance(Duration::from_secs(36 * 60 * 60));
    let alice = Identity::Username("alice".to_owned());
    let alice = server.store().find_account(&alice).await.unwrap().unwrap();
    // When a second token is removed, the first removal has finished.
    for _ in 0..2 {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !server.store().sessions(&alice.id).await.unwrap().is_empty() {
            assert!(Instant::now() < deadline, "the token is still there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let expired = Session {
            token: Token::random().hash(),
            issued_at: server.clock().now().minus(Duration::from_secs(25 * 60 * 60)),
        };
        server.store().open_session(&alice, &expired, 9).await.unwrap();
    }
    assert_eq!(attempt("pw").await.body["error"], "error-login-blocked-for-user");
}
