//! Servers as child processes, so that their processor time can be told from that of the load.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;

/// A running server, which is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    /// Kept open so that the server can continue to write.
    _stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts a program and waits until it prints `listening on http://…` as its first line.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        let address = line.trim().strip_prefix("listening on http://").map(str::parse);
        let Some(Ok(address)) = address else {
            drop(child.kill());
            drop(child.wait());
            read?;
            anyhow::bail!("the server did not print its address: {line:?}");
        };
        Ok(Self { child, _stdout: stdout, address })
    }

    /// The processor time of all its threads.
    pub(crate) fn cpu_time(&self) -> anyhow::Result<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // Nanoseconds on a processor, nanoseconds in the queue, number of turns.
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            nanoseconds += text.split(' ').next().unwrap_or("0").parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// The memory of the process in MiB.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
            let kib = kib.with_context(|| format!("no {name}"))?.trim().parse::<f64>()?;
            anyhow::Ok(kib / 1024.0)
        };
        Ok(Memory { own: mib("RssAnon:")?, resident: mib("VmRSS:")? })
    }
}

/// The memory of a process in MiB.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    /// The private memory of the process (`RssAnon`).
    pub(crate) own: f64,
    /// The resident memory, including pages of mapped files, which the system can reclaim
    /// (`VmRSS`).
    pub(crate) resident: f64,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The processor time of all processes on this machine.
pub(crate) fn busy_time() -> anyhow::Result<Duration> {
    const TICKS_A_SECOND: u64 = 100;
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("an empty /proc/stat")?;
    // user, nice, system, idle, iowait, irq, softirq
    let ticks = line.split_whitespace().skip(1).map(str::parse::<u64>);
    let ticks = ticks.collect::<Result<Vec<_>, _>>()?;
    let busy: u64 = ticks
        .iter()
        .enumerate()
        .filter(|(at, _)| [0, 1, 2, 5, 6].contains(at))
        .map(|(_, ticks)| ticks)
        .sum();
    Ok(Duration::from_millis(busy * 1000 / TICKS_A_SECOND))
}
