//! The health checks: whether the process is alive, and whether logins are possible.

use std::time::{Duration, Instant};

use dropshot::{Body, HttpError, RequestContext};
use http::{Response, header::CONTENT_TYPE};
use slog::Logger;
use tokio::sync::Mutex;

use super::{ApiContext, response};
use crate::{
    logging::error_chain,
    login::{Login, Refusal},
    metrics::Metrics,
};

/// How long a result is reused. Anyone may send this request, so it must not cost a write each
/// time.
const MAX_AGE: Duration = Duration::from_secs(1);

/// Whether the store accepts writes, tested with one write at a time.
#[derive(Default)]
pub(super) struct Readiness(Mutex<Option<Probe>>);

struct Probe {
    ended_at: Instant,
    is_ready: bool,
}

impl Readiness {
    /// Tests the store, or waits for a test that is already running.
    async fn is_ready(&self, login: &Login, metrics: &Metrics, log: &Logger) -> bool {
        let mut last = self.0.lock().await;
        let fresh = last.as_ref().filter(|probe| probe.ended_at.elapsed() < MAX_AGE);
        if let Some(probe) = fresh {
            return probe.is_ready;
        }
        let was_ready = last.as_ref().is_none_or(|probe| probe.is_ready);
        let written = login.check_writable().await;
        let is_ready = written.is_ok();
        if let Err(error) = written {
            let refusal = Refusal::from(error);
            metrics.store_error(refusal.kind());
            if was_ready {
                let error = error_chain(&refusal);
                slog::error!(log, "not ready: the store takes no writes"; "error" => error);
            }
        } else if !was_ready {
            slog::info!(log, "ready: the store takes writes again");
        }
        *last = Some(Probe { ended_at: Instant::now(), is_ready });
        is_ready
    }
}

/// `/health`: 200 if the store works, so that logins can succeed.
pub(super) async fn ready(rqctx: RequestContext<ApiContext>) -> Result<Response<Body>, HttpError> {
    let ApiContext { login, metrics, readiness, .. } = rqctx.context();
    if readiness.is_ready(login, metrics, &rqctx.log).await {
        respond(200, r#"{"status":"ok"}"#)
    } else {
        respond(503, r#"{"status":"store unavailable"}"#)
    }
}

/// `/health/live`: 200 regardless of the store.
pub(super) async fn live(_: RequestContext<ApiContext>) -> Result<Response<Body>, HttpError> {
    respond(200, r#"{"status":"ok"}"#)
}

fn respond(status: u16, text: &'static str) -> Result<Response<Body>, HttpError> {
    Ok(response::uncached(Response::builder().status(status))
        .header(CONTENT_TYPE, "application/json")
        .body(text.into())?)
}
