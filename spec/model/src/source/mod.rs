//! Reads a document from files as users write them: YAML or JSON, in several files, OpenAPI 3.0 or 3.1.
//!
//! The stages, in order: [`read_value`] parses one file, [`Source::load`] bundles the files that the
//! document refers to, applies overlays, and translates OpenAPI 3.1 to the 3.0 form that generators
//! read. A [`Source`] remembers where each part came from, so that messages name the user's own files.

mod bundle;
mod error;
mod load;
mod origins;
mod position;
mod read;
mod version;
mod yaml;

pub use error::SourceError;
pub use load::{Input, Source};
pub use origins::{Origin, Origins};
pub use read::read_value;
pub use version::{Note, UnsupportedKeyword};
