//! Removes from an exchange what differs between two runs, two accounts or two addresses.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Snapshot;
use specfirst_engine::http::{case::Request, response::Response};

/// Headers that clients act on.
const RECORDED_HEADERS: [&str; 6] =
    ["allow", "cache-control", "content-type", "location", "pragma", "www-authenticate"];
/// Headers that clients act on, but whose values change. Only their presence is recorded.
const RECORDED_PRESENCE: [&str; 4] =
    ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
/// Objects whose members the user of an account may choose.
const FREE: [&str; 3] = ["preferences", "profile", "customFields"];
/// Members of a request, and the placeholder for the value of each.
const PLACEHOLDERS: [(&str, &str); 5] = [
    ("user", "[user]"),
    ("password", "[password]"),
    ("resume", "[token]"),
    ("code", "[code]"),
    ("username", "[user]"),
];

/// The snapshot of an exchange.
pub(super) fn snapshot(name: &str, request: &Request, response: &Response) -> Snapshot {
    let mut headers = BTreeMap::new();
    for (header, value) in &response.headers {
        if RECORDED_HEADERS.contains(&header.as_str()) {
            headers.insert(header.clone(), value.clone());
        } else if RECORDED_PRESENCE.contains(&header.as_str()) {
            headers.insert(header.clone(), "[value]".to_owned());
        }
    }
    let body = match response.json() {
        Some(body) if response.is_success() => success(body),
        Some(body) => sorted(body),
        None if response.body.is_empty() => Value::from("[empty]"),
        None => Value::from("[no JSON]"),
    };
    Snapshot {
        name: name.to_owned(),
        request: request_text(request).trim_end().to_owned(),
        status: response.status,
        headers,
        body,
    }
}

/// The text of a request, with placeholders for its values.
fn request_text(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.path);
    for (name, value) in &request.headers {
        let value = match name.to_ascii_lowercase().as_str() {
            "x-auth-token" => "[token]",
            "x-user-id" => "[id]",
            _ => value,
        };
        text.push_str(&format!("{}: {value}\n", name.to_ascii_lowercase()));
    }
    let Some(body) = &request.body else { return text };
    text.push('\n');
    let is_form = request.header_value("content-type").is_some_and(|kind| kind.contains("form"));
    if is_form {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
        let pairs = pairs.iter().map(|(name, _)| format!("{name}={}", placeholder(name)));
        text.push_str(&pairs.collect::<Vec<_>>().join("&"));
        return text;
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut members)) => {
            for (name, value) in &mut members {
                *value = masked(name, value);
            }
            text.push_str(&format!("{:#}", Value::Object(members)));
        }
        _ => text.push_str(&String::from_utf8_lossy(body)),
    }
    text
}

/// A value of the same structure, with a placeholder for each text and number.
fn masked(name: &str, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| masked(name, item)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), masked(name, value)));
            Value::Object(members.collect())
        }
        Value::String(_) | Value::Number(_) => Value::from(placeholder(name)),
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

fn placeholder(name: &str) -> &'static str {
    PLACEHOLDERS.iter().find(|(known, _)| *known == name).map_or("[text]", |(_, text)| text)
}

/// Keeps the values around the account. Of the account and of credentials it keeps only the types.
fn success(body: &Value) -> Value {
    let Value::Object(members) = body else { return kind("", body) };
    let is_envelope = members.contains_key("data");
    let normal = members.iter().map(|(name, value)| {
        let is_said = matches!(name.as_str(), "status" | "success" | "message") && is_envelope;
        let value = match value {
            _ if is_said || name == "success" => value.clone(),
            // The message of a logout.
            Value::Object(data) if name == "data" && data.contains_key("message") => value.clone(),
            value => kind(name, value),
        };
        (name.clone(), value)
    });
    sorted(&Value::Object(normal.collect()))
}

/// The type of a value: recursively of the members of objects and the items of arrays.
fn kind(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(_) if FREE.contains(&name) => Value::from("[object]"),
        Value::Object(members) => {
            let kinds = members.iter().map(|(name, value)| (name.clone(), kind(name, value)));
            sorted(&Value::Object(kinds.collect()))
        }
        Value::Array(items) => {
            let mut kinds: Vec<Value> = items.iter().map(|item| kind("", item)).collect();
            kinds.sort_by_key(ToString::to_string);
            kinds.dedup();
            Value::Array(kinds)
        }
        Value::String(_) => Value::from("[string]"),
        Value::Bool(_) => Value::from("[boolean]"),
        Value::Number(number) if number.is_f64() => Value::from("[number]"),
        Value::Number(_) => Value::from("[integer]"),
        Value::Null => Value::Null,
    }
}

/// The same value with members sorted by name, so that their order is not a change.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let members: Map<String, Value> =
                names.into_iter().map(|name| (name.clone(), sorted(&members[name]))).collect();
            Value::Object(members)
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn recorded_request_holds_no_values() {
        let secret = "s3cret-Passw0rd";
        for password in [json!(secret), json!([secret]), json!({"a": [{"b": secret}]})] {
            let request =
                Request::new("POST", "/").json(&json!({"user": "u", "password": password}));
            let text = request_text(&request);
            assert!(text.contains("[password]") && !text.contains(secret), "{text}");
        }
        let form = Request::new("POST", "/")
            .body("application/x-www-form-urlencoded", format!("user=u&password={secret}"));
        assert!(request_text(&form).ends_with("user=[user]&password=[password]"));
    }

    #[test]
    fn values_that_differ_between_runs_are_removed() {
        let response = |token: &str, id: &str, offset: Value| Response {
            status: 200,
            headers: [
                ("date", token),
                ("content-type", "application/json"),
                ("x-ratelimit-reset", id),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body: json!({"status": "success", "data": {"userId": id, "authToken": token, "me": {
                "_id": id, "roles": [id, token], "utcOffset": offset,
                "settings": {"preferences": {token: 1}},
            }}})
            .to_string()
            .into(),
            duration: Duration::ZERO,
        };
        let request =
            Request::new("POST", "/api/v1/login").json(&json!({"user": "u", "password": "p"}));
        let of = |response: &Response| snapshot("login", &request, response);
        let first = of(&response("t1", "i1", json!(1)));
        assert_eq!(first, of(&response("t2", "i2", json!(-3))));
        assert_ne!(first, of(&response("t1", "i1", json!(5.5))));
        let text = first.to_string();
        assert!(
            text.contains("\"status\": \"success\"") && text.contains("x-ratelimit-reset"),
            "{text}"
        );
        assert!(!text.contains("t1") && !text.contains("i1") && !text.contains("date"), "{text}");
    }
}
