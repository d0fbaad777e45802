//! What the façade costs over bare `reqwest` and `serde_json` for the same exchange.
//!
//! ```text
//! cargo bench -p login-client --bench facade [-- --json]
//! ```
//!
//! Both log in over one kept connection to a server in this process that answers with the same bytes.
//! Each round does one after the other, in alternating order, so that what else the machine does
//! falls on both; the result is the median of the rounds' ratios.

use std::{
    hint::black_box,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use login_client::{Client, Secret};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime,
};

const ANSWER: &str = include_str!("../tests/integration/shapes/7.x.json");
const WARM_UP_ROUNDS: usize = 20;
const ROUNDS: usize = 400;
const EXCHANGES: u32 = 50;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |flag| arguments.iter().any(|argument| argument == flag);
    // Without cargo's flag this is `cargo test --all-targets`, which asks only whether it runs.
    let (warm_up, rounds) = if given("--bench") { (WARM_UP_ROUNDS, ROUNDS) } else { (1, 2) };
    let measured = measure(warm_up, rounds);
    if given("--json") {
        println!("{}", measured.json());
    } else {
        println!("{measured}");
    }
}

struct Measured {
    rounds: usize,
    /// Per exchange.
    facade: Duration,
    bare: Duration,
    ratio: f64,
}

impl Measured {
    fn json(&self) -> Value {
        json!({
            "rounds": self.rounds,
            "exchanges_per_round": EXCHANGES,
            "facade_us": self.facade.as_secs_f64() * 1e6,
            "bare_us": self.bare.as_secs_f64() * 1e6,
            "ratio": self.ratio,
        })
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rounds, facade, bare, ratio } = self;
        write!(
            f,
            "façade / bare reqwest + serde_json: {ratio:.3} ({facade:.1?} / {bare:.1?} per exchange, medians of {rounds} rounds of {EXCHANGES})"
        )
    }
}

fn measure(warm_up: usize, rounds: usize) -> Measured {
    let base_url = format!("http://{}", serve());
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new(&base_url).unwrap();
    let bare = Bare::new(&base_url);
    let mut times = Vec::with_capacity(rounds);
    for round in 0..warm_up + rounds {
        let facade = || time(&runtime, async || drop(black_box(facade_login(&client).await)));
        let bare = || time(&runtime, async || drop(black_box(bare.log_in().await)));
        let pair = if round % 2 == 0 {
            let facade = facade();
            (facade, bare())
        } else {
            let bare = bare();
            (facade(), bare)
        };
        if round >= warm_up {
            times.push(pair);
        }
    }
    Measured {
        rounds,
        facade: median(times.iter().map(|(facade, _)| *facade)),
        bare: median(times.iter().map(|(_, bare)| *bare)),
        ratio: median(times.iter().map(|(facade, bare)| facade.as_secs_f64() / bare.as_secs_f64())),
    }
}

fn time(runtime: &runtime::Runtime, exchange: impl AsyncFn()) -> Duration {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..EXCHANGES {
            exchange().await;
        }
        start.elapsed() / EXCHANGES
    })
}

fn median<T: Copy + PartialOrd>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

/// What the façade gives: the two ids and the profile.
async fn facade_login(client: &Client) -> (String, Secret, Option<String>) {
    let session = client.login("ana", "correct horse").await.unwrap();
    let username = session.profile().and_then(|profile| profile.username.clone());
    (session.user_id().to_owned(), session.auth_token().clone(), username)
}

/// What a program would write by hand.
struct Bare {
    http: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct BareAnswer {
    data: BareData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BareData {
    user_id: String,
    auth_token: String,
    me: Map<String, Value>,
}

impl Bare {
    fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), url: format!("{base_url}/api/v1/login") }
    }

    async fn log_in(&self) -> (String, String, Option<String>) {
        let body = json!({ "user": "ana", "password": "correct horse" });
        let answer = self.http.post(&self.url).json(&body).send().await.unwrap();
        let answer = answer.error_for_status().unwrap().bytes().await.unwrap();
        let BareData { user_id, auth_token, me } =
            serde_json::from_slice::<BareAnswer>(&answer).unwrap().data;
        (user_id, auth_token, me["username"].as_str().map(str::to_owned))
    }
}

/// A server on a thread of its own that answers every request with the same bytes.
fn serve() -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(answer_all(connection));
            }
        });
    });
    receive.recv().unwrap()
}

async fn answer_all(mut connection: TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{ANSWER}",
        ANSWER.len()
    );
    let mut request = Vec::new();
    while connection.read_buf(&mut request).await? > 0 {
        // Both clients end their body, an object of strings, with its only closing brace.
        if request.ends_with(b"}") {
            request.clear();
            connection.write_all(answer.as_bytes()).await?;
        }
    }
    Ok(())
}
