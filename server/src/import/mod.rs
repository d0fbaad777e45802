//! Imports Rocket.Chat accounts from the users collection as JSON lines.

mod batch;
mod extended_json;
mod user;

pub(crate) use batch::{Batch, Invalid};
pub(crate) use user::{ImportError, Imported, ImportedUser, LeftOut};
