//! Builds documented responses for generated code.

use dropshot::{Body, HttpError};
use http::{Response, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;

/// The initial capacity of a body, which fits most. Growing the buffer would copy it.
const INITIAL_CAPACITY: usize = 1024;

/// Serialises a body as JSON.
///
/// # Errors
///
/// The value cannot be serialised, which is a bug of its type.
pub fn json<T: Serialize>(body: &T) -> Result<Body, HttpError> {
    let mut text = Vec::with_capacity(INITIAL_CAPACITY);
    serde_json::to_writer(&mut text, body).map_err(internal)?;
    Ok(text.into())
}

/// Builds a response with this status, media type and body, and with the members of `headers` as
/// headers. Members that are null are omitted. (Dropshot's own function accepts only strings as
/// header values.)
///
/// # Errors
///
/// A member has a value that a header cannot have.
pub fn response<H: Serialize>(
    status: StatusCode,
    content: Option<(&'static str, Body)>,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let mut response = Response::builder().status(status);
    let headers = serde_json::to_value(headers).map_err(internal)?;
    for (name, value) in headers.as_object().into_iter().flatten() {
        response = match value {
            Value::Null => response,
            Value::String(text) => response.header(name, text),
            other => response.header(name, other.to_string()),
        };
    }
    let body = match content {
        Some((media_type, body)) => {
            response = response.header(CONTENT_TYPE, media_type);
            body
        }
        None => Body::empty(),
    };
    response.body(body).map_err(internal)
}

fn internal(error: impl ToString) -> HttpError {
    HttpError::for_internal_error(error.to_string())
}
