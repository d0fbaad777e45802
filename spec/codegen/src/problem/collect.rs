//! Collects every refusal of a generator in one run.
//!
//! The whole document is generated first, so a document without a problem costs nothing more. If that
//! fails, each operation is generated from a document of its own: every operation that fails has a
//! problem. What remains is generated together. It may still contain operations that conflict with
//! each other; the operation that is named is left out, and the rest is tried again. Most conflicts are
//! those of paths and names, so a document with little else is tried first.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use specfirst_model::{Document, DocumentError, Operation, Pointer, error_chain};

use super::{Problem, Problems, Side, advice::advice};
use crate::{
    error::{Error, Result},
    prepare::rust_name,
    prune::{METHODS, only_operations},
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
        let alone = only_operations(document, std::iter::once(operation));
        if let Err(error) = write(&alone) {
            refused.insert(operation.pointer.clone());
            problems.push((index, problem(side, document, Some(operation), &error)));
        }
    }
    let mut first = if refused.is_empty() { Some(error) } else { None };
    for tried in [&without_bodies(document), document] {
        let is_whole = std::ptr::eq(tried, document);
        for _ in 0..MAX_CONFLICTS {
            let open = || {
                let all = operations.iter().enumerate();
                all.filter(|(_, operation)| !refused.contains(&operation.pointer))
            };
            let known = if is_whole && refused.is_empty() { first.take() } else { None };
            let rest = || only_operations(tried, open().map(|(_, operation)| operation));
            let Some(error) = known.or_else(|| write(&rest()).err()) else { break };
            let found = problem(side, document, None, &error);
            let operation =
                open().find(|(_, operation)| is_named(&error, operation)).or_else(|| {
                    open().find(|(_, operation)| is_of(document, operation, &found.pointer))
                });
            let Some((index, operation)) = operation else {
                if is_whole {
                    problems.push((operations.len(), found));
                }
                break;
            };
            problems.push((index, problem(side, document, Some(operation), &error)));
            refused.insert(operation.pointer.clone());
        }
    }
    problems.sort_by_key(|(index, _)| *index);
    let mut problems: Vec<Problem> = problems.into_iter().map(|(_, problem)| problem).collect();
    problems.dedup();
    Err(Problems(problems))
}

/// The document whose operations have no request bodies, and one response without a body. It is generated
/// quickly, and its paths, names and parameters conflict like those of the document.
fn without_bodies(document: &Document) -> Document {
    let mut value = document.value().clone();
    let paths = value.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            let Some(Value::Object(members)) = item.get_mut(method) else { continue };
            for name in ["requestBody", "callbacks"] {
                members.shift_remove(name);
            }
            members.insert("responses".to_owned(), json!({"204": {"description": ""}}));
        }
    }
    Document::from_value(document.name(), value).unwrap_or_else(|_| document.clone())
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
        advice: advice(&reason).to_owned(),
        reason,
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::unsupported::Unsupported;

    /// Generating the whole document is expensive, and it may have many conflicts.
    #[test]
    fn whole_document_is_not_generated_for_each_conflict() {
        let operation = json!({"requestBody": {"content": {}}, "responses": {}});
        let paths: serde_json::Map<_, _> =
            (0..4).map(|n| (format!("/{n}"), json!({"put": operation}))).collect();
        let document = json!({"openapi": "3.0.3", "paths": paths});
        let document = Document::from_value("api.json", document).unwrap();
        let whole = Cell::new(0);
        let result = generate_or_explain(Side::Client, &document, |document| {
            let operations = document.operations()?;
            if operations.iter().any(|operation| operation.request_body.is_some()) {
                whole.set(whole.get() + operations.len());
            }
            match operations.get(1) {
                Some(second) => {
                    Err(Unsupported::new(second, &second.pointer, "there is another").into())
                }
                None => Ok(String::new()),
            }
        });
        let problems: Vec<Problem> = result.unwrap_err().into_iter().collect();
        let places: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/paths/~11/put", "/paths/~12/put", "/paths/~13/put"]);
        // The document, each operation alone, and the rest.
        assert_eq!(whole.get(), 4 + 4 + 1);
    }
}
