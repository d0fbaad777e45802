//! Which calls the client retries, and which it never retries.

use std::time::{Duration, Instant};

use login_client::{Client, Error, Retry, reqwest::Method};

use crate::mock::{self, Mock};

fn retrying(base_url: &str) -> Client {
    Client::builder(base_url).retry(Retry::times(2)).build().unwrap()
}

fn busy(status: u16, headers: &str) -> Vec<u8> {
    mock::with_headers(status, headers, r#"{"success":false,"error":"busy"}"#)
}

#[tokio::test]
async fn resume_is_retried_when_the_server_says_when() {
    let responses =
        [busy(503, "Retry-After: 0\r\n"), busy(429, "X-RateLimit-Reset: 1\r\n"), mock::logged_in()];
    let server = Mock::start(responses).await;
    let start = Instant::now();
    retrying(&server.base_url()).resume("t0").await.unwrap();
    assert_eq!(server.requests().len(), 3);
    // 100 ms after the first attempt and 200 ms after the second, although the server asks for
    // less.
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn profile_and_logout_are_retried() {
    let wait = || busy(429, "Retry-After: 0\r\n");
    let responses = [
        mock::logged_in(),
        wait(),
        mock::json(200, r#"{"_id":"u1"}"#),
        wait(),
        mock::json(200, "{}"),
    ];
    let server = Mock::start(responses).await;
    let session = retrying(&server.base_url()).resume("t0").await.unwrap();
    session.me().await.unwrap();
    session.logout().await.unwrap();
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn second_factor_is_sent_once() {
    let required = mock::json(401, r#"{"error":"totp-required"}"#);
    let server = Mock::start([required, busy(503, "Retry-After: 0\r\n"), mock::logged_in()]).await;
    let client = retrying(&server.base_url());
    client.login("ana", "pa55").code_with(async |_| Some("1")).await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
}

/// The server may have processed a request whose response was lost.
#[tokio::test]
async fn broken_connection_is_not_retried() {
    let server = Mock::start([Vec::new(), mock::logged_in()]).await;
    let error = retrying(&server.base_url()).resume("t0").await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retries_stop_at_the_limit() {
    let wait = || busy(503, "Retry-After: 0\r\n");
    let server = Mock::start([wait(), wait(), wait(), mock::logged_in()]).await;
    retrying(&server.base_url()).resume("t0").await.unwrap_err();
    assert_eq!(server.requests().len(), 3);
}

/// The request itself may be the cause of such an error.
#[tokio::test]
async fn other_statuses_are_not_retried() {
    for status in [400, 500, 502] {
        let server = Mock::start([busy(status, "Retry-After: 0\r\n"), mock::logged_in()]).await;
        retrying(&server.base_url()).resume("t0").await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn password_is_sent_once() {
    for status in [429, 503] {
        let server = Mock::start([busy(status, "Retry-After: 0\r\n"), mock::logged_in()]).await;
        retrying(&server.base_url()).login("ana", "pa55").await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn custom_request_is_retried_only_if_its_method_is_safe() {
    for (method, requests) in [(Method::GET, 3), (Method::HEAD, 3), (Method::POST, 2)] {
        let responses = [mock::logged_in(), busy(503, "Retry-After: 0\r\n"), mock::json(200, "{}")];
        let server = Mock::start(responses).await;
        let session = retrying(&server.base_url()).resume("t0").await.unwrap();
        // A response to `HEAD` has no JSON, which is an error of its own.
        drop(session.send::<serde_json::Value>(session.request(method, "/x")).await);
        assert_eq!(server.requests().len(), requests);
    }
}

#[tokio::test]
async fn nothing_is_retried_by_default() {
    let server = Mock::start([busy(503, "Retry-After: 0\r\n"), mock::logged_in()]).await;
    Client::new(&server.base_url()).unwrap().resume("t0").await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn missing_or_too_long_wait_is_not_retried() {
    for headers in ["", "Retry-After: soon\r\n", "Retry-After: 3600\r\n"] {
        let server = Mock::start([busy(503, headers), mock::logged_in()]).await;
        let error = retrying(&server.base_url()).resume("t0").await.unwrap_err();
        assert!(matches!(error, Error::Server { .. }));
        assert_eq!(server.requests().len(), 1);
    }
    let server = Mock::start([busy(429, "Retry-After: 3600\r\n")]).await;
    let error = retrying(&server.base_url()).resume("t0").await.unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(3600)));
}

/// The maximum wait shortens the client's own backoff, whereas a longer wait of the server ends the
/// retries.
#[tokio::test]
async fn max_wait_limits_the_backoff() {
    let (_taken, base_url) = mock::unused_address();
    let retry = Retry::times(3).max_wait(Duration::from_millis(50));
    let client = Client::builder(&base_url).retry(retry).build().unwrap();
    let start = Instant::now();
    client.resume("t0").await.unwrap_err();
    // 50 ms before each of three retries.
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn failed_connection_is_retried() {
    let (_taken, base_url) = mock::unused_address();
    let start = Instant::now();
    let error = retrying(&base_url).login("ana", "pa55").await.unwrap_err();
    let Error::Transport(failure) = error else { panic!("another error") };
    assert!(failure.is_connect());
    // 100 ms after the first attempt and 200 ms after the second.
    assert!(start.elapsed() >= Duration::from_millis(300));
}
