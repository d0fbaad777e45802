//! A PostgreSQL of the test's own.

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

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);
const PID_FILE: &str = "data/postmaster.pid";
/// How often a port is looked for: between being found free and being used, another may take it.
const ATTEMPTS: usize = 5;
/// Only a part of the socket's name.
const SOCKET_PORT: u16 = 5432;
/// Who comes by the network needs TLS and the password; whoever comes by the socket is trusted.
const NETWORK_HBA: &str = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";

/// A database server on a socket in a temporary folder: no port, so that nothing else can meet
/// it. It ends with this value.
#[derive(Debug)]
pub struct TestPostgres {
    program: PathBuf,
    folder: TempDir,
    service: Mutex<Option<Service>>,
    /// On 127.0.0.1, with TLS.
    port: Option<u16>,
}

impl TestPostgres {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self, ServiceError> {
        let postgres = Self::prepare()?;
        postgres.resume()?;
        Ok(postgres)
    }

    /// Starts one that also listens on [a port](TestPostgres::port) of 127.0.0.1, with this
    /// certificate and key, both as PEM. There it wants TLS, and the password of the user `login`,
    /// who has none yet.
    ///
    /// # Errors
    ///
    /// As for [`TestPostgres::start`].
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
                Err(ServiceError::NotStarted { .. }) if attempt < ATTEMPTS => attempt += 1,
                other => return other.map(|()| postgres),
            }
        }
    }

    /// Where it listens on 127.0.0.1, if it does.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Starts a standby of this server, with all that it holds by now. It repeats what this one
    /// writes and refuses to write by itself, until it is [promoted](TestPostgres::promote).
    ///
    /// # Errors
    ///
    /// As for [`TestPostgres::start`]; and this server does not run.
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

    /// Makes a primary of a standby.
    ///
    /// # Errors
    ///
    /// It is none, or takes longer than a minute.
    pub fn promote(&self) -> Result<(), ServiceError> {
        let pg_ctl = self.program.with_file_name("pg_ctl");
        run_to_end(&pg_ctl, ["promote", "--pgdata=data"], self.folder.path())
    }

    fn prepare() -> Result<Self, ServiceError> {
        let program = find_program("LOGIN_TEST_POSTGRES", "postgres", &debian_folders())?;
        // A link in `PATH` has not all of its tools beside it.
        let program = fs::canonicalize(&program).unwrap_or(program);
        let folder = service_folder()?;
        let initdb = program.with_file_name("initdb");
        let arguments =
            ["--username=login", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        let data = OsStr::new("--pgdata=data");
        run_to_end(&initdb, arguments.iter().map(OsStr::new).chain([data]), folder.path())?;
        Ok(Self { program, folder, service: Mutex::default(), port: None })
    }

    /// The one that all tests of a process share; it ends when the last of them lets go of it.
    ///
    /// # Errors
    ///
    /// As for [`TestPostgres::start`].
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

    /// Makes an empty database and says where it is reached.
    ///
    /// # Errors
    ///
    /// The server does not answer.
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

    /// Where the database of this name is reached.
    pub fn url(&self, name: &str) -> Secret {
        socket_url(self.folder.path(), self.socket_port(), name)
    }

    /// The folder of its socket.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A part of the socket's name.
    pub(super) fn socket_port(&self) -> u16 {
        self.port.unwrap_or(SOCKET_PORT)
    }

    /// Ends the server at once, as a crash would; what it holds stays on the disk.
    pub fn crash(&self) {
        drop(self.service().take());
    }

    /// Starts it again, on the same data.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub fn resume(&self) -> Result<(), ServiceError> {
        let mut service = self.service();
        let folder = self.folder.path();
        // A crash leaves it, and it would say that the server is ready.
        let _ = fs::remove_file(folder.join(PID_FILE));
        // `-F` leaves out `fsync`: nothing here has to survive more than the server's own end.
        let (port, address) = match self.port {
            Some(port) => (port.to_string(), "127.0.0.1"),
            None => (SOCKET_PORT.to_string(), ""),
        };
        let arguments = ["-D", "data", "-p", &port, "-h", address, "-F", "-k"].map(OsStr::new);
        let arguments = arguments.into_iter().chain([folder.as_os_str()]);
        // The files are named from where the data is.
        let tls = ["ssl=on", "ssl_cert_file=../server.pem", "ssl_key_file=../server.key"];
        let tls = tls.iter().filter(|_| self.port.is_some()).flat_map(|set| ["-c", set]);
        let arguments = arguments.chain(tls.map(OsStr::new));
        // SIGQUIT is an immediate shutdown.
        let mut started = Service::start(&self.program, arguments, folder, Signal::QUIT)?;
        let began = Instant::now();
        while !is_ready(folder) {
            if started.has_ended() || began.elapsed() > PATIENCE {
                let output = fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(ServiceError::NotStarted { program: "postgres".to_owned(), output });
            }
            thread::sleep(POLL);
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

/// The server writes its state into the last line of this file, which is what `pg_ctl` reads.
fn is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join(PID_FILE))
        .is_ok_and(|pid| pid.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
}

/// Debian keeps one folder a version; the newest comes first.
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
