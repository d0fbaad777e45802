//! Warnings: each is one line and has a reason.

use login_server::{
    config::{ConfigLogging, LogFormat, LogLevel},
    logging,
    testing::{TestServer, TestServerBuilder},
};
use serde_json::Value;

use crate::{binary::Binary, captured::Captured, http::send};

/// The warnings in a log of JSON lines.
fn warnings(log: &str) -> Vec<String> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["level"] == "WARN")
        .map(|line| line.to_string())
        .collect()
}

const JSON_LOG: &str = "[logging]\nformat = \"json\"\n";

/// The warnings of the program from its start to its end.
fn warnings_of_serve(config: &str, arguments: &[&str]) -> Vec<String> {
    let mut server = Binary::start_with(&format!("{JSON_LOG}{config}"), arguments);
    assert_eq!(server.terminate(), Some(0));
    warnings(&server.rest_of_log())
}

#[test]
fn reachable_demo_accounts_and_metrics_cause_warnings() {
    let everywhere = ["--listen", "0.0.0.0:0"];
    let metrics = |listen: &str| format!("[metrics]\nlisten = \"{listen}\"\n");
    for (config, arguments, expected) in [
        (String::new(), &["--demo"][..], &[][..]),
        (String::new(), &everywhere[..], &[]),
        (String::new(), &["--demo", "--listen", "[::1]:0"], &[]),
        (metrics("127.0.0.1:0"), &[], &[]),
        (String::new(), &["--demo", "--listen", "0.0.0.0:0"], &["demo"]),
        (metrics("0.0.0.0:0"), &[], &["metrics"]),
        (metrics("[::]:0"), &["--demo", "--listen", "[::]:0"], &["metrics", "demo"]),
    ] {
        let warnings = warnings_of_serve(&config, arguments);
        assert_eq!(warnings.len(), expected.len(), "{config}{arguments:?}: {warnings:?}");
        for (warning, part) in warnings.iter().zip(expected) {
            assert!(warning.contains(part), "{warning}");
        }
    }
}

fn logged(log: &Captured) -> TestServerBuilder {
    let config = ConfigLogging { level: LogLevel::Info, format: LogFormat::Json };
    TestServer::builder().log(logging::logger(&config, log.clone()))
}

async fn request(server: &TestServer, forwarded_for: &str) {
    let request =
        format!("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{forwarded_for}\r\n");
    send(&server.base_url(), request.into_bytes()).await;
}

/// The warnings until a last request was logged.
async fn ended(server: TestServer, log: &Captured) -> Vec<String> {
    let last = "GET /last-one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    send(&server.base_url(), last.into()).await;
    let text = log.wait_for("/last-one");
    server.stop().await.unwrap();
    warnings(&text)
}

#[tokio::test]
async fn unnamed_proxy_causes_one_warning() {
    let log = Captured::default();
    let server = logged(&log).start().await.unwrap();
    for client in 0..200 {
        // Only the last address is the proxy's; a client can write anything before it.
        let header =
            format!("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: ö, 192.0.2.{client}\r\n");
        request(&server, &header).await;
    }
    let warnings = ended(server, &log).await;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for part in ["server.trusted_proxies", "127.0.0.1", "lockout", "rate limit"] {
        assert!(warnings[0].contains(part), "no {part} in {}", warnings[0]);
    }
    assert!(!warnings[0].contains("192.0.2."), "clients are not named: {}", warnings[0]);
}

#[tokio::test]
async fn ordinary_requests_cause_no_warning() {
    let log = Captured::default();
    let server = logged(&log).start().await.unwrap();
    for client in 0..200 {
        // No header, always the same client, and texts that are not addresses.
        for header in
            ["", "X-Forwarded-For: 192.0.2.1\r\n", &format!("X-Forwarded-For: client{client}\r\n")]
        {
            request(&server, header).await;
        }
    }
    let warnings = ended(server, &log).await;
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[tokio::test]
async fn named_proxy_causes_no_warning() {
    let log = Captured::default();
    let proxies = serde_json::from_str(r#"["127.0.0.0/8"]"#).unwrap();
    let builder = logged(&log).config(|config| config.server.trusted_proxies = proxies);
    let server = builder.start().await.unwrap();
    for client in 0..200 {
        request(&server, &format!("X-Forwarded-For: 192.0.2.{client}\r\n")).await;
    }
    let warnings = ended(server, &log).await;
    assert!(warnings.is_empty(), "{warnings:?}");
}
