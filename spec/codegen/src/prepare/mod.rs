//! The passes that turn any document into one that the generators' libraries support.
//!
//! Each pass maps a document to a document that describes the same messages. What a pass cannot
//! express it leaves as it is; the checks after it refuse that place.

mod all_of;
mod bodies;
mod components;
mod cookies;
mod names;
mod parameter_names;
mod parameters;
mod path_variables;
mod references;
mod responses;
mod schemas;
mod serialization;
mod single_reference;
mod structure;
mod titles;
mod union;
mod walk;

#[cfg(test)]
mod tests;

use serde_json::Value;
use specfirst_model::{Document, DocumentError};

pub(crate) use bodies::{CONTENT_TYPE_PARAMETER, has_nested_member};
pub(crate) use names::rust_name;
pub(crate) use parameter_names::SENT_NAMES;
pub(crate) use responses::UNEXPECTED_STATUSES;
pub(crate) use serialization::{Serialization, check_for_client, serialization};
pub(crate) use single_reference::nullable_reference;
pub(crate) use titles::give_title;

/// The document with everything that both generators need.
pub(crate) fn for_both(document: &Document) -> Result<Document, DocumentError> {
    // References that lead nowhere are errors, with their places, before anything changes.
    let mut value = document.value().clone();
    structure::complete(&mut value);
    components::make_distinct(&mut value);
    references::hoist_targets(&mut value);
    schemas::simplify(&mut value);
    all_of::merge(&mut value);
    parameters::make_text(&mut value);
    titles::make_distinct(&mut value);
    let complete = path_variables::add_missing(&Document::from_value(document.name(), value)?)?;
    cookies::make_header(&serialization::simplify(&complete)?)
}

/// The document with one request body, one success type and one error type for each operation, as
/// progenitor supports.
pub(crate) fn for_client(document: &Document) -> Result<Document, DocumentError> {
    let document = parameter_names::make_distinct(&serialization::join_arrays(document)?)?;
    let mut value = document.value().clone();
    for operation in document.operations()? {
        bodies::keep_one(&mut value, &operation);
        responses::unify(&mut value, &operation);
    }
    Document::from_value(document.name(), value)
}

/// The types of schemas whose values a parameter or a form can hold.
const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];

/// A schema with its references followed, also those that may be null. `None` if one of them leads nowhere
/// or in a circle.
fn resolved<'v>(document: &'v Value, mut schema: &'v Value) -> Option<&'v Value> {
    for _ in 0..16 {
        if let Some(reference) = schema.as_object().and_then(nullable_reference) {
            schema = reference;
        }
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return Some(schema);
        };
        schema = document.pointer(reference.strip_prefix('#')?)?;
    }
    None
}

/// The component schemas of a document. They are created if they are absent.
fn component_schemas(document: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components").or_insert_with(empty);
    components.as_object_mut()?.entry("schemas").or_insert_with(empty).as_object_mut()
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

/// Adds a component schema under a name that no other type has. Returns the name.
fn add_component(document: &mut Value, wanted: &str, schema: Value) -> Option<String> {
    let schemas = component_schemas(document)?;
    let name =
        names::distinct_by(wanted, |name| schemas.keys().any(|other| names::coincide(name, other)));
    schemas.insert(name.clone(), schema);
    Some(name)
}

fn reference_to(name: &str) -> Value {
    serde_json::json!({"$ref": format!("#/components/schemas/{name}")})
}
