//! `specfirst`: lints OpenAPI documents, and generates a client and a Dropshot API trait from one.

use std::process::ExitCode;

/// The generators allocate many small tokens. The system's allocator took about half of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    specfirst::main()
}
