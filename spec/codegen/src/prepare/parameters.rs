//! Parameters and headers of responses as text, where their schema has no scalar type.

use serde_json::{Map, Value, json};

use super::{SCALARS, single_reference::exclude_null};
use crate::prune::METHODS;

/// A path, query or header parameter whose schema allows several scalar types, or any type, is text: so
/// it is on the wire. The same holds for the values of an array, and for a header of a response. None of
/// them can be null.
pub(super) fn make_text(document: &mut Value) {
    let source = document.get("components").cloned().unwrap_or_default();
    let visit = |parameters: &mut Value| {
        let Value::Array(parameters) = parameters else { return };
        for parameter in parameters {
            make_one_text(&source, parameter);
        }
    };
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            if let Some(parameters) = item.get_mut("parameters") {
                visit(parameters);
            }
            for method in METHODS {
                if let Some(parameters) =
                    item.get_mut(method).and_then(|op| op.get_mut("parameters"))
                {
                    visit(parameters);
                }
                let responses = item.get_mut(method).and_then(|op| op.get_mut("responses"));
                make_headers_text(&source, responses);
            }
        }
    }
    make_headers_text(&source, document.pointer_mut("/components/responses"));
    for shared in ["/components/parameters", "/components/headers"] {
        if let Some(Value::Object(shared)) = document.pointer_mut(shared) {
            shared.values_mut().for_each(|parameter| make_one_text(&source, parameter));
        }
    }
}

fn make_headers_text(components: &Value, responses: Option<&mut Value>) {
    let responses = responses.and_then(Value::as_object_mut).into_iter();
    for response in responses.flat_map(|responses| responses.values_mut()) {
        if let Some(Value::Object(headers)) = response.get_mut("headers") {
            headers.values_mut().for_each(|header| make_one_text(components, header));
        }
    }
}

fn make_one_text(components: &Value, parameter: &mut Value) {
    let Value::Object(members) = parameter else { return };
    if members.contains_key("$ref") || members.contains_key("content") {
        return;
    }
    let Some(schema) = members.get_mut("schema") else {
        members.insert("schema".to_owned(), json!({"type": "string"}));
        return;
    };
    exclude_null(schema);
    if let Some(items) = schema.get_mut("items") {
        exclude_null(items);
    }
    if schema.get("type").is_some_and(|kind| kind == "array")
        && let Some(items) = schema.get_mut("items")
        && is_any_scalar(components, items, 0)
    {
        *items = json!({"type": "string"});
        return;
    }
    if is_any_scalar(components, schema, 0) {
        let mut text = json!({"type": "string"});
        if let Some(description) = schema.get("description") {
            text["description"] = description.clone();
        }
        *schema = text;
    }
}

/// Whether a schema has no type of its own, and allows scalar values.
fn is_any_scalar(components: &Value, schema: &Value, depth: usize) -> bool {
    if depth > 16 {
        return false;
    }
    let schema = match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let at = reference.strip_prefix("#/components");
            let Some(target) = at.and_then(|at| components.pointer(at)) else { return false };
            return is_any_scalar(components, target, depth + 1);
        }
        None => schema,
    };
    let Some(members) = schema.as_object() else { return false };
    if members.contains_key("type") || members.contains_key("allOf") {
        return false;
    }
    if let Some(values) = members.get("enum").and_then(Value::as_array) {
        return values.iter().all(|value| !value.is_object() && !value.is_array());
    }
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| members.get(keyword));
    let mut branches = branches.filter_map(Value::as_array).flatten().peekable();
    if branches.peek().is_none() {
        return !has_object_keywords(members);
    }
    branches.all(|branch| {
        let kind = branch.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| SCALARS.contains(&kind))
            || is_any_scalar(components, branch, depth + 1)
    })
}

fn has_object_keywords(members: &Map<String, Value>) -> bool {
    ["properties", "additionalProperties", "items"].iter().any(|name| members.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untyped_parameter_is_text_and_a_typed_one_keeps_its_type() {
        let parameter = |schema: Value| json!({"name": "a", "in": "query", "schema": schema});
        let array = json!({"type": "array", "items": {}});
        let mut document = json!({"paths": {"/a": {"get": {"parameters": [
            parameter(json!({})), parameter(json!({"type": "integer"})), parameter(array.clone()),
            parameter(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})),
            parameter(json!({"oneOf": [{"type": "string"}, array.clone()]})),
            parameter(json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/A"}]})),
        ]}}}});
        make_text(&mut document);
        let kind = |index: usize| {
            document["paths"]["/a"]["get"]["parameters"][index]["schema"]["type"].clone()
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(kind),
            [json!("string"), json!("integer"), json!("array"), json!("string"), Value::Null]
        );
        let reference = &document["paths"]["/a"]["get"]["parameters"][5]["schema"];
        assert_eq!(*reference, json!({"$ref": "#/components/schemas/A"}));
    }
}
