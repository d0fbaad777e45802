//! Accounts of a Rocket.Chat, from its users collection as JSON lines.

mod batch;
mod extended_json;
mod user;

pub use batch::{Batch, Invalid};
pub use user::{ImportError, ImportedUser};

/// Stands where an account of the directory has its distinguished name, until the directory has
/// told it at the first login. No distinguished name looks like this: it would need an `=` first.
pub(crate) const DN_TO_COME: &str = "rocketchat:";
