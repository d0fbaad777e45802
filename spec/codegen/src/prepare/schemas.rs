//! Simplifies single schemas.

use serde_json::{Map, Value, json};

use super::{single_reference, walk};

/// Removes what constrains nothing or contradicts itself without an effect on messages.
pub(super) fn simplify(document: &mut Value) {
    walk::schemas(document, &mut |schema, is_component| {
        if let Value::Object(members) = schema {
            simplify_default(members);
            single_reference::simplify(members, is_component);
            simplify_choice(members);
            simplify_enum(members);
            simplify_format(members);
            // A property of every object that is required twice is required.
            if let Some(Value::Array(names)) = members.get_mut("required") {
                let mut seen = std::collections::BTreeSet::new();
                names.retain(|name| seen.insert(name.to_string()));
            }
        }
    });
}

/// The keywords of a schema for one value, and those that only describe it.
const ONE_VALUE: [&str; 6] = ["title", "description", "deprecated", "example", "enum", "type"];

/// A `oneOf` or `anyOf` of single values is an `enum` of them. Documents write it so to describe each value.
fn simplify_choice(members: &mut Map<String, Value>) {
    if members.contains_key("enum") {
        return;
    }
    let keyword = ["oneOf", "anyOf"].into_iter().find(|keyword| members.contains_key(*keyword));
    let Some(keyword) = keyword else { return };
    let Some(Value::Array(branches)) = members.get(keyword) else { return };
    let mut kind = members.get("type").cloned();
    let mut values: Vec<Value> = Vec::new();
    for branch in branches {
        let Some(branch) = branch.as_object() else { return };
        let is_plain =
            branch.keys().all(|name| ONE_VALUE.contains(&name.as_str()) || name.starts_with("x-"));
        let Some([value]) = branch.get("enum").and_then(Value::as_array).map(Vec::as_slice) else {
            return;
        };
        let own = branch.get("type").or(kind.as_ref()).cloned();
        if !is_plain || value.is_null() || values.contains(value) || own.is_none() {
            return;
        }
        if kind.get_or_insert_with(|| own.clone().unwrap_or_default()) != &own.unwrap_or_default() {
            return;
        }
        values.push(value.clone());
    }
    let Some(kind) = kind.filter(|_| !values.is_empty()) else { return };
    members.shift_remove(keyword);
    members.insert("type".to_owned(), kind);
    members.insert("enum".to_owned(), values.into());
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
    fn choice_of_single_values_is_an_enum() {
        let one = |value: &str| json!({"title": value, "enum": [value]});
        let mut document = json!({"components": {"schemas": {
            "A": {"type": "string", "oneOf": [one("a"), one("b")]},
            "B": {"anyOf": [{"type": "integer", "enum": [1]}, {"type": "integer", "enum": [2]}]},
            "C": {"type": "string", "oneOf": [one("a"), one("a")]},
            "D": {"oneOf": [{"type": "integer", "enum": [1]}, {"type": "string", "enum": ["1"]}]},
            "E": {"type": "string", "oneOf": [one("a"), {"minLength": 1, "enum": ["b"]}]},
        }}});
        let before = document.clone();
        simplify(&mut document);
        let schemas =
            |document: &Value, name: &str| document["components"]["schemas"][name].clone();
        assert_eq!(schemas(&document, "A"), json!({"type": "string", "enum": ["a", "b"]}));
        assert_eq!(schemas(&document, "B"), json!({"type": "integer", "enum": [1, 2]}));
        for name in ["C", "D", "E"] {
            assert_eq!(schemas(&document, name), schemas(&before, name));
        }
    }

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
