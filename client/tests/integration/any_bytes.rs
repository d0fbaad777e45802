//! No bytes that a server can send make the client panic, hang or take what it should not.

use std::time::Duration;

use login_client::{Client, Error};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Runtime;

use crate::mock::{self, Mock};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let body = prop::collection::vec(any::<u8>(), 0..512);
    let head = ("[0-9]{1,4}", prop::option::of(0_usize..600), body.clone());
    prop_oneof![
        // Mostly HTTP, so that the bytes reach the client's own code; the length may be a lie.
        6 => head.prop_map(|(status, length, body)| {
            let length = length.map_or(String::new(), |n| format!("Content-Length: {n}\r\n"));
            let mut bytes = format!("HTTP/1.1 {status} X\r\n{length}\r\n").into_bytes();
            bytes.extend(body);
            bytes
        }),
        2 => body,
        1 => Just(Vec::new()),
        1 => Just(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n".to_vec()),
    ]
}

#[test]
fn no_bytes_panic() {
    let runtime = Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 200, ..Config::default() });
    let outcome = runner.run(&(bytes(), bytes()), |(login, me)| {
        runtime.block_on(async {
            let server = Mock::start([login, mock::logged_in(), me]).await;
            let client = Client::builder(&server.base_url())
                .timeout(Duration::from_secs(5))
                .build()
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            if let Err(error) = client.login("ana", "pa55-secret").await {
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains("pa55-secret"));
                if let Error::Transport(failure) = error {
                    prop_assert!(!failure.is_timeout(), "it hung");
                }
            }
            if let Ok(session) = client.resume("t0").await {
                drop(session.me().await);
            }
            Ok(())
        })
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let endless = {
        let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        bytes.resize(2 * 1024 * 1024, b' ');
        bytes
    };
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n{".to_vec();
    let server = Mock::start([endless, announced]).await;
    let client = Client::new(&server.base_url()).unwrap();
    for _ in 0..2 {
        let Err(Error::Protocol(protocol)) = client.resume("t0").await else {
            panic!("another error")
        };
        assert_eq!(protocol.expected(), "a body of at most 1048576 bytes");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let body = r#"{"status":"success","data":{"userId":"u1","authToken":"t1"}}"#;
    let server = Mock::start([mock::json(200, body), mock::json(200, body)]).await;
    let limited = |limit| Client::builder(&server.base_url()).body_limit(limit).build().unwrap();
    limited(body.len()).resume("t0").await.unwrap();
    limited(body.len() - 1).resume("t0").await.unwrap_err();
}

#[tokio::test]
async fn silence_ends_in_a_time_out() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::builder(&base_url).timeout(Duration::from_millis(100)).build().unwrap();
    let Err(Error::Transport(failure)) = client.resume("t0").await else { panic!("another error") };
    assert!(failure.is_timeout());
}
