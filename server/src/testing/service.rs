//! Programs of other projects that a test starts: each in its own folder, with a limited lifetime,
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

/// The maximum lifetime of a service, in case the test is killed and cannot stop it.
const MAX_LIFETIME_SECONDS: &str = "1800";
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// The ids of `nobody` and `nogroup`, because PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

/// A running program, which is stopped when this is dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    stop: Signal,
}

/// Why a service cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The program is not installed.
    #[error(
        "{program} is not installed: run `cargo xtask test`, which installs it, or set {variable}"
    )]
    Missing {
        /// The name of the program.
        program: String,
        /// The environment variable that may contain its path.
        variable: String,
    },
    /// The operating system reports an error.
    #[error("{what}")]
    Io {
        /// What was attempted.
        what: String,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// The program ended instead of starting, or did not start in time.
    #[error("{program} did not start: {output}")]
    NotStarted {
        /// The name of the program.
        program: String,
        /// The output of the program.
        output: String,
    },
}

impl Service {
    /// Starts a program in `folder`, with a lifetime of at most half an hour. `stop` is the signal
    /// that stops it cleanly. Its output goes to `folder/log`. If this process is root, the program
    /// runs as `nobody`.
    ///
    /// # Errors
    ///
    /// The program cannot be run.
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
        command.args(["--kill-after=5", MAX_LIFETIME_SECONDS]).arg(program).args(arguments);
        command.stdin(Stdio::null()).stdout(log.try_clone().map_err(cannot)?).stderr(log);
        let child = unprivileged(command.current_dir(folder)).spawn().map_err(cannot)?;
        Ok(Self { child, stop })
    }

    /// Whether the program has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends the stop signal and waits until the program has ended.
    pub fn stop(mut self) {
        self.end_process();
    }

    fn end_process(&mut self) {
        const STOP_TIMEOUT: Duration = Duration::from_secs(10);
        if self.has_ended() {
            return;
        }
        self.signal(self.stop);
        let signalled = Instant::now();
        while !self.has_ended() && signalled.elapsed() < STOP_TIMEOUT {
            thread::sleep(POLL_INTERVAL);
        }
        if !self.has_ended() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
        }
    }

    fn signal(&self, signal: Signal) {
        // `timeout` puts itself and the program into a process group.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end_process();
    }
}

/// Runs a program and waits for its end, under the same conditions as [`Service::start`].
///
/// # Errors
///
/// The program cannot be run or fails; then the error contains its output.
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

/// Finds a program: the path in `variable`, else in `PATH`, else in one of `folders`.
///
/// # Errors
///
/// The program was not found.
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

/// Makes an empty folder that a [`Service`] may write to. It is removed when the value is dropped.
///
/// # Errors
///
/// The temporary folder cannot be created.
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
/// The file cannot be written.
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
