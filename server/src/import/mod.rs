//! Accounts of a Rocket.Chat, from its users collection as JSON lines.

mod batch;
mod extended_json;
mod user;

pub use batch::{Batch, Invalid, NotImported, ReadError};
pub use user::{ImportError, Imported, ImportedUser, LeftOut};

/// Begins what stands where an account of the directory has its distinguished name: an export does
/// not tell it, so such accounts are found by user name at their first login, and then learn it. No
/// distinguished name looks like this: it would need an `=` first.
pub(crate) const DN_TO_COME: &str = "rocketchat:";
