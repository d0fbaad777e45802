//! Serves `/metrics` on a separate address, which need not be public.

use std::net::SocketAddr;

use dropshot::{
    ApiDescription, ApiEndpoint, ApiEndpointVersions, Body, BuildError, ConfigDropshot, HttpError,
    HttpServer, Method, RequestContext, ServerBuilder,
};
use http::{Response, header::CONTENT_TYPE};
use slog::Logger;

use crate::metrics::Metrics;

/// The content type of the format that `prometheus-client` writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A server for `/metrics` that runs until this is dropped.
pub(crate) struct MetricsListener(HttpServer<Metrics>);

impl MetricsListener {
    /// Starts the server.
    ///
    /// # Errors
    ///
    /// The address cannot be bound.
    pub(crate) fn start(
        listen: SocketAddr,
        metrics: Metrics,
        log: &Logger,
    ) -> Result<Self, BuildError> {
        let mut api = ApiDescription::new();
        api.register(ApiEndpoint::new(
            "metrics".to_owned(),
            scrape,
            Method::GET,
            // Dropshot supports no content type that fits, and uses this one only in its document.
            "application/json",
            "/metrics",
            ApiEndpointVersions::All,
        ))
        .unwrap_or_else(|error| unreachable!("it is the only endpoint: {error}"));
        let config = ConfigDropshot { bind_address: listen, ..ConfigDropshot::default() };
        let log = log.new(slog::o!("listener" => "metrics"));
        let server = ServerBuilder::new(api, metrics, log).config(config).start()?;
        Ok(Self(server))
    }

    /// The address that the server listens on.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.0.local_addr()
    }
}

async fn scrape(rqctx: RequestContext<Metrics>) -> Result<Response<Body>, HttpError> {
    let text = rqctx
        .context()
        .encode()
        .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    Ok(Response::builder().header(CONTENT_TYPE, OPEN_METRICS).body(text.into())?)
}
