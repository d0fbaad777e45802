//! The operations on personal access tokens.

use chrono::{DateTime, SecondsFormat, Utc};
use dropshot::RequestContext;
use serde_json::{Map, Value, json};
use specfirst_dropshot::{BodyError, Members, Presented};

use super::{
    ApiContext,
    error::{self, SharedResponses, totp_details},
    handlers::{log_server_failure, origin, session},
    unpack::header_code,
};
use crate::{
    clock::Timestamp,
    generated::{
        AuthTokenAndUserIdCredentials, GeneratePersonalAccessTokenOkHeaders,
        GeneratePersonalAccessTokenResponse, GetPersonalAccessTokensOkHeaders,
        GetPersonalAccessTokensResponse, RegeneratePersonalAccessTokenOkHeaders,
        RegeneratePersonalAccessTokenResponse, RemovePersonalAccessTokenOkHeaders,
        RemovePersonalAccessTokenResponse,
        types::{
            CallFailure, Done, NewPersonalAccessToken, PersonalAccessToken,
            PersonalAccessTokenName, PersonalAccessTokenSecret, PersonalAccessTokens,
        },
    },
    login::{AccessTokenError, Caller, Refusal},
    store::AccessToken,
};

type Credentials = Presented<AuthTokenAndUserIdCredentials>;
type Body<T> = Result<Members<T>, BodyError>;

pub(super) async fn generate(
    rqctx: &RequestContext<ApiContext>,
    credentials: Credentials,
    body: Body<NewPersonalAccessToken>,
) -> Result<GeneratePersonalAccessTokenResponse, Refusal> {
    const METHOD: &str = "personalAccessTokens:generateToken";
    let caller = caller(rqctx, credentials).await?;
    let NewPersonalAccessToken { token_name, bypass_two_factor } = match decode(body) {
        Ok(new) => new,
        Err(error) => return Ok(body_refused(&error)),
    };
    let login = &rqctx.context().login;
    let made = login.generate_access_token(&caller, token_name, bypass_two_factor).await;
    Ok(match made {
        Ok(token) => GeneratePersonalAccessTokenResponse::Ok(
            PersonalAccessTokenSecret { token: token.into_secret(), success: true },
            GeneratePersonalAccessTokenOkHeaders::default(),
        ),
        Err(error) => refused(rqctx, error, METHOD)?,
    })
}

pub(super) async fn regenerate(
    rqctx: &RequestContext<ApiContext>,
    credentials: Credentials,
    body: Body<PersonalAccessTokenName>,
) -> Result<RegeneratePersonalAccessTokenResponse, Refusal> {
    const METHOD: &str = "personalAccessTokens:regenerateToken";
    let caller = caller(rqctx, credentials).await?;
    let PersonalAccessTokenName { token_name } = match decode(body) {
        Ok(name) => name,
        Err(error) => return Ok(body_refused(&error)),
    };
    let made = rqctx.context().login.regenerate_access_token(&caller, &token_name).await;
    Ok(match made {
        Ok(token) => RegeneratePersonalAccessTokenResponse::Ok(
            PersonalAccessTokenSecret { token: token.into_secret(), success: true },
            RegeneratePersonalAccessTokenOkHeaders::default(),
        ),
        Err(error) => refused(rqctx, error, METHOD)?,
    })
}

pub(super) async fn remove(
    rqctx: &RequestContext<ApiContext>,
    credentials: Credentials,
    body: Body<PersonalAccessTokenName>,
) -> Result<RemovePersonalAccessTokenResponse, Refusal> {
    const METHOD: &str = "personalAccessTokens:removeToken";
    let caller = caller(rqctx, credentials).await?;
    let PersonalAccessTokenName { token_name } = match decode(body) {
        Ok(name) => name,
        Err(error) => return Ok(body_refused(&error)),
    };
    let removed = rqctx.context().login.remove_access_token(&caller, &token_name).await;
    Ok(match removed {
        Ok(()) => RemovePersonalAccessTokenResponse::Ok(
            Done { success: true },
            RemovePersonalAccessTokenOkHeaders::default(),
        ),
        Err(error) => refused(rqctx, error, METHOD)?,
    })
}

pub(super) async fn list(
    rqctx: &RequestContext<ApiContext>,
    credentials: Credentials,
) -> Result<GetPersonalAccessTokensResponse, Refusal> {
    let login = &rqctx.context().login;
    let (user, token) = session(credentials)?;
    log_server_failure(rqctx, login.authorize(&user, &token).await)?;
    let tokens = log_server_failure(rqctx, login.access_tokens(&user).await)?;
    let tokens = tokens.into_iter().map(described).collect();
    Ok(GetPersonalAccessTokensResponse::Ok(
        PersonalAccessTokens { tokens, success: true },
        GetPersonalAccessTokensOkHeaders::default(),
    ))
}

