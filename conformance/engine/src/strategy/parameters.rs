//! Path, query and header parameters: conforming values, and requests with one violation.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::Value;
use specfirst_model::{
    Document, DocumentError, JsonSchema, Operation, Parameter, ParameterLocation, Pointer,
};

use super::{DIGITS, LOWER, letters, negative, positive};
use crate::http::case::{Broken, Request};

/// A parameter and the text that is sent for it.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    location: ParameterLocation,
    name: String,
    text: String,
}

/// Values for all parameters, one of them missing or violating its schema.
pub(super) type BrokenValues = BoxedStrategy<(Vec<Filled>, Broken)>;

/// Conforming values for the parameters of an operation. An optional one may be absent.
///
/// # Errors
///
/// An error if a schema of a parameter cannot be read.
pub(super) fn conforming(
    document: &Document,
    operation: &Operation,
) -> Result<BoxedStrategy<Vec<Filled>>, DocumentError> {
    let all = operation.parameters.iter().map(|parameter| {
        let filled = filled(document, parameter)?;
        Ok(if parameter.required {
            filled.prop_map(Some).boxed()
        } else {
            prop::option::of(filled).boxed()
        })
    });
    let all = all.collect::<Result<Vec<_>, DocumentError>>()?;
    Ok(all.prop_map(|all| all.into_iter().flatten().collect()).boxed())
}

/// Values with one violation, with a strategy for each kind of violation.
///
/// # Errors
///
/// An error if a schema of a parameter cannot be read.
pub(super) fn broken(
    document: &Document,
    operation: &Operation,
) -> Result<Vec<BrokenValues>, DocumentError> {
    let mut arms = Vec::new();
    for parameter in &operation.parameters {
        let (name, location) = (parameter.name.clone(), parameter.location);
        let of_broken = |mutation, schema: Pointer| Broken {
            mutation,
            instance: Pointer::root().child(&parameter.name),
            schema,
        };
        if parameter.required && location != ParameterLocation::Path {
            let broken = of_broken("missing-parameter", parameter.pointer.child("required"));
            let name = name.clone();
            arms.push(
                conforming(document, operation)?
                    .prop_map(move |mut all| {
                        all.retain(|filled| (filled.location, &filled.name) != (location, &name));
                        (all, broken.clone())
                    })
                    .boxed(),
            );
        }
        let Some(pointer) = &parameter.schema else { continue };
        let schema = JsonSchema::read(document, pointer)?;
        if !is_breakable(&schema) {
            continue;
        }
        let validator = validator(document, &schema)?;
        let values = negative::values(&schema).prop_filter_map(
            "the text of the value conforms",
            move |(value, broken)| {
                let text = text(&value)?;
                let is_sendable = is_sendable(location, &text);
                (is_sendable && readings(&text).iter().all(|value| !validator.is_valid(value)))
                    .then_some((text, broken))
            },
        );
        let at = Pointer::root().child(&parameter.name);
        arms.push(
            (conforming(document, operation)?, values)
                .prop_map(move |(mut all, (text, mut broken))| {
                    all.retain(|filled| (filled.location, &filled.name) != (location, &name));
                    all.push(Filled { location, name: name.clone(), text });
                    broken.instance = at.join(&broken.instance);
                    (all, broken)
                })
                .boxed(),
        );
    }
    Ok(arms)
}

/// The request with its parameters filled in.
pub(super) fn put(mut request: Request, all: &[Filled]) -> Request {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut separator = '?';
    for Filled { location, name, text } in all {
        match location {
            ParameterLocation::Path => {
                request.path = request.path.replace(&format!("{{{name}}}"), &encode(text));
            }
            ParameterLocation::Query => {
                request.path.push(separator);
                separator = '&';
                request.path.push_str(&format!("{}={}", encode(name), encode(text)));
            }
            ParameterLocation::Header => request = request.header(name, text),
            ParameterLocation::Cookie => {
                request = request.header("cookie", &format!("{name}={}", encode(text)));
            }
        }
    }
    request
}

fn filled(
    document: &Document,
    parameter: &Parameter,
) -> Result<BoxedStrategy<Filled>, DocumentError> {
    let (name, location) = (parameter.name.clone(), parameter.location);
    let texts = match &parameter.schema {
        Some(pointer) => {
            let schema = JsonSchema::read(document, pointer)?;
            let validator = validator(document, &schema)?;
            positive::values(&schema)
                .prop_filter_map("no text that can be sent", move |value| {
                    let text = text(&value)?;
                    // A text can be read as several types. It must conform as one of them.
                    let conforms = readings(&text).iter().any(|value| validator.is_valid(value));
                    (conforms && is_sendable(location, &text)).then_some(text)
                })
                .boxed()
        }
        None => letters(&[LOWER, DIGITS], 1..=8),
    };
    Ok(texts.prop_map(move |text| Filled { location, name: name.clone(), text }).boxed())
}

fn validator(
    document: &Document,
    schema: &JsonSchema,
) -> Result<jsonschema::Validator, DocumentError> {
    schema.validator().map_err(|message| DocumentError::Malformed {
        name: document.name().to_owned(),
        pointer: schema.in_document(&Pointer::root()),
        message,
    })
}

/// Whether a text can violate the schema, since every text is a valid unconstrained string.
fn is_breakable(schema: &JsonSchema) -> bool {
    let schema = schema.value();
    let kind = schema.get("type").and_then(Value::as_str);
    let is_constrained =
        ["enum", "pattern", "minLength", "maxLength"].iter().any(|key| schema.get(key).is_some());
    matches!(kind, Some("integer" | "number" | "boolean"))
        || kind == Some("string") && is_constrained
}

/// A value as a parameter; `None` if it has no plain text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(text).collect();
            items.map(|items| items.join(","))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// The values that a server can read from a text.
fn readings(text: &str) -> Vec<Value> {
    let mut readings = vec![Value::from(text)];
    readings.extend(serde_json::from_str::<Value>(text).ok());
    let items = text
        .split(',')
        .map(|item| serde_json::from_str::<Value>(item).unwrap_or_else(|_| item.into()));
    readings.push(items.collect());
    readings.push(text.split(',').map(Value::from).collect());
    readings
}

/// Whether a text can be sent at this location: a path has no empty segment, and a header is visible
/// ASCII.
fn is_sendable(location: ParameterLocation, text: &str) -> bool {
    match location {
        ParameterLocation::Path => !text.is_empty() && text != "." && text != "..",
        ParameterLocation::Header => {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
        }
        ParameterLocation::Query | ParameterLocation::Cookie => true,
    }
}
