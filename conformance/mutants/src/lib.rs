//! Measures the conformance suite.
//!
//! [`mutants`] holds servers with one defect each and correct servers that differ from ours, [`scoring`]
//! runs the suite against every one of them, [`replay`] times it, and [`in_process`] is the server that all of
//! them stand on.
//!
//! This crate is apart from the suite because it links the login server: whoever only runs the suite
//! against a server of their own need not compile a database and a directory client.

pub mod cli;
pub mod in_process;
pub mod mutants;
pub mod replay;
pub mod scoring;
