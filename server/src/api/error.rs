//! The one envelope of every error, and the one match from refusals to answers.

use std::fmt;

use dropshot::{ErrorStatusCode, HttpError, HttpResponseError};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::body::BodyError;
use crate::generated::types::Failure;
use crate::login::Refusal;

/// An error answer.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ApiError {
    #[serde(skip)]
    status: ErrorStatusCode,
    failure: Failure,
    /// For the log only, and free of secrets.
    #[serde(skip)]
    cause: Option<String>,
}

impl ApiError {
    pub(super) fn status(&self) -> StatusCode {
        self.status.as_status()
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "this path does not take this method";
        Self::new(ErrorStatusCode::METHOD_NOT_ALLOWED, "error-method-not-allowed", message, None)
    }

    pub(super) fn too_many_requests(retry_after: u64) -> Self {
        let message = format!(
            "Error, too many requests. Please slow down. You must wait {retry_after} seconds \
             before trying this endpoint again. [error-too-many-requests]"
        );
        Self::new(ErrorStatusCode::TOO_MANY_REQUESTS, &message, &message, None)
    }

    fn new(status: ErrorStatusCode, error: &str, message: &str, details: Option<Value>) -> Self {
        let failure = Failure {
            success: false,
            status: "error".to_owned(),
            error: error.to_owned(),
            message: message.to_owned(),
            details: match details {
                Some(Value::Object(details)) => Some(details),
                _ => None,
            },
        };
        Self { status, failure, cause: None }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        const UNAUTHORIZED: ErrorStatusCode = ErrorStatusCode::UNAUTHORIZED;
        const UNAVAILABLE: ErrorStatusCode = ErrorStatusCode::SERVICE_UNAVAILABLE;
        let totp =
            || json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
        let validate = || json!({"function": "Accounts.validateLoginAttempt"});
        let (status, error, message, details) = match &refusal {
            Refusal::Unauthorized => (UNAUTHORIZED, "Unauthorized", "Unauthorized", None),
            Refusal::TotpRequired => (UNAUTHORIZED, "totp-required", "TOTP Required", Some(totp())),
            Refusal::TotpInvalid => (UNAUTHORIZED, "totp-invalid", "TOTP Invalid", Some(totp())),
            Refusal::Inactive => {
                let error = "error-user-is-not-activated";
                (UNAUTHORIZED, error, "User is not activated", Some(validate()))
            }
            Refusal::AccountLocked => {
                let message = "Login has been temporarily blocked For User";
                (UNAUTHORIZED, "error-login-blocked-for-user", message, Some(validate()))
            }
            Refusal::AddressLocked => {
                let message = "Login has been temporarily blocked For IP";
                (UNAUTHORIZED, "error-login-blocked-for-ip", message, Some(validate()))
            }
            Refusal::NotLoggedIn => {
                let message = "You must be logged in to do this.";
                (UNAUTHORIZED, message, message, None)
            }
            Refusal::Overloaded => {
                (UNAVAILABLE, "error-overloaded", "The server is too busy.", None)
            }
            Refusal::Unavailable(_) => {
                (UNAVAILABLE, "error-unavailable", "The server's database is away.", None)
            }
            Refusal::Internal(_) => {
                let status = ErrorStatusCode::INTERNAL_SERVER_ERROR;
                (status, "error-internal", "The server failed.", None)
            }
        };
        let cause = format!("{:#}", anyhow::Error::new(refusal));
        Self { cause: Some(cause), ..Self::new(status, error, message, details) }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        HttpError::from(error).into()
    }
}

impl From<HttpError> for ApiError {
    fn from(error: HttpError) -> Self {
        let kind = match error.status_code.as_u16() {
            400 => "error-bad-request",
            408 => "error-request-timeout",
            413 => "error-payload-too-large",
            415 => "error-unsupported-media-type",
            _ => "error-internal",
        };
        Self::new(error.status_code, kind, &error.external_message, None)
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
