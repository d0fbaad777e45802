//! Collects every refusal of a generator in one run.
//!
//! The whole document is generated first, so a document without a problem costs nothing more. If that
//! fails, each operation is generated from a document of its own: every operation that fails has a
//! problem. What remains is generated together. It may still contain operations that conflict with
//! each other; the operation that is named is left out, and the rest is tried again.

use std::collections::BTreeSet;

use specfirst_model::{Document, DocumentError, Operation, Pointer, error_chain};

use super::{Problem, Problems, Side};
use crate::{
    error::{Error, Result},
    prepare::rust_name,
    prune::with_operations,
};

/// The most conflicts between operations that one run reports.
const MAX_CONFLICTS: usize = 100;

/// Generates a document with `write`, or says everything that prevents it.
pub(crate) fn generate_or_explain(
    side: Side,
    document: &Document,
    write: impl Fn(&Document) -> Result<String>,
) -> Result<String, Problems> {
    let error = match write(document) {
        Ok(code) => return Ok(code),
        Err(error) => error,
    };
    let operations = match document.operations() {
        Ok(operations) => operations,
        Err(error) => {
            return Err(Problems(vec![problem(side, document, None, &error.into())]));
        }
    };
    let mut problems = Vec::new();
    let mut refused = BTreeSet::new();
    for (index, operation) in operations.iter().enumerate() {
        let alone = with_operations(document, |other| other.pointer == operation.pointer);
        if let Err(error) = write(&alone) {
            refused.insert(operation.pointer.clone());
            problems.push((index, problem(side, document, Some(operation), &error)));
        }
    }
    let mut conflict = if refused.is_empty() { Some(error) } else { None };
    for _ in 0..MAX_CONFLICTS {
        let rest = || with_operations(document, |other| !refused.contains(&other.pointer));
        let Some(error) = conflict.take().or_else(|| write(&rest()).err()) else { break };
        let found = problem(side, document, None, &error);
        let open = || {
            let all = operations.iter().enumerate();
            all.filter(|(_, operation)| !refused.contains(&operation.pointer))
        };
        let operation = open()
            .find(|(_, operation)| is_named(&error, operation))
            .or_else(|| open().find(|(_, operation)| is_of(document, operation, &found.pointer)));
        let Some((index, operation)) = operation else {
            problems.push((operations.len(), found));
            break;
        };
        refused.insert(operation.pointer.clone());
        problems.push((index, problem(side, document, Some(operation), &error)));
    }
    problems.sort_by_key(|(index, _)| *index);
    let mut problems: Vec<Problem> = problems.into_iter().map(|(_, problem)| problem).collect();
    problems.dedup();
    Err(Problems(problems))
}

/// Whether an error names an operation. Its name in the prepared document may be spelled differently.
fn is_named(error: &Error, operation: &Operation) -> bool {
    let Error::Unsupported(unsupported) = error else { return false };
    unsupported.operation.as_ref().is_some_and(|id| rust_name(id) == rust_name(&operation.id))
}

/// Whether a place is that of an operation, or of something that it uses.
fn is_of(document: &Document, operation: &Operation, place: &Pointer) -> bool {
    place.contains(&operation.pointer) && place.as_str() != ""
        || crate::usage::uses(document, &operation.pointer, place)
}

fn problem(
    side: Side,
    document: &Document,
    operation: Option<&Operation>,
    error: &Error,
) -> Problem {
    let (place, reason) = match error {
        Error::Unsupported(unsupported) => {
            (Some(unsupported.pointer.clone()), unsupported.reason.clone())
        }
        Error::Document(DocumentError::Malformed { pointer, message, .. }) => {
            (Some(pointer.clone()), message.clone())
        }
        Error::Schemas(error) => {
            let text = error.to_string();
            let reason = text.split_once(": ").filter(|(place, _)| place.starts_with("#/"));
            let reason = reason.map_or(text.as_str(), |(_, reason)| reason).to_owned();
            (error.pointer().cloned(), reason)
        }
        other => (None, error_chain(other)),
    };
    let place = place
        .and_then(|place| existing_place(document, place))
        .or_else(|| operation.map(|operation| operation.pointer.clone()))
        .unwrap_or_default();
    Problem {
        side,
        operation: operation.map(|operation| operation.id.clone()),
        pointer: place,
        reason,
        advice: "change this place with an overlay, or leave the operation out".to_owned(),
    }
}

/// The place, or the innermost place around it that exists in the document: a view may have more.
fn existing_place(document: &Document, mut place: Pointer) -> Option<Pointer> {
    while document.get(&place).is_none() {
        place = place.parent()?;
    }
    let is_path = place.tokens().next().is_some_and(|first| first == "paths");
    (place.tokens().count() > if is_path { 1 } else { 2 }).then_some(place)
}
