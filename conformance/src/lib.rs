//! Judges a login server and its client by the OpenAPI document.
//!
//! [`login`] is the suite: what `specfirst-engine` does not know of the API, such as accounts, sessions,
//! lock-outs and the scenarios of a login. [`client`] judges the other side of the wire: it makes up
//! responses, and judges what the generated client and its façade send and read. [`cli`] is the program.
//!
//! This crate stands apart from client and server because the document is the judge: no check reads
//! a generated type, as a wrong attribute could then cancel out.

pub mod cli;
pub mod client;
pub mod login;
