//! The exit codes.

/// The command could not run, or refused the document.
pub(crate) const COULD_NOT_RUN: u8 = 1;
/// A generated file differs from what the generator writes now.
pub(crate) const STALE: u8 = 4;
