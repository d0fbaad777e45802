//! Simplifies single schemas.

use serde_json::{Map, Value, json};

use super::walk;

/// Removes what constrains nothing or contradicts itself without an effect on messages.
pub(super) fn simplify(document: &mut Value) {
    walk::schemas(document, &mut |schema, _| {
        if let Value::Object(members) = schema {
            simplify_enum(members);
            simplify_default(members);
            simplify_format(members);
            // A property of every object that is required twice is required.
            if let Some(Value::Array(names)) = members.get_mut("required") {
                let mut seen = std::collections::BTreeSet::new();
                names.retain(|name| seen.insert(name.to_string()));
            }
        }
    });
}

/// `null` in an `enum` of a nullable schema is what `nullable` says. An `enum` without values is an
/// error of the document: no value would be valid.
fn simplify_enum(members: &mut Map<String, Value>) {
    let is_nullable = members.get("nullable") == Some(&json!(true));
    let Some(Value::Array(values)) = members.get_mut("enum") else { return };
    let mut seen = std::collections::BTreeSet::new();
    values.retain(|value| seen.insert(value.to_string()));
    if is_nullable && values.iter().any(|value| !value.is_null()) {
        values.retain(|value| !value.is_null());
    }
}

/// Only strings and numbers have formats.
fn simplify_format(members: &mut Map<String, Value>) {
    if let Some("object" | "array" | "boolean") = members.get("type").and_then(Value::as_str) {
        members.shift_remove("format");
    }
}

/// A default of null says that there is no default.
fn simplify_default(members: &mut Map<String, Value>) {
    if members.get("default").is_some_and(Value::is_null) {
        members.shift_remove("default");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_repeated_values_and_formats_of_objects_are_removed() {
        let mut document = json!({"components": {"schemas": {
            "A": {"type": "string", "nullable": true, "enum": ["a", null, "a"], "default": null},
            "B": {"type": "object", "format": "map", "required": ["b", "b"]},
        }}});
        simplify(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"A": {"type": "string", "nullable": true, "enum": ["a"]},
                   "B": {"type": "object", "required": ["b"]}})
        );
    }
}
