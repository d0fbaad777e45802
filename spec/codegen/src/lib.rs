//! Rust code from any OpenAPI document: a client and a Dropshot API trait.
//!
//! Both generators are functions from a document to the text of a module. If a generator cannot express
//! part of a document, its error names the operation and the JSON pointer. No document makes it panic.

pub mod api_trait;
pub mod client;

mod client_names;
mod code;
mod composition_cycle;
mod error;
mod media_type;
mod schema;
mod soundness;
mod unsupported;
mod usage;
mod values;
mod view;

pub use error::{Error, Result};
pub use unsupported::Unsupported;
