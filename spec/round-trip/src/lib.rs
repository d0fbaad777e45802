//! Generated clients call servers that implement generated API traits.
//!
//! The build script generates a client and an API trait for each document. It also generates the glue:
//! a server whose handlers record their arguments and return the response that the test chose, and
//! functions that call the client. A [`Subject`] is the result. [`check()`] sends random conforming values
//! through both sides, and compares what arrives with what was sent.

mod body;
mod cases;
mod check;
mod compare;
mod exchange;
#[doc(hidden)]
pub mod received;
mod request;
mod values;

use anyhow::Result;
use dropshot::ApiDescription;
use futures::future::BoxFuture;

pub use check::{CASES, Difference, check};
pub use exchange::{Exchange, Reply};
pub use received::{Outcome, Received};
pub use request::Request;

/// The function of a document that calls one of its operations: a client, the address of the server,
/// the id of the operation, and the values to send.
pub type Call =
    for<'a> fn(reqwest::Client, &'a str, &'a str, &'a Request) -> BoxFuture<'a, Result<Received>>;

/// A document and its generated code.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The name of the document.
    pub name: &'static str,
    /// The document in JSON, in the form that the generators read.
    pub document: &'static str,
    /// Describes the server to Dropshot.
    pub describe: fn() -> Result<ApiDescription<Exchange>>,
    /// Calls an operation with the client.
    pub call: Call,
}
