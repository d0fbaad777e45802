//! The program; see the library for what it does.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use login_server::cli::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut input = io::BufReader::new(io::stdin());
    match run(cli, &mut input, &mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where the standard error is closed, the exit code has to do.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            // Requests that did not end in time are still there. Ending the runtime would cancel
            // them, and Dropshot panics over each one that is.
            std::process::exit(1)
        }
    }
}
