//! Parts of a document that are not supported, with operation and place.

use specfirst_model::{Document, Operation, Pointer};

use super::usage;

/// A part of a document that generated code cannot express, or that contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("{operations}#{pointer}: {reason}")]
pub struct Unsupported {
    /// As [`usage::operation_prefix`] has it.
    operations: String,
    pointer: Pointer,
    reason: String,
}

impl Unsupported {
    /// At a place of one operation.
    pub(super) fn new(operation: &Operation, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = format!("operation `{}`: ", operation.id);
        Self { operations, pointer: pointer.clone(), reason: reason.into() }
    }

    /// At a place that any number of operations use.
    pub(super) fn at(document: &Document, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = usage::operation_prefix(document, pointer);
        Self { operations, pointer: pointer.clone(), reason: reason.into() }
    }
}
