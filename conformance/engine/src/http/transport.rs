//! Sends requests, over the same code path to a server in this process and to a remote one.
//!
//! Sending blocks, because proptest's runner is synchronous. Each job has its own runtime and connection.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::future::join_all;
use http::HeaderValue;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use specfirst_model::error_chain;
use tokio::runtime::Runtime;

use crate::http::{
    case::{HeaderNames, Request},
    extra_header::ExtraHeader,
    gzip,
    response::Response,
    trust::{self, Trust},
};

/// The default time that a response may take.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest body that is read, in bytes, to limit the memory.
const MAX_BODY: usize = 1 << 20;

/// How long a connection is kept without a request. A run with a rate pauses for up to a minute, and
/// servers close idle connections, some after five seconds. A request that meets the close would look
/// like a request without a response.
const MAX_IDLE: Duration = Duration::from_secs(2);

/// The location of the server under test. It never comes from the document, whose `servers` name a live
/// host.
#[derive(Clone, Debug)]
pub struct Target {
    base_url: String,
    authority: String,
    is_tls: bool,
    /// The path prefix of the API; empty for most targets.
    prefix: String,
    trust: Trust,
    headers: Vec<ExtraHeader>,
}

/// The HTTP clients of one job, which keep their connections.
pub struct Transport {
    target: Target,
    runtime: Runtime,
    client: HttpClient,
    /// Sends header names in title case, over connections of its own.
    title_case: HttpClient,
    timeout: Duration,
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Why a request has no response.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// The base URL cannot be used.
    #[error("`{url}` is no base URL of the form `http[s]://host[:port][/path]`: {reason}")]
    BadBaseUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// The case is not valid HTTP, which is a bug of the suite.
    #[error("the request cannot be sent: {0}")]
    BadRequest(String),
    /// The connection cannot be opened.
    #[error("{base_url}: cannot connect: {reason}")]
    NoConnection {
        /// The target.
        base_url: String,
        /// The chain of errors, outermost first.
        reason: String,
    },
    /// The certificate of the target is not trusted.
    #[error(
        "{base_url}: its certificate is not trusted: {reason}; `--cacert FILE` names the authority \
         that issued it"
    )]
    BadCertificate {
        /// The target.
        base_url: String,
        /// What is wrong with the certificate.
        reason: String,
    },
    /// The target sent nothing within the timeout.
    #[error("{base_url}: no response within {} s", .after.as_secs_f64())]
    Silence {
        /// The target.
        base_url: String,
        /// The timeout.
        after: Duration,
    },
    /// The target closed the connection, or did not send HTTP.
    #[error("{base_url}: no response: {reason}")]
    NoResponse {
        /// The target.
        base_url: String,
        /// The chain of errors, outermost first.
        reason: String,
    },
}

