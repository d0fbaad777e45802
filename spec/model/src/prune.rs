//! A document with some of its operations.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    document::{Document, DocumentError, percent_decode},
    operation::{METHODS, Operation},
    pointer::Pointer,
};

/// The document with only the operations that `keep` accepts, and the components that they use. An
/// operation that cannot be read is left out, too.
///
/// # Errors
///
/// [`DocumentError`] where the document has no paths.
pub fn with_operations(
    document: &Document,
    keep: impl Fn(&Operation) -> bool,
) -> Result<Document, DocumentError> {
    let (operations, _) = document.readable_operations();
    let kept: BTreeSet<(String, String)> = operations
        .iter()
        .filter(|operation| keep(operation))
        .map(|operation| (operation.path.clone(), operation.method.to_ascii_lowercase()))
        .collect();
    let mut value = document.value().clone();
    if let Some(Value::Object(paths)) = value.get_mut("paths") {
        for (path, item) in paths.iter_mut() {
            if let Value::Object(item) = item {
                item.retain(|name, _| {
                    !METHODS.contains(&name.as_str())
                        || kept.contains(&(path.clone(), name.clone()))
                });
            }
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(*method).is_some()));
    }
    remove_unused_components(document, &mut value);
    Document::from_value(document.name(), value)
}

fn remove_unused_components(document: &Document, value: &mut Value) {
    let mut used = BTreeSet::new();
    let mut open: Vec<Pointer> = value.get("paths").map(references_of).unwrap_or_default();
    while let Some(target) = open.pop() {
        let component = component_of(&target).unwrap_or(target);
        if used.insert(component.clone())
            && let Some(component) = document.get(&component)
        {
            open.extend(references_of(component));
        }
    }
    let Some(Value::Object(components)) = value.get_mut("components") else { return };
    for (section, entries) in components.iter_mut() {
        if let (Value::Object(entries), false) = (entries, section == "securitySchemes") {
            let at = Pointer::root().child("components").child(section);
            entries.retain(|name, _| used.contains(&at.child(name)));
        }
    }
}

/// The component that a place is or lies within.
fn component_of(place: &Pointer) -> Option<Pointer> {
    let tokens: Vec<String> = place.tokens().take(3).collect();
    (tokens.len() == 3 && tokens.first().is_some_and(|first| first == "components"))
        .then(|| tokens.iter().fold(Pointer::root(), |at, token| at.child(token)))
}

/// The places that the references within a value name, discriminators included.
pub fn references_of(value: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                places.extend(members.get("$ref").and_then(local_place));
                if let Some(Value::Object(mapping)) = value.pointer("/discriminator/mapping") {
                    places.extend(mapping.values().filter_map(local_place));
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    places
}

fn local_place(reference: &Value) -> Option<Pointer> {
    Pointer::parse(&percent_decode(reference.as_str()?.strip_prefix('#')?)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_operations_and_unused_components_are_left_out() {
        let response = |name: &str| {
            json!({"200": {"description": "", "content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{name}")},
            }}}})
        };
        let document = Document::from_value(
            "api.json",
            json!({
                "openapi": "3.0.3",
                "paths": {
                    "/a": {"parameters": [], "get": {"responses": response("A")},
                           "put": {"responses": response("C")}},
                    "/b": {"get": {"responses": response("C")}},
                },
                "components": {
                    "securitySchemes": {"key": {}},
                    "schemas": {
                        "A": {"properties": {"b": {"$ref": "#/components/schemas/B/items"}}},
                        "B": {"items": {}}, "C": {},
                    },
                },
            }),
        )
        .unwrap();
        let pruned = with_operations(&document, |operation| operation.id == "get-a").unwrap();
        assert_eq!(
            pruned.value(),
            &json!({
                "openapi": "3.0.3",
                "paths": {"/a": {"parameters": [], "get": {"responses": response("A")}}},
                "components": {
                    "securitySchemes": {"key": {}},
                    "schemas": {
                        "A": {"properties": {"b": {"$ref": "#/components/schemas/B/items"}}},
                        "B": {"items": {}},
                    },
                },
            })
        );
    }
}
