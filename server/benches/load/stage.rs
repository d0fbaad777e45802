//! The setup that all rows share: databases, servers on them, and rounds in alternating order.

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
    bare::{Recorded, Responses},
    connection::Connection,
    data::Data,
    generator::{Load, Pace, Request, Until},
    process::Process,
};

/// The number of connections of the load.
pub(crate) const CONNECTIONS: usize = 32;
/// Both servers log only warnings. A line for each request would slow both down and hide the
/// difference.
const LOGGING: &str = "[logging]\nlevel = \"warning\"\n";

pub(crate) struct Stage {
    /// The folder of databases and configurations; later runs reuse the databases.
    pub(crate) cache: PathBuf,
    pub(crate) rounds: usize,
    /// How long each server of a round is measured, if requests take microseconds.
    pub(crate) length: Duration,
    /// The number of accounts of the large database.
    pub(crate) accounts: u32,
    pub(crate) small: bool,
}

/// The result of one server in a round.
pub(crate) struct Side {
    /// Requests per second.
    pub(crate) rate: f64,
    /// The processor time of the server per request, in microseconds.
    pub(crate) cpu_us: f64,
}

impl Stage {
    /// The large database.
    pub(crate) fn data(&self) -> anyhow::Result<Data> {
        Data::of(&self.cache, self.accounts, default_parameters())
    }

    /// Starts the login server on a database, with additional configuration.
    pub(crate) fn server(&self, data: &Data, configuration: &str) -> anyhow::Result<Process> {
        let file = self.write("server.toml", &format!("{LOGGING}{configuration}"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_login-server"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(file);
        Process::start(command.arg("--data").arg(&data.directory))
    }

    /// Records the responses of this server, for [`Stage::bare`].
    pub(crate) fn record(&self, server: &Process, data: &Data) -> anyhow::Result<PathBuf> {
        let record = |write: &dyn Fn(&mut Vec<u8>)| record(server.address, write);
        let responses = Responses {
            login: record(&|request| data.resume(0, request))?,
            me: record(&|request| data.me(0, request))?,
        };
        self.write("responses.json", &serde_json::to_string(&responses)?)
    }

    /// Starts the bare server with these responses. With a database, it looks up the token of each
    /// request.
    pub(crate) fn bare(&self, responses: &Path, look_up: Option<&Data>) -> anyhow::Result<Process> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--bare").arg(responses);
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

    /// Measures two servers in turns under the same load, so that other load on the machine affects
    /// both. The first round is a warm-up.
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
        let cpu_us = cpu.as_secs_f64() * 1e6 / outcome.succeeded as f64;
        Ok(Side { rate: outcome.rate()?, cpu_us })
    }

    /// How long each server is measured if passwords are hashed. It is longer, because the queue
    /// fills and drains once, and because a percentile needs enough requests.
    pub(crate) fn long(&self) -> Duration {
        3 * self.length
    }
}

/// The hashing parameters of the default configuration.
pub(crate) fn default_parameters() -> HashParameters {
    Config::default().hashing.parameters()
}

/// The cache folder, which is created if it does not exist.
pub(crate) fn cache(target: &Path) -> anyhow::Result<PathBuf> {
    let cache = target.join("bench-load");
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache)
}

fn record(address: SocketAddr, write: &dyn Fn(&mut Vec<u8>)) -> anyhow::Result<Recorded> {
    let mut request = Vec::new();
    write(&mut request);
    let mut connection = Connection::open(address)?;
    let response = connection.exchange(&request)?;
    anyhow::ensure!(response.status == 200, "the server responds with {}", response.status);
    // HTTP adds these headers to every response.
    let added = ["content-length", "date", "x-request-id"];
    let headers = response.head.split("\r\n").filter_map(|line| line.split_once(": "));
    let headers = headers
        .filter(|(name, _)| !added.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(Recorded { headers, body: String::from_utf8(response.body.to_vec())? })
}
