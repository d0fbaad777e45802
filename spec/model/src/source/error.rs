//! The errors of reading a document from files.

use crate::{document::DocumentError, overlay::OverlayError, pointer::Pointer};

/// The reason why files are not a document that this project can use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A file cannot be read.
    #[error("{name}: cannot read the file")]
    Io {
        /// The name of the file.
        name: String,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// A file is neither JSON nor YAML, or its meaning is ambiguous.
    #[error("{name}:{line}:{column}: {message}")]
    Syntax {
        /// The name of the file.
        name: String,
        /// The line of the mistake, from 1.
        line: usize,
        /// The column of the mistake, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A `$ref` to another file cannot be followed.
    #[error("{name}: #{pointer}: {message}")]
    Reference {
        /// The name of the file that has the `$ref`.
        name: String,
        /// The place of the `$ref`.
        pointer: Pointer,
        /// What is wrong, and what to do.
        message: String,
    },
    /// An overlay cannot be read or applied.
    #[error(transparent)]
    Overlay(#[from] OverlayError),
    /// The result is not an OpenAPI document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}
