//! What the façade costs over bare `reqwest` and `serde_json` for the same exchange.
//!
//! ```text
//! cargo bench -p login-client --bench facade [-- --json] [--exchanges N] [--profile WHICH]
//! ```
//!
//! Both log in over one keep-alive connection to a server in this process, which always sends the
//! same response. One run measures the session alone, the other also reads the profile. Each round
//! runs one client after the other, in alternating order, so that other load on the machine affects
//! both. The result is the median of the ratios of all rounds.
//!
//! `--exchanges` is the number of exchanges of one client in a round; the default is 500. Quote a
//! figure together with this number and with the range of several runs, because single runs differ.
//!
//! `--profile facade-session` (or `bare-session`, `facade-profile`, `bare-profile`) measures
//! nothing. It runs that many exchanges of one kind for a profiler. The counts of callgrind are
//! repeatable:
//!
//! ```text
//! valgrind --tool=callgrind target/release/deps/facade-… --profile facade-session --exchanges 2000
//! ```

use std::{
    fmt,
    hint::black_box,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use login_client::Client;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{self, Runtime},
};

const RESPONSE: &str = include_str!("../tests/integration/shapes/7.x.json");
const WARM_UP_ROUNDS: usize = 4;
const ROUNDS: usize = 60;
/// The number of exchanges in a round unless `--exchanges` is given.
const DEFAULT_EXCHANGES: u32 = 500;

fn main() {
    let has_flag = |flag: &str| std::env::args().any(|argument| argument == flag);
    // Only `cargo bench` passes `--bench`. `cargo test --all-targets` just checks that this runs.
    let (warm_up, rounds) = if has_flag("--bench") { (WARM_UP_ROUNDS, ROUNDS) } else { (1, 2) };
    let value_of = |flag: &str| std::env::args().skip_while(|argument| argument != flag).nth(1);
    let exchanges = match value_of("--exchanges").map(|number| number.parse()) {
        None => DEFAULT_EXCHANGES,
        Some(Ok(number)) if number > 0 => number,
        Some(_) => {
            eprintln!("error: --exchanges takes a whole number above 0");
            std::process::exit(1);
        }
    };
    let stage = Stage::new(exchanges);
    if let Some(which) = value_of("--profile") {
        stage.run_one(&which);
        return;
    }
    let results = [
        ("session", stage.measure(warm_up, rounds, Facade::session, Bare::session)),
        ("profile", stage.measure(warm_up, rounds, Facade::profile, Bare::profile)),
    ];
    if has_flag("--json") {
        let results = results.iter().map(|(name, measured)| ((*name).to_owned(), measured.json()));
        println!("{}", Value::Object(results.collect()));
    } else {
        for (name, measured) in results {
            println!("façade / bare, {name}: {measured}");
        }
    }
}

struct Stage {
    exchanges: u32,
    runtime: Runtime,
    facade: Facade,
    bare: Bare,
}

struct Measured {
    exchanges: u32,
    rounds: usize,
    /// The median time of one exchange.
    facade: Duration,
    bare: Duration,
    ratio: f64,
}

impl Stage {
    fn new(exchanges: u32) -> Self {
        let base_url = format!("http://{}", serve());
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let facade = Facade(Client::new(&base_url).unwrap());
        Self { exchanges, runtime, facade, bare: Bare::new(&base_url) }
    }

    fn run_one(&self, which: &str) {
        let (facade, bare) = (&self.facade, &self.bare);
        match which {
            "facade-session" => self.time(async || facade.session().await),
            "facade-profile" => self.time(async || facade.profile().await),
            "bare-session" => self.time(async || bare.session().await),
            "bare-profile" => self.time(async || bare.profile().await),
            _ => {
                eprintln!("error: --profile takes facade or bare, a dash, and session or profile");
                std::process::exit(1);
            }
        };
    }

    fn measure(
        &self,
        warm_up: usize,
        rounds: usize,
        facade: impl AsyncFn(&Facade),
        bare: impl AsyncFn(&Bare),
    ) -> Measured {
        let mut times = Vec::with_capacity(rounds);
        for round in 0..warm_up + rounds {
            let facade = || self.time(async || facade(&self.facade).await);
            let bare = || self.time(async || bare(&self.bare).await);
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
            exchanges: self.exchanges,
            rounds,
            facade: median(times.iter().map(|(facade, _)| *facade)),
            bare: median(times.iter().map(|(_, bare)| *bare)),
            ratio: median(times.iter().map(|(f, b)| f.as_secs_f64() / b.as_secs_f64())),
        }
    }

    fn time(&self, exchange: impl AsyncFn()) -> Duration {
        self.runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..self.exchanges {
                exchange().await;
            }
            start.elapsed() / self.exchanges
        })
    }
}

impl Measured {
    fn json(&self) -> Value {
        json!({
            "rounds": self.rounds,
            "exchanges_per_round": self.exchanges,
            "facade_us": self.facade.as_secs_f64() * 1e6,
            "bare_us": self.bare.as_secs_f64() * 1e6,
            "ratio": self.ratio,
        })
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exchanges, rounds, facade, bare, ratio } = self;
        write!(f, "{ratio:.3} ({facade:.1?} / {bare:.1?} per exchange, ")?;
        write!(f, "medians of {rounds} rounds of {exchanges})")
    }
}

fn median<T: Copy + PartialOrd>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

struct Facade(Client);

impl Facade {
    async fn session(&self) {
        black_box(self.0.login("ana", "correct horse").await.unwrap());
    }

    async fn profile(&self) {
        let session = self.0.login("ana", "correct horse").await.unwrap();
        black_box(session.profile().unwrap().username.as_deref());
    }
}

/// The code that a program would write by hand.
struct Bare {
    http: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ids {
    user_id: String,
    auth_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdsAndProfile {
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

    async fn session(&self) {
        let Ids { user_id, auth_token } = self.log_in().await;
        black_box((user_id, auth_token));
    }

    async fn profile(&self) {
        let IdsAndProfile { user_id, auth_token, me } = self.log_in().await;
        black_box((user_id, auth_token, me["username"].as_str()));
    }

    async fn log_in<T: DeserializeOwned>(&self) -> T {
        let body = json!({ "user": "ana", "password": "correct horse" });
        let response = self.http.post(&self.url).json(&body).send().await.unwrap();
        let body = response.error_for_status().unwrap().bytes().await.unwrap();
        serde_json::from_slice::<Envelope<T>>(&body).unwrap().data
    }
}

/// A server on its own thread that sends the same response to every request.
fn serve() -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(respond(connection));
            }
        });
    });
    receive.recv().unwrap()
}

async fn respond(mut connection: TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{RESPONSE}",
        RESPONSE.len()
    );
    let mut request = Vec::new();
    while connection.read_buf(&mut request).await? > 0 {
        // Both clients send an object of strings, so the only closing brace ends the body.
        if request.ends_with(b"}") {
            request.clear();
            connection.write_all(response.as_bytes()).await?;
        }
    }
    Ok(())
}
