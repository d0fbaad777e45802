//! The exit codes.

/// The task could not run, such as when a file is missing or a tool fails.
pub(crate) const COULD_NOT_RUN: u8 = 1;
/// A generated file differs from the output of its generator.
pub(crate) const STALE: u8 = 4;
/// Folders import each other or too many others.
pub(crate) const BAD_IMPORTS: u8 = 5;
