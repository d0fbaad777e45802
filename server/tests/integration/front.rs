//! The checks before a handler: the path, the method and the host.

use login_server::testing::{TestAccount, TestServer};

use crate::http::{Response, get_text, send, send_text};

const BODY: &str = r#"{"user":"alice","password":"pw"}"#;

async fn server() -> TestServer {
    TestServer::builder().account(TestAccount::new("alice", "pw")).start().await.unwrap()
}

/// A correct login with this request line and these `Host` headers.
async fn log_in_at(server: &TestServer, line: &str, hosts: &str) -> Response {
    let request = format!(
        "{line}\r\n{hosts}Connection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    send(&server.base_url(), request.into_bytes()).await
}

fn assert_envelope(response: &Response, status: u16, error: &str, case: &str) {
    let Response { head, body, .. } = response;
    assert_eq!((response.status, &body["error"]), (status, &error.into()), "{case}: {response:?}");
    assert_eq!((&body["success"], &body["status"]), (&false.into(), &"error".into()), "{case}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{case}: {body}");
    let mut members: Vec<_> = body.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["error", "message", "status", "success"], "{case}");
    for header in ["content-type: application/json\r\n", "cache-control: no-store\r\n"] {
        assert!(head.contains(header), "{case}: {head}");
    }
}

#[tokio::test]
async fn login_path_has_exactly_one_spelling() {
    let server = server().await;
    let log_in = async |path: &str| {
        log_in_at(&server, &format!("POST {path} HTTP/1.1"), "Host: x\r\n").await
    };
    assert_eq!(log_in("/api/v1/login").await.status, 200);
    assert_eq!(log_in("/api/v1/login?next=//x/%6c").await.status, 200);
    for path in [
        "//api/v1/login",
        "/api//v1/login",
        "/api/v1//login",
        "/api/v1/login/",
        "/api/v1/login//",
        "/api/v1/%6cogin",
        "/api/v1/%6Cogin",
        "/%61pi/v1/login",
        "/api/v1/login;jsessionid=1",
        "/api;/v1/login",
        "/api/v1/login%3B",
        "/api/v1/login%20",
        "/api/v1/login%00",
        "/api/v1/login%2F",
        "/api/v1%2Flogin",
        "/api/v1%2flogin",
        "/api%5Cv1%5Clogin",
        "/api/v1/%2E/login",
        "/api/v1/%2e%2e/v1/login",
        "/API/v1/login",
        "/api/v1/Login",
        "/",
    ] {
        assert_envelope(&log_in(path).await, 404, "error-not-found", path);
    }
    // Dropshot itself refuses these before any check of this server.
    for path in ["/api/./v1/login", "/api/v1/x/../login", "/api/v1/login/.", "/api/v1/log%ffin"] {
        assert_eq!(log_in(path).await.status, 400, "{path}");
    }
    // The HTTP library removes the fragment.
    assert_eq!(log_in("/api/v1/login#fragment").await.status, 200);
}

#[tokio::test]
async fn every_path_has_exactly_one_spelling() {
    let server = server().await;
    for path in ["/health", "/openapi.json", "/api/v1/me", "/api/v1/logout"] {
        let status = async |path: &str| {
            let (head, _) = get_text(&server.base_url(), path).await;
            head.split(' ').nth(1).unwrap().to_owned()
        };
        assert_ne!(status(path).await, "404", "{path}");
        let (begin, last) = path.split_at(path.len() - 1);
        let escaped = format!("{begin}%{:X}", last.as_bytes()[0]);
        for other in [format!("/{path}"), format!("{path}/"), escaped] {
            assert_eq!(status(&other).await, "404", "{other}");
        }
    }
}

#[tokio::test]
async fn request_must_name_exactly_one_host() {
    let server = server().await;
    for (line, hosts, status) in [
        ("POST /api/v1/login HTTP/1.1", "Host: x\r\n", 200),
        ("POST /api/v1/login HTTP/1.1", "Host: [::1]:3000\r\n", 200),
        ("POST http://chat.example.org/api/v1/login HTTP/1.1", "Host: Chat.example.org\r\n", 200),
        // HTTP/1.0 does not require `Host`.
        ("POST /api/v1/login HTTP/1.0", "", 200),
        ("POST /api/v1/login HTTP/1.0", "Host: x\r\n", 200),
        ("POST /api/v1/login HTTP/1.1", "", 400),
        ("POST /api/v1/login HTTP/1.1", "Host:\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: x\r\nHost: x\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: x\r\nHost: y\r\n", 400),
        ("POST /api/v1/login HTTP/1.0", "Host: x\r\nHost: y\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: x, y\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: x/api\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: al@x\r\n", 400),
        ("POST /api/v1/login HTTP/1.1", "Host: \u{e9}\r\n", 400),
        ("POST http://x/api/v1/login HTTP/1.1", "Host: y\r\n", 400),
        ("POST http://x:81/api/v1/login HTTP/1.1", "Host: x:82\r\n", 400),
        ("POST http://al@x/api/v1/login HTTP/1.1", "Host: x\r\n", 400),
    ] {
        let response = log_in_at(&server, line, hosts).await;
        let case = format!("{line} {hosts:?}");
        if status == 400 {
            assert_envelope(&response, 400, "error-bad-request", &case);
            assert!(
                response.body["message"].as_str().unwrap().contains("host"),
                "{case}: {response:?}"
            );
        } else {
            assert_eq!(response.status, status, "{case}: {response:?}");
        }
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_get_the_error_envelope() {
    let server = server().await;
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    for (path, allowed) in [
        ("/nowhere", None),
        ("/api/v1", None),
        ("/api/v1/login/more", None),
        ("/metrics", None),
        ("/api/v1/login", Some("POST")),
        ("/api/v1/me", Some("GET")),
        ("/api/v1/logout", Some("GET, POST")),
        ("/health", Some("GET")),
        ("/openapi.json", Some("GET")),
    ] {
        for method in methods {
            let is_allowed = allowed.is_some_and(|all| all.split(", ").any(|one| one == method));
            // The target of CONNECT is a host, and a response to HEAD has no body.
            if is_allowed || ["HEAD", "CONNECT"].contains(&method) {
                continue;
            }
            let line = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            let response = send(&server.base_url(), line.into_bytes()).await;
            let case = format!("{method} {path}");
            match allowed {
                None => assert_envelope(&response, 404, "error-not-found", &case),
                Some(allowed) => {
                    assert_envelope(&response, 405, "error-method-not-allowed", &case);
                    let allow = format!("allow: {}\r\n", allowed.to_ascii_lowercase());
                    assert!(response.head.contains(&allow), "{case}: {}", response.head);
                }
            }
        }
    }
    for line in ["OPTIONS * HTTP/1.1", "CONNECT x:80 HTTP/1.1"] {
        let request = format!("{line}\r\nHost: {}\r\nConnection: close\r\n\r\n", "x:80");
        let response = send(&server.base_url(), request.into_bytes()).await;
        assert_envelope(&response, 404, "error-not-found", line);
    }
    let head = "HEAD /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (head, _) = send_text(&server.base_url(), head.to_owned()).await;
    assert!(head.starts_with("http/1.1 405 ") && head.contains("allow: post\r\n"), "{head}");
}
