//! Many connections, slow connections, and connections through a proxy.

use std::time::Duration;

use login_server::{
    raise_open_files_limit,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::http::{Response, log_in, send};

const IDLE_CONNECTIONS: usize = 1000;
const SLOW_CONNECTIONS: usize = 200;

/// A login request in two parts: all but the end of its body, and the end.
pub(crate) fn split_login(user: &str, password: &str) -> (String, String) {
    let body = json!({"user": user, "password": password}).to_string();
    let (begin, end) = body.split_at(10);
    let half = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{begin}",
        body.len()
    );
    (half, end.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_and_slow_connections_do_not_block_logins() {
    raise_open_files_limit();
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.server.body_timeout_seconds = 60)
        .start()
        .await
        .unwrap();
    let address = server.server().local_addr();
    let mut idle = Vec::new();
    for _ in 0..IDLE_CONNECTIONS {
        idle.push(tokio::net::TcpStream::connect(address).await.unwrap());
    }
    let (half, rest) = split_login("alice", "pw");
    let mut slow = Vec::new();
    for _ in 0..SLOW_CONNECTIONS {
        let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
        connection.write_all(half.as_bytes()).await.unwrap();
        slow.push(connection);
    }
    for _ in 0..20 {
        let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
        assert_eq!(login.status, 200, "{login:?}");
    }
    // All connections were open the whole time: each gets a response once it continues.
    for mut connection in slow {
        connection.write_all(rest.as_bytes()).await.unwrap();
        assert!(read_response(&mut connection).await.starts_with("HTTP/1.1 200 "));
    }
    for connection in &mut idle[..20] {
        let request = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        connection.write_all(request.as_bytes()).await.unwrap();
        assert!(read_response(connection).await.starts_with("HTTP/1.1 200 "));
    }
}

async fn read_response(connection: &mut tokio::net::TcpStream) -> String {
    let mut response = String::new();
    connection.read_to_string(&mut response).await.unwrap();
    response
}

async fn log_in_from(server: &TestServer, forwarded_for: &str, body: &Value) -> Response {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         X-Forwarded-For: {forwarded_for}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    send(&server.base_url(), request.into_bytes()).await
}

async fn behind(proxies: &str) -> TestServer {
    let proxies = serde_json::from_str(proxies).unwrap();
    TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.server.trusted_proxies = proxies;
            config.lockout.address_failures = 3;
        })
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn lock_uses_the_address_from_the_trusted_proxy() {
    let server = behind(r#"["127.0.0.0/8"]"#).await;
    let alice = json!({"user": "alice", "password": "pw"});
    for guess in 0..3 {
        // Use another name each time, so that only the address counts.
        let body = json!({"user": format!("user{guess}"), "password": "no"});
        let response = log_in_from(&server, "192.0.2.1", &body).await;
        assert_eq!(response.body["error"], "Unauthorized");
    }
    // Addresses that the client itself wrote are further left.
    for address in [
        "192.0.2.1",
        "192.0.2.9, 192.0.2.1",
        "127.0.0.1, 192.0.2.1, 127.0.0.5",
        "ö, 192.0.2.1",
        "192.0.2.1:4711",
    ] {
        let response = log_in_from(&server, address, &alice).await;
        assert_eq!(response.body["error"], "error-login-blocked-for-ip", "{address}");
        assert_eq!(response.body["message"], "Login has been temporarily blocked For IP");
    }
    assert_eq!(log_in_from(&server, "192.0.2.2", &alice).await.status, 200);
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(log_in_from(&server, "192.0.2.1", &alice).await.status, 200);
}

#[tokio::test]
async fn address_lock_is_reported_before_a_name_lock() {
    let server = TestServer::builder()
        .config(|config| {
            (config.lockout.account_failures, config.lockout.address_failures) = (3, 3);
        })
        .start()
        .await
        .unwrap();
    let guess = json!({"user": "alice", "password": "no"});
    for _ in 0..3 {
        assert_eq!(log_in(&server.base_url(), guess.clone()).await.body["error"], "Unauthorized");
    }
    let locked = log_in(&server.base_url(), guess).await;
    assert_eq!(locked.body["error"], "error-login-blocked-for-ip");
}

#[tokio::test]
async fn forwarded_address_from_an_untrusted_peer_is_ignored() {
    let server = behind("[]").await;
    let alice = json!({"user": "alice", "password": "pw"});
    for guess in 0..3 {
        let body = json!({"user": format!("user{guess}"), "password": "no"});
        log_in_from(&server, &format!("192.0.2.{guess}"), &body).await;
    }
    let response = log_in_from(&server, "192.0.2.100", &alice).await;
    assert_eq!(response.body["error"], "error-login-blocked-for-ip");
}
