//! Moves the targets of references into the document to components, so that they have names.

use std::collections::BTreeMap;

use serde_json::Value;
use specfirst_model::Pointer;

use super::{add_component, names, reference_to, walk};
use crate::schema::is_component;

/// A reference to a schema elsewhere in the document becomes a reference to a component.
pub(super) fn hoist_targets(document: &mut Value) {
    let mut targets: BTreeMap<String, Pointer> = BTreeMap::new();
    walk::schemas(document, &mut |schema, _| {
        if let Some(text) = schema.get("$ref").and_then(Value::as_str)
            && let Some(target) = text.strip_prefix('#').and_then(decode)
            && !is_component(&target)
        {
            targets.insert(text.to_owned(), target);
        }
    });
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for (text, target) in targets {
        // A schema with a title becomes a component under its title anyway.
        let Some(schema) = document.pointer(target.as_str()).filter(|s| s.is_object()) else {
            continue;
        };
        if schema.get("title").is_some() {
            continue;
        }
        let tokens: Vec<_> = target.tokens().collect();
        let name = names::sanitized(&tokens[tokens.len().saturating_sub(2)..].join(" "));
        let schema = schema.clone();
        if let Some(name) = add_component(document, &name, schema) {
            moved.insert(text, name);
        }
    }
    if moved.is_empty() {
        return;
    }
    walk::schemas(document, &mut |schema, _| {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|r| moved.get(r)) {
            *schema = reference_to(name);
        }
    });
}

fn decode(fragment: &str) -> Option<Pointer> {
    // These are the characters of paths that a fragment must encode.
    Pointer::parse(&fragment.replace("%7B", "{").replace("%7D", "}").replace("%20", " "))
}
