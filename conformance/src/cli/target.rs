//! The options of every command that sends to a server.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;

use crate::{
    accounts::{self, Account},
    deviation::Deviations,
    half::Halves,
    own::OwnServer,
    rate::Rate,
    run::Options,
    transport::{TIMEOUT, Target},
};

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
    target: Target,
    accounts: Vec<Account>,
    own: Option<OwnServer>,
}

impl Place {
    /// The server at a base URL, with the accounts of a file.
    pub(super) fn remote(base_url: &str, accounts: &std::path::Path) -> anyhow::Result<Self> {
        let accounts = accounts::read(accounts, |name| std::env::var(name).ok())?;
        Ok(Self { target: Target::new(base_url)?, accounts, own: None })
    }

    /// The server that the user names, else the suite's own.
    pub(super) fn find(base_url: Option<&str>, accounts: Option<&PathBuf>) -> anyhow::Result<Self> {
        if let (Some(base_url), Some(accounts)) = (base_url, accounts) {
            return Self::remote(base_url, accounts);
        }
        let server = OwnServer::start().context("the suite's own server does not start")?;
        let target = Target::new(server.base_url())?;
        Ok(Self { target, accounts: server.accounts.clone(), own: Some(server) })
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
