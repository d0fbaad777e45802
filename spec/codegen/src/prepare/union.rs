//! One schema for several responses.

use serde_json::{Map, Value, json};

/// The component schemas in an order in which the first that decodes a value is the right one. `None`
/// if one of them also decodes values of another, so that no order can tell them apart.
pub(super) fn ordered(document: &Value, schemas: &[Value]) -> Option<Vec<Value>> {
    let mut objects: Vec<(&Value, &Map<String, Value>)> = schemas
        .iter()
        .map(|schema| Some((schema, resolved(document, schema)?)))
        .collect::<Option<_>>()?;
    objects.sort_by_key(|(_, object)| std::cmp::Reverse(required(object).count()));
    for (index, (_, first)) in objects.iter().enumerate() {
        if objects[index + 1..].iter().any(|(_, later)| may_decode(document, first, later)) {
            return None;
        }
    }
    Some(objects.into_iter().map(|(schema, _)| schema.clone()).collect())
}

/// The members of an object schema.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> Option<&'d Map<String, Value>> {
    let mut schema = schema;
    // A circle of references is refused before.
    for _ in 0..16 {
        let Some(reference) = schema.get("$ref") else { break };
        schema = document.pointer(reference.as_str()?.strip_prefix('#')?)?;
    }
    let members = schema.as_object()?;
    let is_object = members.get("type").is_some_and(|kind| kind == "object")
        && !members.contains_key("$ref")
        && members.get("nullable").is_none_or(|nullable| nullable == false);
    is_object.then_some(members)
}

fn required(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    object.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a value of the schema `other` may also be decoded with the schema `object`.
fn may_decode(document: &Value, object: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    !required(object).any(|name| {
        let property = |object: &Map<String, Value>| {
            object.get("properties").and_then(|properties| properties.get(name)).cloned()
        };
        match (property(object), property(other)) {
            (_, None) => true,
            (Some(own), Some(theirs)) => {
                let is_required = required(other).any(|other| other == name);
                is_required && are_disjoint(document, &own, &theirs)
            }
            (None, Some(_)) => false,
        }
    })
}

/// Whether no value is valid for both schemas.
fn are_disjoint(document: &Value, a: &Value, b: &Value) -> bool {
    let kind = |schema: &Value| {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => document.pointer(reference.trim_start_matches('#'))?,
            None => schema,
        };
        if schema.get("nullable") == Some(&json!(true)) {
            return None;
        }
        let kind = schema.get("type")?.as_str()?;
        let values = schema.get("enum").and_then(Value::as_array).cloned();
        Some((if kind == "integer" { "number".to_owned() } else { kind.to_owned() }, values))
    };
    match (kind(a), kind(b)) {
        (Some((a, a_values)), Some((b, b_values))) => {
            a != b
                || match (a_values, b_values) {
                    (Some(a), Some(b)) => !a.iter().any(|value| b.contains(value)),
                    _ => false,
                }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(required: &[&str]) -> Value {
        let properties: Map<String, Value> =
            required.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        json!({"type": "object", "required": required, "properties": properties})
    }

    #[test]
    fn schema_with_more_required_properties_comes_first() {
        let (a, ab) = (object(&["a"]), object(&["a", "b"]));
        assert_eq!(ordered(&Value::Null, &[a.clone(), ab.clone()]), Some(vec![ab, a]));
    }

    #[test]
    fn schemas_that_decode_each_others_values_have_no_order() {
        let all_optional = json!({"type": "object", "properties": {"x": {"type": "string"}}});
        assert_eq!(ordered(&Value::Null, &[all_optional.clone(), object(&[])]), None);
        assert_eq!(ordered(&Value::Null, &[object(&["a"]), json!({"type": "string"})]), None);
        assert!(ordered(&Value::Null, &[all_optional, object(&["a"])]).is_some());
    }
}
