//! Judges a server by its OpenAPI document, whatever API it is.
//!
//! [`strategy`] makes requests from the document, and [`runner`] sends them within everything that keeps a
//! run harmless. [`check`] judges the raw responses. [`search`] drives cases over proptest's `TestRunner`, so
//! that a failure shrinks to a minimal case, and [`fuzzing`] does that for every operation. [`report`] and
//! [`record`] say what was found.
//!
//! What only one API knows is behind the trait [`suite::Suite`]: rules, scenarios, credentials, and what must
//! be undone. The engine reads no global state; what comes from outside is in [`environment::Environment`].

pub mod case;
pub mod check;
pub mod deviation;
pub mod environment;
pub mod exit_code;
pub mod extra_header;
pub mod finding;
pub mod fuzzing;
pub mod rate;
pub mod record;
pub mod redact;
pub mod report;
pub mod response;
pub mod rule;
pub mod run;
pub mod runner;
pub mod search;
pub mod side;
pub mod strategy;
pub mod strict_json;
pub mod suite;
pub mod transport;
pub mod trust;

mod pace;
mod regression;
mod stage;
