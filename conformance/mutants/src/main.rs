//! The program `login-mutants`.

use std::process::ExitCode;

fn main() -> ExitCode {
    login_mutants::cli::main()
}
