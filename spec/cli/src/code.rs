//! Calls the generators.

use std::collections::BTreeSet;

use specfirst_codegen::{Problem, Side, api_trait, client};
use specfirst_model::{
    Document, DocumentError, Operation, Pointer, UnsupportedKeyword, references_of,
};

/// What the arguments determine about generated code.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The name of the API trait.
    pub(crate) api_trait: String,
    /// The type of secret strings in the client.
    pub(crate) secret: String,
}

/// Generates one side.
pub(crate) fn generate(
    document: &Document,
    side: Side,
    names: &Names,
) -> Result<String, Vec<Problem>> {
    let (_, malformed) = document.readable_operations();
    if !malformed.is_empty() {
        return Err(malformed.into_iter().map(|error| malformed_problem(error, side)).collect());
    }
    let result = match side {
        Side::Client => {
            let secret = Some(names.secret.clone());
            client::generate(document, &client::Settings { secret })
        }
        Side::Server => {
            let name = names.api_trait.clone();
            api_trait::generate(document, &api_trait::Settings { name, error_body: None })
        }
    };
    result.map_err(|problems| problems.into_iter().map(with_place).collect())
}

fn malformed_problem(error: DocumentError, side: Side) -> Problem {
    let (pointer, reason) = match error {
        DocumentError::Malformed { pointer, message, .. } => (pointer, message),
        other => (Pointer::root(), other.to_string()),
    };
    let advice = "correct the document, or change it with `--overlay`".to_owned();
    with_place(Problem { side, operation: None, pointer, reason, advice })
}

/// A problem of the whole document is one of its operations together.
fn with_place(mut problem: Problem) -> Problem {
    if problem.pointer == Pointer::root() {
        problem.pointer = Pointer::root().child("paths");
    }
    problem
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
        // A component that no operation uses becomes no code, and `--only` may have left out the rest.
        let is_component = found.pointer.as_str().starts_with("/components/");
        if !is_component && document.get(&found.pointer).is_some() {
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
