//! Accounts of a Rocket.Chat, from its users collection as JSON lines.

mod batch;
mod extended_json;
mod user;

pub use batch::{Batch, Invalid, NotImported, ReadError};
pub use user::{ImportError, Imported, ImportedUser, LeftOut};
