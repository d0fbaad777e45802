//! One concrete request, the violation that it holds, and the expected response.
//!
//! A [`Case`] is plain data, independent of how it is sent.

use std::{
    borrow::Cow,
    cmp::Reverse,
    fmt::{self, Write as _},
};

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
    /// The account whose credentials are tried, so that no account comes near its lockout.
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

    /// Bytes that are sent as they are, past every HTTP library. The path only names the route.
    pub fn raw(path: &str, bytes: impl Into<Bytes>) -> Self {
        Self { body: Some(bytes.into()), ..Self::new(RAW, path) }
    }

    /// The request as a command against a base URL, one line: `curl`, or `nc` for
    /// [raw bytes](Self::raw).
    ///
    /// `redact` replaces the secrets in a text.
    pub fn command(&self, base_url: &str, redact: impl Fn(&str) -> String) -> String {
        // Before it is quoted: quotes within a secret would hide it.
        let body = self.body.as_deref().map(|body| {
            let text = String::from_utf8_lossy(body);
            let redacted = redact(&text);
            if redacted == text { Cow::Borrowed(body) } else { redacted.into_bytes().into() }
        });
        let body = body.as_deref();
        if self.method == RAW {
            let uri = base_url.parse::<http::Uri>().unwrap_or_default();
            let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
            let port = uri.port_u16().unwrap_or(80);
            let print = print_command(body.unwrap_or_default());
            return redact(&format!("{print} | nc {host} {port}"));
        }
        let mut line = String::from("curl -sS -i");
        if self.method != "GET" || self.body.is_some() {
            let _ = write!(line, " -X {}", self.method);
        }
        let _ = write!(line, " {}", shell_quote(&format!("{base_url}{}", self.path)));
        for (name, value) in &self.headers {
            let _ = write!(line, " -H {}", shell_quote(&format!("{name}: {value}")));
        }
        match body {
            None => {}
            Some(body) if body.len() <= MAX_QUOTED => {
                let body = String::from_utf8_lossy(body);
                let _ = write!(line, " --data-binary {}", shell_quote(&body));
            }
            Some(body) => line = format!("{} | {line} --data-binary @-", print_command(body)),
        }
        redact(&line)
    }
}

/// The method of [raw bytes](Request::raw).
const RAW: &str = "RAW";
/// The longest text that a line quotes as it is, in bytes.
const MAX_QUOTED: usize = 2_000;

/// A shell command that prints bytes. What repeats is printed by repetition: a body of megabytes
/// must fit into a line that somebody can run.
fn print_command(bytes: &[u8]) -> String {
    let Some(Repetition { start, unit, times }) = longest_repetition(bytes) else {
        return format!("printf {}", printf_quote(&shortened(bytes)));
    };
    let (unit_bytes, end) = (&bytes[start..start + unit], start + unit * times);
    format!(
        "{{ printf {}; yes {} | head -n {times} | tr -d '\\n'; printf {}; }}",
        printf_quote(&bytes[..start]),
        shell_quote(&String::from_utf8_lossy(unit_bytes)),
        printf_quote(&bytes[end..]),
    )
}

/// A part of some bytes that is one unit again and again.
struct Repetition {
    start: usize,
    /// The length of the unit, in bytes.
    unit: usize,
    times: usize,
}

