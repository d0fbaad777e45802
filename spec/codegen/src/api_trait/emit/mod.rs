//! Handlers to tokens.

mod file;
mod response;
mod support;

pub(super) use file::{TAKEN_NAMES, emit};
