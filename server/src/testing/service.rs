//! Programs of other projects that a test starts: in a folder of their own, for a bounded time,
//! and never as root.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File, Permissions},
    io,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use tempfile::TempDir;

/// If the test is killed, nobody is left to end what it started.
const LONGEST_LIFE: &str = "1800";
const POLL: Duration = Duration::from_millis(10);
/// `nobody` and `nogroup`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

/// A running program, which ends with this value.
#[derive(Debug)]
pub struct Service {
    child: Child,
    stop: Signal,
}

/// Why a service is not there.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It is not installed.
    #[error(
        "{program} is not installed: run `cargo xtask test`, which installs it, or set {variable}"
    )]
    Missing {
        /// Which program.
        program: String,
        /// The variable that says where it is.
        variable: String,
    },
    /// The system refuses.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It ended instead of starting, or did not start in time.
    #[error("{program} did not start: {output}")]
    NotStarted {
        /// Which program.
        program: String,
        /// What it wrote.
        output: String,
    },
}

impl Service {
    /// Starts a program in `folder`, which ends at the latest after half an hour; `stop` is the
    /// signal that makes it end in good order. What it writes goes to `folder/log`. Where this is
    /// root's process, the program runs as `nobody`.
    ///
    /// # Errors
    ///
    /// It cannot be run.
    pub fn start<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
        stop: Signal,
    ) -> Result<Self, ServiceError> {
        let cannot = |source| io_error(&format!("cannot run {}", program.display()), source);
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let log = log.map_err(cannot)?;
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", LONGEST_LIFE]).arg(program).args(arguments);
        command.stdin(Stdio::null()).stdout(log.try_clone().map_err(cannot)?).stderr(log);
        let child = unprivileged(command.current_dir(folder)).spawn().map_err(cannot)?;
        Ok(Self { child, stop })
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends the signal that was chosen, and waits for the end.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(10);
        if self.has_ended() {
            return;
        }
        self.signal(self.stop);
        let asked = Instant::now();
        while !self.has_ended() && asked.elapsed() < PATIENCE {
            thread::sleep(POLL);
        }
        if !self.has_ended() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
        }
    }

    fn signal(&self, signal: Signal) {
        // `timeout` makes a group of itself and what it runs.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs a program to its end, as [`Service::start`] would run it.
///
/// # Errors
///
/// It cannot be run, or fails; then with what it wrote.
pub fn run_to_end<A: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
) -> Result<(), ServiceError> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    let output = unprivileged(&mut command)
        .output()
        .map_err(|source| io_error(&format!("cannot run {}", program.display()), source))?;
    if output.status.success() {
        return Ok(());
    }
    Err(ServiceError::NotStarted {
        program: program.display().to_string(),
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Where a program is: what `variable` says, else in `PATH`, else in one of `folders`.
///
/// # Errors
///
/// It is nowhere.
pub fn find_program(
    variable: &str,
    program: &str,
    folders: &[PathBuf],
) -> Result<PathBuf, ServiceError> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(folders.iter().cloned());
    env::var_os(variable)
        .map(PathBuf::from)
        .into_iter()
        .chain(places.map(|folder| folder.join(program)))
        .find(|path| path.is_file())
        .ok_or_else(|| ServiceError::Missing {
            program: program.to_owned(),
            variable: variable.to_owned(),
        })
}

/// An empty folder that a [`Service`] may write to; it vanishes with the value.
///
/// # Errors
///
/// There is no place for temporary files.
pub fn service_folder() -> Result<TempDir, ServiceError> {
    let cannot = |source| io_error("cannot make a temporary folder", source);
    let folder = TempDir::with_prefix("login-").map_err(cannot)?;
    if geteuid().is_root() {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).map_err(cannot)?;
    }
    Ok(folder)
}

/// Writes a file that only the [`Service`] may read.
///
/// # Errors
///
/// The folder is not there.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), ServiceError> {
    let cannot = |source| io_error(&format!("cannot write {}", path.display()), source);
    fs::write(path, text).map_err(cannot)?;
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(cannot)?;
    if geteuid().is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).map_err(cannot)?;
    }
    Ok(())
}

fn unprivileged(command: &mut Command) -> &mut Command {
    if geteuid().is_root() { command.uid(NOBODY).gid(NOBODY) } else { command }
}

fn io_error(what: &str, source: io::Error) -> ServiceError {
    ServiceError::Io { what: what.to_owned(), source }
}
