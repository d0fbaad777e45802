//! What the exit code says.

/// The task could not be carried out: a file is missing, a tool failed.
pub(crate) const COULD_NOT_RUN: u8 = 1;
/// A generated file differs from what its generator writes now.
pub(crate) const STALE: u8 = 4;
/// Folders import each other, or too many others.
pub(crate) const TANGLED: u8 = 5;
