//! Cookie parameters as the header that carries them.

use serde_json::{Value, json};
use specfirst_model::{Document, DocumentError, ParameterLocation};

/// Replaces the cookie parameters of an operation with one parameter for the header `Cookie`. Neither
/// progenitor nor Dropshot has cookie parameters.
pub(super) fn make_header(document: &Document) -> Result<Document, DocumentError> {
    let mut value = document.value().clone();
    let mut is_changed = false;
    for operation in document.operations()? {
        let cookies: Vec<_> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Cookie)
            .collect();
        if cookies.is_empty() {
            continue;
        }
        is_changed = true;
        let names: Vec<_> = cookies.iter().map(|cookie| format!("`{}`", cookie.name)).collect();
        let header = json!({
            "name": "cookie", "in": "header", "schema": {"type": "string"},
            "required": cookies.iter().any(|cookie| cookie.required),
            "description": format!("The header `Cookie`, with {}.", names.join(" and ")),
        });
        let kept: Vec<Value> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location != ParameterLocation::Cookie)
            .filter_map(|parameter| document.get(&parameter.pointer).cloned())
            .chain([header])
            .collect();
        if let Some(Value::Object(members)) = value.pointer_mut(operation.pointer.as_str()) {
            members.insert("parameters".to_owned(), Value::Array(kept));
        }
        // The parameters of the path stay for its other operations, except for its own cookies. A
        // shared cookie of a path stays, and is refused.
        let shared = operation.pointer.parent().unwrap_or_default().child("parameters");
        if let Some(Value::Array(shared)) = value.pointer_mut(shared.as_str()) {
            shared.retain(|parameter| parameter.get("in").is_none_or(|place| place != "cookie"));
        }
    }
    if is_changed { Document::from_value(document.name(), value) } else { Ok(document.clone()) }
}
