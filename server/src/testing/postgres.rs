//! A PostgreSQL server for a test.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use specfirst_dropshot::Secret;
use tempfile::TempDir;

use super::service::{
    Service, ServiceError, find_program, run_to_end, service_folder, write_secret,
};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const PID_FILE: &str = "data/postmaster.pid";
/// How often to try another port, because another program may take a free port before it is used.
const MAX_ATTEMPTS: usize = 5;
/// The port, which is only part of the socket's name.
const SOCKET_PORT: u16 = 5432;
/// Network connections require TLS and the password; connections by socket are trusted.
const NETWORK_HBA: &str = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";

/// A PostgreSQL server on a socket in a temporary folder. It uses no port, so nothing else can
/// collide with it. It stops when this is dropped.
#[derive(Debug)]
pub struct TestPostgres {
    program: PathBuf,
    folder: TempDir,
    service: Mutex<Option<Service>>,
    /// The port on 127.0.0.1, which requires TLS.
    port: Option<u16>,
}

impl TestPostgres {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, ServiceError> {
        let postgres = Self::prepare()?;
        postgres.resume()?;
        Ok(postgres)
    }

    /// Starts a server that also listens on [a port](TestPostgres::port) of 127.0.0.1, with this
    /// certificate and key in PEM. The port requires TLS and the password of the user `login`, for
    /// whom none is set yet.
    ///
    /// # Errors
    ///
    /// The same as for [`TestPostgres::start`].
    pub fn start_with_tls(certificate: &str, key: &str) -> Result<Self, ServiceError> {
        let mut postgres = Self::prepare()?;
        let folder = postgres.folder.path();
        for (file, text) in
            [("server.pem", certificate), ("server.key", key), ("data/pg_hba.conf", NETWORK_HBA)]
        {
            write_secret(&folder.join(file), text)?;
        }
        let mut attempt = 1;
        loop {
            postgres.port = Some(free_port()?);
            match postgres.resume() {
                Err(ServiceError::NotStarted { .. }) if attempt < MAX_ATTEMPTS => attempt += 1,
                other => return other.map(|()| postgres),
            }
        }
    }

    /// The port on 127.0.0.1, if the server listens on one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Starts a standby of this server with a copy of its present data. It replicates this server
    /// and refuses writes until it is [promoted](TestPostgres::promote).
    ///
    /// # Errors
    ///
    /// The same as for [`TestPostgres::start`], or this server does not run.
    pub fn start_standby(&self) -> Result<Self, ServiceError> {
        let (program, folder) = (self.program.clone(), service_folder()?);
        let port = self.socket_port().to_string();
        let arguments = [
            "--username=login",
            "--pgdata=data",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            "--no-manifest",
            "--port",
            &port,
            "--host",
        ];
        let arguments = arguments.iter().map(OsStr::new).chain([self.folder.path().as_os_str()]);
        run_to_end(&program.with_file_name("pg_basebackup"), arguments, folder.path())?;
        let standby = Self { program, folder, service: Mutex::default(), port: None };
        standby.resume()?;
        Ok(standby)
    }

    /// Promotes a standby to a primary.
    ///
    /// # Errors
    ///
    /// The server is not a standby, or the promotion takes longer than a minute.
    pub fn promote(&self) -> Result<(), ServiceError> {
        let pg_ctl = self.program.with_file_name("pg_ctl");
        run_to_end(&pg_ctl, ["promote", "--pgdata=data"], self.folder.path())
    }

