//! Reads the credentials of a login request: the four documented members, and variants that real
//! clients send.
//!
//! Some variants are always accepted. Three of eight real clients send `username` or `email`
//! instead of `user`. Clients also send null for absent members, and a code in the header
//! `x-2fa-code` if a library builds the body. A code in the body has priority, as in Rocket.Chat.
//!
//! Undocumented *types* are accepted only in compatibility mode. Otherwise they are refused with
//! 400, so that people who test a client against this server notice them.

use http::HeaderMap;
use serde_json::{Map, Value};
use specfirst_dropshot::{BodyError, Members, Secret, json_type};

use crate::{
    accounts::{Identity, PasswordDigest},
    generated::types::LoginRequest,
    login::{Credentials, Incomplete, Password, PresentedMembers},
};

/// Whether to accept only the documented types, or also those that Rocket.Chat accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shapes {
    Documented,
    Rocketchat,
}

/// Why a request contains no credentials.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnpackError {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

/// Reads the credentials from the body and the headers.
pub(super) fn credentials(
    mut body: Members<LoginRequest>,
    headers: &HeaderMap,
    shapes: Shapes,
) -> Result<Credentials, UnpackError> {
    let members = body.members_mut();
    members.retain(|_, value| !value.is_null());
    let undocumented = match shapes {
        Shapes::Documented => Undocumented::default(),
        Shapes::Rocketchat => Undocumented::take_from(members)?,
    };
    let username = string_member(members, "username")?;
    let email = string_member(members, "email")?;
    let LoginRequest { user, password, resume, code } = body.decode()?;
    let identity = user
        .map(Identity::Either)
        .or(undocumented.identity)
        .or(username.map(Identity::Username))
        .or(email.map(Identity::Email));
    let password = password.map(Password::Clear).or(undocumented.password);
    let code = code.filter(|code| !code.is_empty()).or(undocumented.code);
    let code = code.or_else(|| header_code(headers));
    Ok(PresentedMembers { identity, password, code, resume }.try_into()?)
}

/// The members whose type only Rocket.Chat accepts.
#[derive(Default)]
struct Undocumented {
    identity: Option<Identity>,
    password: Option<Password>,
    code: Option<Secret>,
}

impl Undocumented {
    /// Removes the members with undocumented types from the body and reads them.
    fn take_from(members: &mut Map<String, Value>) -> Result<Self, BodyError> {
        let identity = take_object(members, "user").map(wrapped_identity).transpose()?;
        let password = take_object(members, "password").map(client_digest).transpose()?;
        let code = match members.get("code") {
            Some(Value::Number(number)) => {
                let code = code_from_number(number)?;
                members.remove("code");
                Some(code)
            }
            _ => None,
        };
        Ok(Self { identity, password, code })
    }
}

/// Reads `{"username": …}` or `{"email": …}`.
fn wrapped_identity(wrapper: Map<String, Value>) -> Result<Identity, BodyError> {
    let mut members = wrapper.into_iter();
    match (members.next(), members.next()) {
        (Some((name, Value::String(username))), None) if name == "username" => {
            Ok(Identity::Username(username))
        }
        (Some((name, Value::String(address))), None) if name == "email" => {
            Ok(Identity::Email(address))
        }
        _ => Err(malformed("`user`: expected a string, or an object with `username` or `email`")),
    }
}

/// Reads `{"digest": <hex>, "algorithm": "sha-256"}`.
fn client_digest(mut wrapper: Map<String, Value>) -> Result<Password, BodyError> {
    const EXPECTED: &str =
        "`password`: expected a string, or an object with the hex `digest` and `algorithm` sha-256";
    let algorithm = wrapper.remove("algorithm");
    match (wrapper.remove("digest"), algorithm) {
        (Some(Value::String(digest)), Some(Value::String(algorithm)))
            if algorithm == "sha-256" && wrapper.is_empty() =>
        {
            let digest = PasswordDigest::from_client(&Secret::from(digest));
            digest.map(Password::Digest).ok_or_else(|| malformed(EXPECTED))
        }
        _ => Err(malformed(EXPECTED)),
    }
}

/// Restores the leading zeros, which a number cannot have.
fn code_from_number(number: &serde_json::Number) -> Result<Secret, BodyError> {
    let code = number.as_u64().ok_or_else(|| malformed("`code`: expected digits"))?;
    Ok(Secret::from(format!("{code:06}")))
}

/// The code of a second factor in the header that clients send it in.
pub(super) fn header_code(headers: &HeaderMap) -> Option<Secret> {
    let code = headers.get("x-2fa-code")?.to_str().ok()?;
    (!code.is_empty()).then(|| Secret::from(code))
}

fn take_object(members: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match members.get(name) {
        Some(Value::Object(_)) => match members.remove(name) {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        },
        _ => None,
    }
}

fn string_member(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, BodyError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            let kind = json_type(other);
            Err(malformed(&format!("`{name}`: invalid type: {kind}, expected a string")))
        }
    }
}

fn malformed(message: &str) -> BodyError {
    BodyError::Malformed(message.to_owned())
}
