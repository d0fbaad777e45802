//! Measures the conformance suite.
//!
//! [`mutants`] holds servers with one defect each and correct servers that differ from the real one.
//! [`scoring`] runs the suite against each of them. [`replay`] measures the speed of the suite.
//! [`in_process`] starts the real server that all mutants use.
//!
//! This crate is separate from the suite because it links the login server. To run the suite against
//! another server, one does not need to compile a database and a directory client.

pub mod cli;
pub mod in_process;
pub mod mutants;
pub mod replay;
pub mod scoring;
