//! Checks how the client reads responses that do not conform. It must return a typed error or, where
//! the façade is tolerant, leave out the member and list a deviation. It must never panic, and never
//! return a session from an invalid envelope.

use proptest::prelude::*;
use serde_json::{Value, json};
use specfirst_model::Pointer;

use super::{CallResult, Entrypoint, Outcome, contract::Documented, promise, read::describe};
use specfirst_engine::{check::finding::Finding, http::case::Broken};

const ENVELOPE: &str = "client_refuses_broken_envelopes";
const PROFILE: &str = "client_tolerates_odd_profiles";

/// The problem with the client's result for a response that violates its schema in one place.
pub(super) fn judge(
    response: &Documented,
    way: Entrypoint,
    (body, broken): (&Value, &Broken),
    outcome: &Outcome,
) -> Vec<Finding> {
    let at = broken.instance.as_str();
    let finding = |rule, expected: &str| {
        vec![Finding::new(
            rule,
            format!("{} read by {way:?}, broken at `{at}`", response.place),
            format!("{} at `{at}` of a {}", broken.mutation, response.status),
            expected,
            describe(&outcome.result),
        )]
    };
    match (way, &outcome.result) {
        // Another rule is about panics.
        (_, CallResult::Panicked) | (Entrypoint::Generated, CallResult::Error(..)) => Vec::new(),
        (Entrypoint::Generated, _) if is_nothing(response, body, &broken.instance) => Vec::new(),
        (Entrypoint::Generated, _) => finding(ENVELOPE, "a typed error"),
        (_, CallResult::Error(kind, _)) if response.status >= 400 => {
            let error = body.get("error").and_then(Value::as_str);
            let by_status = response.status == 429 || response.status >= 500;
            let promised = if body.is_object() || by_status {
                promise::mutant(&response.operation, response.status, error)
            } else {
                "Protocol"
            };
            if *kind == promised { Vec::new() } else { finding(ENVELOPE, promised) }
        }
        (_, ended) => {
            let required = is_envelope(response, body);
            match ended {
                CallResult::Error("Protocol", _) if !required => Vec::new(),
                CallResult::Read(_) if !required => finding(ENVELOPE, "the error Protocol"),
                CallResult::Read(got) => match untold(response, (body, broken), got, outcome) {
                    Some(expected) => finding(PROFILE, &expected),
                    None => Vec::new(),
                },
                _ => finding(PROFILE, "the rest of the response, read"),
            }
        }
    }
}

/// The values that the façade reads strictly, taken from the JSON alone.
fn is_envelope(response: &Documented, body: &Value) -> bool {
    let says_failure =
        body.get("success") == Some(&json!(false)) || body.get("status") == Some(&json!("error"));
    if !body.is_object() || says_failure {
        return false;
    }
    let text = |pointer| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let is_header =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    match response.operation.as_str() {
        "login" => is_header(text("/data/userId")) && is_header(text("/data/authToken")),
        "me" => body.get("_id").is_some(),
        _ => true,
    }
}

/// The problem if the façade did not list a deviation at a place that it cannot read.
fn untold(
    response: &Documented,
    (body, broken): (&Value, &Broken),
    got: &Value,
    outcome: &Outcome,
) -> Option<String> {
    let at = broken.instance.as_str();
    // A logout has no result, and `me` returns no list of deviations. Its members are checked.
    let profile = match response.operation.as_str() {
        "login" => "/data/me",
        "me" => "",
        _ => return None,
    };
    let is_top = at == "/status" || at == "/success";
    // The façade keeps these values as raw JSON.
    let is_plain = !at.starts_with(&format!("{profile}/settings"));
    if is_plain && !is_top && at != profile && !is_read_as_promised(body, broken, got) {
        return Some(if broken.mutation == "fraction" {
            format!("the number at `{at}`")
        } else {
            format!("nothing of what is at `{at}`")
        });
    }
    if response.operation == "login" && !outcome.deviations.iter().any(|place| place == at) {
        return Some(format!("a deviation that names `{at}`"));
    }
    None
}

/// Whether a broken place is missing in the result: the member is gone, or the list has one item less.
/// A fraction for an integer is read, since some time zones have such offsets.
fn is_read_as_promised(body: &Value, broken: &Broken, got: &Value) -> bool {
    let at = broken.instance.as_str();
    if broken.mutation == "fraction" {
        return got.pointer(at) == body.pointer(at);
    }
    let parent = broken.instance.parent().unwrap_or_default();
    let items = |value: &Value| value.pointer(parent.as_str())?.as_array().map(Vec::len);
    match items(body) {
        // An empty list may be left out.
        Some(sent) => items(got).unwrap_or_default() + 1 == sent,
        None => got.pointer(at).is_none(),
    }
}

