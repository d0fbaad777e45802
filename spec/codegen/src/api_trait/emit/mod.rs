//! Handlers to tokens.

mod file;
mod response;
mod route;

pub(super) use file::{TYPES, emit};
