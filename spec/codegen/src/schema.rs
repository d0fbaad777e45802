//! The schemas of a document: where they are, and what they constrain.

use serde_json::{Map, Value};
use specfirst_model::Pointer;

/// What the value at a pointer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Schema,
    /// The `properties` of a schema, whose members are names and not keywords.
    Properties,
    /// The list of an `allOf`, `anyOf` or `oneOf`.
    Branches,
    Other,
}

/// Reads a pointer from the root, so that its cost is linear in its length.
fn kind(at: &Pointer) -> Kind {
    let mut kind = Kind::Other;
    let mut is_component_map = false;
    for (index, token) in at.tokens().enumerate() {
        kind = match (kind, token.as_str()) {
            (Kind::Properties | Kind::Branches, _) => Kind::Schema,
            (Kind::Schema, "properties") => Kind::Properties,
            (Kind::Schema, "allOf" | "anyOf" | "oneOf") => Kind::Branches,
            (Kind::Schema, "items" | "not" | "additionalProperties") => Kind::Schema,
            // Of a media type, a parameter or a header.
            (Kind::Other, "schema") => Kind::Schema,
            (Kind::Other, _) if index == 2 && is_component_map => Kind::Schema,
            _ => Kind::Other,
        };
        is_component_map = match index {
            0 => token == "components",
            1 => is_component_map && token == "schemas",
            _ => false,
        };
    }
    kind
}

/// Whether the value at this pointer is a schema.
pub(crate) fn is_schema(at: &Pointer) -> bool {
    kind(at) == Kind::Schema
}

/// Whether the pointer is that of a component schema.
pub(crate) fn is_component(at: &Pointer) -> bool {
    at.as_str().starts_with("/components/schemas/") && at.as_str().matches('/').count() == 3
}

/// Whether this is the `properties` object of a schema, whose members are names and not keywords.
pub(crate) fn is_properties_map(at: &Pointer) -> bool {
    kind(at) == Kind::Properties
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_told_from_names_and_from_other_places() {
        let is = |text: &str| is_schema(&Pointer::parse(text).unwrap());
        for schema in [
            "/components/schemas/A",
            "/components/schemas/schema",
            "/components/schemas/A/properties/items",
            "/components/schemas/A/properties/properties/items",
            "/components/schemas/A/allOf/0/not/additionalProperties",
            "/paths/~1a/get/parameters/0/schema",
            "/paths/~1a/get/parameters/0/schema/properties/schema/items",
            "/components/responses/A/content/application~1json/schema/oneOf/1",
        ] {
            assert!(is(schema), "{schema}");
        }
        for other in [
            "",
            "/components/schemas",
            "/components/schemas/A/properties",
            "/components/schemas/A/allOf",
            "/components/schemas/A/schema",
            "/components/schemas/A/example",
            "/paths/~1a/get/properties/items",
            "/x/schemas/A",
        ] {
            assert!(!is(other), "{other}");
        }
        let is_map = |text: &str| is_properties_map(&Pointer::parse(text).unwrap());
        assert!(is_map("/components/schemas/A/properties"));
        assert!(!is_map("/components/schemas/A/properties/properties"));
        assert!(!is_map("/components/responses/A/properties"));
    }
}
