//! The options of every command that sends requests to a server.

use std::{
    any::Any,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};

use crate::login::{
    Login, RESERVED_HEADERS,
    accounts::{self, Account, WithoutPassword},
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

/// The options that select the server and its accounts.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Server {
    /// The base URL of the server to judge.
    #[arg(long, value_name = "URL", requires = "accounts")]
    base_url: Option<String>,
    /// The TOML file with the accounts of that server.
    #[arg(long, value_name = "FILE", requires = "base_url")]
    accounts: Option<PathBuf>,
    #[command(flatten)]
    access: Access,
}

/// The options for the connection to a server.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Access {
    /// The authority that issued the server's certificate, or that certificate itself if it is
    /// self-signed, as PEM, in place of the system's authorities.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// An extra header for every request, for example for a proxy. Its value comes from an environment
    /// variable. May be given several times.
    #[arg(long, value_name = "NAME=VARIABLE")]
    header: Vec<String>,
}

/// The budget of a run with limited requests. More requests would take hours.
pub(super) const LIMITED_BUDGET: u64 = 60;

/// The options that limit the requests.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Limits {
    /// The rate for each route: `N/60s` or `unlimited`. The default with a base URL is `10/60s`. On a
    /// loopback address it is unlimited until the target limits requests.
    #[arg(long, value_name = "RATE")]
    pub(super) rate: Option<Rate>,
    /// The most requests, including logouts. The scenarios that find most come first. A `run` with
    /// limited requests has a default of 60.
    #[arg(long, value_name = "N")]
    pub(super) budget: Option<u64>,
    /// The server does not lock out addresses, however many logins fail. Without this option, at most
    /// 35 logins in five minutes may be refused; a run without a rate ends there.
    #[arg(long)]
    no_address_lockout: bool,
    /// The time that a response may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// A server with its accounts: the one that the user names, or the suite's own.
pub(super) struct Place {
    pub(super) target: Target,
    pub(super) accounts: Vec<Account>,
    without_password: Vec<WithoutPassword>,
    /// Whether the practice of Rocket.Chat is part of the verdict.
    practice: bool,
    own: Option<Box<dyn Any>>,
}

/// A server in this process, with its accounts.
pub struct InProcess {
    /// The target.
    pub target: Target,
    /// The accounts of the server.
    pub accounts: Vec<Account>,
    /// The accounts of the server that have no password.
    pub without_password: Vec<WithoutPassword>,
    /// The server, which stops when this is dropped.
    pub server: Box<dyn Any>,
}

/// Starts a server for a command that names none.
pub type StartServer<'a> = &'a dyn Fn() -> anyhow::Result<InProcess>;

impl Server {
    /// Whether the user names a server.
    pub(super) fn is_remote(&self) -> bool {
        self.base_url.is_some()
    }

    /// An error if options of a server are given without a server.
    pub(super) fn needs_base_url(&self) -> anyhow::Result<()> {
        let has_access = self.access.cacert.is_some() || !self.access.header.is_empty();
        if has_access && self.base_url.is_none() {
            bail!("--cacert and --header are for a server that --base-url names");
        }
        Ok(())
    }

    /// The base URL that the user names, if it is valid.
    pub(super) fn shown_base_url(&self) -> String {
        let target = self.base_url.as_deref().map(Target::new);
        target.and_then(Result::ok).map(|target| target.base_url().to_owned()).unwrap_or_default()
    }

    /// The server that the user names, or else the one that `start` starts.
    pub(super) fn find(&self, start: Option<StartServer<'_>>) -> anyhow::Result<Place> {
        if let (Some(base_url), Some(accounts)) = (&self.base_url, &self.accounts) {
            return Place::remote(base_url, accounts, &self.access);
        }
        self.needs_base_url()?;
        let start =
            start.context("no server: name one by --base-url, and its accounts by --accounts")?;
        let InProcess { target, accounts, without_password, server } =
            start().context("the server does not start")?;
        Ok(Place { target, accounts, without_password, practice: true, own: Some(server) })
    }
}

impl Place {
    /// The server at a base URL, with the accounts of a file.
    pub(super) fn remote(base_url: &str, accounts: &Path, access: &Access) -> anyhow::Result<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let file = accounts::read(accounts, variable)?;
        let headers = ExtraHeader::read_all(&access.header, &RESERVED_HEADERS, variable)?;
        let mut target = Target::new(base_url)?.with_headers(headers);
        if let Some(file) = &access.cacert {
            target = target.trusting(Trust::only(file)?);
        }
        Ok(Self {
            target,
            accounts: file.accounts,
            without_password: file.without_password,
            practice: file.is_rocketchat,
            own: None,
        })
    }

    /// No server, for a run that does not need one.
    pub(super) fn nowhere() -> anyhow::Result<Self> {
        Ok(Self {
            target: Target::new("http://127.0.0.1")?,
            accounts: Vec::new(),
            without_password: Vec::new(),
            practice: true,
            own: None,
        })
    }

    /// The suite for one run against the server.
    pub(super) fn suite(&self, limits: &Limits) -> anyhow::Result<Login> {
        let mut login = Login::new(self.accounts.clone())?
            .with_accounts_without_password(self.without_password.clone());
        login.address_lockout = self.own.is_none() && !limits.no_address_lockout;
        Ok(login)
    }

    /// The options of a run. The budget applies if the requests are limited.
    pub(super) fn options(&self, limits: &Limits) -> Options {
        let remote = self.own.is_none();
        let slow = Rate::Limited { requests: 10, seconds: 60 };
        // An unlimited server on this machine needs no budget, because the run is fast.
        let is_slow = remote && !self.target.is_loopback();
        let rate = limits.rate.unwrap_or(if is_slow { slow } else { Rate::Unlimited });
        Options {
            seed: rand::random(),
            practice: self.practice,
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