fn described(token: AccessToken) -> PersonalAccessToken {
    let AccessToken { name, secret, bypasses_two_factor, .. } = token;
    PersonalAccessToken {
        name,
        created_at: rfc_3339(secret.created_at),
        last_token_part: secret.last_part,
        bypass_two_factor: Some(bypasses_two_factor),
    }
}

fn rfc_3339(at: Timestamp) -> String {
    // A year that the format cannot hold comes from a broken clock.
    let at: DateTime<Utc> = DateTime::from_timestamp_millis(at.as_millis()).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The caller, which is logged in. This is checked before the body, as in Rocket.Chat.
async fn caller(
    rqctx: &RequestContext<ApiContext>,
    credentials: Credentials,
) -> Result<Caller, Refusal> {
    let (user, token) = session(credentials)?;
    log_server_failure(rqctx, rqctx.context().login.authorize(&user, &token).await)?;
    let headers = rqctx.request.headers();
    let method = headers.get("x-2fa-method").and_then(|method| method.to_str().ok());
    let (code, method) = (header_code(headers), method.map(str::to_owned));
    Ok(Caller { user, token, code, method, origin: origin(rqctx) })
}

/// Decodes a body. As at a login, a member that is `null` counts as absent.
fn decode<T: serde::de::DeserializeOwned>(body: Body<T>) -> Result<T, BodyError> {
    let mut body = body?;
    body.members_mut().retain(|_, value| !value.is_null());
    body.decode()
}

/// The error responses that the operations with a body share.
pub(super) trait CallResponses: SharedResponses {
    fn call_refused(failure: CallFailure) -> Self;
    fn request_timeout(error: &BodyError) -> Self;
    fn payload_too_large(error: &BodyError) -> Self;
    fn unsupported_media_type(error: &BodyError) -> Self;
}

macro_rules! call_responses {
    ($($response:ident),*) => {$(
        impl CallResponses for $response {
            fn call_refused(failure: CallFailure) -> Self {
                Self::BadRequest(failure)
            }

            fn request_timeout(error: &BodyError) -> Self {
                Self::RequestTimeout(error::request_timeout(error))
            }

            fn payload_too_large(error: &BodyError) -> Self {
                Self::PayloadTooLarge(error::payload_too_large(error))
            }

            fn unsupported_media_type(error: &BodyError) -> Self {
                Self::UnsupportedMediaType(error::unsupported_media_type(error))
            }
        }
    )*};
}

call_responses!(
    GeneratePersonalAccessTokenResponse,
    RegeneratePersonalAccessTokenResponse,
    RemovePersonalAccessTokenResponse
);

fn body_refused<A: CallResponses>(error: &BodyError) -> A {
    match error {
        BodyError::Malformed(message) => {
            A::call_refused(call_failure("invalid-params", message, None))
        }
        BodyError::TimedOut => A::request_timeout(error),
        BodyError::TooLong { .. } => A::payload_too_large(error),
        BodyError::Unsupported(_) => A::unsupported_media_type(error),
    }
}

/// The response to a refused call. A refusal that all operations share is an `Err`.
///
/// Here, a lockout and a second factor are no 401: the caller's token is good, and a client that sees
/// 401 would drop it.
fn refused<A: CallResponses>(
    rqctx: &RequestContext<ApiContext>,
    error: AccessTokenError,
    method: &str,
) -> Result<A, Refusal> {
    let of_method = || Some(json!({"method": method}));
    let (kind, message, details) = match error {
        AccessTokenError::NameTaken => {
            ("error-token-already-exists", "A token with this name already exists", of_method())
        }
        AccessTokenError::NoSuchToken => {
            ("error-token-does-not-exists", "Token does not exist", of_method())
        }
        AccessTokenError::Refused(Refusal::TotpRequired) => {
            ("totp-required", "TOTP Required", Some(totp_details()))
        }
        AccessTokenError::Refused(Refusal::TotpInvalid) => {
            ("totp-invalid", "TOTP Invalid", Some(totp_details()))
        }
        AccessTokenError::Refused(Refusal::AccountLocked) => (
            "error-login-blocked-for-user",
            "Login has been temporarily blocked For User",
            of_method(),
        ),
        AccessTokenError::Refused(Refusal::AddressLocked) => {
            ("error-login-blocked-for-ip", "Login has been temporarily blocked For IP", of_method())
        }
        AccessTokenError::Refused(refusal) => return log_server_failure(rqctx, Err(refusal)),
    };
    Ok(A::call_refused(call_failure(kind, message, details)))
}

fn call_failure(kind: &str, message: &str, details: Option<Value>) -> CallFailure {
    let object = |details| match details {
        Value::Object(details) => details,
        _ => Map::new(),
    };
    CallFailure {
        success: false,
        error: format!("{message} [{kind}]"),
        error_type: Some(kind.to_owned()),
        details: details.map(object),
    }
}
