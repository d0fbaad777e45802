//! Sending requests: one code path for a server in this process and one far away.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::sync::Mutex;

use crate::{
    case::Request,
    exchange::{Answer, Exchange},
    rate::Rate,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A server under test, with connections that are kept.
pub struct Target {
    base_url: String,
    client: Client<HttpConnector, Full<Bytes>>,
    interval: Duration,
    next: Mutex<Instant>,
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// The base URL cannot be used.
    #[error("`{0}` is no base URL of the form `http://host:port`")]
    BadBaseUrl(String),
    /// The case cannot be put into HTTP: a bug of the suite.
    #[error("the request cannot be sent: {0}")]
    BadRequest(String),
    /// Nothing came back.
    #[error("{base_url}: no answer: {reason}")]
    NoAnswer {
        /// The target.
        base_url: String,
        /// What went wrong, from the outside in.
        reason: String,
    },
}

impl Target {
    /// A target by its base URL.
    ///
    /// # Errors
    ///
    /// [`TransportError::BadBaseUrl`].
    pub fn new(base_url: &str, rate: Rate) -> Result<Self, TransportError> {
        let bad = || TransportError::BadBaseUrl(base_url.to_owned());
        let base_url = base_url.trim_end_matches('/').to_owned();
        let uri: http::Uri = base_url.parse().map_err(|_| bad())?;
        if uri.scheme_str() != Some("http") || uri.host().is_none() || uri.query().is_some() {
            return Err(bad());
        }
        Ok(Self {
            base_url,
            client: Client::builder(TokioExecutor::new()).build_http(),
            interval: rate.interval(),
            next: Mutex::new(Instant::now()),
        })
    }

    /// Where requests go.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sends a request, as soon as the rate allows.
    ///
    /// # Errors
    ///
    /// [`TransportError::NoAnswer`] where the connection fails or ends early, or time runs out.
    pub async fn send(&self, request: &Request) -> Result<Exchange, TransportError> {
        if !self.interval.is_zero() {
            let mut next = self.next.lock().await;
            tokio::time::sleep_until((*next).into()).await;
            *next = Instant::now() + self.interval;
        }
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base_url, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sent = builder
            .body(Full::new(request.body.clone().unwrap_or_default()))
            .map_err(|error| TransportError::BadRequest(error.to_string()))?;
        let began = Instant::now();
        let answer = async {
            let answer = self.client.request(sent).await.map_err(|error| chain(&error))?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map_err(|error| chain(&error))?.to_bytes();
            let headers = head.headers.iter().map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
            let headers = headers.collect();
            let status = head.status.as_u16();
            Ok::<_, String>(Answer { status, headers, body, duration: began.elapsed() })
        };
        let answer = match tokio::time::timeout(TIMEOUT, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("nothing within {} seconds", TIMEOUT.as_secs())),
        };
        let answer = answer.map_err(|reason| TransportError::NoAnswer {
            base_url: self.base_url.clone(),
            reason,
        })?;
        Ok(Exchange { request: request.clone(), answer })
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
