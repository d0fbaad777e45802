//! `login-mutants show`: what the suite reports about one mutant.

use anyhow::Context as _;
use login_conformance::cli::{InProcess, RunArguments};
use specfirst_engine::{http::transport::Target, redact::Secrets};

use crate::{
    faulty::{self, Proxy, Variant},
    own::OwnServer,
};

/// Options of `show`.
#[derive(Debug, clap::Args)]
pub(super) struct ShowArguments {
    /// The mutant or the correct variant; `faults --json` lists them.
    #[arg(value_name = "MUTANT")]
    mutant: String,
    #[command(flatten)]
    run: RunArguments,
}

pub(super) fn run(arguments: &ShowArguments, secrets: &Secrets) -> anyhow::Result<u8> {
    let name = &arguments.mutant;
    let variant = faulty::find(name).with_context(|| format!("{name}: no such mutant"))?;
    arguments.run.run(secrets, Some(&|| start(variant)))
}

/// The in-process server behind the proxy that makes it this mutant.
fn start(variant: Variant) -> anyhow::Result<InProcess> {
    let server = OwnServer::start()?;
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), variant)?;
    let target = Target::new(proxy.base_url())?;
    // The proxy runs on the server's runtime, so it goes first.
    Ok(InProcess { target, accounts, server: Box::new((proxy, server)) })
}
