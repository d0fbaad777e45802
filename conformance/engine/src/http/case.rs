//! One concrete request, the violation that it holds, and the expected response.
//!
//! A [`Case`] is plain data, independent of how it is sent.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use specfirst_model::Pointer;

/// An HTTP request without its target.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in uppercase.
    pub method: String,
    /// Path and query, percent-encoded, beginning with `/`.
    pub path: String,
    /// The headers in the order they are sent. The transport adds `Host` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The body; `None` if the request has none.
    pub body: Option<Bytes>,
    /// The case in which header names are sent.
    pub names: HeaderNames,
}

/// The case in which header names are sent. Names are case-insensitive (RFC 9110, section 5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderNames {
    /// `x-auth-token`, as most libraries write them today.
    #[default]
    Small,
    /// `X-Auth-Token`, as documents and older libraries do.
    Title,
}

/// A request and the expectation that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The operation's `operationId`.
    pub operation: String,
    /// A title for messages: `password as a number`.
    pub title: String,
    /// The request.
    pub request: Request,
    /// The violation, if the case has one.
    pub broken: Option<Broken>,
    /// The expected response.
    pub expect: Expect,
    /// The rule that fails if the response is unexpected. Without one, that of `expect`.
    pub rule: Option<&'static str>,
    /// The account whose credentials are tried, so that no account comes near its lock-out.
    pub account: Option<String>,
}

impl Case {
    /// A case of a scenario.
    pub fn new(
        operation: &str,
        title: impl Into<String>,
        request: Request,
        expect: Expect,
    ) -> Self {
        Self {
            operation: operation.to_owned(),
            title: title.into(),
            request,
            broken: None,
            expect,
            rule: None,
            account: None,
        }
    }

    /// Sets the rule that fails if the response is unexpected.
    #[must_use]
    pub fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Sets the account whose credentials are tried.
    #[must_use]
    pub fn of(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }
}

/// The single violation of a negative case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The name of the mutation: `wrong-type`.
    pub mutation: &'static str,
    /// The place in the value: `/password`.
    pub instance: Pointer,
    /// The place in the document of the violated keyword.
    pub schema: Pointer,
}

/// The kind of response that a case expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// For a conforming request with valid credentials: a documented success.
    Success,
    /// For a conforming request with unknown credentials: a success, or a refusal of the credentials
    /// but not of the form.
    SuccessOrUnauthorized,
    /// For a request that violates the document: any refusal, and no success.
    Refusal,
    /// For a request with valid credentials and one violation: any refusal. A success means that the
    /// member was coerced.
    RefusalNotCoercion,
    /// A refusal of the credentials: 401, or 400 and 403, which some servers send.
    Unauthorized,
    /// Any response that satisfies the rules for every response.
    Anything,
}

impl Expect {
    /// The rule that fails if the response is unexpected and the case names none.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::Success | Self::SuccessOrUnauthorized => Some("positive_data_acceptance"),
            Self::Refusal | Self::Unauthorized => Some("negative_data_rejection"),
            Self::RefusalNotCoercion => Some("ill_typed_member_is_refused"),
            Self::Anything => None,
        }
    }
}

/// Without the values of headers and the body, which may be secrets, and without the query.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path.split('?').next().unwrap_or_default())
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .finish()
    }
}

/// The names of headers, for `Debug`.
pub(crate) fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

impl Request {
    /// A request without headers or body.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
            names: HeaderNames::Small,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Gives it a body of a media type.
    #[must_use]
    pub fn body(self, media_type: &str, body: impl Into<Bytes>) -> Self {
        let mut request = self.header("content-type", media_type);
        request.body = Some(body.into());
        request
    }

    /// Gives it a JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// The first value of a header.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The request as a `curl` command against a base URL, one line.
    ///
    /// The line holds secrets as they were sent. The caller must redact them.
    pub fn curl(&self, base_url: &str) -> String {
        let mut line = String::from("curl -sS -i");
        if self.method != "GET" || self.body.is_some() {
            let _ = write!(line, " -X {}", self.method);
        }
        let _ = write!(line, " {}", shell_quote(&format!("{base_url}{}", self.path)));
        for (name, value) in &self.headers {
            let _ = write!(line, " -H {}", shell_quote(&format!("{name}: {value}")));
        }
        if let Some(body) = &self.body {
            let body = String::from_utf8_lossy(&shortened(body)).into_owned();
            let _ = write!(line, " --data-binary {}", shell_quote(&body));
        }
        line
    }
}

/// A body short enough to print. A long one keeps both ends and says how much is left out.
fn shortened(body: &Bytes) -> Bytes {
    const MAX_SHOWN: usize = 2_000;
    if body.len() <= MAX_SHOWN {
        return body.clone();
    }
    let half = MAX_SHOWN / 2;
    let mut short = body[..half].to_vec();
    short.extend(format!("[{} bytes left out]", body.len() - MAX_SHOWN).into_bytes());
    short.extend(&body[body.len() - half..]);
    short.into()
}

/// Quotes a text for a POSIX shell. Control characters use `$'…'`, so that the line stays one line.
fn shell_quote(text: &str) -> String {
    if text.chars().any(char::is_control) {
        let mut quoted = String::from("$'");
        for c in text.chars() {
            match c {
                '\'' => quoted.push_str("\\'"),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                c if c.is_control() && u32::from(c) < 0x80 => {
                    let _ = write!(quoted, "\\x{:02x}", u32::from(c));
                }
                c => quoted.push(c),
            }
        }
        quoted.push('\'');
        return quoted;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn request_is_printed_as_one_curl_command() {
        let request = Request::new("POST", "/api/users").json(&json!({"user": "o'hara\n"}));
        assert_eq!(
            request.curl("http://localhost:3000"),
            r#"curl -sS -i -X POST 'http://localhost:3000/api/users' -H 'content-type: application/json' --data-binary '{"user":"o'\''hara\n"}'"#
        );
        let raw = Request::new("GET", "/").body("text/plain", "a\n'b'\u{1}");
        assert!(raw.curl("http://h").ends_with(r"--data-binary $'a\n\'b\'\x01'"));
    }
}
