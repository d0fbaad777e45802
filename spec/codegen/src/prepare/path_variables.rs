//! Variables of paths without a parameter.

use serde_json::{Value, json};
use specfirst_model::{Document, DocumentError, ParameterLocation};

/// Gives each variable of a path that no parameter describes a parameter that is text. A request cannot
/// do without it.
pub(super) fn add_missing(document: &Document) -> Result<Document, DocumentError> {
    let mut value = document.value().clone();
    for operation in document.operations()? {
        let starts = operation.path.match_indices('{').map(|(start, _)| start + 1);
        let variables: Vec<&str> = starts
            .filter_map(|start| operation.path[start..].split_once('}').map(|(name, _)| name))
            .collect();
        for name in variables {
            let is_described = operation.parameters.iter().any(|parameter| {
                parameter.location == ParameterLocation::Path && parameter.name == name
            });
            if is_described || name.is_empty() {
                continue;
            }
            let Some(Value::Object(members)) = value.pointer_mut(operation.pointer.as_str()) else {
                continue;
            };
            let parameters = members.entry("parameters").or_insert_with(|| json!([]));
            let parameter =
                json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
            if let Value::Array(parameters) = parameters
                && !parameters.contains(&parameter)
            {
                parameters.push(parameter);
            }
        }
    }
    Document::from_value(document.name(), value)
}
