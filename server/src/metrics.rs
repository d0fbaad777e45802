//! The metrics for Prometheus. No label contains a name, an address or other input of a client.

use std::{fmt, sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use crate::hashing::HashPoolSettings;

/// The histogram buckets in seconds. A `resume` takes less than the first, a queued password more
/// than the tenth.
const LATENCIES: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The metrics of a server. Clones share the same counters.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    logins: Family<LoginLabels, Counter>,
    requests: Family<RequestLabels, Histogram>,
    hashes: Gauge,
    store_errors: Family<StoreErrorLabels, Counter>,
    directory: Family<DirectoryLabels, Counter>,
    expired_sessions: Counter,
}

/// The method of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoginMethod {
    Password,
    Resume,
    /// The request contained neither a password nor a token.
    None,
}

/// The result of a request to the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DirectoryResult {
    Accepted,
    Refused,
    Unavailable,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    method: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoreErrorLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DirectoryLabels {
    result: &'static str,
}

impl Metrics {
    /// Registers all metrics, with the value zero.
    pub(crate) fn new(hashing: HashPoolSettings) -> Self {
        let mut registry = Registry::with_prefix("login_server");
        let logins = Family::<LoginLabels, Counter>::default();
        registry.register("logins", "Logins by method and result", logins.clone());
        let requests =
            Family::<RequestLabels, Histogram>::new_with_constructor(|| Histogram::new(LATENCIES));
        let help = "From the request to its response, by route and status";
        registry.register_with_unit("request_duration", help, Unit::Seconds, requests.clone());
        let hashes = Gauge::default();
        registry.register("hashes", "Password hashes that run or wait", hashes.clone());
        let store_errors = Family::<StoreErrorLabels, Counter>::default();
        registry.register("store_errors", "Calls that the store failed", store_errors.clone());
        let directory = Family::<DirectoryLabels, Counter>::default();
        registry.register("directory", "Requests to the directory, by result", directory.clone());
        let expired_sessions = Counter::default();
        let help = "Sessions removed because their token had expired";
        registry.register("expired_sessions", help, expired_sessions.clone());

        for (name, help, value) in [
            ("hash_threads", "Password hashes that can run at once", hashing.threads),
            (
                "hash_queue",
                "Password hashes that may wait; beyond it logins get 503",
                hashing.queue,
            ),
        ] {
            let gauge: Gauge = Gauge::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            registry.register(name, help, gauge);
        }
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", build);
        Self {
            registry: Arc::new(registry),
            logins,
            requests,
            hashes,
            store_errors,
            directory,
            expired_sessions,
        }
    }

    /// The metrics in the text format of Prometheus.
    ///
    /// # Errors
    ///
    /// A metric cannot be encoded, which is a bug.
    pub(crate) fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    pub(crate) fn login(&self, method: LoginMethod, result: &'static str) {
        let method = match method {
            LoginMethod::Password => "password",
            LoginMethod::Resume => "resume",
            LoginMethod::None => "none",
        };
        self.logins.get_or_create(&LoginLabels { method, result }).inc();
    }

    pub(crate) fn request(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { route, status }).observe(took.as_secs_f64());
    }

    pub(crate) fn store_error(&self, kind: &'static str) {
        self.store_errors.get_or_create(&StoreErrorLabels { kind }).inc();
    }

    pub(crate) fn directory(&self, result: DirectoryResult) {
        let result = match result {
            DirectoryResult::Accepted => "accepted",
            DirectoryResult::Refused => "refused",
            DirectoryResult::Unavailable => "unavailable",
        };
        self.directory.get_or_create(&DirectoryLabels { result }).inc();
    }

    pub(crate) fn expired_sessions(&self, count: u64) {
        self.expired_sessions.inc_by(count);
    }

    /// Counts a hash as running or waiting until the returned value is dropped.
    pub(crate) fn hash(&self) -> impl Drop + Send + use<> {
        self.hashes.inc();
        InFlight(self.hashes.clone())
    }
}

struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
