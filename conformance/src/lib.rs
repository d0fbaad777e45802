//! Judges a login server by its OpenAPI document.
//!
//! [`strategy`] makes requests from the document, [`scenario`] those that only a login needs,
//! [`transport`] sends them, [`check`] judges the raw answers, and [`engine`] drives all of it over
//! proptest's `TestRunner`, so that a failure shrinks to a minimal case.
//!
//! This crate stands apart from client and server because the document is the judge: no check reads
//! a generated type, as a wrong attribute could then cancel out.

pub mod accounts;
pub mod case;
pub mod check;
pub mod cli;
pub mod engine;
pub mod exchange;
pub mod exit_code;
pub mod rate;
pub mod report;
pub mod scenario;
pub mod secrets;
pub mod strategy;
pub mod strict_json;
pub mod transport;
