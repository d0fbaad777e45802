//! `cargo xtask lint`: finds mistakes in the page.

use std::process::ExitCode;

use anyhow::Result;
use specfirst::screen;

use crate::generate;

/// Options of `lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the findings. They are mistakes in the page, so they do not set the exit code.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let assembled = generate::assemble()?;
    let findings =
        specfirst_model::lint(&assembled.page.document, &assembled.overlay.example_rules)?;
    let text = if args.json {
        serde_json::to_string_pretty(&findings)? + "\n"
    } else {
        let findings: Vec<String> =
            findings.iter().map(|finding| format!("{finding}\n\n")).collect();
        format!("{}{} findings in {}\n", findings.concat(), findings.len(), generate::PAGE)
    };
    screen::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
