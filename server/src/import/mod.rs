//! Accounts of a Rocket.Chat, from its users collection as JSON lines.

mod batch;
mod extended_json;
mod user;

pub(crate) use batch::{Batch, Invalid};
pub(crate) use user::{ImportError, Imported, ImportedUser, LeftOut};
