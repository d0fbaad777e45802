//! Calls the generators, and finds every problem of a document in one run.

use std::collections::BTreeSet;

use quote::quote;
use specfirst_codegen::{api_trait, client};
use specfirst_model::{
    Document, Operation, Pointer, UnsupportedKeyword, error_chain, references_of, with_operations,
};

use crate::problem::{Problem, Side};

/// What the arguments determine about generated code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    /// The name of the API trait.
    pub(crate) api_trait: &'static str,
    /// The type of secret strings in the client.
    pub(crate) secret: &'static str,
}

/// What to do about any refusal.
const ADVICE: &str = "correct the document, change it with `--overlay`, or leave the operation out \
                      with `--skip-unsupported`";

/// Generates one side. If a document is refused, each operation is tried alone, so that every problem
/// is found in one run.
pub(crate) fn generate(
    document: &Document,
    side: Side,
    names: Names,
) -> Result<String, Vec<Problem>> {
    let (operations, malformed) = document.readable_operations();
    if !malformed.is_empty() {
        let problem = |error: &specfirst_model::DocumentError| {
            let text = error.to_string();
            let pointer = place_in(&text).unwrap_or_default();
            let prefix = format!("{}: #{pointer}: ", document.name());
            Problem {
                side,
                operation: None,
                pointer,
                reason: text.strip_prefix(&prefix).unwrap_or(&text).to_owned(),
                advice: "correct the document".to_owned(),
            }
        };
        return Err(malformed.iter().map(problem).collect());
    }
    let whole = match generate_once(document, side, names) {
        Ok(code) => return Ok(code),
        Err(error) => error,
    };
    let mut problems: Vec<Problem> = operations
        .iter()
        .filter_map(|operation| {
            let keep = |other: &Operation| other.pointer == operation.pointer;
            let alone = with_operations(document, keep).map_err(|error| error.to_string());
            let error = alone.and_then(|alone| generate_once(&alone, side, names)).err()?;
            Some(problem(&error, side, Some(operation), document))
        })
        .collect();
    if problems.is_empty() {
        // Only together do the operations have a problem, such as two equal names.
        problems.push(problem(&whole, side, None, document));
    }
    Err(problems)
}

fn generate_once(document: &Document, side: Side, names: Names) -> Result<String, String> {
    let result = match side {
        Side::Client => client::generate(document, &client::Settings { secret: names.secret }),
        Side::Server => {
            let error_body = quote!(specfirst_dropshot::Problem);
            api_trait::generate(
                document,
                &api_trait::Settings { name: names.api_trait, error_body },
            )
        }
    };
    result.map_err(|error| error_chain(&error))
}

fn problem(error: &str, side: Side, operation: Option<&Operation>, document: &Document) -> Problem {
    let found = place_in(error).filter(|place| document.get(place).is_some());
    let own = operation.map(|operation| operation.pointer.clone());
    let reason = match &found {
        Some(place) => {
            let prefix = format!("#{place}: ");
            error.split_once(&prefix).map_or(error, |(_, reason)| reason)
        }
        None => error,
    };
    Problem {
        side,
        operation: operation.map(|operation| operation.id.clone()),
        pointer: found.or(own).unwrap_or_else(|| Pointer::root().child("paths")),
        reason: reason.to_owned(),
        advice: ADVICE.to_owned(),
    }
}

/// The first place that an error message names.
fn place_in(message: &str) -> Option<Pointer> {
    let (_, rest) = message.split_once("#/")?;
    let place = rest.split_once(": ").map_or(rest, |(place, _)| place);
    let place = place.split(' ').next().unwrap_or(place);
    Pointer::parse(&format!("/{place}"))
}

/// The problems of the operations that use what OpenAPI 3.1 adds and 3.0 cannot say.
pub(crate) fn keyword_problems(
    document: &Document,
    unsupported: &[UnsupportedKeyword],
    side: Side,
) -> Vec<Problem> {
    if unsupported.is_empty() {
        return Vec::new();
    }
    let (operations, _) = document.readable_operations();
    let mut problems = Vec::new();
    let mut unused: BTreeSet<usize> = (0..unsupported.len()).collect();
    let mut add = |found: &UnsupportedKeyword, operation: Option<&Operation>| {
        problems.push(Problem {
            side,
            operation: operation.map(|operation| operation.id.clone()),
            pointer: found.pointer.clone(),
            reason: format!("`{}` cannot be expressed: {}", found.keyword, found.reason),
            advice: found.advice.clone(),
        });
    };
    for operation in &operations {
        let used = used_places(document, operation);
        for (index, found) in unsupported.iter().enumerate() {
            if used.iter().any(|place| place.contains(&found.pointer)) {
                unused.remove(&index);
                add(found, Some(operation));
            }
        }
    }
    for found in unused.into_iter().filter_map(|index| unsupported.get(index)) {
        // A component that no operation uses is left out with the others.
        let is_component = found.pointer.as_str().starts_with("/components/schemas/");
        if !is_component {
            add(found, None);
        }
    }
    problems
}

/// The operation's own place and those that it refers to.
fn used_places(document: &Document, operation: &Operation) -> BTreeSet<Pointer> {
    let mut used = BTreeSet::new();
    let path = operation.pointer.parent().unwrap_or_default();
    let mut open = vec![operation.pointer.clone(), path.child("parameters")];
    while let Some(place) = open.pop() {
        if let Some(value) = document.get(&place)
            && used.insert(place)
        {
            open.extend(references_of(value));
        }
    }
    let schemes = operation.security.iter().flatten();
    let at = Pointer::root().child("components").child("securitySchemes");
    used.extend(schemes.map(|scheme| at.child(&scheme.name)));
    used
}
