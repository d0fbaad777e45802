//! The program; see the library for documentation.

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
            // If standard error is closed, the exit code must suffice.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            // Some requests may still be running. Dropping the runtime would cancel them, and
            // Dropshot panics for each cancelled request.
            std::process::exit(1)
        }
    }
}
