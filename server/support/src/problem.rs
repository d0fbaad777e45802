//! The standard error body.

use dropshot::HttpError;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ErrorBody;

/// Problem details (RFC 9457), for an API whose document has no error schema of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// A short summary of the kind of problem: the reason phrase of the status.
    pub title: String,
    /// The status of the response.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
}

impl ErrorBody for Problem {
    const MEDIA_TYPE: &'static str = "application/problem+json";

    fn from_http_error(error: &HttpError) -> Self {
        let status = error.status_code.as_status();
        Self {
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: error.external_message.clone(),
        }
    }
}
