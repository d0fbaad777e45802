//! The one envelope of every error, and the one match from refusals to answers.

use std::fmt;

use dropshot::{Body, ErrorStatusCode, HttpError, HttpResponseError};
use http::{Response, StatusCode, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::generated::types::Failure;
use crate::generated::{
    LoginAnswer, LogoutAnswer, LogoutByGetAnswer, MeAnswer, TooManyRequestsHeaders,
    UnavailableHeaders,
};
use crate::logging::error_chain;
use crate::login::Refusal;
use specfirst_dropshot::BodyError;

const RETRY_AFTER_SECONDS: u64 = 2;

/// What the document lets every operation answer beside its own success.
pub(super) trait Refusing: Sized {
    fn unauthorized(failure: Failure) -> Self;
    fn too_many_requests(failure: Failure, headers: TooManyRequestsHeaders) -> Self;
    fn unavailable(failure: Failure, headers: UnavailableHeaders) -> Self;
}

macro_rules! refusing {
    ($($answer:ident),*) => {$(
        impl Refusing for $answer {
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

refusing!(LoginAnswer, LogoutAnswer, LogoutByGetAnswer, MeAnswer);

/// An error that the document does not name: a failure of ours, or of Dropshot's choosing.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ApiError {
    #[serde(skip)]
    status: ErrorStatusCode,
    /// Boxed, so that an answer without an error need not carry its size.
    failure: Box<Failure>,
    /// For the log only, and free of secrets.
    #[serde(skip)]
    cause: Option<String>,
}

impl ApiError {
    pub(super) fn status(&self) -> StatusCode {
        self.status.as_status()
    }

    pub(super) fn not_found() -> Self {
        let message = "there is nothing at this path";
        let failure = failure("error-not-found", message, None).into();
        Self { status: ErrorStatusCode::NOT_FOUND, failure, cause: None }
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "this path does not take this method";
        let failure = failure("error-method-not-allowed", message, None).into();
        Self { status: ErrorStatusCode::METHOD_NOT_ALLOWED, failure, cause: None }
    }

    pub(super) fn into_response(self) -> Result<Response<Body>, HttpError> {
        let internal = |error: String| HttpError::for_internal_error(error);
        let text = serde_json::to_string(&self).map_err(|error| internal(error.to_string()))?;
        Response::builder()
            .status(self.status())
            .header(CONTENT_TYPE, "application/json")
            .body(text.into())
            .map_err(|error| internal(error.to_string()))
    }
}

/// The one match. What is wrong with us is an error; the document does not name it.
pub(super) fn refused<A: Refusing>(refusal: Refusal) -> Result<A, ApiError> {
    let totp = || json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
    let validate = || json!({"function": "Accounts.validateLoginAttempt"});
    let unauthorized =
        |error, message, details| Ok(A::unauthorized(failure(error, message, details)));
    let unavailable = |error, message| {
        let headers = UnavailableHeaders { retry_after: Some(RETRY_AFTER_SECONDS) };
        Ok(A::unavailable(failure(error, message, None), headers))
    };
    match refusal {
        Refusal::Unauthorized => unauthorized("Unauthorized", "Unauthorized", None),
        Refusal::TotpRequired => unauthorized("totp-required", "TOTP Required", Some(totp())),
        Refusal::TotpInvalid => unauthorized("totp-invalid", "TOTP Invalid", Some(totp())),
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
        Refusal::Internal(_) => Err(ApiError {
            status: ErrorStatusCode::INTERNAL_SERVER_ERROR,
            failure: failure("error-internal", "The server failed.", None).into(),
            cause: Some(error_chain(&refusal)),
        }),
    }
}

pub(super) fn too_many_requests<A: Refusing>(retry_after: u64) -> A {
    let message = format!(
        "Error, too many requests. Please slow down. You must wait {retry_after} seconds \
         before trying this endpoint again. [error-too-many-requests]"
    );
    // The other headers of the limiter are on every answer.
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

impl From<BodyError> for LoginAnswer {
    fn from(error: BodyError) -> Self {
        let failure = |kind| failure(kind, &error.to_string(), None);
        match &error {
            BodyError::Malformed(_) => Self::BadRequest(failure("error-bad-request")),
            BodyError::TimedOut => Self::RequestTimeout(failure("error-request-timeout")),
            BodyError::TooLong { .. } => Self::PayloadTooLarge(failure("error-payload-too-large")),
            BodyError::Unsupported(_) => {
                Self::UnsupportedMediaType(failure("error-unsupported-media-type"))
            }
        }
    }
}

/// Dropshot's own errors: what its extractors refuse, and an answer that cannot be written.
impl From<HttpError> for ApiError {
    fn from(error: HttpError) -> Self {
        let kind = if error.status_code.is_client_error() {
            "error-bad-request"
        } else {
            "error-internal"
        };
        let failure = failure(kind, &error.external_message, None).into();
        Self { status: error.status_code, failure, cause: None }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause.as_deref().unwrap_or(&self.failure.message))
    }
}

impl HttpResponseError for ApiError {
    fn status_code(&self) -> ErrorStatusCode {
        self.status
    }
}

impl JsonSchema for ApiError {
    fn schema_name() -> String {
        Failure::schema_name()
    }

    fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        Failure::json_schema(generator)
    }
}
