//! Checks how the client reads conforming responses: each decodes, and its documented members can be
//! written as the same JSON.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use specfirst_model::JsonSchema;

use super::{CallResult, Entrypoint, Outcome, contract::Documented, promise};
use specfirst_engine::{
    check::finding::Finding,
    strategy::positive::{self, flat, required},
};

/// The maximum depth of the schemas.
const DEPTH: u32 = 8;

/// Conforming bodies of a response, some with unknown members.
pub(super) fn bodies(schema: &JsonSchema) -> BoxedStrategy<Value> {
    let root = schema.value().clone();
    let definitions = root.get("definitions").cloned().unwrap_or(Value::Null);
    let unknown = prop::sample::select(vec![json!(null), json!("new"), json!([{"of": "2027"}])]);
    (positive::values(schema), prop::option::weighted(0.3, unknown))
        .prop_map(move |(mut body, unknown)| {
            if let Some(unknown) = unknown {
                add(&mut body, &root, &definitions, &unknown, DEPTH);
            }
            body
        })
        .boxed()
}

/// Adds an unknown member to every object with documented members.
fn add(value: &mut Value, schema: &Value, definitions: &Value, unknown: &Value, depth: u32) {
    let schema = flat(schema, definitions, DEPTH);
    let members = schema.get("properties").and_then(Value::as_object);
    let (Some(members), Value::Object(object), 1..) = (members, value, depth) else { return };
    for (name, member) in members {
        if let Some(value) = object.get_mut(name) {
            add(value, member, definitions, unknown, depth - 1);
        }
    }
    object.insert("memberOfTomorrow".to_owned(), unknown.clone());
}

/// The problem with the client's result for a conforming response.
pub(super) fn judge(
    response: &Documented,
    way: Entrypoint,
    body: &Value,
    outcome: &Outcome,
) -> Vec<Finding> {
    let refused = |expected: String| {
        vec![Finding::new(
            "client_reads_conforming_responses",
            format!("{} read by {way:?}", response.place),
            format!("a conforming {} does not decode", response.status),
            expected,
            describe(&outcome.result),
        )]
    };
    let is_success = response.status < 400;
    match (&outcome.result, way) {
        (CallResult::Read(got), Entrypoint::Generated) if is_success => {
            kept(response, way, body, got)
        }
        (CallResult::Refused(status, got), Entrypoint::Generated) if !is_success => {
            if *status != response.status {
                return refused(format!("a refusal with the status {}", response.status));
            }
            kept(response, way, body, got)
        }
        (_, Entrypoint::Generated) if is_success => refused("the response, decoded".to_owned()),
        (_, Entrypoint::Generated) => {
            refused(format!("a refusal with the status {}", response.status))
        }
        (CallResult::Read(got), _) if is_success && is_session(response, body) => {
            if response.operation == "logout" {
                return Vec::new();
            }
            let read =
                if response.operation == "login" { session_part(body) } else { body.clone() };
            kept(response, way, &read, got)
        }
        (CallResult::Error("Protocol", _), _) if is_success && !is_session(response, body) => {
            Vec::new()
        }
        (CallResult::Error(kind, _), _) if !is_success => {
            let error = body.get("error").and_then(Value::as_str);
            let promised = promise::mutant(&response.operation, response.status, error);
            if *kind == promised { Vec::new() } else { refused(promised.to_owned()) }
        }
        _ if is_session(response, body) => refused("the response, read".to_owned()),
        _ => refused("Protocol, as the response says that it is no success".to_owned()),
    }
}

