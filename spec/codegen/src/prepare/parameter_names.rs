//! Parameters that have the same name in different locations.

use serde_json::{Map, Value, json};
use specfirst_model::{Document, DocumentError, Operation, Parameter, ParameterLocation};

use super::{names::coincide, serialization::replace};

/// The extension of an operation that maps the names of its parameters in the client to those that are sent.
pub(crate) const SENT_NAMES: &str = "x-specfirst-sent-names";

/// Adds the location to the name of a parameter if another one comes first in Rust. progenitor has one
/// namespace for the parameters of all locations.
pub(super) fn make_distinct(document: &Document) -> Result<Document, DocumentError> {
    let distinct = replace(document, |document, operation, parameter| {
        let mut changed = document.get(&parameter.pointer)?.clone();
        changed["name"] = distinct_name(operation, parameter)?.into();
        Some(vec![changed])
    })?;
    let mut value = distinct.value().clone();
    for operation in document.operations()? {
        let sent = operation.parameters.iter();
        let sent = sent.filter_map(|p| Some((distinct_name(&operation, p)?, json!(p.name))));
        let sent: Map<String, Value> = sent.collect();
        if !sent.is_empty()
            && let Some(Value::Object(members)) = value.pointer_mut(operation.pointer.as_str())
        {
            members.insert(SENT_NAMES.to_owned(), Value::Object(sent));
        }
    }
    Document::from_value(document.name(), value)
}

/// The name of a parameter in the client if it differs from the one that is sent. A path comes before a
/// query, because the template has the names of its variables, and a query before the headers.
fn distinct_name(operation: &Operation, parameter: &Parameter) -> Option<String> {
    let (location, earlier): (_, &[_]) = match parameter.location {
        ParameterLocation::Query => ("query", &[ParameterLocation::Path]),
        ParameterLocation::Header => {
            ("header", &[ParameterLocation::Path, ParameterLocation::Query])
        }
        ParameterLocation::Path | ParameterLocation::Cookie => return None,
    };
    let mut others = operation.parameters.iter().filter(|p| earlier.contains(&p.location));
    others
        .any(|p| coincide(&p.name, &parameter.name))
        .then(|| format!("{location}_{}", parameter.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_an_earlier_location_gets_the_own_location() {
        let parameter = |name: &str, location: &str| json!({"name": name, "in": location, "required": true, "schema": {"type": "string"}});
        let responses = json!({"204": {"description": ""}});
        let parameters = json!([parameter("userId", "query"), parameter("user-id", "header")]);
        let value = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
            "/a/{user_id}": {
                "parameters": [parameter("user_id", "path")],
                "get": {"operationId": "a", "responses": responses, "parameters": parameters}},
            "/b": {"get": {"operationId": "b", "responses": responses, "parameters": parameters}},
        }});
        let document = Document::from_value("a.json", value).unwrap();
        let distinct = make_distinct(&document).unwrap();
        let names = |index: usize| -> Vec<String> {
            let operation = &distinct.operations().unwrap()[index];
            operation.parameters.iter().map(|parameter| parameter.name.clone()).collect()
        };
        let mut first = names(0);
        first.sort();
        assert_eq!(first, ["header_user-id", "query_userId", "user_id"]);
        assert_eq!(names(1), ["userId", "header_user-id"]);
        assert_eq!(
            distinct.value()["paths"]["/a/{user_id}"]["get"][SENT_NAMES],
            json!({"query_userId": "userId", "header_user-id": "user-id"})
        );
    }
}
