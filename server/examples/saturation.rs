//! Measures `resume` and `me` while more passwords arrive than the machine can hash.
//!
//! `cargo run --release --package login-server --example saturation [SECONDS]` starts a server with
//! real hash parameters and floods it with password logins. Meanwhile it resumes a session and
//! requests the account. Server and clients share the machine, so the figures are pessimistic.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use login_server::{
    accounts::HashParameters,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream},
    net::TcpStream,
};

/// The number of concurrent password logins: more than the threads and the queue can hold.
const FLOOD: usize = 400;
const QUEUE: usize = 256;
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(10), |text| text.parse())?;
    login_server::raise_open_files_limit();
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        // The flood has its own account, because each login ends the oldest session beyond fifty.
        .account(TestAccount::new("flood", "pw"))
        .config(|config| {
            let HashParameters { memory_kib, passes, lanes } = HashParameters::RECOMMENDED;
            config.hashing.memory_kib = memory_kib;
            (config.hashing.passes, config.hashing.lanes) = (passes, lanes);
            config.hashing.queue = QUEUE;
        })
        .start()
        .await?;
    let address = server.server().local_addr();
    let body = json!({"user": "alice", "password": "pw"});
    let login = post(&mut connect(address).await?, &body).await?.body;
    let data = &login["data"];
    let text = |member: &str| data[member].as_str().map(str::to_owned).context("no login");
    let (user, token) = (text("userId")?, text("authToken")?);

    let stop = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> =
        (0..FLOOD).map(|_| tokio::spawn(passwords(address, Arc::clone(&stop)))).collect();
    // Begin to measure when the queue is full.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut connection = connect(address).await?;
    let (mut resumes, mut calls) = (Vec::new(), Vec::new());
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let began = Instant::now();
        let resumed = post(&mut connection, &json!({"resume": token})).await?;
        resumes.push(began.elapsed());
        let began = Instant::now();
        let me = get_me(&mut connection, &user, &token).await?;
        calls.push(began.elapsed());
        anyhow::ensure!((resumed.status, me.status) == (200, 200), "refused under load");
        tokio::time::sleep(PAUSE).await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut statuses = BTreeMap::new();
    for client in flood {
        for (status, count) in client.await?? {
            *statuses.entry(status).or_insert(0) += count;
        }
    }
    println!("passwords by status in about {} s: {statuses:?}", seconds + 1);
    for (name, times) in [("resume", resumes), ("me", calls)] {
        let [p50, p99, most] = quantiles(times);
        println!("{name}: median {p50:?}, p99 {p99:?}, longest {most:?}");
    }
    Ok(server.stop().await?)
}

/// Logs in without pauses. After a refusal it waits, but less than the server asks for.
async fn passwords(
    address: SocketAddr,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<BTreeMap<u16, u64>> {
    let mut connection = connect(address).await?;
    let mut statuses = BTreeMap::new();
    while !stop.load(Ordering::Relaxed) {
        let response = post(&mut connection, &json!({"user": "flood", "password": "pw"})).await?;
        *statuses.entry(response.status).or_insert(0) += 1;
        if response.status == 503 {
            anyhow::ensure!(response.head.contains("retry-after: "), "no Retry-After");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    Ok(statuses)
}

struct Response {
    status: u16,
    head: String,
    body: Value,
}

async fn connect(address: SocketAddr) -> anyhow::Result<BufStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufStream::new(stream))
}

async fn post(connection: &mut BufStream<TcpStream>, body: &Value) -> anyhow::Result<Response> {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(connection, &request).await
}

async fn get_me(
    connection: &mut BufStream<TcpStream>,
    user: &str,
    token: &str,
) -> anyhow::Result<Response> {
    let request = format!(
        "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-User-Id: {user}\r\nX-Auth-Token: {token}\r\n\r\n"
    );
    exchange(connection, &request).await
}

async fn exchange(
    connection: &mut BufStream<TcpStream>,
    request: &str,
) -> anyhow::Result<Response> {
    connection.write_all(request.as_bytes()).await?;
    connection.flush().await?;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        anyhow::ensure!(connection.read_line(&mut head).await? > 0, "the connection was closed");
    }
    let head = head.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.context("no length")?.parse()?];
    connection.read_exact(&mut body).await?;
    Ok(Response { status, head, body: serde_json::from_slice(&body)? })
}

fn quantiles(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    [at(50), at(99), at(100)]
}
