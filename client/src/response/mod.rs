//! Converts the bytes of a response to a value or an error.
//!
//! These are pure functions of status, headers and body. The envelope is read strictly, because a
//! session needs a user id and a token. The profile is read tolerantly, because a login does not
//! need it.

use std::{hint, ops::Deref, sync::Arc};

use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    account::Account,
    deviation::{Deviation, kind},
    error::{Error, Locked, Protocol, Rejection, TwoFactor, is_identifier},
    lenient_json,
    profile::Profile,
    secret::Secret,
    wait::Wait,
};

/// A whole response.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// The bytes of a response, which are overwritten on drop because they contain a token.
///
/// zeroize writes byte by byte, which took 2% of an exchange for a whole body, so `fill` does it
/// here.
#[derive(Default)]
pub(crate) struct Body(pub(crate) Vec<u8>);

impl Drop for Body {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without this the compiler may remove the write as dead.
        hint::black_box(&self.0);
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// The result of a login.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    pub(crate) auth_token: Secret,
    pub(crate) account: Account,
}

/// The meaning of a 401 whose `error` is not known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unauthorized {
    Credentials,
    Session,
}

impl Response {
    /// Reads the response to `POST /api/v1/login`.
    pub(crate) fn logged_in(self) -> Result<LoggedIn, Error> {
        match self.plain_login() {
            Some(logged_in) => Ok(logged_in),
            None => self.lenient_login(),
        }
    }

    /// The fast path for an envelope as documented, which builds no tree.
    fn plain_login(&self) -> Option<LoggedIn> {
        if !self.status.is_success() {
            return None;
        }
        let Envelope { status, success, data } = serde_json::from_slice(&self.body).ok()?;
        let Data { user_id, auth_token, me } = data;
        let plain = status == "success"
            && success != Some(false)
            && is_header_text(&user_id)
            && is_header_text(auth_token.expose());
        plain.then(|| {
            let account = Account::unread(user_id, me.map(|me| Arc::from(me.get())));
            LoggedIn { auth_token, account }
        })
    }

    /// The slow path, which accepts what it can and reports the place of each problem.
    fn lenient_login(&self) -> Result<LoggedIn, Error> {
        let (mut body, mut deviations) = self.success(Unauthorized::Credentials)?;
        if body.get("status").and_then(Value::as_str) != Some("success") {
            deviations.push(Deviation::new(
                "/status".to_owned(),
                "\"success\"",
                kind(body.get("status")),
            ));
        }
        let mut data = match body.remove("data") {
            Some(Value::Object(data)) => data,
            other => return Err(self.unexpected("/data", "an object", kind(other.as_ref()))),
        };
        let user_id = self.header_text(&mut data, "userId", "/data/userId")?;
        let auth_token = self.header_text(&mut data, "authToken", "/data/authToken")?.into();
        let account = Account::read(user_id, data.remove("me"), deviations);
        Ok(LoggedIn { auth_token, account })
    }

    /// Reads the response to `GET /api/v1/me`.
    pub(crate) fn profile(self) -> Result<Profile, Error> {
        let (body, mut deviations) = self.success(Unauthorized::Session)?;
        if !body.contains_key("_id") {
            return Err(self.unexpected("/_id", "a string", "nothing"));
        }
        Ok(Profile::from_object(body, "", &mut deviations))
    }

    /// Reads the response to `POST /api/v1/logout`.
    pub(crate) fn logged_out(self) -> Result<(), Error> {
        self.success(Unauthorized::Session).map(drop)
    }

