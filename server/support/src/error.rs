//! Errors that the document does not describe.

use std::fmt;

use dropshot::{Body, ErrorStatusCode, HttpError, HttpResponseError};
use http::{Response, StatusCode, header::CONTENT_TYPE};
use schemars::{JsonSchema, r#gen::SchemaGenerator, schema::Schema};
use serde::{Serialize, Serializer};

/// The error body of an API, which has one schema for all errors.
pub trait ErrorBody: Serialize + JsonSchema + Send + Sync + 'static {
    /// The media type of the body.
    const MEDIA_TYPE: &'static str = "application/json";

    /// The body for an error of Dropshot: an extractor refused the request, or a response could not
    /// be written.
    fn from_http_error(error: &HttpError) -> Self;
}

/// An error with the API's own body.
pub struct ApiError<E> {
    status: ErrorStatusCode,
    /// Boxed to keep results small.
    body: Box<E>,
}

impl<E> ApiError<E> {
    /// An error with this status and body.
    pub fn new(status: ErrorStatusCode, body: E) -> Self {
        Self { status, body: Box::new(body) }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status.as_status()
    }
}

impl<E: ErrorBody> ApiError<E> {
    /// Converts the error to a response.
    ///
    /// # Errors
    ///
    /// The body cannot be serialised, which is a bug of its type.
    pub fn into_response(self) -> Result<Response<Body>, HttpError> {
        let internal = |error: String| HttpError::for_internal_error(error);
        let text =
            serde_json::to_string(&self.body).map_err(|error| internal(error.to_string()))?;
        Response::builder()
            .status(self.status())
            .header(CONTENT_TYPE, E::MEDIA_TYPE)
            .body(text.into())
            .map_err(|error| internal(error.to_string()))
    }
}

impl<E: ErrorBody> From<HttpError> for ApiError<E> {
    fn from(error: HttpError) -> Self {
        Self::new(error.status_code, E::from_http_error(&error))
    }
}

impl<E> fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status())
    }
}

impl<E> fmt::Debug for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiError({self})")
    }
}

impl<E: Serialize> Serialize for ApiError<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

impl<E: JsonSchema> JsonSchema for ApiError<E> {
    fn schema_name() -> String {
        E::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        E::json_schema(generator)
    }
}

impl<E: ErrorBody> HttpResponseError for ApiError<E> {
    fn status_code(&self) -> ErrorStatusCode {
        self.status
    }
}
