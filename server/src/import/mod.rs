//! Imports Rocket.Chat accounts from the users collection as JSON lines.

mod batch;
mod document;
mod extended_json;
mod left_out;
mod user;

pub(crate) use batch::{Batch, Invalid};
pub(crate) use left_out::LeftOut;
pub(crate) use user::{ImportError, Imported, ImportedUser};
