//! A response as bytes.

use std::{fmt, ops::Deref, sync::OnceLock, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use crate::http::{
    case::names,
    strict_json::{self, StrictJsonError},
};

/// An uninterpreted response.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers in the order they came, with lowercase names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// From the first byte sent to the last byte received.
    pub duration: Duration,
}

/// Without the values of headers and the body, which may be secrets.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.len())
            .field("duration", &self.duration)
            .finish()
    }
}

impl Response {
    /// A response with this status, media type and body.
    pub fn of(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = Vec::from_iter(
            (!media_type.is_empty()).then(|| ("content-type".to_owned(), media_type.to_owned())),
        );
        Self { status, headers, body: body.into().into(), duration: Duration::ZERO }
    }

    /// A response with a JSON body.
    pub fn of_json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", body.to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Whether an intermediary may have sent the response, or a server that limits requests or is
    /// unavailable. Such a response says nothing about the request.
    pub fn is_transient(&self) -> bool {
        is_transient(self.status)
    }

    /// Whether the status is a success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON, parsed leniently, for checks that look inside it.
    pub fn json(&self) -> Option<&Value> {
        match self.body.parsed() {
            Parsed::Json(value) => Some(value),
            Parsed::NotStrict { lenient, .. } => lenient.as_ref(),
        }
    }

    /// The body as JSON, parsed by [`strict_json`].
    ///
    /// # Errors
    ///
    /// [`StrictJsonError`] for the first violation.
    pub fn strict_json(&self) -> Result<&Value, &StrictJsonError> {
        match self.body.parsed() {
            Parsed::Json(value) => Ok(value),
            Parsed::NotStrict { error, .. } => Err(error),
        }
    }

    /// The body as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The string at a place of a JSON body.
    pub fn string_at(&self, pointer: &str) -> Option<&str> {
        self.json()?.pointer(pointer)?.as_str()
    }
}

/// As [`Response::is_transient`], for a status alone.
pub fn is_transient(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// The bytes of a body, which are parsed only once.
#[derive(Clone, Default)]
pub struct Body {
    bytes: Bytes,
    parsed: OnceLock<Parsed>,
}

#[derive(Clone)]
enum Parsed {
    Json(Value),
    /// A body that is not strict JSON, and its value if a lenient parser accepts it.
    NotStrict {
        error: StrictJsonError,
        lenient: Option<Value>,
    },
}

impl Body {
    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| match strict_json::parse(&self.bytes) {
            Ok(value) => Parsed::Json(value),
            Err(error) => {
                Parsed::NotStrict { error, lenient: serde_json::from_slice(&self.bytes).ok() }
            }
        })
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, parsed: OnceLock::new() }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Body {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::case::Request;

    #[test]
    fn body_is_parsed_strictly_and_leniently() {
        let of = |body: &str| Response::of(200, "application/json", body.to_owned());
        let sound = of(r#"{"a":1}"#);
        assert_eq!(sound.json(), Some(&serde_json::json!({"a": 1})));
        assert_eq!(sound.strict_json(), Ok(&serde_json::json!({"a": 1})));
        let twice = of(r#"{"a":1,"a":2}"#);
        assert_eq!(twice.json(), Some(&serde_json::json!({"a": 2})));
        assert_eq!(
            twice.strict_json(),
            Err(&StrictJsonError::DuplicateName { name: "a".to_owned() })
        );
        let broken = of("{");
        assert!(broken.json().is_none() && broken.strict_json().is_err());
        // Whether it has been looked into makes no difference, and another body is another.
        assert_eq!(of("{"), broken);
        let mut changed = sound.clone();
        changed.body = "[]".to_owned().into();
        assert_eq!(changed.json(), Some(&serde_json::json!([])));
    }

    #[test]
    fn debug_output_holds_neither_headers_nor_body() {
        let request = Request::new("POST", "/api/users?password=s3cret")
            .header("X-Auth-Token", "s3cret")
            .json(&serde_json::json!({"password": "s3cret"}));
        let body = serde_json::json!({"data": {"token": "s3cret"}});
        let response = Response::of_json(200, &body).with("set-cookie", "s3cret");
        let shown = format!("{request:?} {response:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        for told in ["POST", "/api/users", "X-Auth-Token", "set-cookie", "status: 200"] {
            assert!(shown.contains(told), "{told}: {shown}");
        }
    }
}
