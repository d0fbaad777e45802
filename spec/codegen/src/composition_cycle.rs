//! Composition cycles: schemas that are composed of themselves.

use std::collections::BTreeSet;

use serde_json::Value;
use specfirst_model::{Document, DocumentError, Pointer};

/// Whether a schema is composed of itself, without a property or item in between. Such a schema
/// describes no value, and a generator that follows it overflows its stack.
pub(super) fn is_composition_cycle(
    document: &Document,
    at: &Pointer,
) -> Result<bool, DocumentError> {
    let (start, _) = document.resolve(at)?;
    let mut seen = BTreeSet::new();
    let mut open = vec![start.clone()];
    while let Some(pointer) = open.pop() {
        for part in subschemas(document, &pointer) {
            let (part, _) = document.resolve(&part)?;
            if part == start {
                return Ok(true);
            }
            if seen.insert(part.clone()) {
                open.push(part);
            }
        }
    }
    Ok(false)
}

/// The subschemas that apply to the same value as the schema itself.
fn subschemas(document: &Document, at: &Pointer) -> Vec<Pointer> {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|keyword| {
        let list = at.child(keyword);
        let length = document.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
        (0..length).map(move |index| list.child(index))
    });
    let not = at.child("not");
    lists.chain(document.get(&not).is_some().then_some(not)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_composition_that_contains_itself_is_a_composition_cycle() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {
            "Itself": {"anyOf": [{"type": "string"}, reference("Itself")]},
            "Round": {"oneOf": [reference("About")]},
            "About": {"allOf": [{"not": reference("Round")}]},
            "Outside": {"anyOf": [reference("Itself")]},
            "Tree": {"anyOf": [{"type": "string"}, {"type": "array", "items": reference("Tree")}]},
            "List": {"allOf": [{"type": "object", "properties": {"next": reference("List")}}]},
        }}});
        let document = Document::from_value("api.json", document).unwrap();
        let at = Pointer::root().child("components").child("schemas");
        let is_cycle = |name: &str| is_composition_cycle(&document, &at.child(name)).unwrap();
        assert!(["Itself", "Round", "About"].into_iter().all(is_cycle));
        assert!(!["Outside", "Tree", "List"].into_iter().any(is_cycle));
    }
}
