//! Which requests a stop has to wait for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// How long there must have been no request. One whose head has just been read is not counted yet,
/// and a response is still being written when its request is counted off.
const QUIET: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(10);

/// Counts the requests whose head has been read and whose response is not ready.
///
/// Dropshot waits for connections instead, and so for a client that never finishes a request or
/// never reads a response.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<AtomicUsize>);

/// One request, counted for as long as this lives.
pub(super) struct Counted(InFlight);

impl InFlight {
    pub(super) fn begin(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    /// Whether there is no request.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Waits until all requests have ended, and their responses have had a moment to be written.
    pub(crate) async fn ended(&self) {
        let mut last_seen = Instant::now();
        while last_seen.elapsed() < QUIET {
            sleep(POLL).await;
            if !self.is_empty() {
                last_seen = Instant::now();
            }
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
