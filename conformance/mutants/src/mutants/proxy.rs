//! A proxy in front of the real server.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::{net::TcpListener, runtime::Handle, sync::Mutex, task::AbortHandle};

use super::{
    Mutant, ProxyRequest, ProxyResponse, ProxyState,
    heard::{Heard, names},
};
use login_conformance::login::accounts::Account;
use specfirst_engine::http::response::is_transient;

/// A running variant; it ends when it is dropped.
pub struct Proxy {
    base_url: String,
    shared: Arc<Shared>,
    task: AbortHandle,
}

struct Shared {
    mutant: Mutant,
    world: ProxyState,
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    turn: Mutex<()>,
    requests: AtomicU64,
    limited: AtomicU64,
    early: AtomicU64,
    /// Until when each path asked to be left alone.
    paused: Mutex<HashMap<String, Instant>>,
    /// After how many requests it hangs up on everybody.
    life: AtomicU64,
}

impl Proxy {
    /// Starts a variant of the server at `upstream`, on a free port.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(
        runtime: &Handle,
        upstream: &str,
        accounts: Vec<Account>,
        mutant: Mutant,
    ) -> io::Result<Self> {
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        let shared = Arc::new(Shared {
            mutant,
            world: ProxyState::new(accounts),
            upstream: upstream.to_owned(),
            client: Client::builder(TokioExecutor::new()).build(http),
            turn: Mutex::new(()),
            requests: AtomicU64::new(0),
            limited: AtomicU64::new(0),
            early: AtomicU64::new(0),
            paused: Mutex::default(),
            life: AtomicU64::new(u64::MAX),
        });
        let served = Arc::clone(&shared);
        let task = runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let shared = Arc::clone(&served);
                let (stream, heard) = Heard::new(stream);
                let service = service_fn(move |request| {
                    let names = heard.lock().map(|mut heard| names(&heard.split_off(0)));
                    response(Arc::clone(&shared), request, names.unwrap_or_default())
                });
                tokio::spawn(async move {
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        let base_url = format!("http://{address}");
        Ok(Self { base_url, shared, task: task.abort_handle() })
    }

    /// Where it listens.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How many requests came.
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// Every token that a login was given.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.world.tokens()
    }

    /// How many requests met a limit, and how many came before the time that the limit named.
    pub fn limited(&self) -> (u64, u64) {
        (self.shared.limited.load(Ordering::Relaxed), self.shared.early.load(Ordering::Relaxed))
    }

    /// Hangs up on everybody after so many requests.
    pub fn die_after(&self, requests: u64) {
        self.shared.life.store(requests, Ordering::Relaxed);
    }

    /// How often a variant has counted something by this name.
    pub fn count(&self, name: &str) -> usize {
        let memory = self.shared.world.memory.lock().expect("no variant panics");
        memory.counts.get(name).copied().unwrap_or(0)
    }

    /// How many sessions were begun and not ended.
    pub fn live_sessions(&self) -> usize {
        self.shared.world.live_sessions()
    }

    /// Failed logins in a row now, of one account; of all together under the empty name.
    pub fn failures(&self, name: &str) -> usize {
        self.shared.world.failures(name)
    }

    /// The most failed logins in a row, of one account and of all together.
    pub fn most_failures(&self) -> (usize, usize) {
        self.shared.world.most_failures()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ends a connection without a response.
#[derive(Debug, thiserror::Error)]
#[error("dropped on purpose")]
struct Dropped;

async fn response(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    names: Vec<String>,
) -> Result<Response<Full<Bytes>>, Dropped> {
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    if number >= shared.life.load(Ordering::Relaxed) {
        return Err(Dropped);
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let mut ask = ProxyRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        names,
        body,
    };
    if shared.paused.lock().await.get(&ask.path).is_some_and(|until| Instant::now() < *until) {
        shared.early.fetch_add(1, Ordering::Relaxed);
    }
    let _turn = if shared.mutant.is_serial { Some(shared.turn.lock().await) } else { None };
    let mut reply = match (shared.mutant.before)(&shared.world, &mut ask) {
        Some(reply) => reply,
        None => forward(&shared, &ask).await,
    };
    // What the real server said is remembered, not what the variant makes of it.
    shared.world.remember(&ask, &reply);
    (shared.mutant.after)(&shared.world, &ask, &mut reply);
    if is_transient(reply.status) {
        shared.limited.fetch_add(1, Ordering::Relaxed);
        let header = reply.headers.iter().find(|(name, _)| name == "retry-after");
        let seconds = header.and_then(|(_, value)| value.parse().ok());
        if let Some(seconds) = seconds {
            let until = Instant::now() + Duration::from_secs(seconds);
            shared.paused.lock().await.insert(ask.path.clone(), until);
        }
    }
    tokio::time::sleep(reply.delay).await;
    if reply.is_dropped {
        return Err(Dropped);
    }
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(reply.body)).map_err(|_| Dropped)
}

async fn forward(shared: &Shared, ask: &ProxyRequest) -> ProxyResponse {
    let mut uri = format!("{}{}", shared.upstream, ask.path);
    if !ask.query.is_empty() {
        uri = format!("{uri}?{}", ask.query);
    }
    let mut request = Request::builder().method(ask.method.as_str()).uri(uri);
    for (name, value) in &ask.headers {
        if !matches!(name.as_str(), "host" | "content-length" | "connection" | "transfer-encoding")
        {
            request = request.header(name, value);
        }
    }
    let failed = |what: &str| ProxyResponse::error(502, "proxy", what);
    let Ok(request) = request.body(Full::new(ask.body.clone())) else { return failed("request") };
    let Ok(response) = shared.client.request(request).await else { return failed("no response") };
    let (head, body) = response.into_parts();
    let Ok::<_, _>(body) = body.collect().await else { return failed("no body") };
    let headers = head
        .headers
        .iter()
        .filter(|(name, _)| {
            !matches!(name.as_str(), "content-length" | "connection" | "transfer-encoding")
        })
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
    ProxyResponse {
        status: head.status.as_u16(),
        headers: headers.collect(),
        body: body.to_bytes(),
        delay: Duration::ZERO,
        is_dropped: false,
    }
}
