//! What a check reports: a value, never an `Err`.

/// A rule that a response breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The place it breaks: one in a document, as `documented.json#/paths/…`, or in the response.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl Finding {
    /// A finding about a place.
    pub fn new(
        rule: &'static str,
        place: impl Into<String>,
        message: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            place: place.into(),
            message: message.into(),
            expected: expected.into(),
            got: got.into(),
        }
    }
}
