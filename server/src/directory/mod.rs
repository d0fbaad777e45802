//! The directory: an LDAP server that checks passwords.
//!
//! It works by search and bind. A connection of the service account finds the entry for a name, and
//! another connection binds as that entry with the password. This module knows no accounts.

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
