//! Finds the part of a document for which a library fails.

use serde_json::{Value, json};
use specfirst_model::{Document, JsonSchema, Pointer, error_chain};
use typify::{TypeSpace, TypeSpaceSettings};

use crate::{code, error::Error, schema::visit_schemas, unsupported::Unsupported};

/// The first schema for which generation fails on its own.
pub(super) fn locate_failure(view: &Document) -> Option<Error> {
    let (at, reason) = find_untyped_schema(view)?;
    Some(Unsupported::at(view, &at, reason).into())
}

/// The innermost schema for which typify has no type, and typify's message.
fn find_untyped_schema(view: &Document) -> Option<(Pointer, String)> {
    let mut pointers = Vec::new();
    visit_schemas(view.value(), &Pointer::root(), &mut |at, _| pointers.push(at.clone()));
    pointers.into_iter().rev().find_map(|at| {
        let schema = JsonSchema::read_alone(view, &at).ok()?;
        let schema = serde_json::from_value(without_references(&schema)).ok()?;
        let mut space = TypeSpace::new(&TypeSpaceSettings::default());
        let add = || space.add_type_with_name(&schema, Some("Schema".to_owned()));
        let ty = code::catch_panic("typify", add);
        let ty = ty.and_then(|ty| ty.map_err(|error| Error::library("typify", error)));
        ty.err().map(|error| (at, error_chain(&error)))
    })
}

fn without_references(schema: &Value) -> Value {
    match schema {
        Value::Object(members) if members.contains_key("$ref") => json!({}),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), without_references(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_references).collect(),
        other => other.clone(),
    }
}
