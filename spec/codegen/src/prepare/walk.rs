//! Visits the schemas of a document.

use serde_json::{Map, Value};

/// Calls `visit` for every schema, an inner schema before the outer one. `is_component` tells whether
/// the schema is a component.
pub(super) fn schemas(document: &mut Value, visit: &mut impl FnMut(&mut Value, bool)) {
    let Value::Object(members) = document else { return };
    for (name, value) in members {
        match name.as_str() {
            "components" => {
                let Value::Object(sections) = value else { continue };
                for (section, entries) in sections {
                    if section != "schemas" {
                        outside(entries, visit);
                    } else if let Value::Object(entries) = entries {
                        entries.values_mut().for_each(|schema| within(schema, true, visit));
                    }
                }
            }
            "paths" => outside(value, visit),
            _ => {}
        }
    }
}

fn outside(value: &mut Value, visit: &mut impl FnMut(&mut Value, bool)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "schema" => within(value, false, visit),
                    "example" | "examples" => {}
                    _ => outside(value, visit),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| outside(item, visit)),
        _ => {}
    }
}

fn within(schema: &mut Value, is_component: bool, visit: &mut impl FnMut(&mut Value, bool)) {
    if let Value::Object(members) = schema {
        subschemas(members, &mut |schema| within(schema, false, visit));
    }
    if schema.is_object() {
        visit(schema, is_component);
    }
}

/// Calls `visit` for each direct subschema.
pub(super) fn subschemas(schema: &mut Map<String, Value>, visit: &mut impl FnMut(&mut Value)) {
    if schema.contains_key("$ref") {
        return;
    }
    for (keyword, value) in schema {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(&mut *visit)
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                branches.iter_mut().for_each(&mut *visit);
            }
            ("items" | "not" | "additionalProperties", value @ Value::Object(_)) => visit(value),
            _ => {}
        }
    }
}
