//! The refusal of a document, with operation and place.

use specfirst_model::{Document, Operation, Pointer};

use super::usage;

/// What generated code cannot express, or what contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("{operations}#{pointer}: {reason}")]
pub(crate) struct Refused {
    /// As [`usage::prefix`] has it.
    operations: String,
    pointer: Pointer,
    reason: String,
}

impl Refused {
    /// The refusal of an operation.
    pub(super) fn new(operation: &Operation, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = format!("operation `{}`: ", operation.id);
        Self { operations, pointer: pointer.clone(), reason: reason.into() }
    }

    /// The refusal of a place, whatever operations use it.
    pub(super) fn at(document: &Document, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let operations = usage::prefix(document, pointer);
        Self { operations, pointer: pointer.clone(), reason: reason.into() }
    }
}
