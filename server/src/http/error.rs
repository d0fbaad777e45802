//! The error body, and the response for each refusal.

use dropshot::{ErrorStatusCode, HttpError};
use serde_json::{Value, json};
use specfirst_dropshot::{BodyError, ErrorBody};

use crate::{
    generated::{
        GeneratePersonalAccessTokenResponse, GetPersonalAccessTokensResponse, LoginResponse,
        LogoutByGetResponse, LogoutResponse, MeResponse, RegeneratePersonalAccessTokenResponse,
        RemovePersonalAccessTokenResponse, TooManyRequestsHeaders, UnavailableHeaders,
        types::Failure,
    },
    login::Refusal,
};

const RETRY_AFTER_SECONDS: u64 = 2;

/// The responses that all operations of the document have in common.
pub(super) trait SharedResponses: Sized {
    fn unauthorized(failure: Failure) -> Self;
    fn too_many_requests(failure: Failure, headers: TooManyRequestsHeaders) -> Self;
    fn unavailable(failure: Failure, headers: UnavailableHeaders) -> Self;
}

macro_rules! shared_responses {
    ($($response:ident),*) => {$(
        impl SharedResponses for $response {
            fn unauthorized(failure: Failure) -> Self {
                Self::Unauthorized(failure)
            }

            fn too_many_requests(failure: Failure, headers: TooManyRequestsHeaders) -> Self {
                Self::TooManyRequests(failure, headers)
            }

            fn unavailable(failure: Failure, headers: UnavailableHeaders) -> Self {
                Self::ServiceUnavailable(failure, headers)
            }
        }
    )*};
}

shared_responses!(
    LoginResponse,
    LogoutResponse,
    LogoutByGetResponse,
    MeResponse,
    GeneratePersonalAccessTokenResponse,
    RegeneratePersonalAccessTokenResponse,
    RemovePersonalAccessTokenResponse,
    GetPersonalAccessTokensResponse
);

/// An error that the document does not describe: a failure of this server, or a request that
/// Dropshot refuses before a handler runs.
pub(super) type ApiError = specfirst_dropshot::ApiError<Failure>;

pub(super) fn not_found() -> ApiError {
    let message = "there is nothing at this path";
    ApiError::new(ErrorStatusCode::NOT_FOUND, failure("error-not-found", message, None))
}

pub(super) fn method_not_allowed() -> ApiError {
    let failure = failure("error-method-not-allowed", "this path does not take this method", None);
    ApiError::new(ErrorStatusCode::METHOD_NOT_ALLOWED, failure)
}

impl ErrorBody for Failure {
    fn from_http_error(error: &HttpError) -> Self {
        let kind = if error.status_code.is_client_error() {
            "error-bad-request"
        } else {
            "error-internal"
        };
        failure(kind, &error.external_message, None)
    }
}

/// The response to a refusal. An internal failure is an `Err`, because the document does not
/// describe it.
pub(super) fn refused<A: SharedResponses>(refusal: Refusal) -> Result<A, ApiError> {
    let validate = || json!({"function": "Accounts.validateLoginAttempt"});
    let unauthorized =
        |error, message, details| Ok(A::unauthorized(failure(error, message, details)));
    let unavailable = |error, message| {
        let headers = UnavailableHeaders { retry_after: Some(RETRY_AFTER_SECONDS) };
        Ok(A::unavailable(failure(error, message, None), headers))
    };
    match refusal {
        Refusal::Unauthorized => unauthorized("Unauthorized", "Unauthorized", None),
        Refusal::TotpRequired => {
            unauthorized("totp-required", "TOTP Required", Some(totp_details()))
        }
        Refusal::TotpInvalid => unauthorized("totp-invalid", "TOTP Invalid", Some(totp_details())),
        Refusal::Inactive => {
            let error = "error-user-is-not-activated";
            unauthorized(error, "User is not activated", Some(validate()))
        }
        Refusal::AccountLocked => {
            let message = "Login has been temporarily blocked For User";
            unauthorized("error-login-blocked-for-user", message, Some(validate()))
        }
        Refusal::AddressLocked => {
            let message = "Login has been temporarily blocked For IP";
            unauthorized("error-login-blocked-for-ip", message, Some(validate()))
        }
        Refusal::NotLoggedIn => {
            let message = "You must be logged in to do this.";
            unauthorized(message, message, None)
        }
        Refusal::Overloaded => unavailable("error-overloaded", "The server is too busy."),
        Refusal::Unavailable(_) => {
            unavailable("error-unavailable", "The server's database is away.")
        }
        Refusal::Internal(_) => {
            let failure = failure("error-internal", "The server failed.", None);
            Err(ApiError::new(ErrorStatusCode::INTERNAL_SERVER_ERROR, failure))
        }
    }
}

/// What a client learns about the second factor of the account.
pub(super) fn totp_details() -> Value {
    json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]})
}

pub(super) fn too_many_requests<A: SharedResponses>(retry_after: u64) -> A {
    let message = format!(
        "Error, too many requests. Please slow down. You must wait {retry_after} seconds \
         before trying this endpoint again. [error-too-many-requests]"
    );
    // `pack` adds the other headers of the rate limit.
    let headers = TooManyRequestsHeaders { retry_after: Some(retry_after), ..Default::default() };
    A::too_many_requests(failure(&message, &message, None), headers)
}

fn failure(error: &str, message: &str, details: Option<Value>) -> Failure {
    Failure {
        success: false,
        status: "error".to_owned(),
        error: error.to_owned(),
        message: message.to_owned(),
        details: match details {
            Some(Value::Object(details)) => Some(details),
            _ => None,
        },
    }
}

impl From<BodyError> for LoginResponse {
    fn from(error: BodyError) -> Self {
        match &error {
            BodyError::Malformed(message) => {
                Self::BadRequest(failure("error-bad-request", message, None))
            }
            BodyError::TimedOut => Self::RequestTimeout(request_timeout(&error)),
            BodyError::TooLong { .. } => Self::PayloadTooLarge(payload_too_large(&error)),
            BodyError::Unsupported(_) => Self::UnsupportedMediaType(unsupported_media_type(&error)),
        }
    }
}

pub(super) fn request_timeout(error: &BodyError) -> Failure {
    failure("error-request-timeout", &error.to_string(), None)
}

pub(super) fn payload_too_large(error: &BodyError) -> Failure {
    failure("error-payload-too-large", &error.to_string(), None)
}

pub(super) fn unsupported_media_type(error: &BodyError) -> Failure {
    failure("error-unsupported-media-type", &error.to_string(), None)
}
