//! Judges a login server by its OpenAPI document.
//!
//! [`strategy`] makes requests from the document, [`scenario`] those that only a login needs,
//! [`driver`] sends them within everything that keeps a run harmless, [`check`] judges the raw answers,
//! and [`hunt`] drives cases over proptest's `TestRunner`, so that a failure shrinks to a minimal one.
//! [`client_half`] turns the tables: it makes up answers, and judges what the generated client and its
//! façade send and read. [`rule`] is the catalogue that every finding names.
//!
//! This crate stands apart from client and server because the document is the judge: no check reads
//! a generated type, as a wrong attribute could then cancel out.

pub mod answer;
pub mod case;
pub mod check;
pub mod cli;
pub mod client_half;
pub mod deviation;
pub mod driver;
pub mod environment;
pub mod exit_code;
pub mod extra_header;
pub mod failure;
pub mod generated;
pub mod half;
pub mod hunt;
pub mod login;
pub mod pace;
pub mod rate;
pub mod record;
pub mod regression;
pub mod report;
pub mod rule;
pub mod run;
pub mod secrets;
pub mod stage;
pub mod strategy;
pub mod strict_json;
pub mod suite;
pub mod transport;
pub mod trust;
