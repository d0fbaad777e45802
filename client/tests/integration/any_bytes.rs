//! Random response bytes never make the client panic or hang.

use std::time::{Duration, Instant};

use login_client::{Client, Error, Retry, Session, StoredSession, TwoFactor};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Runtime;

use crate::mock::{self, Mock};

/// Headers that this crate reads or that change how a response is read, with random values.
fn headers() -> impl Strategy<Value = Vec<u8>> {
    let names = ["Retry-After", "X-RateLimit-Reset", "Date", "Location", "Content-Type"];
    let value = prop_oneof![
        3 => "-?[0-9]{0,24}(\\.[0-9])?".prop_map(String::into_bytes),
        1 => Just(b"Sun, 06 Nov 1994 08:49:37 GMT".to_vec()),
        1 => Just(b"Fri, 31 Dec 9999 23:59:59 GMT".to_vec()),
        // Any bytes that can stand in a header line.
        2 => prop::collection::vec(
            any::<u8>().prop_filter("an end of line", |byte| !b"\r\n".contains(byte)),
            0..24,
        ),
    ];
    let header = (prop::sample::select(names.to_vec()), value).prop_map(|(name, value)| {
        let line = [name.as_bytes(), b": ", value.as_slice(), b"\r\n"];
        line.concat()
    });
    prop::collection::vec(header, 0..4).prop_map(|lines| lines.concat())
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let junk = prop::collection::vec(any::<u8>(), 0..512);
    let body = prop_oneof![
        2 => junk.clone(),
        1 => Just(br#"{"success":false,"error":"totp-required","details":{"method":[]}}"#.to_vec()),
        1 => Just(br#"{"success":true,"status":"success","data":null,"_id":7}"#.to_vec()),
    ];
    let status = prop_oneof![
        2 => "[0-9]{1,4}",
        3 => prop::sample::select(vec!["200", "204", "301", "400", "401", "429", "500", "503"])
            .prop_map(str::to_owned),
    ];
    let response = (status, headers(), prop::option::of(0_usize..600), body);
    prop_oneof![
        // Mostly HTTP, so that the bytes reach the client's own code. The length may be wrong.
        6 => response.prop_map(|(status, headers, length, body)| {
            let length = length.map_or(String::new(), |n| format!("Content-Length: {n}\r\n"));
            let mut bytes = format!("HTTP/1.1 {status} X\r\n{length}").into_bytes();
            bytes.extend(headers);
            bytes.extend(b"\r\n");
            bytes.extend(body);
            bytes
        }),
        2 => junk,
        1 => Just(Vec::new()),
        1 => Just(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n".to_vec()),
    ]
}

/// The calls of the façade.
#[derive(Debug, Clone, Copy)]
enum Call {
    Login,
    AskedCode,
    Resume,
    Me,
    Send,
    Bare,
    Logout,
}

const CALLS: [Call; 7] =
    [Call::Login, Call::AskedCode, Call::Resume, Call::Me, Call::Send, Call::Bare, Call::Logout];

const SECRETS: [&str; 3] = ["pa55-secret", "code-secret", "token-secret"];

impl Call {
    /// Makes the call once, against a server that responds with these bytes.
    async fn make(self, http: &reqwest::Client, bytes: Vec<u8>) -> Result<(), Error> {
        let mut responses = vec![bytes];
        if let Self::AskedCode = self {
            responses.insert(0, mock::json(401, r#"{"error":"totp-required"}"#));
        }
        let server = Mock::start(responses).await;
        // The retry policy reads every response, and its maximum wait is too short for any retry.
        let retry = Retry::times(1).max_wait(Duration::from_millis(1));
        let builder = Client::builder(&server.base_url()).reqwest(http.clone()).retry(retry);
        let client = builder.build()?;
        let [password, code, token] = SECRETS;
        let stored = StoredSession {
            base_url: client.base_url().to_owned(),
            user_id: "u1".to_owned(),
            auth_token: token.into(),
        };
        let session = client.restore(stored)?;
        match self {
            Self::Login => read_all(&client.login("ana", password).code(code).await?),
            Self::AskedCode => {
                let ask = |factor: TwoFactor| async move {
                    drop(format!("{factor:?} {:?}", factor.details()));
                    Some(code)
                };
                read_all(&client.login("ana", password).code_with(ask).await?);
            }
            Self::Resume => read_all(&client.resume(token).await?),
            Self::Me => drop(format!("{:?}", session.me().await?)),
            Self::Send => drop(session.send::<serde_json::Value>(session.get("/x")).await?),
            Self::Bare => drop(session.post("/x").send().await),
            Self::Logout => session.logout().await?,
        }
        Ok(())
    }
}

/// Reads the parts that are parsed on first use, which must not panic either.
fn read_all(session: &Session) {
    drop(format!("{session:?} {:?} {:?}", session.profile(), session.deviations()));
}

/// Uses a new connection for each call, so that a response with a wrong length does not affect the
/// next call.
fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.pool_max_idle_per_host(0).timeout(Duration::from_secs(5)).build().unwrap()
}

#[test]
fn no_bytes_panic() {
    let (runtime, http) = (Runtime::new().unwrap(), http());
    let mut runner = TestRunner::new(Config { cases: 150, ..Config::default() });
    let outcome = runner.run(&bytes(), |bytes| {
        for call in CALLS {
            let Err(error) = runtime.block_on(call.make(&http, bytes.clone())) else { continue };
            let shown = format!("{error} {error:?} {:?} {:?}", error.status(), error.wait());
            prop_assert!(SECRETS.iter().all(|secret| !shown.contains(secret)), "{call:?}");
            if let Error::Transport(failure) = error {
                prop_assert!(!failure.is_timeout(), "{call:?} hung");
            }
        }
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn body_over_the_limit_is_refused() {
    let oversized = {
        let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        bytes.resize(2 * 1024 * 1024, b' ');
        bytes
    };
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n{".to_vec();
    let server = Mock::start([oversized, announced]).await;
    let client = Client::new(&server.base_url()).unwrap();
    for _ in 0..2 {
        let Err(Error::Protocol(protocol)) = client.resume("t0").await else {
            panic!("another error")
        };
        assert_eq!(protocol.expected(), "a body of at most 1048576 bytes");
    }
}

#[tokio::test]
async fn body_of_exactly_the_limit_is_read() {
    let body = r#"{"status":"success","data":{"userId":"u1","authToken":"t1"}}"#;
    let server = Mock::start([mock::json(200, body), mock::json(200, body)]).await;
    let limited = |limit| Client::builder(&server.base_url()).body_limit(limit).build().unwrap();
    limited(body.len()).resume("t0").await.unwrap();
    limited(body.len() - 1).resume("t0").await.unwrap_err();
}

/// The timeout of the default client, of a given client, and an override of the latter.
#[tokio::test]
async fn silent_server_ends_in_a_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (short, long) = (Duration::from_millis(100), Duration::from_secs(3600));
    let http = |timeout| reqwest::Client::builder().timeout(timeout).build().unwrap();
    let builder = || Client::builder(&base_url);
    for builder in [
        builder().timeout(short),
        builder().reqwest(http(short)),
        builder().reqwest(http(long)).timeout(short),
    ] {
        let start = Instant::now();
        let Err(Error::Transport(failure)) = builder.build().unwrap().resume("t0").await else {
            panic!("another error")
        };
        assert!(failure.is_timeout() && !failure.is_connect());
        assert!(start.elapsed() < Duration::from_secs(10), "the default of 30 s counted");
    }
}