/// Whether the façade can read a session from a conforming success: the ids must be valid header
/// values, and the envelope must not contradict the status.
fn is_session(response: &Documented, body: &Value) -> bool {
    let says_failure =
        body.get("success") == Some(&json!(false)) || body.get("status") == Some(&json!("error"));
    let is_header = |pointer| {
        let text = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let is_login = response.operation == "login";
    !says_failure && (!is_login || is_header("/data/userId") && is_header("/data/authToken"))
}

/// The parts of an envelope that the façade returns, which are not `status` and `success`.
fn session_part(body: &Value) -> Value {
    json!({ "data": body.get("data") })
}

fn kept(response: &Documented, way: Entrypoint, body: &Value, got: &Value) -> Vec<Finding> {
    let mut schema = response.schema.value().clone();
    let definitions = schema.get("definitions").cloned().unwrap_or(Value::Null);
    if way != Entrypoint::Generated
        && let Some(Value::Array(required)) = schema.get_mut("required")
    {
        required.clear();
    }
    let mut lost = Vec::new();
    compare(
        &Compared { definitions: &definitions, is_strict: way == Entrypoint::Generated },
        &schema,
        body,
        got,
        "",
        DEPTH,
        &mut lost,
    );
    lost.into_iter()
        .map(|(at, expected, got)| {
            Finding::new(
                "client_keeps_documented_members",
                format!("{} read by {way:?}, at `{}`", response.place, generic(&at)),
                format!("at `{at}`: the response's value does not come out again"),
                expected,
                got,
            )
        })
        .collect()
}

struct Compared<'a> {
    definitions: &'a Value,
    /// Whether unknown members must be missing. The façade keeps some objects as raw JSON.
    is_strict: bool,
}

/// A place, the value in the response, and the value that the client read.
type Lost = (String, String, String);

/// Compares the members that the schema names. Others may be missing.
fn compare(
    with: &Compared<'_>,
    schema: &Value,
    sent: &Value,
    got: &Value,
    at: &str,
    depth: u32,
    lost: &mut Vec<Lost>,
) {
    let schema = flat(schema, with.definitions, DEPTH);
    let members = schema.get("properties").and_then(Value::as_object);
    match (sent, got, members) {
        (Value::Object(sent), Value::Object(got), Some(members)) if depth > 0 => {
            for (name, member) in members {
                let at = format!("{at}/{name}");
                match (sent.get(name), got.get(name)) {
                    (Some(sent), Some(got)) => {
                        compare(with, member, sent, got, &at, depth - 1, lost);
                    }
                    // An empty list or map and a missing one are the same value of the type.
                    (Some(sent), None) if is_empty(sent) && !required(&schema).contains(name) => {}
                    (None, None) => {}
                    (sent, got) => lost.push((at, text(sent), text(got))),
                }
            }
            let unnamed = |name: &&String| with.is_strict && !members.contains_key(*name);
            for name in got.keys().filter(unnamed) {
                lost.push((format!("{at}/{name}"), "nothing".to_owned(), text(got.get(name))));
            }
        }
        (Value::Array(sent), Value::Array(got), _) if sent.len() == got.len() => {
            let any = Value::Object(Map::new());
            let items = schema.get("items").unwrap_or(&any);
            for (index, (sent, got)) in sent.iter().zip(got).enumerate() {
                let at = format!("{at}/{index}");
                compare(with, items, sent, got, &at, depth.saturating_sub(1), lost);
            }
        }
        _ if sent == got => {}
        _ => lost.push((at.to_owned(), sent.to_string(), got.to_string())),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

fn text(value: Option<&Value>) -> String {
    value.map_or("nothing".to_owned(), ToString::to_string)
}

/// A place without array indices, so that the same defect in two items is one finding.
fn generic(at: &str) -> String {
    let part = |part: &str| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { "*".to_owned() } else { part.to_owned() }
    };
    at.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The result of a call, without texts of the server.
pub(super) fn describe(ended: &CallResult) -> String {
    match ended {
        CallResult::Read(value) => format!("read: {value}"),
        CallResult::Refused(status, body) => format!("a refusal with the status {status}: {body}"),
        CallResult::Error(kind, None) => format!("the error {kind}"),
        CallResult::Error(kind, Some(wait)) => format!("the error {kind}, to wait {wait} s"),
        CallResult::Panicked => "a panic".to_owned(),
    }
}
