//! Where a response differs from the document without harm.

use std::fmt;

use serde_json::Value;

/// One place where a server's response differs from the document without harm to the login.
///
/// It names kinds, never values: a list of deviations can go into a log.
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

    /// The place in the response's body (RFC 6901).
    ///
    /// ```
    /// # fn f(deviation: login_client::Deviation) {
    /// let of_the_profile = deviation.pointer().starts_with("/data/me");
    /// # }
    /// ```
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What the document says is there.
    ///
    /// ```
    /// # fn f(deviation: login_client::Deviation) {
    /// println!("{} should be {}", deviation.pointer(), deviation.expected());
    /// # }
    /// ```
    pub fn expected(&self) -> &str {
        self.expected
    }

    /// What is there.
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

/// The kind of a value, in words.
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

/// The kind of a string, in words.
pub(crate) fn kind_of_text(text: &str) -> &'static str {
    if text.is_empty() { "an empty string" } else { "a string" }
}

/// `5.0` is an integer to JSON Schema.
pub(crate) fn is_fraction(number: &serde_json::Number) -> bool {
    number.is_f64() && number.as_f64().is_some_and(|number| number.fract() != 0.0)
}
