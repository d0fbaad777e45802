//! One success type and one error type for each operation, as progenitor supports.
//!
//! Where the document has several, the type is an untagged enum of them, if a value can show which one
//! it is. Otherwise the type is any JSON value: a decoder that may choose the wrong one would be
//! silently wrong.

use serde_json::{Value, json};
use specfirst_model::{Operation, Pointer};

use super::{add_component, bodies::is_other_json, names, reference_to, union};
use crate::media_type::{JSON, essence};

/// The extension of an operation that lists the statuses of errors without JSON.
pub(crate) const UNEXPECTED_STATUSES: &str = "x-specfirst-unexpected-statuses";

/// What progenitor makes of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Typed,
    Bytes,
    Empty,
}

/// Unifies the responses of an operation.
pub(super) fn unify(document: &mut Value, operation: &Operation) {
    let at = operation.pointer.child("responses");
    inline(document, &at);
    split_default(document, &at);
    unify_class(document, operation, &at, Class::Success);
    unify_class(document, operation, &at, Class::Error);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Success,
    Error,
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "101"
}

fn is_in(class: Class, status: &str) -> bool {
    match class {
        Class::Success => is_success(status) || status == "default",
        Class::Error => status.starts_with(['4', '5']) || status == "default",
    }
}

/// Copies shared responses, which the operations may need in different forms, and gives the JSON in
/// them the media type and the schema that progenitor expects.
fn inline(document: &mut Value, at: &Pointer) {
    let Some(Value::Object(responses)) = document.pointer(at.as_str()) else { return };
    let mut responses = responses.clone();
    responses.retain(|status, _| !status.starts_with("x-"));
    for (status, response) in &mut responses {
        for _ in 0..16 {
            let reference = response.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|r| r.strip_prefix('#'));
            let Some(target) = target.and_then(|r| document.pointer(r)) else { break };
            *response = target.clone();
        }
        // Headers have no type in the client.
        let Value::Object(members) = response else { continue };
        let Some(Value::Object(content)) = members.get_mut("content") else { continue };
        if !content.contains_key(JSON)
            && let Some(name) = content.keys().find(|name| is_other_json(name)).cloned()
            && let Some(body) = content.shift_remove(&name)
        {
            content.insert(JSON.to_owned(), body);
        }
        if let Some(Value::Object(body)) = content.get_mut(JSON) {
            body.shift_remove("encoding");
            body.entry("schema").or_insert_with(|| json!({}));
        }
        // A success that may also be something else than JSON is bytes. An error of another media type
        // is an error of the client either way.
        let has_other = content.keys().any(|name| essence(name) != JSON);
        if has_other && is_in(Class::Success, status) {
            content.shift_remove(JSON);
        } else if has_other && content.contains_key(JSON) {
            content.retain(|name, _| name == JSON);
        }
    }
    if let Some(place) = document.pointer_mut(at.as_str()) {
        *place = Value::Object(responses);
    }
}

/// Progenitor counts `default` among successes and errors. Where successes are documented, it describes
/// the errors.
fn split_default(document: &mut Value, at: &Pointer) {
    let Some(Value::Object(responses)) = document.pointer_mut(at.as_str()) else { return };
    if responses.len() < 2 {
        return;
    }
    let Some(default) = responses.shift_remove("default") else { return };
    let classes: &[&str] = if responses.keys().any(|status| is_success(status)) {
        &["4XX", "5XX"]
    } else {
        &["2XX", "4XX", "5XX"]
    };
    for class in classes {
        responses.entry(*class).or_insert_with(|| default.clone());
    }
}

fn kind(response: &Value) -> Kind {
    match response.get("content").and_then(Value::as_object) {
        Some(content) if content.contains_key(JSON) => Kind::Typed,
        Some(content) if !content.is_empty() => Kind::Bytes,
        _ => Kind::Empty,
    }
}

