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
    MostFailures, Mutant, ProxyRequest, ProxyResponse, ProxyState,
    recorded_stream::{RecordedStream, header_names},
};
use login_conformance::login::accounts::Account;
use specfirst_engine::http::response::is_transient;

/// A running mutant. The proxy stops when it is dropped.
pub struct Proxy {
    base_url: String,
    shared: Arc<Shared>,
    task: AbortHandle,
}

struct Shared {
    mutant: Mutant,
    state: ProxyState,
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    turn: Mutex<()>,
    requests: AtomicU64,
    limited: AtomicU64,
    early: AtomicU64,
    /// For each path, the end of the time that its last `Retry-After` named.
    paused: Mutex<HashMap<String, Instant>>,
    /// After this many requests the proxy closes every connection without a response.
    life: AtomicU64,
}

/// Requests that met a rate limit or an unavailable server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitedRequests {
    /// How many were refused with a status that asks the client to try again later.
    pub refused: u64,
    /// How many came before the time that an earlier `Retry-After` had named for their path.
    pub early: u64,
}

impl Proxy {
    /// Starts `mutant` in front of the server at `upstream`, on a free port.
    ///
    /// # Errors
    ///
    /// An I/O error if no port is free.
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
            state: ProxyState::new(accounts),
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
                let (stream, recorded) = RecordedStream::new(stream, shared.mutant.framing);
                let service = service_fn(move |request| {
                    let names = recorded.lock().map(|mut bytes| header_names(&bytes.split_off(0)));
                    serve(Arc::clone(&shared), request, names.unwrap_or_default())
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

    /// The base URL that the proxy listens on.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How many requests the proxy has received.
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// Every token that a login response held.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.state.tokens()
    }

    /// How many requests the mutant refused with 429 or 503, and how many came too early.
    pub fn limited_requests(&self) -> LimitedRequests {
        LimitedRequests {
            refused: self.shared.limited.load(Ordering::Relaxed),
            early: self.shared.early.load(Ordering::Relaxed),
        }
    }

    /// Closes every connection without a response after this many requests.
    pub fn die_after(&self, requests: u64) {
        self.shared.life.store(requests, Ordering::Relaxed);
    }

    /// How often the mutant has counted an event with this name.
    pub fn count(&self, name: &str) -> usize {
        let memory = self.shared.state.memory.lock().expect("no mutant panics");
        memory.counts.get(name).copied().unwrap_or(0)
    }

    /// How many sessions have begun and not ended.
    pub fn live_sessions(&self) -> usize {
        self.shared.state.live_sessions()
    }

    /// The current number of failed logins in a row of one account; the empty name stands for all
    /// accounts.
    pub fn failures(&self, name: &str) -> usize {
        self.shared.state.failures(name)
    }

    /// The most failed logins in a row since the proxy started.
    pub fn most_failures(&self) -> MostFailures {
        self.shared.state.most_failures()
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

async fn serve(
    shared: Arc<Shared>,
    incoming: Request<Incoming>,
    names: Vec<String>,
) -> Result<Response<Full<Bytes>>, Dropped> {
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    if number >= shared.life.load(Ordering::Relaxed) {
        return Err(Dropped);
    }
    let (head, body) = incoming.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let mut request = ProxyRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        names,
        body,
    };
    if shared.paused.lock().await.get(&request.path).is_some_and(|until| Instant::now() < *until) {
        shared.early.fetch_add(1, Ordering::Relaxed);
    }
    let _turn = if shared.mutant.is_serial { Some(shared.turn.lock().await) } else { None };
    let mut response = match (shared.mutant.before)(&shared.state, &mut request) {
        Some(response) => response,
        None => forward(&shared, &request).await,
    };
    // The state keeps the response of the real server, not what the mutant makes of it.
    shared.state.remember(&request, &response);
    (shared.mutant.after)(&shared.state, &request, &mut response);
    if is_transient(response.status) {
        shared.limited.fetch_add(1, Ordering::Relaxed);
        let header = response.headers.iter().find(|(name, _)| name == "retry-after");
        let seconds = header.and_then(|(_, value)| value.parse().ok());
        if let Some(seconds) = seconds {
            let until = Instant::now() + Duration::from_secs(seconds);
            shared.paused.lock().await.insert(request.path.clone(), until);
        }
    }
    tokio::time::sleep(response.delay).await;
    if response.is_dropped {
        return Err(Dropped);
    }
    let mut outgoing = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        outgoing = outgoing.header(name, value);
    }
    outgoing.body(Full::new(response.body)).map_err(|_| Dropped)
}

async fn forward(shared: &Shared, request: &ProxyRequest) -> ProxyResponse {
    let mut uri = format!("{}{}", shared.upstream, request.path);
    if !request.query.is_empty() {
        uri = format!("{uri}?{}", request.query);
    }
    let mut outgoing = Request::builder().method(request.method.as_str()).uri(uri);
    for (name, value) in &request.headers {
        if !matches!(name.as_str(), "host" | "content-length" | "connection" | "transfer-encoding")
        {
            outgoing = outgoing.header(name, value);
        }
    }
    let failed = |what: &str| ProxyResponse::error(502, "proxy", what);
    let Ok(outgoing) = outgoing.body(Full::new(request.body.clone())) else {
        return failed("request");
    };
    let Ok(response) = shared.client.request(outgoing).await else { return failed("no response") };
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
