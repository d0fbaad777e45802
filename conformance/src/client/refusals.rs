//! Checks that the façade distinguishes refusals by status and `error` and never by a message, and
//! returns the time that the server asks to wait.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CallResult, Outcome, promise, read::describe};
use specfirst_engine::{check::finding::Finding, http::response::Response};

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The status.
    pub status: u16,
    /// The member `error`.
    pub error: Value,
    /// The member `message`, which must not matter.
    pub message: &'static str,
    /// The headers that ask to wait, and the seconds they mean.
    pub wait: (Headers, Option<u64>),
}

/// Dates are relative to the server's own clock, if it sends one.
const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");

/// Headers of a response.
type Headers = &'static [(&'static str, &'static str)];

/// Headers and the seconds they mean: RFC 9110, section 10.2.3, and Rocket.Chat's own header.
const WAITS: [(Headers, Option<u64>); 6] = [
    (&[], None),
    (&[("retry-after", "30")], Some(30)),
    (&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"), DATE], Some(60)),
    (&[("x-ratelimit-reset", "784111782000"), DATE], Some(5)),
    (&[("retry-after", "7"), ("x-ratelimit-reset", "784111782000"), DATE], Some(7)),
    (&[("retry-after", "soon")], None),
];

/// Refusals of every kind.
pub(super) fn refusals() -> BoxedStrategy<Refusal> {
    let statuses =
        prop::sample::select(vec![400, 401, 403, 404, 408, 413, 415, 429, 500, 502, 503]);
    let errors = prop::sample::select(vec![
        json!("Unauthorized"),
        json!("unauthorized"),
        json!("totp-required"),
        json!("totp-invalid"),
        json!("error-user-is-not-activated"),
        json!("error-login-blocked-for-user"),
        json!("error-login-blocked-for-ip"),
        json!("Error, too many requests. [error-too-many-requests]"),
        json!("error-of-tomorrow"),
        // Older servers: Rocket.Chat#14658.
        json!(403),
        Value::Null,
    ]);
    // Messages that would mislead a client that parses them.
    let messages = prop::sample::select(vec![
        "Unauthorized",
        "TOTP Required",
        "totp-invalid",
        "User is not activated",
        "",
    ]);
    (statuses, errors, messages, prop::sample::select(WAITS.to_vec()))
        .prop_map(|(status, error, message, wait)| Refusal { status, error, message, wait })
        .boxed()
}

impl Refusal {
    /// The refusal as a response.
    pub(super) fn response(&self) -> Response {
        let mut body = json!({
            "success": false,
            "status": "error",
            "error": self.error,
            "message": self.message,
            "details": {"method": "totp", "availableMethods": ["totp"]},
        });
        if self.error.is_null()
            && let Value::Object(members) = &mut body
        {
            members.shift_remove("error");
        }
        let mut response = Response::of_json(self.status, &body);
        let headers = self.wait.0.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        response.headers.extend(headers);
        response
    }

    /// The problem with the façade's result.
    pub(super) fn judge(&self, operation: &str, outcome: &Outcome) -> Vec<Finding> {
        let promised = promise::mutant(operation, self.status, self.error.as_str());
        let tells_wait = matches!(promised, "RateLimited" | "Server");
        let expected = CallResult::Error(promised, self.wait.1.filter(|_| tells_wait));
        if outcome.result == expected {
            return Vec::new();
        }
        vec![Finding::new(
            "client_tells_refusals_apart",
            format!("{operation}, status {}, error {}", self.status, self.error),
            "a refusal is not the error that the client promises",
            describe(&expected),
            describe(&outcome.result),
        )]
    }
}
