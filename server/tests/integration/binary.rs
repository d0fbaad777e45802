//! The program as a child process, which never outlives its test.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Longer than anything in these tests takes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A running `login-server serve`.
pub(crate) struct Binary {
    child: Child,
    address: SocketAddr,
    printed: Receiver<String>,
    log: Receiver<String>,
    _data: TempDir,
}

/// The outcome of a failed start.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) code: Option<i32>,
    pub(crate) stderr: String,
}

impl Binary {
    /// Starts the program on a free port and an empty database, with this configuration.
    pub(crate) fn start(config: &str) -> Self {
        Self::start_with(config, &[])
    }

    /// Like [`start`](Self::start), with additional arguments.
    pub(crate) fn start_with(config: &str, more: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), config, more)
    }

    /// Like [`start_with`](Self::start_with), with its data in the subdirectory `data` of this
    /// folder.
    pub(crate) fn start_in(data: TempDir, config: &str, more: &[&str]) -> Self {
        std::fs::write(data.path().join("config.toml"), config).unwrap();
        let listen: &[_] =
            if more.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        let mut child = serve(&data, &[listen, more].concat()).spawn().unwrap();
        let printed = lines(child.stdout.take().unwrap());
        let log = lines(child.stderr.take().unwrap());
        let first = printed.recv().unwrap_or_else(|_| panic!("it did not start: {:?}", log.recv()));
        let address = first.rsplit("://").next().unwrap().parse().unwrap();
        Self { child, address, printed, log, _data: data }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The next line of standard output.
    pub(crate) fn printed(&self) -> String {
        self.printed.recv_timeout(TIMEOUT).expect("a line")
    }

    pub(crate) fn wait_for_log(&self, mark: &str) {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line =
                self.log.recv_timeout(left).unwrap_or_else(|_| panic!("no {mark} in the log"));
            if line.contains(mark) {
                return;
            }
        }
    }

    /// The log lines that have not been read yet, until the program ends.
    pub(crate) fn rest_of_log(&self) -> String {
        self.log.iter().collect::<Vec<_>>().join("\n")
    }

    /// Sends SIGTERM and returns the exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits for the end and returns the exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        wait(&mut self.child).code()
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `serve` with a configuration that must be refused.
pub(crate) fn refused(data: &TempDir, config: &str, more: &[&str]) -> Failed {
    std::fs::write(data.path().join("config.toml"), config).unwrap();
    run(data, more)
}

/// Runs `serve` with the configuration file in the folder, if there is one.
pub(crate) fn run(data: &TempDir, more: &[&str]) -> Failed {
    let mut child = serve(data, more).spawn().unwrap();
    let status = wait(&mut child);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    Failed { code: status.code(), stderr }
}

/// Reads the lines of an output on a thread, so that the program never waits for a full pipe.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

fn serve(data: &TempDir, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_login-server"));
    command
        .arg("serve")
        .arg("--data")
        .arg(data.path().join("data"))
        .arg("--config")
        .arg(data.path().join("config.toml"))
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("it did not end in time");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
