//! The command `login-client`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
