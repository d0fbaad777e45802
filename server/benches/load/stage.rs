//! What every row needs: databases, servers on them, and rounds in alternating order.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context as _;
use login_server::{accounts::HashParameters, config::Config};

use crate::{
    bare::{Answers, Recorded},
    connection::Connection,
    data::Data,
    generator::{Load, Pace, Request, Until},
    process::Process,
};

/// As the issue says.
pub(crate) const CONNECTIONS: usize = 32;
/// Neither logs what it does well; with a line for each request, both would be slower and more alike.
const LOGGING: &str = "[logging]\nlevel = \"warning\"\n";

pub(crate) struct Stage {
    /// Databases and configurations; databases are found again by the next run.
    pub(crate) cache: PathBuf,
    pub(crate) rounds: usize,
    /// How long each side of a round is measured, where requests take microseconds.
    pub(crate) length: Duration,
    /// Accounts of the large database.
    pub(crate) accounts: u32,
    pub(crate) small: bool,
}

/// What one side of a round cost.
pub(crate) struct Side {
    /// Requests a second.
    pub(crate) rate: f64,
    /// Processor time of the server for each.
    pub(crate) cpu_us: f64,
}

impl Stage {
    /// The large database.
    pub(crate) fn data(&self) -> anyhow::Result<Data> {
        Data::of(&self.cache, self.accounts, default_parameters())
    }

    /// The login server on a database, with more lines of configuration.
    pub(crate) fn server(&self, data: &Data, configuration: &str) -> anyhow::Result<Process> {
        let file = self.write("server.toml", &format!("{LOGGING}{configuration}"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_login-server"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(file);
        Process::start(command.arg("--data").arg(&data.directory))
    }

    /// The answers of this server, for [`Stage::bare`].
    pub(crate) fn record(&self, server: &Process, data: &Data) -> anyhow::Result<PathBuf> {
        let record = |write: &dyn Fn(&mut Vec<u8>)| record(server.address, write);
        let answers = Answers {
            login: record(&|request| data.resume(0, request))?,
            me: record(&|request| data.me(0, request))?,
        };
        self.write("answers.json", &serde_json::to_string(&answers)?)
    }

    /// The bare server with these answers; with a database, it looks up the token first.
    pub(crate) fn bare(&self, answers: &Path, look_up: Option<&Data>) -> anyhow::Result<Process> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--bare").arg(answers);
        if let Some(data) = look_up {
            command.arg("--look-up").arg(&data.directory);
        }
        Process::start(&mut command)
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let file = self.cache.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    /// Both servers by turns under the same load, so that what else the machine does falls on both.
    /// The first round is a warm-up.
    pub(crate) fn side_by_side(
        &self,
        one: (&Process, Request<'_>),
        other: (&Process, Request<'_>),
    ) -> anyhow::Result<Vec<(Side, Side)>> {
        let mut rounds = Vec::new();
        for round in 0..=self.rounds {
            let pair = if round % 2 == 0 {
                let one = self.side(one)?;
                (one, self.side(other)?)
            } else {
                let other = self.side(other)?;
                (self.side(one)?, other)
            };
            if round > 0 {
                rounds.push(pair);
            }
        }
        Ok(rounds)
    }

    fn side(&self, (server, request): (&Process, Request<'_>)) -> anyhow::Result<Side> {
        let before = server.cpu_time()?;
        let (address, connections) = (server.address, CONNECTIONS);
        let (pace, until) = (Pace::Saturating, Until::Elapsed(self.length));
        let outcome = Load { address, connections, pace, until, request }.run()?;
        let cpu = server.cpu_time()?.saturating_sub(before);
        let cpu_us = cpu.as_secs_f64() * 1e6 / outcome.answered as f64;
        Ok(Side { rate: outcome.rate()?, cpu_us })
    }

    /// How long each side is measured where passwords are hashed: the queue is filled and drained once,
    /// and enough requests are slower than a percentile.
    pub(crate) fn long(&self) -> Duration {
        3 * self.length
    }
}

/// What the server does where nobody configures it.
pub(crate) fn default_parameters() -> HashParameters {
    Config::default().hashing.parameters()
}

/// The cache, made if it is missing.
pub(crate) fn cache(target: &Path) -> anyhow::Result<PathBuf> {
    let cache = target.join("bench-load");
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache)
}

fn record(address: SocketAddr, write: &dyn Fn(&mut Vec<u8>)) -> anyhow::Result<Recorded> {
    let mut request = Vec::new();
    write(&mut request);
    let mut connection = Connection::open(address)?;
    let answer = connection.exchange(&request)?;
    anyhow::ensure!(answer.status == 200, "the server answers with {}", answer.status);
    // Of HTTP itself, and made anew for every request.
    let made = ["content-length", "date", "x-request-id"];
    let headers = answer.head.split("\r\n").filter_map(|line| line.split_once(": "));
    let headers = headers
        .filter(|(name, _)| !made.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(Recorded { headers, body: String::from_utf8(answer.body.to_vec())? })
}
