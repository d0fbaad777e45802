//! Which operations use a location of a document.

use std::collections::BTreeSet;

use serde_json::Value;
use specfirst_model::{Document, Pointer};

/// The operations that use a location, as the beginning of a message, such as "operation `books`: ".
/// Empty if there is none.
pub(super) fn operation_prefix(document: &Document, location: &Pointer) -> String {
    let operations = document.operations().unwrap_or_default();
    let names: Vec<String> = operations
        .iter()
        .filter(|operation| uses(document, &operation.pointer, location))
        .map(|operation| format!("`{}`", operation.id))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("operation {name}: "),
        [first, second] => format!("operations {first} and {second}: "),
        [first, rest @ ..] => format!("operation {first} and {} more: ", rest.len()),
    }
}

/// Whether an operation contains a location, or refers to something that contains it.
pub(super) fn uses(document: &Document, operation: &Pointer, location: &Pointer) -> bool {
    let shared = operation.parent().unwrap_or_default().child("parameters");
    let mut seen = BTreeSet::from([operation.clone(), shared.clone()]);
    let mut open = vec![operation.clone(), shared];
    while let Some(root) = open.pop() {
        if root.contains(location) {
            return true;
        }
        for target in document.get(&root).map(reference_targets).unwrap_or_default() {
            if seen.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    false
}

/// The targets of all references within a value, and those of discriminators.
pub(super) fn reference_targets(value: &Value) -> Vec<Pointer> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|text| text.strip_prefix('#')).and_then(Pointer::parse);
            let mapping = value.pointer("/discriminator/mapping").and_then(Value::as_object);
            let mapped = mapping.into_iter().flat_map(serde_json::Map::values);
            let mapped = mapped.filter_map(Value::as_str).filter_map(|text| text.strip_prefix('#'));
            let mapped = mapped.filter_map(Pointer::parse);
            let inner = members.values().flat_map(reference_targets);
            own.into_iter().chain(mapped).chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(reference_targets).collect(),
        _ => Vec::new(),
    }
}