    /// Reads the response to any other call as the type that the caller asks for.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        if !self.status.is_success() {
            return Err(self.failure(Unauthorized::Session));
        }
        let value = lenient_json::parse(&self.body).map_err(|_| self.not_json())?.value;
        if value.get("success") == Some(&Value::Bool(false)) {
            return Err(self.unexpected("/success", "true", "false"));
        }
        T::deserialize(value).map_err(|_| {
            // serde's message quotes the value, which may be secret; its position is safe to show.
            let found = match serde_json::from_slice::<T>(&self.body) {
                Err(error) if error.line() > 0 => {
                    format!("another at line {}, column {}", error.line(), error.column())
                }
                _ => "another".to_owned(),
            };
            self.protocol(None, "JSON of the type that was asked for", found)
        })
    }

    /// Reads the object of a successful response whose body does not report a failure.
    fn success(&self, role: Unauthorized) -> Result<(Map<String, Value>, Vec<Deviation>), Error> {
        if !self.status.is_success() {
            return Err(self.failure(role));
        }
        let parsed = lenient_json::parse(&self.body).map_err(|_| self.not_json())?;
        let Value::Object(body) = parsed.value else {
            return Err(self.unexpected("", "an object", kind(Some(&parsed.value))));
        };
        if body.get("success") == Some(&Value::Bool(false)) {
            return Err(self.unexpected("/success", "true", "false"));
        }
        if body.get("status").and_then(Value::as_str) == Some("error") {
            return Err(self.unexpected("/status", "\"success\"", "\"error\""));
        }
        let mut deviations = Vec::new();
        if let Some(odd) = body.get("success").filter(|success| !success.is_boolean()) {
            deviations.push(Deviation::new("/success".to_owned(), "a boolean", kind(Some(odd))));
        }
        if parsed.is_repaired {
            deviations.push(Deviation::new(
                String::new(),
                "JSON text in UTF-8",
                "text that had to be repaired",
            ));
        }
        Ok((body, deviations))
    }

    /// Takes a member that will be sent as a header.
    fn header_text(
        &self,
        data: &mut Map<String, Value>,
        name: &str,
        pointer: &str,
    ) -> Result<String, Error> {
        let expected = "a string that can be a header";
        match data.remove(name) {
            Some(Value::String(text)) if is_header_text(&text) => Ok(text),
            Some(Value::String(text)) if !text.is_empty() => {
                let found = "a string with characters that cannot";
                drop(Secret::from(text));
                Err(self.unexpected(pointer, expected, found))
            }
            other => Err(self.unexpected(pointer, expected, kind(other.as_ref()))),
        }
    }

    fn failure(&self, role: Unauthorized) -> Error {
        let status = self.status;
        let object = match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Error::RateLimited(Wait::from_headers(&self.headers));
        }
        if status.is_server_error() {
            let rejection = rejection(status, object.unwrap_or_default());
            return Error::Server { rejection, wait: Wait::from_headers(&self.headers) };
        }
        if !status.is_client_error() {
            return self.redirect();
        }
        let Some(mut object) = object else { return self.not_json() };
        // The status decides whether it is a refusal; the code decides which one.
        let details = object.remove("details");
        let rejection = rejection(status, object);
        match rejection.code.as_deref() {
            Some("totp-required") => Error::TotpRequired(TwoFactor::from_details(status, details)),
            Some("totp-invalid") => Error::TotpInvalid(TwoFactor::from_details(status, details)),
            Some("error-token-already-exists") => Error::AccessTokenExists,
            // The spelling of the server.
            Some("error-token-does-not-exists") => Error::NoSuchAccessToken,
            Some("error-user-is-not-activated") => Error::AccountInactive,
            Some("error-login-blocked-for-user") => Error::Locked(Locked::User),
            Some("error-login-blocked-for-ip") => Error::Locked(Locked::Address),
            // Old versions respond with another status than 429 and put the code in brackets after
            // a text.
            Some(code) if code.trim_end_matches(']').ends_with("error-too-many-requests") => {
                Error::RateLimited(Wait::from_headers(&self.headers))
            }
            _ if status == StatusCode::UNAUTHORIZED => match role {
                Unauthorized::Credentials => Error::InvalidCredentials,
                Unauthorized::Session => Error::Unauthenticated,
            },
            _ => Error::BadRequest(rejection),
        }
    }

    fn redirect(&self) -> Error {
        let location = self.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        let found = match location {
            // The query may contain a secret.
            Some(location) => {
                format!("a redirect to {}", location.split(['?', '#']).next().unwrap_or_default())
            }
            None => "a status that this API does not use".to_owned(),
        };
        self.protocol(None, "a response from the base URL itself", found)
    }

    fn not_json(&self) -> Error {
        let content_type =
            self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let start = self.body.trim_ascii_start();
        let found = if start.is_empty() {
            "an empty body"
        } else if start.starts_with(b"<") || content_type.starts_with("text/html") {
            "a page of HTML, perhaps from a proxy"
        } else {
            "a body that is no JSON object"
        };
        self.protocol(None, "the JSON of Rocket.Chat", found.to_owned())
    }

    fn unexpected(&self, pointer: &str, expected: &str, found: &str) -> Error {
        self.protocol(Some(pointer), expected, found.to_owned())
    }

    fn protocol(&self, pointer: Option<&str>, expected: &str, found: String) -> Error {
        Error::Protocol(Protocol {
            status: self.status,
            pointer: pointer.map(str::to_owned),
            expected: expected.to_owned(),
            found,
        })
    }
}

/// The envelope of a login as documented. Any other envelope takes the slow path.
#[derive(Deserialize)]
struct Envelope<'a> {
    status: &'a str,
    success: Option<bool>,
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    user_id: String,
    auth_token: Secret,
    #[serde(borrow, default, deserialize_with = "present")]
    me: Option<&'a RawValue>,
}

/// Keeps a `null`, which differs from an absent member.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

/// Whether the text is not empty and can be sent as a header value.
pub(crate) fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn rejection(status: StatusCode, mut body: Map<String, Value>) -> Rejection {
    let code = match body.remove("error") {
        Some(Value::String(code)) => Some(code),
        // Some versions send the code as a number (Rocket.Chat#14658).
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    // Except at a login, `error` is a text for people, and `errorType` is the code.
    let code = match body.remove("errorType") {
        Some(Value::String(kind)) if !code.as_deref().is_some_and(is_identifier) => Some(kind),
        _ => code,
    };
    let message = match body.remove("message") {
        Some(Value::String(message)) => Some(message),
        _ => None,
    };
    Rejection { status, code, message }
}

#[cfg(test)]
mod tests;
