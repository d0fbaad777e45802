//! What was sent and what came back, as bytes.

use std::time::Duration;

use bytes::Bytes;

use crate::case::Request;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub answer: Answer,
}

/// An answer, nothing interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
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
