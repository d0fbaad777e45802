//! The program `login-conformance`.

use std::process::ExitCode;

fn main() -> ExitCode {
    login_conformance::cli::main()
}
