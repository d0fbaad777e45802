//! The client from outside: against the server of this workspace.

// The manifest says why.
extern crate tokio_minimal as tokio;

mod real_server;
