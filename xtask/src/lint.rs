//! `cargo xtask lint`: what is wrong with the page.

use std::process::ExitCode;

use anyhow::Result;

use crate::generate;

/// Options of `lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the findings. They are the page's faults, not ours, so they set no exit code.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let assembled = generate::assemble()?;
    let findings = login_spec::lint(&assembled.page.document, &assembled.overlay)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        findings.iter().for_each(|finding| println!("{finding}\n"));
        println!("{} findings in {}", findings.len(), generate::PAGE);
    }
    Ok(ExitCode::SUCCESS)
}
