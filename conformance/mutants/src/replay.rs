//! What the suite costs: its fuzzing phase beside a plain loop of the same requests.
//!
//! The plain loop knows no document and no rule: for each job of the phase it has one connection, over
//! which it sends what that job sent, one after the other, and reads each response to its end. The two take
//! turns against one server, so that what else the machine does falls on both.

use std::{
    sync::{Mutex, PoisonError},
    thread::ThreadId,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow, bail, ensure};
use bytes::Bytes;
use http::HeaderValue;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::Runtime;

use login_conformance::login::{Login, Run, accounts::Account, requests};
use specfirst_engine::{
    http::case::Request,
    redact::Secrets,
    runner::{Options, environment::Environment, fuzzing},
};

/// One turn of each.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    /// Exchanges a second in the fuzzing phase.
    pub generated: f64,
    /// Exchanges a second in the plain loop.
    pub plain: f64,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// How many requests each turn sends.
    pub exchanges: u32,
    /// On how many connections.
    pub jobs: usize,
    /// The turns, those that warm up left out.
    pub rounds: Vec<Round>,
}

/// Turns that are not counted: caches fill, and pages are mapped.
const WARM_UP: usize = 2;

/// Measures both in turns; who is first changes from round to round.
///
/// # Errors
///
/// The phase ends early, or its requests are not the same in each round.
pub fn compare(
    options: &Options,
    accounts: &[Account],
    rounds: usize,
) -> anyhow::Result<Comparison> {
    let first = phase(options, accounts, true)?;
    let plain = Plain::of(first.kept, options.target.base_url())?;
    let exchanges = plain.exchanges()?;
    let rate = |exchanges: u32, time: Duration| f64::from(exchanges) / time.as_secs_f64();
    let generated = || {
        let phase = phase(options, accounts, false)?;
        // Failures that no job may let grow are reset by whichever job comes to it: logins more or less.
        let same = phase.exchanges.abs_diff(exchanges) * 50 <= exchanges;
        ensure!(same, "{} exchanges, and {exchanges} before", phase.exchanges);
        anyhow::Ok(rate(phase.exchanges, phase.time))
    };
    let looped = || anyhow::Ok(rate(exchanges, plain.run()?));
    let mut measured = Vec::new();
    for round in 0..WARM_UP + rounds {
        let turn = if round % 2 == 0 {
            let generated = generated()?;
            Round { generated, plain: looped()? }
        } else {
            let plain = looped()?;
            Round { generated: generated()?, plain }
        };
        if round >= WARM_UP {
            measured.push(turn);
        }
    }
    Ok(Comparison { exchanges, jobs: plain.jobs.len(), rounds: measured })
}

/// A fuzzing phase that is over.
struct Phase {
    time: Duration,
    exchanges: u32,
    kept: Vec<(ThreadId, Request)>,
}

/// The fuzzing phase of a run that does nothing else.
fn phase(options: &Options, accounts: &[Account], keep: bool) -> anyhow::Result<Phase> {
    let (login, secrets) = (Login::new(accounts.to_vec())?, Secrets::default());
    let kept = Mutex::new(Vec::new());
    let keep_request = |request: &Request| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((std::thread::current().id(), request.clone()));
    };
    let mut environment = Environment::new(&secrets);
    if keep {
        environment.on_request = &keep_request;
    }
    let run = Run::new(options, &login, &environment);
    let mut driver = run.driver()?;
    let began = Instant::now();
    fuzzing::run(&mut driver)?;
    let time = began.elapsed();
    let exchanges = u32::try_from(run.exchanges()).context("too many exchanges")?;
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Phase { time, exchanges, kept })
}

type Message = http::Request<Full<Bytes>>;

/// The plain loop: a login, what each job sent with the token of that login, and a logout.
struct Plain {
    login: Message,
    jobs: Vec<Vec<(Shows, Message)>>,
    logout: Message,
}

/// Which token a request shows, where it is none that was made up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    /// That of the session that all jobs share.
    Session,
    /// That of the login before it, which only resets a count of failures and is logged out at once.
    Last,
}

const HEADERS: [&str; 2] = ["x-auth-token", "x-user-id"];

