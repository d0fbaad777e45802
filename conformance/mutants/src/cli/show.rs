//! `login-mutants show`: prints the suite's report about one mutant.

use anyhow::Context as _;
use login_conformance::cli::{InProcess, RunArguments};
use specfirst_engine::{http::transport::Target, redact::Secrets};

use crate::{
    in_process::InProcessServer,
    mutants::{self, Mutant, Proxy},
};

/// Options of `show`.
#[derive(Debug, clap::Args)]
pub(super) struct ShowArguments {
    /// The id of the mutant; `score --json` lists them.
    #[arg(value_name = "MUTANT")]
    mutant: String,
    #[command(flatten)]
    run: RunArguments,
}

pub(super) fn run(arguments: &ShowArguments, secrets: &Secrets) -> anyhow::Result<u8> {
    let name = &arguments.mutant;
    let mutant = mutants::find(name).with_context(|| format!("{name}: no such mutant"))?;
    arguments.run.run(secrets, Some(&|| start(mutant)))
}

/// Starts the in-process server, and the proxy that turns it into this mutant.
fn start(mutant: Mutant) -> anyhow::Result<InProcess> {
    let server = InProcessServer::start()?;
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant)?;
    let target = Target::new(proxy.base_url())?;
    // The proxy runs on the server's runtime, so it must be dropped first.
    let without_password = server.without_password.clone();
    Ok(InProcess { target, accounts, without_password, server: Box::new((proxy, server)) })
}
