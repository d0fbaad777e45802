//! Checks paths.

use std::collections::BTreeMap;

use specfirst_model::Operation;

use crate::unsupported::Unsupported;

/// Rejects the paths for which Dropshot's router panics. At each position, the router accepts either
/// literal segments or one variable.
pub(super) fn check_routes(operations: &[Operation]) -> Result<(), Unsupported> {
    let mut variables: BTreeMap<String, (Option<&str>, &Operation)> = BTreeMap::new();
    let mut routes: BTreeMap<(String, &str), &Operation> = BTreeMap::new();
    for operation in operations {
        let at = operation.pointer.parent().unwrap_or_default();
        let refuse = |reason: String| Err(Unsupported::new(operation, &at, reason));
        let Some(path) = operation.path.strip_prefix('/') else {
            return refuse("a path must begin with `/`".to_owned());
        };
        // The router ignores a `/` at the end.
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut prefix = String::new();
        let mut seen = Vec::new();
        for segment in path.split('/').filter(|_| !path.is_empty()) {
            if segment.is_empty() {
                return refuse("a segment of the path is empty".to_owned());
            }
            let variable = variable(segment);
            if variable.is_none() && segment.contains(['{', '}']) {
                return refuse(format!(
                    "the segment `{segment}` mixes literal text and a variable"
                ));
            }
            if variable.is_some_and(|name| seen.contains(&name)) {
                return refuse(format!("`{segment}` occurs twice in the path"));
            }
            seen.extend(variable);
            let (known, other) = variables.entry(prefix.clone()).or_insert((variable, operation));
            if *known != variable && (known.is_some() || variable.is_some()) {
                return refuse(format!(
                    "Dropshot's router cannot distinguish it from `{}`",
                    other.path
                ));
            }
            prefix = format!("{prefix}/{}", if variable.is_some() { "{}" } else { segment });
        }
        if let Some(other) = routes.insert((prefix, &operation.method), operation) {
            return refuse(format!(
                "Dropshot's router cannot distinguish it from `{}`",
                other.path
            ));
        }
    }
    Ok(())
}

/// The names of the variables of a path.
pub(super) fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(variable)
}

fn variable(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}', ':'])).then_some(name)
}
