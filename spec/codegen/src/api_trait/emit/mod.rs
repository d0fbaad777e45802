//! Handlers to tokens.

mod answer;
mod file;
mod support;

pub(super) use file::{TAKEN_NAMES, emit};