fn unify_class(document: &mut Value, operation: &Operation, at: &Pointer, class: Class) {
    let Some(Value::Object(responses)) = document.pointer(at.as_str()) else { return };
    let members: Vec<(String, Kind)> = responses
        .iter()
        .filter(|(status, _)| is_in(class, status))
        .map(|(status, response)| (status.clone(), kind(response)))
        .collect();
    let has = |kind: Kind| members.iter().any(|(_, other)| *other == kind);
    if [Kind::Typed, Kind::Bytes, Kind::Empty].into_iter().filter(|kind| has(*kind)).count() > 1 {
        if class == Class::Success || !has(Kind::Typed) {
            make_bytes(document, at, &members);
            return;
        }
        // An error response without JSON reaches the caller as an unexpected response.
        let mut removed = Vec::new();
        if let Some(Value::Object(responses)) = document.pointer_mut(at.as_str()) {
            responses.retain(|status, response| {
                let is_kept = !is_in(class, status) || kind(response) == Kind::Typed;
                removed.extend(status.parse::<u16>().ok().filter(|_| !is_kept));
                is_kept
            });
        }
        if let Some(Value::Object(members)) = document.pointer_mut(operation.pointer.as_str()) {
            members.insert(UNEXPECTED_STATUSES.to_owned(), removed.into());
        }
    }
    if has(Kind::Typed) {
        let statuses = members.iter().filter(|(_, kind)| *kind == Kind::Typed);
        unify_types(
            document,
            operation,
            at,
            &statuses.map(|(s, _)| s.clone()).collect::<Vec<_>>(),
            class,
        );
    }
}

fn make_bytes(document: &mut Value, at: &Pointer, members: &[(String, Kind)]) {
    for (status, _) in members {
        if let Some(Value::Object(response)) = document.pointer_mut(at.child(status).as_str()) {
            response.insert("content".to_owned(), json!({"application/octet-stream": {}}));
        }
    }
}

fn unify_types(
    document: &mut Value,
    operation: &Operation,
    at: &Pointer,
    statuses: &[String],
    class: Class,
) {
    let schema_at = |status: &String| at.child(status).child("content").child(JSON).child("schema");
    let all: Vec<Value> = statuses
        .iter()
        .filter_map(|status| document.pointer(schema_at(status).as_str()).cloned())
        .collect();
    let is_only_one = statuses.len() < 2;
    let mut different: Vec<(Value, &String)> = Vec::new();
    for (schema, status) in all.iter().zip(statuses) {
        if !different.iter().any(|(other, _)| meaning(other) == meaning(schema)) {
            different.push((schema.clone(), status));
        }
    }
    let has_other_class = is_only_one && class == Class::Success;
    let single = different.len() == 1;
    let unified = if single {
        let Some((schema, status)) = different.pop() else { return };
        // The only success keeps progenitor's name for its type.
        if has_other_class || schema.get("title").is_some() {
            if is_only_one {
                return;
            }
            schema
        } else {
            named(document, operation, status, schema)
        }
    } else {
        let parts: Vec<Value> = different
            .into_iter()
            .map(|(schema, status)| named(document, operation, status, schema))
            .collect();
        match union::ordered(document, &parts) {
            None => json!({}),
            Some(parts) => {
                let suffix = if class == Class::Success { "Success" } else { "Error" };
                let name = format!("{}{suffix}", names::sanitized(&operation.id));
                match add_component(document, &name, json!({"oneOf": parts})) {
                    Some(name) => reference_to(&name),
                    None => json!({}),
                }
            }
        }
    };
    for status in statuses {
        if let Some(schema) = document.pointer_mut(schema_at(status).as_str()) {
            schema.clone_from(&unified);
        }
    }
}

fn meaning(schema: &Value) -> Value {
    crate::schema::without_annotations(schema)
}

/// The schema of a response as a component, so that its type has a name of its own.
fn named(document: &mut Value, operation: &Operation, status: &str, schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return schema;
    }
    let is_object = schema.get("properties").is_some()
        || ["oneOf", "anyOf", "enum"].iter().any(|keyword| schema.get(*keyword).is_some());
    if !is_object {
        return schema;
    }
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        let at = format!("/components/schemas/{title}");
        if document.pointer(&at) == Some(&schema) {
            return reference_to(title);
        }
        if document.pointer(&at).is_none()
            && let Some(name) = add_component(document, title, schema.clone())
        {
            return reference_to(&name);
        }
    }
    let status = names::sanitized(&format!("x {status}"));
    let status = status.trim_start_matches('X');
    let name = format!("{}{status}Response", names::sanitized(&operation.id));
    match add_component(document, &name, schema.clone()) {
        Some(name) => reference_to(&name),
        None => schema,
    }
}
