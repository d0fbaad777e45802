//! Judges a server of any API by its OpenAPI document.
//!
//! [`strategy`] generates requests from the document, and [`runner`] sends them within the limits that
//! keep a run harmless. [`check`] judges the raw responses. [`runner::search`] runs cases with
//! proptest's `TestRunner`, which shrinks a failure to a minimal case, and [`runner::fuzzing`] does
//! that for every operation. [`report`] and [`record`] present the results.
//!
//! Everything specific to one API is behind the trait [`runner::suite::Suite`]: rules, scenarios,
//! credentials, and what must be undone. The engine reads no global state. Its external inputs are in
//! [`runner::environment::Environment`].

pub mod check;
pub mod http;
pub mod record;
pub mod redact;
pub mod report;
pub mod rule;
pub mod run;
pub mod runner;
pub mod sample;
pub mod space;
pub mod strategy;
pub mod transform;
