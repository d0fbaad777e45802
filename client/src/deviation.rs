//! Harmless differences between a response and the document.

use std::fmt;

use serde_json::Value;

/// One harmless difference between a server's response and the document. The login works
/// nevertheless.
///
/// It names kinds of values, never the values, so a list of deviations can be logged.
///
/// ```
/// # fn f(session: login_client::Session) {
/// for deviation in session.deviations() {
///     eprintln!("{deviation}"); // /data/me/active: expected a boolean, found a string
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    pointer: String,
    expected: &'static str,
    found: &'static str,
}

impl Deviation {
    pub(crate) fn new(pointer: String, expected: &'static str, found: &'static str) -> Self {
        Self { pointer, expected, found }
    }

    /// The place in the response body, as a JSON pointer (RFC 6901).
    ///
    /// ```
    /// # fn f(deviation: login_client::Deviation) {
    /// let of_the_profile = deviation.pointer().starts_with("/data/me");
    /// # }
    /// ```
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The kind of value that the document specifies, such as `a boolean`.
    ///
    /// ```
    /// # fn f(deviation: login_client::Deviation) {
    /// println!("{} should be {}", deviation.pointer(), deviation.expected());
    /// # }
    /// ```
    pub fn expected(&self) -> &str {
        self.expected
    }

    /// The kind of value that the response has, such as `a string`.
    ///
    /// ```
    /// # fn f(deviation: login_client::Deviation) {
    /// println!("{} is {}", deviation.pointer(), deviation.found());
    /// # }
    /// ```
    pub fn found(&self) -> &str {
        self.found
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the body" } else { &self.pointer };
        write!(f, "{pointer}: expected {}, found {}", self.expected, self.found)
    }
}

/// The kind of a value, such as `a boolean`.
pub(crate) fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(number)) if is_fraction(number) => "a fraction",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(text)) => kind_of_text(text),
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}

/// The kind of a string: empty or not.
pub(crate) fn kind_of_text(text: &str) -> &'static str {
    if text.is_empty() { "an empty string" } else { "a string" }
}

/// Whether a number is not an integer. To JSON Schema, `5.0` is an integer.
pub(crate) fn is_fraction(number: &serde_json::Number) -> bool {
    number.is_f64() && number.as_f64().is_some_and(|number| number.fract() != 0.0)
}
