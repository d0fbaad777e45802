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
    patient(&server.base_url()).resume("t0").await.unwrap();
    assert_eq!(server.requests().len(), 3);
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
