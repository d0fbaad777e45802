//! HTTP: reads the request, calls the login logic and builds the response.

mod access_tokens;
mod error;
mod front;
mod handlers;
mod health;
mod in_flight;
mod metrics_listener;
mod proxy_detector;
mod rate_limit;
mod response;
mod unpack;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use dropshot::{
    ApiDescription, ApiEndpoint, ApiEndpointVersions, Body, HttpError, Method, RequestContext,
};
use http::HeaderName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use self::{error::ApiError, proxy_detector::ProxyDetector, rate_limit::RateLimiter};
pub(crate) use self::{in_flight::InFlight, metrics_listener::MetricsListener};
use crate::{
    clock::Clock,
    config::{Config, TrustedProxies},
    generated,
    login::Login,
    metrics::Metrics,
};

/// A response of this API.
type Response<R> = specfirst_dropshot::Response<R, generated::types::Failure>;

/// The header in which a proxy names the addresses before it.
static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The document that this server implements, exactly as in the repository.
const OPENAPI: &str = include_str!("../../../spec/openapi.json");
/// The characters to escape in a path segment: all but `pchar` (RFC 3986, section 3.3).
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The state that the handlers share.
pub(crate) struct ApiContext {
    login: Arc<Login>,
    metrics: Metrics,
    /// The maximum time for a body to arrive.
    body_timeout: Duration,
    trusted_proxies: TrustedProxies,
    proxy_detector: ProxyDetector,
    in_flight: InFlight,
    /// The configured URL. Otherwise it is set with the first request, because the system may
    /// choose the port.
    site_url: OnceLock<String>,
    scheme: &'static str,
    rate_limiter: Option<RateLimiter>,
    shapes: unpack::Shapes,
    clock: Clock,
    readiness: health::Readiness,
}

impl ApiContext {
    /// Makes the context with the HTTP settings of the configuration.
    pub(crate) fn new(login: Arc<Login>, config: &Config, clock: Clock, metrics: Metrics) -> Self {
        let limit = &config.rate_limit;
        let window = Duration::from_secs(limit.seconds);
        Self {
            login,
            metrics,
            body_timeout: Duration::from_secs(config.server.body_timeout_seconds),
            trusted_proxies: config.server.trusted_proxies.clone(),
            proxy_detector: ProxyDetector::default(),
            in_flight: InFlight::default(),
            site_url: configured(config.server.site_url.as_deref()),
            scheme: if config.tls.is_some() { "https" } else { "http" },
            rate_limiter: limit.enabled.then(|| RateLimiter::new(limit.calls, window)),
            shapes: if config.compatibility.rocketchat {
                unpack::Shapes::Rocketchat
            } else {
                unpack::Shapes::Documented
            },
            clock,
            readiness: health::Readiness::default(),
        }
    }

    /// The requests that a stopping server waits for.
    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }
}

fn configured(site_url: Option<&str>) -> OnceLock<String> {
    site_url.map_or_else(OnceLock::new, |url| url.trim_end_matches('/').to_owned().into())
}

/// The description of all endpoints: those of the document, `/health`, `/health/live` and
/// `/openapi.json`, behind the checks that every request passes.
///
/// # Errors
///
/// Two endpoints conflict, which is a bug.
pub(crate) fn description() -> Result<ApiDescription<ApiContext>, String> {
    let mut api = generated::login_api_mod::api_description::<handlers::Handlers>()
        .map_err(|error| error.to_string())?;
    for endpoint in [
        ApiEndpoint::new(
            "health".to_owned(),
            health::ready,
            Method::GET,
            "application/json",
            "/health",
            ApiEndpointVersions::All,
        ),
        ApiEndpoint::new(
            "live".to_owned(),
            health::live,
            Method::GET,
            "application/json",
            "/health/live",
            ApiEndpointVersions::All,
        ),
        ApiEndpoint::new(
            "openapi".to_owned(),
            openapi,
            Method::GET,
            "application/json",
            "/openapi.json",
            ApiEndpointVersions::All,
        ),
    ] {
        api.register(endpoint.visible(false)).map_err(|error| error.to_string())?;
    }
    front::before(api).map_err(|error| error.to_string())
}

async fn openapi(_: RequestContext<ApiContext>) -> Result<http::Response<Body>, HttpError> {
    Ok(http::Response::builder()
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(OPENAPI.into())?)
}
