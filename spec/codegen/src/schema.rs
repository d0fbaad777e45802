//! The schemas of a document: where they are, and what they constrain.

use serde_json::{Map, Value};
use specfirst_model::Pointer;

/// Whether the value at this pointer is a schema.
pub(crate) fn is_schema(at: &Pointer) -> bool {
    if is_component(at) {
        return true;
    }
    let tokens: Vec<_> = at.tokens().collect();
    let last = |back: usize| tokens.len().checked_sub(back).and_then(|i| tokens.get(i));
    let within = |pointer: Option<Pointer>| pointer.is_some_and(|pointer| is_schema(&pointer));
    let up = |levels: usize| (0..levels).try_fold(at.clone(), |at, _| at.parent());
    match last(1).map(String::as_str) {
        // A property may be called `schema` too. Then its parent is not a media type, parameter or
        // header.
        Some("schema") if !is_properties_map(&at.parent().unwrap_or_default()) => !within(up(1)),
        _ if last(2).is_some_and(|token| token == "properties") => within(up(2)),
        _ if last(2).is_some_and(|t| matches!(t.as_str(), "allOf" | "anyOf" | "oneOf")) => {
            within(up(2))
        }
        Some("items" | "not" | "additionalProperties") => within(up(1)),
        _ => false,
    }
}

/// Whether the pointer is that of a component schema.
pub(crate) fn is_component(at: &Pointer) -> bool {
    let tokens: Vec<_> = at.tokens().collect();
    matches!(tokens.as_slice(), [a, b, _] if a == "components" && b == "schemas")
}

/// Whether this is the `properties` object of a schema, whose members are names and not keywords.
pub(crate) fn is_properties_map(at: &Pointer) -> bool {
    at.tokens().last().is_some_and(|last| last == "properties")
        && at.parent().is_some_and(|schema| is_schema(&schema))
}

/// Calls `visit` for every schema that is not a reference, an outer schema before its subschemas.
pub(crate) fn visit_schemas(
    value: &Value,
    at: &Pointer,
    visit: &mut impl FnMut(&Pointer, &Map<String, Value>),
) {
    match value {
        Value::Object(members) => {
            if is_schema(at) && !members.contains_key("$ref") {
                visit(at, members);
            }
            members.iter().for_each(|(name, value)| visit_schemas(value, &at.child(name), visit));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(i, value)| visit_schemas(value, &at.child(i), visit));
        }
        _ => {}
    }
}

/// A schema without the annotations `title` and `description`.
pub(crate) fn without_annotations(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => members
            .iter()
            .filter(|(name, value)| {
                !(value.is_string() && ["title", "description"].contains(&name.as_str()))
            })
            .map(|(name, value)| (name.clone(), without_annotations(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_annotations).collect(),
        other => other.clone(),
    }
}
