//! Titles that can be names of types.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use specfirst_model::Pointer;

use super::{names, walk};

/// Names that generated code uses without a path.
const RESERVED: [&str; 6] = ["Box", "Default", "Err", "None", "Ok", "Some"];

/// Makes each title a valid name, and numbers the titles of different schemas. A component keeps its
/// name: its title names nothing.
pub(super) fn make_distinct(document: &mut Value) {
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let components: BTreeMap<String, (String, Value)> = components
        .into_iter()
        .flatten()
        .map(|(name, schema)| (names::rust_name(name), (name.clone(), without_title(schema))))
        .collect();
    let mut named: BTreeMap<String, Value> =
        components.iter().map(|(name, (_, schema))| (name.clone(), schema.clone())).collect();
    walk::schemas(document, &mut |schema, is_component| {
        let Some(title) = schema.get("title") else { return };
        if is_component {
            // typify makes two types of a component that may be null. It would name the inner one after the
            // title, which is often the name of the component.
            if schema.get("nullable") == Some(&json!(true))
                && let Value::Object(members) = schema
            {
                members.shift_remove("title");
            }
            return;
        }
        let Some(title) = title.as_str() else { return };
        let is_valid = title.starts_with(|c: char| c.is_ascii_alphabetic())
            && title.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let name = if is_valid { title.to_owned() } else { names::sanitized(title) };
        // A copy of a component, as merging makes them, is that component.
        if let Some((component, content)) = components.get(&names::rust_name(&name))
            && *content == without_title(schema)
        {
            *schema = json!({"$ref": format!("#/components/schemas/{component}")});
            return;
        }
        let is_free = |name: &String, named: &BTreeMap<String, Value>| match named
            .get(&names::rust_name(name))
        {
            None => !RESERVED.contains(&names::rust_name(name).as_str()),
            Some(other) => without_title(other) == without_title(schema),
        };
        if is_valid && is_free(&name, &named) {
            named.insert(names::rust_name(&name), schema.clone());
            return;
        }
        // A scalar type needs no name of its own.
        let is_scalar = schema.get("enum").is_none()
            && matches!(
                schema.get("type").and_then(Value::as_str),
                Some("string" | "integer" | "number" | "boolean" | "array")
            );
        if is_scalar {
            if let Value::Object(members) = schema {
                members.shift_remove("title");
            }
            return;
        }
        let numbered = (2_u32..).map(|number| format!("{name}{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let Some(name) = candidates.find(|name| is_free(name, &named)) else { return };
        schema["title"] = json!(name);
        named.insert(names::rust_name(&name), schema.clone());
    });
}

fn without_title(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema {
        members.shift_remove("title");
    }
    schema
}

/// Gives the schema at a pointer a title that no type has. Returns whether it could.
pub(crate) fn give_title(document: &mut Value, at: &Pointer, number: usize) -> bool {
    let tokens: Vec<_> = at.tokens().collect();
    let is_component = crate::schema::is_component(at);
    let words: Vec<&str> = tokens
        .iter()
        .map(String::as_str)
        .filter(|token| {
            !matches!(
                *token,
                "components"
                    | "schemas"
                    | "properties"
                    | "schema"
                    | "content"
                    | "paths"
                    | "application/json"
                    | "responses"
                    | "items"
            )
        })
        .collect();
    let name = format!("{}{number}", names::sanitized(&words.join(" ")));
    let Some(Value::Object(schema)) = document.pointer_mut(at.as_str()) else { return false };
    if is_component || schema.contains_key("$ref") {
        return false;
    }
    schema.insert("title".to_owned(), json!(name));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names_and_different_schemas_get_different_ones() {
        let schema = |title: &str, kind: &str| json!({"schema": {"title": title, "type": "object", "description": kind}});
        let mut document = json!({"paths": {"a": schema("Two words", "x"), "b": schema("Fine", "x"),
            "c": schema("Fine", "y"), "d": schema("fine", "x"), "e": {"schema": {"title": "An id", "type": "string"}}}});
        make_distinct(&mut document);
        let title = |name: &str| document["paths"][name]["schema"]["title"].clone();
        assert_eq!(
            ["a", "b", "c", "d"].map(title),
            ["TwoWords", "Fine", "Fine2", "fine"].map(Value::from)
        );
        assert_eq!(title("e"), Value::Null);
    }
}
