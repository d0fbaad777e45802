//! The login server: the generated API trait, implemented.
//!
//! It is a crate apart so that the document's two sides share nothing but the document: a type
//! used by client and server alike would let one wrong attribute cancel out in both. It is a
//! library as well as a program, so that other people's tests can start one.

pub mod accounts;
pub mod cli;
mod client_network;
pub mod clock;
pub mod config;
mod directory;
#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unused_qualifications,
    reason = "written by `cargo xtask generate`"
)]
pub mod generated;
pub mod hashing;
mod http;
mod import;
pub mod logging;
mod login;
mod metrics;
mod open_files;
mod server;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tls;

pub use open_files::raise_open_files_limit;
pub use server::{Server, ServerError};
pub use specfirst_dropshot::Secret;
