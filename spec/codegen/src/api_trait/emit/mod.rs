//! Handlers to tokens.

mod file;
mod response;

pub(super) use file::{TYPES, emit};
