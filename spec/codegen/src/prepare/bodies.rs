//! One media type for the body of each request, as progenitor supports.

use serde_json::{Value, json};
use specfirst_model::Operation;

use crate::media_type::{FORM, JSON, essence, is_json};

/// The header parameter that stands for `Content-Type`, which progenitor ignores as a parameter.
pub(crate) const CONTENT_TYPE_PARAMETER: &str = "body-content-type";

/// Keeps JSON, else a form, else bytes with a media type that the caller names.
///
/// Progenitor has no type for other bodies, such as `multipart/form-data`. The caller supplies their
/// bytes and their `Content-Type`, which for a multipart body contains the boundary.
pub(super) fn keep_one(document: &mut Value, operation: &Operation) {
    let Some(body) = &operation.request_body else { return };
    let Some(Value::Object(content)) = document.pointer_mut(body.pointer.child("content").as_str())
    else {
        return;
    };
    let find = |wanted: fn(&str) -> bool| {
        content.keys().find(|media_type| wanted(&essence(media_type))).cloned()
    };
    let exact = [JSON, FORM].map(|name| content.contains_key(name).then(|| name.to_owned()));
    let [json, form] = exact;
    let json = json.or_else(|| find(|media_type| media_type == JSON));
    let typed = json.clone().or(form).or_else(|| find(|media_type| media_type == FORM));
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