/// The longest repetition of a short printable unit, where the bytes are too many to be quoted.
fn longest_repetition(bytes: &[u8]) -> Option<Repetition> {
    const MAX_UNIT: usize = 16;
    if bytes.len() <= MAX_QUOTED {
        return None;
    }
    let of_unit = |unit: usize| {
        let (mut best, mut start) = (0..0, 0);
        for at in unit..=bytes.len() {
            if at == bytes.len() || bytes[at] != bytes[at - unit] {
                if at - start > best.len() {
                    best = start..at;
                }
                start = at + 1 - unit;
            }
        }
        // `yes` would take a text that begins with `-` for an option.
        let begins = best.clone().take(unit).find(|at| bytes[*at] != b'-');
        let start = begins.unwrap_or(best.start);
        Repetition { start, unit, times: (best.end - start) / unit }
    };
    let is_printable = |found: &Repetition| {
        let unit = &bytes[found.start..found.start + found.unit];
        unit.iter().all(|byte| (b' '..=b'~').contains(byte)) && unit.first() != Some(&b'-')
    };
    (1..=MAX_UNIT)
        .map(of_unit)
        .filter(|found| bytes.len() - found.unit * found.times <= MAX_QUOTED && is_printable(found))
        // Of about equally long ones, the shortest unit.
        .min_by_key(|found| (Reverse(found.unit * found.times / MAX_QUOTED), found.unit))
}

/// Bytes short enough to print. Long ones keep their ends, and say what is missing.
fn shortened(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() <= MAX_QUOTED {
        return bytes.into();
    }
    let (begin, end) = (&bytes[..MAX_QUOTED / 2], &bytes[bytes.len() - MAX_QUOTED / 2..]);
    let note = format!("[{} bytes left out]", bytes.len() - MAX_QUOTED);
    [begin, note.as_bytes(), end].concat().into()
}

/// The argument of `printf` for bytes, in quotes.
fn printf_quote(bytes: &[u8]) -> String {
    let mut quoted = String::from("'");
    for &byte in bytes {
        match byte {
            b'\r' => quoted.push_str("\\r"),
            b'\n' => quoted.push_str("\\n"),
            b'%' => quoted.push_str("%%"),
            b'\\' => quoted.push_str("\\\\"),
            b'\'' => quoted.push_str("'\\''"),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted.push('\'');
    quoted
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
            request.command("http://localhost:3000", str::to_owned),
            r#"curl -sS -i -X POST 'http://localhost:3000/api/users' -H 'content-type: application/json' --data-binary '{"user":"o'\''hara\n"}'"#
        );
        let text = Request::new("GET", "/").body("text/plain", "a\n'b'\u{1}");
        assert!(
            text.command("http://h", str::to_owned).ends_with(r"--data-binary $'a\n\'b\'\x01'")
        );
    }

    /// What `sh` prints for the first part of a line.
    fn printed(line: &str) -> Vec<u8> {
        let command = line.rsplit_once(" | ").unwrap().0;
        std::process::Command::new("sh").args(["-c", command]).output().unwrap().stdout
    }

    #[test]
    fn raw_bytes_and_long_bodies_can_be_sent_again_by_a_short_line() {
        let raw = b"POST /x HTTP/1.1\r\nHost: h\r\nX: 100% \\ '\xff\0\r\n\r\n";
        let line =
            Request::raw("/x", raw.to_vec()).command("http://127.0.0.1:3000/sub", str::to_owned);
        assert!(line.ends_with(" | nc 127.0.0.1 3000"), "{line}");
        assert_eq!(printed(&line), raw);
        let line = Request::raw("/x", "x").command("http://[::1]:3000", str::to_owned);
        assert_eq!(line, "printf 'x' | nc ::1 3000");
        for body in [
            format!(r#"{{"user":"{}","password":"x"}}"#, "a".repeat(1 << 20)),
            format!(r#"{{"user":{}1{}}}"#, "[".repeat(100_000), "]".repeat(20)),
            format!(r#"{{"user":{}1"#, r#"{"a":"#.repeat(20_000)),
            format!(r#"{{"user":"{}"}}"#, "-n ".repeat(20_000)),
        ] {
            let line = Request::new("POST", "/x").body("application/json", body.clone());
            let line = line.command("http://h", str::to_owned);
            assert!(line.len() < 500 && !line.contains("aa"), "{line}");
            assert!(line.ends_with("--data-binary @-"), "{line}");
            assert_eq!(printed(&line), body.as_bytes(), "{line}");
        }
    }
}
