//! Responses of real servers and proxies, and the result that the façade promises for each.

use serde_json::{Value, json};

use super::{CallResult, Outcome, read::describe};
use specfirst_engine::{check::finding::Finding, http::response::Response};

/// A response of a real server or proxy.
pub(super) struct Shape {
    /// A description.
    pub name: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The response.
    pub response: Response,
    /// The expected result of the façade.
    pub promised: Promised,
}

/// The expected result of the façade.
pub(super) enum Promised {
    /// A session or profile with these values, and exactly these deviations.
    Read(Vec<(&'static str, Value)>, Vec<&'static str>),
    /// This error, with these seconds to wait.
    Error(&'static str, Option<u64>),
}

fn login(me: Value) -> Value {
    let (user_id, token) = super::subject::SESSION;
    json!({
        "status": "success",
        "success": true,
        "data": {"userId": user_id, "authToken": token, "me": me},
    })
}

/// All responses, each named by its peculiarity.
pub(super) fn shapes() -> Vec<Shape> {
    let (user_id, token) = super::subject::SESSION;
    let ids = || vec![("/data/userId", json!(user_id)), ("/data/authToken", json!(token))];
    let read = |mut more: Vec<(&'static str, Value)>, deviations| {
        more.extend(ids());
        Promised::Read(more, deviations)
    };
    let shape = |name, response, promised| Shape { name, operation: "login", response, promised };
    let html = |status| Response::of(status, "text/html", "<html><body>Bad Gateway</body></html>");
    let json = Response::of_json;
    vec![
        shape(
            "a fractional utcOffset, as in India",
            json(200, &login(json!({"_id": user_id, "utcOffset": 5.5}))),
            read(vec![("/data/me/utcOffset", json!(5.5))], vec!["/data/me/utcOffset"]),
        ),
        shape(
            "members of tomorrow",
            json(
                200,
                &login(json!({"_id": user_id, "name": "Ana", "statusText": "x", "new": [1]})),
            ),
            read(vec![("/data/me/name", json!("Ana"))], vec![]),
        ),
        shape(
            "servers before 0.64: no `me`, no `success`",
            json(
                200,
                &json!({"status": "success", "data": {"userId": user_id, "authToken": token}}),
            ),
            read(vec![], vec![]),
        ),
        shape(
            "null for what is not set",
            json(200, &login(json!({"_id": user_id, "name": null}))),
            read(vec![], vec!["/data/me/name"]),
        ),
        shape(
            "the example of the page: booleans and an offset as strings, another id",
            json(
                200,
                &login(json!({
                    "_id": "aYjNnig8BEAWeQzMh",
                    "emails": [{"address": "rocket.cat@rocket.chat", "verified": "false"}],
                    "utcOffset": "-3",
                    "active": "true",
                })),
            ),
            read(
                vec![("/data/me/emails/0/address", json!("rocket.cat@rocket.chat"))],
                vec![
                    "/data/me/emails/0/verified",
                    "/data/me/utcOffset",
                    "/data/me/active",
                    "/data/me/_id",
                ],
            ),
        ),
        shape(
            "a charset parameter",
            Response::of(
                200,
                "application/json; charset=utf-8",
                login(json!({"_id": user_id})).to_string(),
            ),
            read(vec![], vec![]),
        ),
        shape(
            "`error` as a number",
            json(401, &json!({"status": "error", "error": 403, "message": "User not found"})),
            Promised::Error("InvalidCredentials", None),
        ),
        shape(
            "the short refusal of 9.0",
            json(401, &json!({"success": false, "error": "unauthorized"})),
            Promised::Error("InvalidCredentials", None),
        ),
        shape(
            "a proxy's page in place of a response",
            html(200),
            Promised::Error("Protocol", None),
        ),
        shape("a proxy's 404", html(404), Promised::Error("Protocol", None)),
        shape("a proxy's 502", html(502), Promised::Error("Server", None)),
        shape(
            "a proxy's 503 that says when",
            html(503).with("retry-after", "120"),
            Promised::Error("Server", Some(120)),
        ),
        shape("429 without Retry-After", html(429), Promised::Error("RateLimited", None)),
        shape(
            "429 with Retry-After",
            json(429, &json!({"success": false, "error": "[error-too-many-requests]"}))
                .with("retry-after", "17"),
            Promised::Error("RateLimited", Some(17)),
        ),
        shape(
            "a rate limit before there was 429",
            json(400, &json!({"success": false, "error": "Wait. [error-too-many-requests]"})),
            Promised::Error("RateLimited", None),
        ),
        shape(
            "a redirect, which would take the password along",
            Response::of(302, "text/html", "").with("location", "http://127.0.0.1:9/"),
            Promised::Error("Protocol", None),
        ),
        shape(
            "nothing at all",
            Response::of(200, "application/json", ""),
            Promised::Error("Protocol", None),
        ),
        shape(
            "a failure under 200",
            json(200, &json!({"status": "error", "success": false, "message": "no"})),
            Promised::Error("Protocol", None),
        ),
        Shape {
            name: "a token that no longer works",
            operation: "me",
            response: json(
                401,
                &json!({"status": "error", "message": "You must be logged in to do this."}),
            ),
            promised: Promised::Error("Unauthenticated", None),
        },
        Shape {
            name: "a profile with a fraction",
            operation: "me",
            response: json(200, &json!({"_id": user_id, "utcOffset": 5.75, "success": true})),
            promised: Promised::Read(vec![("/utcOffset", json!(5.75))], vec![]),
        },
    ]
}

impl Shape {
    /// The problem with the façade's result.
    pub(super) fn judge(&self, outcome: &Outcome) -> Vec<Finding> {
        let finding = |expected: String, got: String| {
            vec![Finding::new(
                "client_understands_real_servers",
                format!("{}: {}", self.operation, self.name),
                format!("the client does not do what it promises for {}", self.name),
                expected,
                got,
            )]
        };
        match (&self.promised, &outcome.result) {
            (Promised::Error(kind, wait), ended) => {
                let expected = CallResult::Error(kind, *wait);
                if *ended == expected {
                    return Vec::new();
                }
                finding(describe(&expected), describe(ended))
            }
            (Promised::Read(values, deviations), CallResult::Read(got)) => {
                for (place, value) in values {
                    if got.pointer(place) != Some(value) {
                        let got = got.pointer(place).map_or("nothing".into(), Value::to_string);
                        return finding(format!("{value} at `{place}`"), got);
                    }
                }
                if outcome.deviations != *deviations {
                    let list = |list: &[String]| format!("deviations at [{}]", list.join(", "));
                    let expected: Vec<_> = deviations.iter().map(ToString::to_string).collect();
                    return finding(list(&expected), list(&outcome.deviations));
                }
                Vec::new()
            }
            (Promised::Read(..), ended) => {
                finding("the response, read".to_owned(), describe(ended))
            }
        }
    }
}
