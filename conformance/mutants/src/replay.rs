//! Measures the cost of the suite: compares its fuzzing phase with a plain loop of the same requests.
//!
//! The plain loop uses neither the document nor the rules. It opens one connection for each job of the
//! phase, sends the requests of that job one after the other, and reads each response to its end. The two
//! take turns against one server, so that other load on the machine affects both.

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

/// The throughput of one turn of each.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    /// Exchanges per second in the fuzzing phase.
    pub generated: f64,
    /// Exchanges per second in the plain loop.
    pub plain: f64,
}

/// The result of all turns.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// How many requests each turn sends.
    pub exchanges: u32,
    /// How many jobs, and so connections, each uses.
    pub jobs: usize,
    /// The rounds after the warm-up.
    pub rounds: Vec<Round>,
}

/// Rounds that are not counted, in which caches fill and pages are mapped.
const WARM_UP: usize = 2;

/// Measures both in turns. The one that goes first changes from round to round.
///
/// # Errors
///
/// An error if the phase ends early, or if its number of requests differs between rounds.
pub fn compare(
    options: &Options,
    accounts: &[Account],
    rounds: usize,
) -> anyhow::Result<Comparison> {
    let first = phase(options, accounts, true)?;
    let plain = PlainLoop::of(first.kept, options.target.base_url())?;
    let exchanges = plain.exchanges()?;
    let rate = |exchanges: u32, time: Duration| f64::from(exchanges) / time.as_secs_f64();
    let generated = || {
        let phase = phase(options, accounts, false)?;
        // Any job may have to reset the count of failed logins, so the number of logins differs slightly.
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

/// A finished fuzzing phase.
struct Phase {
    time: Duration,
    exchanges: u32,
    kept: Vec<(ThreadId, Request)>,
}

/// Runs the fuzzing phase alone.
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

/// The plain loop: a login, the requests of each job with the token of that login, and a logout.
struct PlainLoop {
    login: Message,
    jobs: Vec<Vec<(TokenSource, Message)>>,
    logout: Message,
}

/// Which session the token of a request belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenSource {
    /// None: the token, if there is one, is a generated value.
    Generated,
    /// The session that all jobs share.
    SharedSession,
    /// The session of the login before it, which only reset the count of failures.
    PrecedingLogin,
}

const HEADERS: [&str; 2] = ["x-auth-token", "x-user-id"];

impl PlainLoop {
    fn of(kept: Vec<(ThreadId, Request)>, base_url: &str) -> anyhow::Result<Self> {
        let (main, of_jobs): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|(thread, _)| *thread == std::thread::current().id());
        let [(_, login), (_, logout)] = main.as_slice() else {
            bail!("the phase has {} requests of its own in place of 2", main.len());
        };
        let token = logout.header_value(HEADERS[0]).context("the logout has no token")?;
        let mut jobs: Vec<(ThreadId, Vec<(TokenSource, Message)>)> = Vec::new();
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
            let source = if request.header_value(HEADERS[0]) == Some(token) {
                TokenSource::SharedSession
            } else if follows_login && request.path == requests::LOGOUT {
                TokenSource::PrecedingLogin
            } else {
                TokenSource::Generated
            };
            job.push((source, message(base_url, request)?));
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

    /// Sends every request once. Returns the time that this took.
    fn run(&self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let main = Connection::new()?;
        let session = &session(&main.send(self.login.clone())?).context("the login fails")?;
        std::thread::scope(|scope| {
            let jobs: Vec<_> =
                self.jobs.iter().map(|job| scope.spawn(move || send_job(job, session))).collect();
            for job in jobs {
                job.join().map_err(|_| anyhow!("a job panicked"))??;
            }
            anyhow::Ok(())
        })?;
        main.send(with(session, &self.logout))?;
        Ok(began.elapsed())
    }
}

/// Sends the requests of one job, one after the other, over one connection.
fn send_job(job: &[(TokenSource, Message)], session: &Session) -> anyhow::Result<()> {
    let connection = Connection::new()?;
    let mut last = None;
    for (at, (source, message)) in job.iter().enumerate() {
        let message = match (source, &last) {
            (TokenSource::SharedSession, _) => with(session, message),
            (TokenSource::PrecedingLogin, Some(last)) => with(last, message),
            _ => message.clone(),
        };
        let response = connection.send(message)?;
        if job.get(at + 1).is_some_and(|(source, _)| *source == TokenSource::PrecedingLogin) {
            last = self::session(&response);
        }
    }
    Ok(())
}

/// The values of the two headers of a session.
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

/// The request in the form that the HTTP client sends.
fn message(base_url: &str, request: &Request) -> anyhow::Result<Message> {
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(format!("{base_url}{}", request.path));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(Full::new(request.body.clone().unwrap_or_default()))?)
}

/// One connection, which stays open as long as the server keeps it open.
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
