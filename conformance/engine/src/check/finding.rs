//! A finding, which is what a check reports. It is a value and never an `Err`.

/// A violation of a rule by a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The place: one in a document, such as `documented.json#/paths/…`, or in the response.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// The expected value.
    pub expected: String,
    /// The value that the target sent.
    pub got: String,
    /// Whether only the practice of real servers asks for it, and not the document with the authority.
    pub is_practice: bool,
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
            is_practice: false,
        }
    }
}