    fn prepare() -> Result<Self, ServiceError> {
        let program = find_program("LOGIN_TEST_POSTGRES", "postgres", &debian_folders())?;
        // The directory of a link in `PATH` may not contain the other tools.
        let program = fs::canonicalize(&program).unwrap_or(program);
        let folder = service_folder()?;
        let initdb = program.with_file_name("initdb");
        let arguments =
            ["--username=login", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        let data = OsStr::new("--pgdata=data");
        run_to_end(&initdb, arguments.iter().map(OsStr::new).chain([data]), folder.path())?;
        Ok(Self { program, folder, service: Mutex::default(), port: None })
    }

    /// The server that all tests of a process share. It stops when the last of them drops it.
    ///
    /// # Errors
    ///
    /// The same as for [`TestPostgres::start`].
    pub fn shared() -> Result<Arc<Self>, ServiceError> {
        static SHARED: Mutex<Weak<TestPostgres>> = Mutex::new(Weak::new());

        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(postgres) = shared.upgrade() {
            return Ok(postgres);
        }
        let postgres = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&postgres);
        Ok(postgres)
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Errors
    ///
    /// The server is not available.
    pub async fn database(&self) -> Result<Secret, tokio_postgres::Error> {
        static NEXT: AtomicU32 = AtomicU32::new(0);

        let name = format!("login_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let maintenance = self.url("postgres");
        let (client, connection) =
            tokio_postgres::connect(maintenance.expose(), tokio_postgres::NoTls).await?;
        let connection = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        connection.abort();
        Ok(self.url(&name))
    }

    /// The URL of the database with this name.
    pub fn url(&self, name: &str) -> Secret {
        socket_url(self.folder.path(), self.socket_port(), name)
    }

    /// The folder of the socket.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The port in the name of the socket.
    pub(super) fn socket_port(&self) -> u16 {
        self.port.unwrap_or(SOCKET_PORT)
    }

    /// Stops the server immediately, as in a crash. Its data stays on the disk.
    pub fn crash(&self) {
        drop(self.service().take());
    }

    /// Starts the server again with the same data.
    ///
    /// # Errors
    ///
    /// The server does not start.
    pub fn resume(&self) -> Result<(), ServiceError> {
        let mut service = self.service();
        let folder = self.folder.path();
        // A crash leaves this file behind, which would report that the server is ready.
        let _ = fs::remove_file(folder.join(PID_FILE));
        // `-F` disables `fsync`, because no data has to survive more than the end of the server.
        let (port, address) = match self.port {
            Some(port) => (port.to_string(), "127.0.0.1"),
            None => (SOCKET_PORT.to_string(), ""),
        };
        let arguments = ["-D", "data", "-p", &port, "-h", address, "-F", "-k"].map(OsStr::new);
        let arguments = arguments.into_iter().chain([folder.as_os_str()]);
        // The paths are relative to the data directory.
        let tls = ["ssl=on", "ssl_cert_file=../server.pem", "ssl_key_file=../server.key"];
        let tls = tls.iter().filter(|_| self.port.is_some()).flat_map(|set| ["-c", set]);
        let arguments = arguments.chain(tls.map(OsStr::new));
        // SIGQUIT causes an immediate shutdown.
        let mut started = Service::start(&self.program, arguments, folder, Signal::QUIT)?;
        let start = Instant::now();
        while !is_ready(folder) {
            if started.has_ended() || start.elapsed() > START_TIMEOUT {
                let output = fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(ServiceError::NotStarted { program: "postgres".to_owned(), output });
            }
            thread::sleep(POLL_INTERVAL);
        }
        *service = Some(started);
        Ok(())
    }

    fn service(&self) -> MutexGuard<'_, Option<Service>> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The URL of a database behind a socket.
pub(super) fn socket_url(folder: &Path, port: u16, name: &str) -> Secret {
    Secret::from(format!("postgres://login@/{name}?host={}&port={port}", folder.display()))
}

fn free_port() -> Result<u16, ServiceError> {
    let found = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|taken| taken.local_addr());
    let io = |source| ServiceError::Io { what: "cannot find a free port".to_owned(), source };
    found.map(|address| address.port()).map_err(io)
}

/// Whether the server is ready, by the last line of the file that `pg_ctl` reads too.
fn is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join(PID_FILE))
        .is_ok_and(|pid| pid.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
}

/// Debian's folders, of which there is one per version, newest first.
fn debian_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut numbers: Vec<u32> =
        versions.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable_by_key(|&number| std::cmp::Reverse(number));
    numbers
        .into_iter()
        .map(|number| PathBuf::from(format!("/usr/lib/postgresql/{number}/bin")))
        .collect()
}
