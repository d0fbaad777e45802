//! One media type for the body of each request, as progenitor supports.

use serde_json::{Value, json};
use specfirst_model::{Content, Operation};

use super::resolved;
use crate::media_type::{FORM, JSON, essence, is_json};

/// The header parameter that stands for `Content-Type`, which progenitor ignores as a parameter.
pub(crate) const CONTENT_TYPE_PARAMETER: &str = "body-content-type";

/// Keeps JSON, else a form of scalars, else bytes with a media type that the caller names.
///
/// Progenitor has no type for other bodies, such as `multipart/form-data`. The caller supplies their
/// bytes and their `Content-Type`, which for a multipart body contains the boundary.
pub(super) fn keep_one(document: &mut Value, operation: &Operation) {
    let Some(body) = &operation.request_body else { return };
    let nested = nested_forms(document, operation);
    let Some(Value::Object(content)) = document.pointer_mut(body.pointer.child("content").as_str())
    else {
        return;
    };
    let find = |wanted: fn(&str) -> bool| {
        content.keys().find(|media_type| wanted(&essence(media_type))).cloned()
    };
    let exact = [JSON, FORM].map(|name| content.contains_key(name).then(|| name.to_owned()));
    let is_flat = |name: &String| !nested.contains(name);
    let [json, form] = exact;
    let json = json.or_else(|| find(|media_type| media_type == JSON));
    let form = form.or_else(|| find(|media_type| media_type == FORM)).filter(is_flat);
    let typed = json.clone().or(form);
    if let Some(kept) = typed {
        let name = if json.is_some() { JSON } else { FORM };
        let mut schema = content.shift_remove(&kept).unwrap_or_default();
        if let Value::Object(members) = &mut schema {
            members.shift_remove("encoding");
            members.entry("schema").or_insert_with(|| json!({}));
        }
        content.clear();
        content.insert(name.to_owned(), schema);
        return;
    }
    if content.is_empty() || is_raw_for_progenitor(content) {
        return;
    }
    let names: Vec<String> = content.keys().map(|name| format!("`{name}`")).collect();
    content.clear();
    content.insert(
        "application/octet-stream".to_owned(),
        json!({"schema": {"type": "string", "format": "binary"}}),
    );
    let parameter = json!({
        "name": CONTENT_TYPE_PARAMETER, "in": "header", "required": true,
        "description": format!("The `Content-Type` of the body: {}.", names.join(" or ")),
        "schema": {"type": "string"},
    });
    let Some(Value::Object(members)) = document.pointer_mut(operation.pointer.as_str()) else {
        return;
    };
    if let Value::Array(parameters) = members.entry("parameters").or_insert_with(|| json!([])) {
        let is_there = |p: &Value| p.get("name").is_some_and(|name| name == CONTENT_TYPE_PARAMETER);
        if !parameters.iter().any(is_there) {
            parameters.push(parameter);
        }
    }
}

/// The media types of forms with a member that is an array or an object, which progenitor cannot send.
fn nested_forms(document: &Value, operation: &Operation) -> Vec<String> {
    let contents = operation.request_body.iter().flat_map(|body| &body.content);
    let is_nested = |content: &&Content| {
        let schema = content.schema.as_ref().and_then(|at| document.pointer(at.as_str()));
        essence(&content.media_type) == FORM
            && schema.is_some_and(|s| has_nested_member(document, s))
    };
    contents.filter(is_nested).map(|content| content.media_type.clone()).collect()
}

/// Whether an object may have a member that is an array or an object.
pub(crate) fn has_nested_member(document: &Value, schema: &Value) -> bool {
    let Some(schema) = resolved(document, schema) else { return false };
    let members = schema.get("properties").and_then(Value::as_object);
    let mut members = members.into_iter().flat_map(|members| members.values());
    let is_nested = |member: &Value| {
        let kind = resolved(document, member).and_then(|member| member.get("type"));
        kind.is_some_and(|kind| kind == "array" || kind == "object")
    };
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| schema.get(keyword));
    let mut branches = branches.filter_map(Value::as_array).flatten();
    members.any(is_nested)
        || schema.get("additionalProperties").is_some_and(is_nested)
        || branches.any(|branch| {
            resolved(document, branch).is_some_and(|branch| branch != schema)
                && has_nested_member(document, branch)
        })
}

/// Whether progenitor sends the only body as bytes or text with its own media type.
fn is_raw_for_progenitor(content: &serde_json::Map<String, Value>) -> bool {
    let schema = content.values().next().and_then(|body| body.get("schema"));
    let is = |expected: Value| schema == Some(&expected);
    content.len() == 1
        && (content.contains_key("application/octet-stream")
            && is(json!({"type": "string", "format": "binary"}))
            || content.contains_key("text/plain") && is(json!({"type": "string"})))
}

/// Whether a media type is JSON under another name than progenitor knows.
pub(super) fn is_other_json(media_type: &str) -> bool {
    media_type != JSON && is_json(&essence(media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_member_is_found_behind_references_and_alternatives() {
        let document = json!({"components": {"schemas": {"List": {"type": "array"},
            "Outer": {"properties": {"a": {"$ref": "#/components/schemas/List"}}}}}});
        let nested = [
            json!({"$ref": "#/components/schemas/Outer"}),
            json!({"oneOf": [{"properties": {}}, {"$ref": "#/components/schemas/Outer"}]}),
            json!({"additionalProperties": {"type": "object"}}),
        ];
        for schema in nested {
            assert!(has_nested_member(&document, &schema), "{schema}");
        }
        let flat = json!({"properties": {"a": {"type": "string"}, "b": {}}});
        assert!(!has_nested_member(&document, &flat));
    }
}