impl Plain {
    fn of(kept: Vec<(ThreadId, Request)>, base_url: &str) -> anyhow::Result<Self> {
        let (main, of_jobs): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|(thread, _)| *thread == std::thread::current().id());
        let [(_, login), (_, logout)] = main.as_slice() else {
            bail!("the phase has {} requests of its own in place of 2", main.len());
        };
        let token = logout.header_value(HEADERS[0]).context("the logout shows no token")?;
        let mut jobs: Vec<(ThreadId, Vec<(Shows, Message)>)> = Vec::new();
        for (thread, request) in &of_jobs {
            if !jobs.iter().any(|(known, _)| known == thread) {
                jobs.push((*thread, Vec::new()));
            }
            let Some((_, job)) = jobs.iter_mut().find(|(known, _)| known == thread) else {
                continue;
            };
            let follows_login = job
                .last()
                .is_some_and(|(_, before)| before.uri().path().ends_with(requests::LOGIN));
            let shows = if request.header_value(HEADERS[0]) == Some(token) {
                Shows::Session
            } else if follows_login && request.path == requests::LOGOUT {
                Shows::Last
            } else {
                Shows::Nothing
            };
            job.push((shows, message(base_url, request)?));
        }
        Ok(Self {
            login: message(base_url, login)?,
            jobs: jobs.into_iter().map(|(_, job)| job).collect(),
            logout: message(base_url, logout)?,
        })
    }

    fn exchanges(&self) -> anyhow::Result<u32> {
        let all = self.jobs.iter().map(Vec::len).sum::<usize>() + 2;
        u32::try_from(all).context("too many requests")
    }

    /// Sends all of it once; how long it took.
    fn run(&self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let main = Connection::new()?;
        let session = &session(&main.send(self.login.clone())?).context("the login fails")?;
        std::thread::scope(|scope| {
            let jobs: Vec<_> =
                self.jobs.iter().map(|job| scope.spawn(move || send_all(job, session))).collect();
            for job in jobs {
                job.join().map_err(|_| anyhow!("a job panicked"))??;
            }
            anyhow::Ok(())
        })?;
        main.send(with(session, &self.logout))?;
        Ok(began.elapsed())
    }
}

/// One job: a connection, and one request after the other.
fn send_all(job: &[(Shows, Message)], session: &Session) -> anyhow::Result<()> {
    let connection = Connection::new()?;
    let mut last = None;
    for (at, (shows, message)) in job.iter().enumerate() {
        let message = match (shows, &last) {
            (Shows::Session, _) => with(session, message),
            (Shows::Last, Some(last)) => with(last, message),
            _ => message.clone(),
        };
        let response = connection.send(message)?;
        if job.get(at + 1).is_some_and(|(shows, _)| *shows == Shows::Last) {
            last = self::session(&response);
        }
    }
    Ok(())
}

/// The headers of a session.
type Session = [HeaderValue; 2];

/// The session that a response begins.
fn session(response: &[u8]) -> Option<Session> {
    let response: Value = serde_json::from_slice(response).ok()?;
    let text = |at: &str| HeaderValue::from_str(response.pointer(at)?.as_str()?).ok();
    Some([text("/data/authToken")?, text("/data/userId")?])
}

fn with(session: &Session, message: &Message) -> Message {
    let mut message = message.clone();
    for (name, value) in HEADERS.iter().zip(session) {
        message.headers_mut().insert(*name, value.clone());
    }
    message
}

/// The request as it goes to a target.
fn message(base_url: &str, request: &Request) -> anyhow::Result<Message> {
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(format!("{base_url}{}", request.path));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(Full::new(request.body.clone().unwrap_or_default()))?)
}

/// One connection that is kept, as far as the server keeps it.
struct Connection {
    runtime: Runtime,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Connection {
    fn new() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(http);
        Ok(Self { runtime, client })
    }

    fn send(&self, message: Message) -> anyhow::Result<Bytes> {
        self.runtime.block_on(async {
            let response = self.client.request(message).await?;
            Ok(response.into_body().collect().await?.to_bytes())
        })
    }
}
