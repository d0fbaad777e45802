//! Rust code from any OpenAPI document: a client and a Dropshot API trait.
//!
//! Both generators are functions from a document to the text of a module. If a generator cannot express
//! part of a document, it refuses: each [`Problem`] names the operation, the JSON pointer, the reason and
//! what to do. All problems come at once. No document makes a generator panic.

pub mod api_trait;
pub mod client;

mod boxed_options;
mod code;
mod composition_cycle;
mod distinct_members;
mod error;
mod fields;
mod items;
mod media_type;
mod prepare;
mod problem;
mod prune;
mod schema;
mod soundness;
mod threads;
mod unsupported;
mod usage;
mod values;
mod view;

pub use problem::{Problem, Problems, Side};
pub use prune::with_operations;
