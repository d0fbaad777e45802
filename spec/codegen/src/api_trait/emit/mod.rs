//! Handlers to tokens.

mod credentials;
mod file;
mod response;

pub(super) use file::{TYPES, emit};
