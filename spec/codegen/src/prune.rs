//! A document with some of its operations.

use std::collections::BTreeSet;

use serde_json::Value;
use specfirst_model::{Document, Operation, Pointer};

use crate::usage::reference_targets;

/// The members of a path item that are operations.
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The document with only the operations that `keep` accepts, and with the components that they use.
/// A document whose operations cannot be read stays as it is; each generator says why it cannot.
pub fn with_operations(document: &Document, keep: impl Fn(&Operation) -> bool) -> Document {
    let Ok(operations) = document.operations() else { return document.clone() };
    only_operations(document, operations.iter().filter(|operation| keep(operation)))
}

/// The document with only these of its operations, and with the components that they use.
pub(crate) fn only_operations<'o>(
    document: &Document,
    operations: impl Iterator<Item = &'o Operation>,
) -> Document {
    let kept: BTreeSet<(&str, String)> = operations
        .map(|operation| (operation.path.as_str(), operation.method.to_ascii_lowercase()))
        .collect();
    // Copying only what is kept makes this cheap for one operation of a large document.
    let mut value = serde_json::Map::new();
    for (name, member) in document.value().as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "paths" | "components") {
            value.insert(name.clone(), member.clone());
        }
    }
    let mut paths = serde_json::Map::new();
    let all = document.value().get("paths").and_then(Value::as_object);
    for (path, item) in all.into_iter().flatten() {
        let Some(item) = item.as_object() else { continue };
        let is_kept = |name: &str| kept.contains(&(path.as_str(), name.to_owned()));
        if METHODS.iter().any(|method| is_kept(method)) || item.contains_key("$ref") {
            let members = item
                .iter()
                .filter(|(name, _)| !METHODS.contains(&name.as_str()) || is_kept(name))
                .map(|(name, member)| (name.clone(), member.clone()));
            paths.insert(path.clone(), Value::Object(members.collect()));
        }
    }
    let paths = Value::Object(paths);
    let components = used_components(document, &paths);
    value.insert("paths".to_owned(), paths);
    if let Some(components) = components {
        value.insert("components".to_owned(), components);
    }
    Document::from_value(document.name(), Value::Object(value)).unwrap_or_else(|_| document.clone())
}

fn used_components(document: &Document, paths: &Value) -> Option<Value> {
    let components = document.value().get("components")?.as_object()?;
    let mut used = BTreeSet::new();
    let mut open = reference_targets(paths);
    while let Some(target) = open.pop() {
        let component = component_of(&target).unwrap_or(target);
        if used.insert(component.clone())
            && let Some(value) = document.get(&component)
        {
            open.extend(reference_targets(value));
        }
    }
    let kept = components.iter().map(|(section, entries)| {
        let at = Pointer::root().child("components").child(section);
        let entries = match entries {
            Value::Object(entries) if section != "securitySchemes" => entries
                .iter()
                .filter(|(name, _)| used.contains(&at.child(name)))
                .map(|(name, entry)| (name.clone(), entry.clone()))
                .collect(),
            other => other.clone(),
        };
        (section.clone(), entries)
    });
    Some(Value::Object(kept.collect()))
}

/// The component that a place is or lies within.
fn component_of(place: &Pointer) -> Option<Pointer> {
    let tokens: Vec<String> = place.tokens().take(3).collect();
    (tokens.len() == 3 && tokens.first().is_some_and(|first| first == "components"))
        .then(|| tokens.iter().fold(Pointer::root(), |at, token| at.child(token)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_operations_and_unused_components_are_left_out() {
        let uses = |name: &str| {
            json!({"operationId": name, "responses": {"200": {"description": "", "content": {
                "application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}}}})
        };
        let paths = json!({"/a": {"get": uses("A"), "put": uses("C")}, "/b": {"get": uses("C")}});
        let schemas = json!({"A": {"items": {"$ref": "#/components/schemas/B/items"}},
                             "B": {"items": {}}, "C": {}});
        let document = json!({"openapi": "3.0.3", "paths": paths,
                              "components": {"schemas": schemas, "securitySchemes": {"key": {}}}});
        let document = Document::from_value("api.json", document).unwrap();
        let pruned = with_operations(&document, |operation| operation.id == "A");
        assert_eq!(pruned.value()["paths"], json!({"/a": {"get": uses("A")}}));
        let components = &pruned.value()["components"];
        assert_eq!(
            components["schemas"].as_object().unwrap().keys().collect::<Vec<_>>(),
            ["A", "B"]
        );
        assert_eq!(components["securitySchemes"], json!({"key": {}}));
    }
}