/// Whether the generated types do not see the violation: a `null` for an optional member, or an empty
/// list for an object that may be empty, which serde accepts.
fn is_nothing(response: &Documented, body: &Value, at: &Pointer) -> bool {
    let (Some(parent), Some(name)) = (at.parent(), at.tokens().last()) else { return false };
    let mut mended = body.clone();
    let Some(Value::Object(members)) = mended.pointer_mut(parent.as_str()) else { return false };
    match members.get_mut(&name) {
        Some(Value::Null) => drop(members.shift_remove(&name)),
        Some(list) if *list == json!([]) => *list = json!({}),
        _ => return false,
    }
    response.schema.validator().is_ok_and(|validator| validator.is_valid(&mended))
}

/// Any response: a status, a media type and a body.
pub(super) fn anything() -> BoxedStrategy<(u16, &'static str, Vec<u8>)> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        prop::sample::select(vec!["success", "error", "", "totp-required", "\u{1F600}"])
            .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "status",
        "success",
        "data",
        "userId",
        "authToken",
        "me",
        "_id",
        "error",
        "message",
        "details",
        "emails",
        "utcOffset",
    ]);
    let tree = leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            3 => prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    });
    let json = tree.prop_map(|value| value.to_string().into_bytes());
    let cut = (json.clone(), any::<prop::sample::Index>()).prop_map(|(mut text, at)| {
        text.truncate(at.index(text.len() + 1));
        text
    });
    let statuses = prop_oneof![
        4 => Just(200),
        2 => prop::sample::select(vec![400, 401, 403, 404, 408, 413, 415, 429, 500, 502, 503]),
        1 => prop::sample::select(vec![201, 202, 203, 206, 300, 301, 302, 307, 418, 451, 599]),
    ];
    let media_types = prop::sample::select(vec![
        "application/json",
        "application/json; charset=utf-8",
        "text/html",
        "",
    ]);
    let bodies = prop_oneof![
        4 => json,
        2 => cut,
        1 => prop::collection::vec(any::<u8>(), 0..64),
        1 => Just(vec![b'['; 4_000]),
    ];
    (statuses, media_types, bodies).boxed()
}

/// The problem with the client's result for any response: values that it has read must be in the
/// response.
pub(super) fn judge_anything(
    operation: &str,
    way: Entrypoint,
    status: u16,
    body: &[u8],
    outcome: &Outcome,
) -> Vec<Finding> {
    let CallResult::Read(_) = outcome.result else { return Vec::new() };
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let has = |pointer| value.pointer(pointer).and_then(Value::as_str).is_some();
    let is_there = match operation {
        "login" => has("/data/userId") && has("/data/authToken"),
        "me" => value.get("_id").is_some(),
        _ => value.is_object(),
    };
    if is_there && (200..300).contains(&status) {
        return Vec::new();
    }
    vec![Finding::new(
        ENVELOPE,
        format!("{operation} read by {way:?}"),
        format!("a {status} without what a success holds is read as one"),
        "a typed error",
        describe(&outcome.result),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_members_are_left_out_or_read_as_promised() {
        let body = json!({"me": {"emails": [7, {}], "active": "yes", "utcOffset": 5.5}});
        let read = |mutation, at: &str, got: Value| {
            let (instance, schema) = (Pointer::parse(at).unwrap(), Pointer::root());
            is_read_as_promised(&body, &Broken { mutation, instance, schema }, &got)
        };
        let wrong = "wrong-type";
        assert!(read(wrong, "/me/active", json!({"me": {}})));
        assert!(!read(wrong, "/me/active", json!({"me": {"active": true}})));
        // The next item moves to the place of the missing one.
        assert!(read(wrong, "/me/emails/0", json!({"me": {"emails": [{}]}})));
        assert!(!read(wrong, "/me/emails/0", json!({"me": {"emails": [{}, {}]}})));
        assert!(!read(wrong, "/me/emails/0", json!({"me": {}})));
        assert!(read("fraction", "/me/utcOffset", json!({"me": {"utcOffset": 5.5}})));
        assert!(!read("fraction", "/me/utcOffset", json!({"me": {"utcOffset": 5}})));
        assert!(!read("fraction", "/me/utcOffset", json!({"me": {}})));
    }
}
