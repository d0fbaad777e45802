//! The options of every command that sends to a server.

use std::{
    any::Any,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};

use crate::login::{
    Login, RESERVED_HEADERS,
    accounts::{self, Account},
};
use specfirst_engine::{
    http::{
        extra_header::ExtraHeader,
        rate::Rate,
        transport::{TIMEOUT, Target},
        trust::Trust,
    },
    runner::{Options, Patience, WhenLimited},
};

/// Which server, and with whom to log in.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Server {
    /// The base URL of the server to judge.
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
    /// The authority that issued the server's certificate, or that certificate itself if it is
    /// self-signed, as PEM, in place of the system's authorities.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// A header to send with every request, as a proxy before the server may ask for; its value is taken
    /// from an environment variable. May be given several times.
    #[arg(long, value_name = "NAME=VARIABLE")]
    header: Vec<String>,
}

/// The budget of a run whose requests are limited: more would take hours.
pub(super) const LIMITED_BUDGET: u64 = 60;

/// Limits on what is sent.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Limits {
    /// `N/60s` for each route, or `unlimited`. With a base URL `10/60s`; on a loopback address unlimited
    /// until the target limits requests.
    #[arg(long, value_name = "RATE")]
    pub(super) rate: Option<Rate>,
    /// At most so many requests, logouts included, the most telling first; a `run` whose requests are
    /// limited sends 60.
    #[arg(long, value_name = "N")]
    pub(super) budget: Option<u64>,
    /// The server locks out no address, however many logins from it fail. Without this option, at most 35
    /// logins in five minutes are refused; a run without a rate ends there.
    #[arg(long)]
    no_address_lockout: bool,
    /// How long a response may take, in seconds.
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
pub type StartServer<'a> = &'a dyn Fn() -> anyhow::Result<InProcess>;

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

    /// The base URL that the user names, where it can be shown.
    pub(super) fn shown_base_url(&self) -> String {
        let target = self.base_url.as_deref().map(Target::new);
        target.and_then(Result::ok).map(|target| target.base_url().to_owned()).unwrap_or_default()
    }

    /// The server that the user names, else the one that `start` starts.
    pub(super) fn find(&self, start: Option<StartServer<'_>>) -> anyhow::Result<Place> {
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
        let headers = ExtraHeader::read_all(&access.header, &RESERVED_HEADERS, variable)?;
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

    /// The suite for one run against it.
    pub(super) fn suite(&self, limits: &Limits) -> anyhow::Result<Login> {
        let mut login = Login::new(self.accounts.clone())?;
        login.address_lockout = self.own.is_none() && !limits.no_address_lockout;
        Ok(login)
    }

    /// How to send to it; the budget applies where the requests are limited.
    pub(super) fn options(&self, limits: &Limits) -> Options {
        let remote = self.own.is_none();
        let slow = Rate::Limited { requests: 10, seconds: 60 };
        // On this machine a server that does not limit requests is somebody's who waits for the run.
        let is_slow = remote && !self.target.is_loopback();
        let rate = limits.rate.unwrap_or(if is_slow { slow } else { Rate::Unlimited });
        Options {
            seed: rand::random(),
            rate,
            budget: limits.budget,
            remote,
            timeout: limits.timeout.map_or(TIMEOUT, Duration::from_secs),
            when_limited: (remote && limits.rate.is_none())
                .then_some(WhenLimited { rate: slow, budget: LIMITED_BUDGET }),
            patience: if remote { Patience::REMOTE } else { Patience::LOCAL },
            ..Options::new(self.target.clone())
        }
    }
}
