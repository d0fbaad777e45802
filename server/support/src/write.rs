//! How generated code writes a documented response.

use dropshot::{Body, HttpError};
use http::{Response, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;

/// The bytes of most bodies: a buffer that grows is copied each time.
const USUAL_BYTES: usize = 1024;

/// A body written as JSON.
///
/// # Errors
///
/// The value cannot be written: a bug of its type.
pub fn json<T: Serialize>(body: &T) -> Result<Body, HttpError> {
    let mut text = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut text, body).map_err(internal)?;
    Ok(text.into())
}

/// A response with this status, media type and body, and the members of `headers` as its headers.
/// Members that are null are left out. (Dropshot's own way of writing headers takes nothing but
/// strings.)
///
/// # Errors
///
/// A header has a value that no header can have.
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
