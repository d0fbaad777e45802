//! A connection pooler between a test server and its PostgreSQL.

use std::{
    fs,
    os::unix::net::UnixStream,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use specfirst_dropshot::Secret;
use tempfile::TempDir;

use super::{
    TestPostgres,
    postgres::socket_url,
    service::{Service, ServiceError, find_program, service_folder, write_secret},
};

const START_TIMEOUT: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// The port, which is only part of the socket's name.
const SOCKET_PORT: u16 = 6432;

/// How long a client of the pooler keeps its connection to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// Until it disconnects.
    Session,
    /// Until its transaction ends; the next one may get another connection.
    Transaction,
}

/// A PgBouncer on a socket in a temporary folder, which stops when this is dropped.
#[derive(Debug)]
pub struct TestPgbouncer {
    // Declared before the folder, so that it is dropped first.
    _service: Service,
    folder: TempDir,
}

impl TestPgbouncer {
    /// Starts a PgBouncer with at most `connections` to each database of `postgres`. If all are in
    /// use, a client waits without a time limit.
    ///
    /// # Errors
    ///
    /// PgBouncer is not installed or does not start.
    pub fn start(
        postgres: &TestPostgres,
        mode: PoolMode,
        connections: u32,
    ) -> Result<Self, ServiceError> {
        let folders = [PathBuf::from("/usr/sbin")];
        let program = find_program("LOGIN_TEST_PGBOUNCER", "pgbouncer", &folders)?;
        let folder = service_folder()?;
        let mode = match mode {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
        };
        let config = format!(
            "[databases]\n* = host={} port={} user=login\n[pgbouncer]\nunix_socket_dir = {}\n\
             listen_port = {SOCKET_PORT}\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = {connections}\nquery_wait_timeout = 0\n",
            postgres.folder().display(),
            postgres.socket_port(),
            folder.path().display(),
        );
        write_secret(&folder.path().join("pgbouncer.ini"), &config)?;
        let mut service = Service::start(&program, ["pgbouncer.ini"], folder.path(), Signal::TERM)?;
        let socket = folder.path().join(format!(".s.PGSQL.{SOCKET_PORT}"));
        let start = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            if service.has_ended() || start.elapsed() > START_TIMEOUT {
                let output = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
                return Err(ServiceError::NotStarted { program: "pgbouncer".to_owned(), output });
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(Self { _service: service, folder })
    }

    /// The URL of the database with this name.
    pub fn url(&self, name: &str) -> Secret {
        socket_url(self.folder.path(), SOCKET_PORT, name)
    }
}