impl Target {
    /// A target by its base URL.
    ///
    /// # Errors
    ///
    /// [`TransportError::BadBaseUrl`].
    pub fn new(base_url: &str) -> Result<Self, TransportError> {
        // Without the parts that may be secrets: user information, query and fragment.
        let shown = base_url.split('@').next_back().unwrap_or_default();
        let shown = shown.split(['?', '#']).next().unwrap_or_default();
        let bad = |reason: &str| TransportError::BadBaseUrl {
            url: shown.to_owned(),
            reason: reason.to_owned(),
        };
        let trimmed = base_url.trim_end_matches('/');
        let uri: http::Uri = trimmed.parse().map_err(|_| bad("not a URL"))?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(bad("the scheme must be http or https")),
        };
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        if authority.contains('@') {
            return Err(bad(
                "user and password do not belong there; where a proxy before the server asks for \
                 them, `--header Authorization=VARIABLE` sends what that environment variable holds",
            ));
        }
        if uri.host().is_none_or(str::is_empty) {
            return Err(bad("a host is needed"));
        }
        if uri.query().is_some() || trimmed.contains('#') {
            return Err(bad("neither query nor fragment belongs there"));
        }
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self {
            base_url: trimmed.to_owned(),
            authority,
            is_tls,
            prefix,
            trust: Trust::default(),
            headers: Vec::new(),
        })
    }

    /// The same target, verified with other certificate authorities than those of the system.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// The same target, with extra headers for a proxy.
    #[must_use]
    pub fn with_headers(self, headers: Vec<ExtraHeader>) -> Self {
        Self { headers, ..self }
    }

    /// The extra headers of every request.
    pub fn headers(&self) -> &[ExtraHeader] {
        &self.headers
    }

    /// The target of the requests.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The host, and the port if there is one.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host and port, with the default port of the scheme if the base URL has none.
    pub fn address(&self) -> String {
        let has_port = |port: &str| port.parse::<u16>().is_ok();
        match self.authority.rsplit_once(':') {
            Some((_, port)) if has_port(port) => self.authority.clone(),
            _ => format!("{}:{}", self.authority, if self.is_tls { 443 } else { 80 }),
        }
    }

    /// Whether the target is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or(&*self.authority, |(host, port)| {
            if port.ends_with(']') { &*self.authority } else { host }
        });
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// Whether the target uses TLS.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The path prefix of the API.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl Transport {
    /// The transport to a target. It does not connect yet.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`].
    pub fn new(target: &Target, timeout: Duration) -> Result<Self, TransportError> {
        let tls = |error: String| TransportError::Tls(error);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| tls(error.to_string()))?;
        let mut http = HttpConnector::new();
        // Without this, small requests wait for an acknowledgement.
        http.set_nodelay(true);
        http.enforce_http(false);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let builder = HttpsConnectorBuilder::new();
        let nobody = Trust::nobody();
        let trust = if target.is_tls() { &target.trust } else { &nobody };
        let config = trust.config().map_err(|error| tls(error.to_string()))?;
        let builder = match config {
            Some(config) => builder.with_tls_config(config),
            None => builder
                .with_provider_and_platform_verifier(rustls::crypto::aws_lc_rs::default_provider())
                .map_err(|error| tls(error.to_string()))?,
        };
        let connector = builder.https_or_http().enable_http1().wrap_connector(http);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(MAX_IDLE);
        let client = builder.build(connector.clone());
        let title_case = builder.http1_title_case_headers(true).build(connector);
        Ok(Self { target: target.clone(), runtime, client, title_case, timeout })
    }

    /// The target of the requests.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sends a request and waits for its response.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the connection fails or ends early, or if time runs out.
    pub fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.runtime.block_on(async {
            look_at_connections().await;
            self.exchange(request).await
        })
    }

    /// Sends requests at once, each over a connection of its own, and waits for all responses.
    pub fn send_all(&self, requests: &[Request]) -> Vec<Result<Response, TransportError>> {
        self.runtime.block_on(async {
            look_at_connections().await;
            // Polled together on this thread, so that all requests are sent before the first response.
            join_all(requests.iter().map(|request| self.exchange(request))).await
        })
    }

    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.target.base_url, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        for header in &self.target.headers {
            builder = builder.header(header.name(), header.value());
        }
        if request.header_value("accept-encoding").is_none() {
            builder = builder.header("accept-encoding", "identity");
        }
        let sent = builder
            .body(Full::new(request.body.clone().unwrap_or_default()))
            .map_err(|error| TransportError::BadRequest(error.to_string()))?;
        let client = match request.names {
            HeaderNames::Small => &self.client,
            HeaderNames::Title => &self.title_case,
        };
        let began = Instant::now();
        let base_url = || self.target.base_url.clone();
        let no_response = |reason| TransportError::NoResponse { base_url: base_url(), reason };
        let response = async {
            let response = client.request(sent).await.map_err(|error| {
                if let Some(reason) = trust::refused_certificate(&error) {
                    return TransportError::BadCertificate { base_url: base_url(), reason };
                }
                let mut reason = error_chain(&error);
                if error.is_connect() {
                    if speaks_no_tls(&error) {
                        reason = "it does not speak TLS: is the base URL one of `http`?".to_owned();
                    }
                    return TransportError::NoConnection { base_url: base_url(), reason };
                }
                no_response(reason)
            })?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await;
            let body = body.map_err(|error| no_response(error_chain(&*error)))?.to_bytes();
            let headers = head.headers.iter().map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
            let duration = began.elapsed();
            let headers = headers.collect();
            let status = head.status.as_u16();
            // A server may compress what was to be sent as it is.
            let coding = head.headers.get("content-encoding").map(HeaderValue::as_bytes);
            let is_gzip = coding.is_some_and(|coding| coding.eq_ignore_ascii_case(b"gzip"));
            let decoded = is_gzip.then(|| gzip::decode(&body, MAX_BODY as u64)).flatten();
            let body = decoded.map_or(body, Bytes::from);
            Ok(Response { status, headers, body: body.into(), duration })
        };
        tokio::time::timeout(self.timeout, response).await.unwrap_or_else(|_| {
            Err(TransportError::Silence { base_url: base_url(), after: self.timeout })
        })
    }
}

/// Lets the runtime process closed connections, which it does not do between two requests. The first
/// yield receives the events, and the second handles them, so that no request uses a closed connection.
async fn look_at_connections() {
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
}

/// Whether a target that should use TLS responded in plain text.
fn speaks_no_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let is_corrupt = |error: &rustls::Error| matches!(error, rustls::Error::InvalidMessage(_));
    trust::tls_error(error).is_some_and(is_corrupt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_are_recognised() {
        for (url, expected) in [
            ("http://127.0.0.1:3000", true),
            ("http://127.8.8.8", true),
            ("http://localhost:3000/chat", true),
            ("https://[::1]:8443", true),
            ("http://[::1]", true),
            ("http://10.0.0.1:3000", false),
            ("http://127.0.0.1.example.org", false),
            ("http://[2001:db8::1]", false),
        ] {
            assert_eq!(Target::new(url).unwrap().is_loopback(), expected, "{url}");
        }
    }

    #[test]
    fn base_urls_are_parsed() {
        let target = Target::new("https://chat.example.org:8443/sub/path/").unwrap();
        assert_eq!(target.base_url(), "https://chat.example.org:8443/sub/path");
        assert_eq!((target.authority(), target.prefix()), ("chat.example.org:8443", "/sub/path"));
        assert!(target.is_tls());
        let secret = ["http://h?x=s3cret", "http://h#s3cret", "http://u:s3cret@h"];
        for bad in ["", "localhost:3000", "ftp://h", "http://"].iter().chain(&secret) {
            let said = Target::new(bad).unwrap_err().to_string();
            assert!(said.contains("no base URL") && !said.contains("s3cret"), "{said}");
        }
        let said = Target::new("https://u:s3cret@h").unwrap_err().to_string();
        assert!(said.contains("--header Authorization=VARIABLE"), "{said}");
    }
}
