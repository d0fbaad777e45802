//! `specfirst`: lints OpenAPI documents, and generates a client and a Dropshot API trait from one.

use std::process::ExitCode;

fn main() -> ExitCode {
    specfirst::main()
}
