//! The exit codes of a suite's program.

/// The target conforms.
pub const CONFORMS: u8 = 0;
/// The suite could not run: the target is down, or the accounts file cannot be used.
pub const COULD_NOT_RUN: u8 = 1;
/// The target breaks at least one rule.
pub const FAILURES: u8 = 100;
