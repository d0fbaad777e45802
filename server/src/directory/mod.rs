//! The directory: asks an LDAP server whose password it is.
//!
//! Search and bind: a connection of the service finds the one entry that a name means, another
//! one binds as that entry with the password. Nothing in here knows accounts.

mod breaker;
mod connect;
mod entry;
mod error;
mod outcome;
mod pool;
mod search_and_bind;

pub(crate) use entry::Entry;
pub(crate) use error::DirectoryError;
pub(crate) use outcome::{BindOutcome, NoVerdict};
pub(crate) use search_and_bind::Directory;
