//! Counts the requests that a stopping server waits for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// How long there must have been no request. A request whose head was just read is not counted yet,
/// and the last response may still be being written.
const QUIET_PERIOD: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The number of requests whose head was read and whose response is not ready.
///
/// Dropshot waits for connections instead, so a client that never finishes a request, or never
/// reads a response, would block it.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<AtomicUsize>);

/// A request that counts as in flight until this is dropped.
pub(super) struct InFlightRequest(InFlight);

impl InFlight {
    pub(super) fn begin(&self) -> InFlightRequest {
        self.0.fetch_add(1, Ordering::Relaxed);
        InFlightRequest(self.clone())
    }

    /// Whether no request is in flight.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Waits until all requests have ended and their responses had time to be written.
    pub(crate) async fn wait_until_empty(&self) {
        let mut last_seen = Instant::now();
        while last_seen.elapsed() < QUIET_PERIOD {
            sleep(POLL_INTERVAL).await;
            if !self.is_empty() {
                last_seen = Instant::now();
            }
        }
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
