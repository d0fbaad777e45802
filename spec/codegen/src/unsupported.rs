//! Parts of a document that are not supported, with the operation and the JSON pointer.

use specfirst_model::{Document, Operation, Pointer};

use super::usage;

/// A part of a document that generated code cannot express, or that contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("{operations}#{pointer}: {reason}")]
pub(crate) struct Unsupported {
    /// The result of [`usage::operation_prefix`].
    operations: String,
    /// The only operation that the error is about, if it is known.
    pub(super) operation: Option<String>,
    pub(super) pointer: Pointer,
    pub(super) reason: String,
}

impl Unsupported {
    /// An error at a location within one operation.
    pub(super) fn new(operation: &Operation, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = format!("operation `{}`: ", operation.id);
        let operation = Some(operation.id.clone());
        Self { operations, operation, pointer: pointer.clone(), reason: reason.into() }
    }

    /// An error at a location that any number of operations use.
    pub(super) fn at(document: &Document, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = usage::operation_prefix(document, pointer);
        Self { operations, operation: None, pointer: pointer.clone(), reason: reason.into() }
    }
}
