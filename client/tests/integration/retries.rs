//! What is tried again, and above all what is not.

use std::time::{Duration, Instant};

use login_client::{Client, Error, Retry, reqwest::Method};

use crate::mock::{self, Mock};

fn patient(base_url: &str) -> Client {
    Client::builder(base_url).retry(Retry::times(2)).build().unwrap()
}

fn busy(status: u16, headers: &str) -> Vec<u8> {
    mock::with_headers(status, headers, r#"{"success":false,"error":"busy"}"#)
}

#[tokio::test]
async fn a_resume_comes_back_when_the_server_says() {
    let answers =
        [busy(503, "Retry-After: 0\r\n"), busy(429, "X-RateLimit-Reset: 1\r\n"), mock::logged_in()];
    let server = Mock::start(answers).await;
    let start = Instant::now();
    patient(&server.base_url()).resume("t0").await.unwrap();
    assert_eq!(server.requests().len(), 3);
    // 100 ms after the first try and 200 ms after the second, though the server asks for less.
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn the_account_and_a_logout_come_back_too() {
    let wait = || busy(429, "Retry-After: 0\r\n");
    let answers = [
        mock::logged_in(),
        wait(),
        mock::json(200, r#"{"_id":"u1"}"#),
        wait(),
        mock::json(200, "{}"),
    ];
    let server = Mock::start(answers).await;
    let session = patient(&server.base_url()).resume("t0").await.unwrap();
    session.me().await.unwrap();
    session.logout().await.unwrap();
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_second_factor_is_sent_once() {
    let required = mock::json(401, r#"{"error":"totp-required"}"#);
    let server = Mock::start([required, busy(503, "Retry-After: 0\r\n"), mock::logged_in()]).await;
    let client = patient(&server.base_url());
    client.login("ana", "pa55").code_with(async |_| Some("1")).await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
}

/// What was sent may have been done, whatever became of the answer.
#[tokio::test]
async fn a_broken_connection_is_not_tried_again() {
    let server = Mock::start([Vec::new(), mock::logged_in()]).await;
    let error = patient(&server.base_url()).resume("t0").await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn so_many_times_and_no_more() {
    let wait = || busy(503, "Retry-After: 0\r\n");
    let server = Mock::start([wait(), wait(), wait(), mock::logged_in()]).await;
    patient(&server.base_url()).resume("t0").await.unwrap_err();
    assert_eq!(server.requests().len(), 3);
}

/// A fault of the server may be a fault of this request.
#[tokio::test]
async fn no_other_status_is_tried_again() {
    for status in [400, 500, 502] {
        let server = Mock::start([busy(status, "Retry-After: 0\r\n"), mock::logged_in()]).await;
        patient(&server.base_url()).resume("t0").await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_password_is_sent_once() {
    for status in [429, 503] {
        let server = Mock::start([busy(status, "Retry-After: 0\r\n"), mock::logged_in()]).await;
        patient(&server.base_url()).login("ana", "pa55").await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_call_of_ones_own_is_tried_again_where_it_only_reads() {
    for (method, requests) in [(Method::GET, 3), (Method::HEAD, 3), (Method::POST, 2)] {
        let answers = [mock::logged_in(), busy(503, "Retry-After: 0\r\n"), mock::json(200, "{}")];
        let server = Mock::start(answers).await;
        let session = patient(&server.base_url()).resume("t0").await.unwrap();
        // A `HEAD` brings no JSON, which is an error of its own.
        drop(session.send::<serde_json::Value>(session.request(method, "/x")).await);
        assert_eq!(server.requests().len(), requests);
    }
}

#[tokio::test]
async fn nothing_is_tried_again_unasked() {
    let server = Mock::start([busy(503, "Retry-After: 0\r\n"), mock::logged_in()]).await;
    Client::new(&server.base_url()).unwrap().resume("t0").await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn not_without_a_time_and_not_beyond_the_longest() {
    for headers in ["", "Retry-After: soon\r\n", "Retry-After: 3600\r\n"] {
        let server = Mock::start([busy(503, headers), mock::logged_in()]).await;
        let error = patient(&server.base_url()).resume("t0").await.unwrap_err();
        assert!(matches!(error, Error::Server { .. }));
        assert_eq!(server.requests().len(), 1);
    }
    let server = Mock::start([busy(429, "Retry-After: 3600\r\n")]).await;
    let error = patient(&server.base_url()).resume("t0").await.unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(3600)));
}

/// For a server that asks for more it ends the tries; what this client makes up itself gives way.
#[tokio::test]
async fn the_longest_wait_bounds_what_the_client_makes_up() {
    let (_taken, base_url) = mock::nobody_listens();
    let retry = Retry::times(3).longest_wait(Duration::from_millis(50));
    let client = Client::builder(&base_url).retry(retry).build().unwrap();
    let start = Instant::now();
    client.resume("t0").await.unwrap_err();
    // 50 ms three times; without a second try it would be over at once.
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_connection_that_never_was_is_tried_again() {
    let (_taken, base_url) = mock::nobody_listens();
    let start = Instant::now();
    let error = patient(&base_url).login("ana", "pa55").await.unwrap_err();
    let Error::Transport(failure) = error else { panic!("another error") };
    assert!(failure.is_connect());
    // 100 ms after the first try and 200 ms after the second.
    assert!(start.elapsed() >= Duration::from_millis(300));
}
