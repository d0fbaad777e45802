//! The options of every command that sends to a server.

use std::{
    any::Any,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};

use crate::{
    accounts::{self, Account},
    deviation::Deviations,
    extra_header::ExtraHeader,
    half::Halves,
    rate::Rate,
    run::Options,
    transport::{TIMEOUT, Target},
    trust::Trust,
};

/// Which server, and with whom to log in.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Server {
    /// The server.
    #[arg(long, value_name = "URL", requires = "accounts")]
    base_url: Option<String>,
    /// The TOML file with accounts of that server.
    #[arg(long, value_name = "FILE", requires = "base_url")]
    accounts: Option<PathBuf>,
    #[command(flatten)]
    access: Access,
}

/// How to get through to a server that the user names.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Access {
    /// The authority that issued the server's certificate, as PEM, in place of the system's.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// A header to send with every request, as a proxy before the server may ask for; its value is taken
    /// from an environment variable. May be given several times.
    #[arg(long, value_name = "NAME=VARIABLE")]
    header: Vec<String>,
}

/// Limits on what is sent.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Limits {
    /// `N/60s` for each route, or `unlimited`; `10/60s` where there is a base URL.
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// At most so many requests, logouts included.
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// How long an answer may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// A server and with whom to log in: one that the user names, or the suite's own.
pub(super) struct Place {
    pub(super) target: Target,
    pub(super) accounts: Vec<Account>,
    own: Option<Box<dyn Any>>,
}

/// A server in this process, and with whom to log in.
pub struct InProcess {
    /// Where it listens.
    pub target: Target,
    /// Its accounts.
    pub accounts: Vec<Account>,
    /// Stops it when it is dropped.
    pub server: Box<dyn Any>,
}

/// Starts a server for a command that names none.
pub type StartServer = fn() -> anyhow::Result<InProcess>;

impl Server {
    /// Whether the user names one.
    pub(super) fn is_remote(&self) -> bool {
        self.base_url.is_some()
    }

    /// An error where options of a server are given, and no server.
    pub(super) fn needs_base_url(&self) -> anyhow::Result<()> {
        let has_access = self.access.cacert.is_some() || !self.access.header.is_empty();
        if has_access && self.base_url.is_none() {
            bail!("--cacert and --header are for a server that --base-url names");
        }
        Ok(())
    }

    /// The server that the user names, else the one that `start` starts.
    pub(super) fn find(&self, start: Option<StartServer>) -> anyhow::Result<Place> {
        if let (Some(base_url), Some(accounts)) = (&self.base_url, &self.accounts) {
            return Place::remote(base_url, accounts, &self.access);
        }
        self.needs_base_url()?;
        let start =
            start.context("no server: name one by --base-url, and its accounts by --accounts")?;
        let InProcess { target, accounts, server } =
            start().context("the server does not start")?;
        Ok(Place { target, accounts, own: Some(server) })
    }
}

impl Place {
    /// The server at a base URL, with the accounts of a file.
    pub(super) fn remote(base_url: &str, accounts: &Path, access: &Access) -> anyhow::Result<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let accounts = accounts::read(accounts, variable)?;
        let headers = ExtraHeader::read_all(&access.header, variable)?;
        let mut target = Target::new(base_url)?.with_headers(headers);
        if let Some(file) = &access.cacert {
            target = target.trusting(Trust::only(file)?);
        }
        Ok(Self { target, accounts, own: None })
    }

    /// No server, for what needs none.
    pub(super) fn nowhere() -> anyhow::Result<Self> {
        Ok(Self { target: Target::new("http://127.0.0.1")?, accounts: Vec::new(), own: None })
    }

    /// How to send to it.
    pub(super) fn options(&self, limits: &Limits) -> Options {
        let remote = self.own.is_none();
        let rate =
            if remote { Rate::Limited { requests: 10, seconds: 60 } } else { Rate::Unlimited };
        Options {
            target: self.target.clone(),
            accounts: self.accounts.clone(),
            seed: rand::random(),
            rate: limits.rate.unwrap_or(rate),
            budget: limits.budget,
            cases: 0,
            jobs: 1,
            allow_unsafe: false,
            remote,
            halves: Halves::Server,
            only: Vec::new(),
            tier: None,
            fail_fast: false,
            timeout: limits.timeout.map_or(TIMEOUT, Duration::from_secs),
            deviations: Deviations::default(),
            regressions: None,
        }
    }
}
