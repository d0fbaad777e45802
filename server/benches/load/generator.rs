//! The load generator: requests over keep-alive connections, each on its own thread.
//!
//! With a [`Pace`] per second the load is open: requests are due at fixed times, whether or not the
//! server keeps up. Latency counts from the time at which a request was *due*, which avoids
//! coordinated omission: a stall counts for every request that had to wait. Blocking threads wake
//! within tens of microseconds; a timer with a resolution of milliseconds would hide what is
//! measured here.

use std::{
    net::SocketAddr,
    sync::{
        Barrier, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use hdrhistogram::Histogram;

use crate::connection::Connection;

/// Writes the request with this number.
pub(crate) type Request<'a> = &'a (dyn Fn(u64, &mut Vec<u8>) + Sync);

/// The schedule of the requests.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// On every connection, the next request follows the response, to measure the maximum rate.
    Saturating,
    /// Requests at fixed times, to measure the latency.
    PerSecond(f64),
}

/// The end of the load.
#[derive(Clone, Copy)]
pub(crate) enum Until<'a> {
    Elapsed(Duration),
    Requests(u64),
    /// When the flag is set.
    Told(&'a AtomicBool),
}

pub(crate) struct Load<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    pub(crate) pace: Pace,
    pub(crate) until: Until<'a>,
    pub(crate) request: Request<'a>,
}

pub(crate) struct Outcome {
    /// The latencies of all responses in microseconds.
    pub(crate) latency: Histogram<u64>,
    /// The number of responses with status 200.
    pub(crate) succeeded: u64,
    /// The number of other responses, and the highest of their statuses.
    pub(crate) refused: u64,
    pub(crate) refusal: u16,
    pub(crate) took: Duration,
}

impl Load<'_> {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let next = AtomicU64::new(0);
        // Open all connections before the first request.
        let open = |_| Connection::open(self.address).context("cannot connect");
        let connections = (0..self.connections).map(open).collect::<anyhow::Result<Vec<_>>>()?;
        // Start all threads too, so that the first requests need not wait for threads.
        let (ready, start) = (Barrier::new(connections.len()), OnceLock::new());
        let work = |connection| {
            ready.wait();
            self.send(connection, &next, *start.get_or_init(Instant::now))
        };
        thread::scope(|scope| {
            let threads: Vec<_> = connections
                .into_iter()
                .map(|connection| scope.spawn(move || work(connection)))
                .collect();
            let mut outcome = Outcome::new()?;
            for thread in threads {
                let part = thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
                outcome.latency.add(part.latency)?;
                outcome.succeeded += part.succeeded;
                outcome.refused += part.refused;
                outcome.refusal = outcome.refusal.max(part.refusal);
            }
            outcome.took = start.get().map(Instant::elapsed).unwrap_or_default();
            Ok(outcome)
        })
    }

    fn send(
        &self,
        mut connection: Connection,
        next: &AtomicU64,
        start: Instant,
    ) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::new()?;
        let mut request = Vec::with_capacity(1024);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let due = match self.pace {
                Pace::Saturating => start.elapsed(),
                Pace::PerSecond(rate) => Duration::from_secs_f64(number as f64 / rate),
            };
            match self.until {
                Until::Elapsed(length) if due >= length => return Ok(outcome),
                Until::Requests(count) if number >= count => return Ok(outcome),
                Until::Told(done) if done.load(Ordering::Relaxed) => return Ok(outcome),
                _ => {}
            }
            request.clear();
            (self.request)(number, &mut request);
            if let Some(wait) = due.checked_sub(start.elapsed()) {
                thread::sleep(wait);
            }
            let status = connection.exchange(&request).context("the exchange failed")?.status;
            let latency = start.elapsed().saturating_sub(due);
            outcome.latency.saturating_record(u64::try_from(latency.as_micros())?);
            if status == 200 {
                outcome.succeeded += 1;
            } else {
                (outcome.refused, outcome.refusal) = (outcome.refused + 1, status);
            }
        }
    }
}

impl Outcome {
    fn new() -> anyhow::Result<Self> {
        // From a microsecond to the timeout, with three significant digits.
        let latency = Histogram::new_with_bounds(1, 120_000_000, 3)?;
        Ok(Self { latency, succeeded: 0, refused: 0, refusal: 0, took: Duration::ZERO })
    }

    /// The number of responses per second. It fails if any response was not 200.
    pub(crate) fn rate(&self) -> anyhow::Result<f64> {
        anyhow::ensure!(
            self.refused == 0,
            "{} of {} responses were not 200 but {}",
            self.refused,
            self.refused + self.succeeded,
            self.refusal
        );
        Ok(self.succeeded as f64 / self.took.as_secs_f64())
    }

    /// A percentile of the latency, in milliseconds.
    pub(crate) fn latency_ms(&self, percentile: f64) -> f64 {
        self.latency.value_at_percentile(percentile) as f64 / 1000.0
    }
}
