//! Handlers to tokens.

mod credentials;
mod file;
mod response;
mod route;

pub(super) use file::{TYPES, emit};
