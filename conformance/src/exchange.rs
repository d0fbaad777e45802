//! What was sent and what came back, as bytes.

use std::{fmt, time::Duration};

use bytes::Bytes;

use crate::case::{Request, names};

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub answer: Answer,
}

/// An answer, nothing interpreted.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in small letters, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// From the first byte sent to the last byte received.
    pub duration: Duration,
}

/// Without what a header or the body holds: a login's answer is a token.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.len())
            .field("duration", &self.duration)
            .finish()
    }
}

impl Answer {
    /// An answer that is made, not received.
    pub fn of(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = Vec::from_iter(
            (!media_type.is_empty()).then(|| ("content-type".to_owned(), media_type.to_owned())),
        );
        Self { status, headers, body: body.into(), duration: Duration::ZERO }
    }

    /// One with a JSON body.
    pub fn of_json(status: u16, body: &serde_json::Value) -> Self {
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

    /// Whether the status is a success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON, leniently: what checks need to look inside; [`crate::strict_json`] judges.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as text, for people.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The string at a place of a JSON body.
    pub fn string_at(&self, pointer: &str) -> Option<String> {
        self.json()?.pointer(pointer)?.as_str().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_headers_nor_bodies() {
        let request = Request::new("POST", "/api/v1/login?password=s3cret")
            .header("X-Auth-Token", "s3cret")
            .json(&serde_json::json!({"password": "s3cret"}));
        let body = serde_json::json!({"data": {"authToken": "s3cret"}});
        let answer = Answer::of_json(200, &body).with("set-cookie", "s3cret");
        let shown = format!("{:?}", Exchange { request, answer });
        assert!(!shown.contains("s3cret"), "{shown}");
        for told in ["POST", "/api/v1/login", "X-Auth-Token", "set-cookie", "status: 200"] {
            assert!(shown.contains(told), "{told}: {shown}");
        }
    }
}
