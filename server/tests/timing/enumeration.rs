//! The time of a refusal does not tell whether there is such an account.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use login_server::testing::{TestAccount, TestServer, TestServerBuilder};
use serde_json::{Value, json};

const LOGINS: usize = 200;
const TOLERANCE: f64 = 0.05;
/// The machine may be busy with something else, and then the medians say nothing. A server that
/// skipped the hash for unknown names would answer them several times as fast in every round.
const ROUNDS: usize = 6;

/// The bytes of an answer, on a connection that stays open.
fn exchange(connection: &mut TcpStream, body: &Value) -> (Duration, String) {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let began = Instant::now();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 2048];
    // Every answer here is one object without another inside.
    while !answer.ends_with(b"}") {
        let length = connection.read(&mut piece).unwrap();
        assert_ne!(length, 0, "the connection was closed");
        answer.extend_from_slice(&piece[..length]);
    }
    (began.elapsed(), String::from_utf8(answer).unwrap())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Interleaved, so that whatever else the machine does hits both alike.
fn medians(connection: &mut TcpStream, names: [&str; 2]) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for login in 0..LOGINS {
        for (name, times) in names.iter().zip(&mut times) {
            let body = json!({"user": name, "password": format!("no{login}")});
            times.push(exchange(connection, &body).0);
        }
    }
    times.map(median)
}

/// Judges two names whose refusals must not be told apart.
fn alike(address: SocketAddr, names: [&str; 2]) {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let [one, other] = names.map(|name| {
        let answer = exchange(&mut connection, &json!({"user": name, "password": "no"})).1;
        let told = |line: &&str| !line.starts_with("date:") && !line.starts_with("x-request-id:");
        answer.lines().filter(told).map(str::to_owned).collect::<Vec<_>>()
    });
    assert_eq!(one, other);
    let mut seen = Vec::new();
    for _ in 0..ROUNDS {
        let [one, other] = medians(&mut connection, names);
        if (one / other - 1.0).abs() <= TOLERANCE {
            return;
        }
        seen.push((one, other));
    }
    panic!("seconds for {names:?}: {seen:?}");
}

fn server() -> TestServerBuilder {
    TestServer::builder().account(TestAccount::new("alice", "pw")).config(|config| {
        // The hash that a server has by default, which the test API makes cheap.
        config.hashing = login_server::config::Config::default().hashing;
        config.lockout.account_failures = u32::MAX;
        config.lockout.address_failures = u32::MAX;
    })
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_take_the_same_time() {
    let server = server().start().await.unwrap();
    let address = server.server().local_addr();
    let judge = move || alike(address, ["alice", "nobody"]);
    tokio::task::spawn_blocking(judge).await.unwrap();
}
