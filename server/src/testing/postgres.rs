//! A PostgreSQL of the test's own.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use super::service::{Service, ServiceError, find_program, run_to_end, service_folder};
use crate::secret::Secret;

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);
const PID_FILE: &str = "data/postmaster.pid";

/// A database server on a socket in a temporary folder: no port, so that nothing else can meet
/// it. It ends with this value.
#[derive(Debug)]
pub struct TestPostgres {
    program: PathBuf,
    folder: TempDir,
    service: Mutex<Option<Service>>,
}

impl TestPostgres {
    /// Starts one.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self, ServiceError> {
        let program = find_program("LOGIN_TEST_POSTGRES", "postgres", &debian_folders())?;
        let folder = service_folder()?;
        let initdb = program.with_file_name("initdb");
        let arguments =
            ["--username=login", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        let data = OsStr::new("--pgdata=data");
        run_to_end(&initdb, arguments.iter().map(OsStr::new).chain([data]), folder.path())?;
        let postgres = Self { program, folder, service: Mutex::default() };
        postgres.resume()?;
        Ok(postgres)
    }

    /// The one that all tests of a process share; it ends when the last of them lets go of it.
    ///
    /// # Errors
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

    fn url(&self, name: &str) -> Secret {
        Secret::from(format!("postgres://login@/{name}?host={}", self.folder.path().display()))
    }

    /// Ends the server at once, as a crash would; what it holds stays on the disk.
    pub fn crash(&self) {
        drop(self.service().take());
    }

    /// Starts it again, on the same data.
    ///
    /// # Errors
    /// It does not start.
    pub fn resume(&self) -> Result<(), ServiceError> {
        let mut service = self.service();
        let folder = self.folder.path();
        // A crash leaves it, and it would say that the server is ready.
        let _ = fs::remove_file(folder.join(PID_FILE));
        // `-F` leaves out `fsync`: nothing here has to survive more than the server's own end.
        let arguments = ["-D", "data", "-p", "5432", "-h", "", "-F", "-k"].map(OsStr::new);
        let arguments = arguments.into_iter().chain([folder.as_os_str()]);
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
