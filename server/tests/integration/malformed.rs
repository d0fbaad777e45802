//! Malformed bodies get a 4xx response with a reason and without secrets.

use login_server::testing::{TestAccount, TestServer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::http::{post, send};

const JSON: &str = "application/json";

#[tokio::test]
async fn malformed_body_gets_a_clear_response() {
    let server = TestServer::builder().start().await.unwrap();
    let deep = format!("{{\"user\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let long = format!("{{\"password\":\"{}\"}}", "hunter2".repeat(20_000));
    for (content_type, body, status, reason) in [
        (JSON, "{\"password\":\"hunter2\"", 400, "EOF"),
        (JSON, "\"hunter2\"", 400, "must be an object"),
        (JSON, "[\"hunter2\"]", 400, "must be an object"),
        (JSON, "null", 400, "must be an object"),
        (JSON, "{\"user\":1}", 400, "`user`"),
        (JSON, "{\"user\":{\"username\":\"a\"},\"password\":\"hunter2\"}", 400, "`user`"),
        (JSON, "{\"password\":734512}", 400, "`password`"),
        (JSON, "{\"code\":734512}", 400, "`code`"),
        (JSON, "{\"resume\":[\"hunter2\"]}", 400, "`resume`"),
        (JSON, "{\"password\":\"hunter2\\u0000\"}", 400, "NUL"),
        (JSON, "{\"password\":\"hunter2\\ud800\"}", 400, "surrogate"),
        (JSON, "{\"user\":\"a\",\"user\":\"b\"}", 400, "twice"),
        (JSON, &deep, 400, "nested"),
        (JSON, &long, 413, "longer than 65536 bytes"),
        ("text/plain", "{}", 415, "content type"),
        ("application/json; charset=utf-16", "{}", 415, "content type"),
        ("application/x-www-form-urlencoded", "user=%ff", 400, "UTF-8"),
    ] {
        let response = post(&server.base_url(), content_type, body.as_bytes()).await;
        let shown = response.body.to_string();
        assert_eq!(response.status, status, "{shown}");
        assert_eq!(
            (&response.body["success"], &response.body["status"]),
            (&false.into(), &"error".into())
        );
        assert!(response.body["message"].as_str().unwrap().contains(reason), "{reason}: {shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("734512"), "{shown}");
        assert!(response.head.contains("cache-control: no-store"), "{}", response.head);
    }
}

#[tokio::test]
async fn body_of_exactly_the_limit_is_read_and_a_longer_one_refused() {
    const LIMIT: usize = 100;

    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.server.body_limit_bytes = LIMIT)
        .start()
        .await
        .unwrap();
    for (length, status) in [(LIMIT, 200), (LIMIT + 1, 413)] {
        let body = format!("{:length$}", r#"{"user":"alice","password":"pw"}"#);
        let plain = post(&server.base_url(), JSON, body.as_bytes()).await;
        assert_eq!(plain.status, status, "{plain:?}");
        // A client that expects `100 Continue` gets the same status; `100 Continue` precedes an
        // acceptance.
        let request = format!(
            "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let address = server.server().local_addr();
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        let _ = stream.read_to_string(&mut response).await;
        assert!(response.contains(&format!("HTTP/1.1 {status} ")), "{response}");
    }
}

#[tokio::test]
async fn slow_body_is_refused() {
    let server =
        TestServer::builder().config(|config| config.server.body_timeout_seconds = 1).start().await;
    let server = server.unwrap();
    let request = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                   Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let response = send(&server.base_url(), request.as_bytes().to_vec()).await;
    assert_eq!((response.status, &response.body["error"]), (408, &"error-request-timeout".into()));
}

#[tokio::test]
async fn wrong_method_gets_the_allowed_methods() {
    let server = TestServer::builder().start().await.unwrap();
    for (method, path, allow) in [
        ("GET", "/api/v1/login", "allow: post\r\n"),
        ("PUT", "/api/v1/login", "allow: post\r\n"),
        ("POST", "/api/v1/me", "allow: get\r\n"),
        ("DELETE", "/api/v1/logout", "allow: get, post\r\n"),
    ] {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let response = send(&server.base_url(), request.into_bytes()).await;
        assert_eq!(
            (response.status, &response.body["status"]),
            (405, &"error".into()),
            "{method} {path}"
        );
        assert!(response.head.contains(allow), "{}", response.head);
    }
}
