//! Judges a server by its OpenAPI document, whatever API it is.
//!
//! [`strategy`] makes requests from the document, and [`runner`] sends them within everything that
//! keeps a run harmless. [`check`] judges the raw responses. [`runner::search`] drives cases over
//! proptest's `TestRunner`, so that a failure shrinks to a minimal case, and [`runner::fuzzing`] does
//! that for every operation. [`report`] and [`record`] say what was found.
//!
//! What only one API knows is behind the trait [`runner::suite::Suite`]: rules, scenarios, credentials,
//! and what must be undone. The engine reads no global state; what comes from outside is in
//! [`runner::environment::Environment`].

pub mod check;
pub mod http;
pub mod record;
pub mod redact;
pub mod report;
pub mod rule;
pub mod run;
pub mod runner;
pub mod strategy;
