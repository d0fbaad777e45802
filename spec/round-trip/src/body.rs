//! Bodies as JSON values: JSON and forms as their value, a multipart form as a list of parts, and
//! anything else as a list of bytes.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const BOUNDARY: &str = "round-trip-boundary";

/// A part of a multipart form.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A media type without its parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json")
}

pub(crate) fn is_form(media_type: &str) -> bool {
    essence(media_type) == "application/x-www-form-urlencoded"
}

pub(crate) fn is_multipart(media_type: &str) -> bool {
    essence(media_type) == "multipart/form-data"
}

/// The value of a body.
///
/// # Errors
///
/// The media type is JSON, but the body is not.
pub(crate) fn read(media_type: &str, bytes: &[u8]) -> Result<Value> {
    if is_json(media_type) {
        return serde_json::from_slice(bytes).context("the body is not JSON");
    }
    Ok(Value::from(bytes))
}

/// The content type and the bytes of a value.
///
/// # Errors
///
/// The value has another form than its media type needs.
pub(crate) fn write(media_type: &str, value: &Value) -> Result<(String, Vec<u8>)> {
    if is_json(media_type) {
        return Ok((media_type.to_owned(), serde_json::to_vec(value)?));
    }
    if is_form(media_type) {
        return Ok((media_type.to_owned(), form(value)?.into_bytes()));
    }
    if !is_multipart(media_type) {
        return Ok((media_type.to_owned(), Vec::deserialize(value).context("expected bytes")?));
    }
    let parts: Vec<Part> = Vec::deserialize(value).context("expected parts")?;
    let mut text = String::new();
    for Part { name, text: content } in parts {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        text += &format!("--{BOUNDARY}\r\n{head}\r\n\r\n{content}\r\n");
    }
    text += &format!("--{BOUNDARY}--\r\n");
    Ok((format!("{media_type}; boundary={BOUNDARY}"), text.into_bytes()))
}

/// A form with arrays and objects: an array repeats its name, and an object is JSON.
fn form(value: &Value) -> Result<String> {
    let mut pairs = Vec::new();
    for (name, member) in value.as_object().context("expected an object")? {
        let values = match member {
            Value::Array(items) => items.as_slice(),
            Value::Null => &[],
            other => std::slice::from_ref(other),
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        pairs.extend(values.iter().map(|value| (name, text(value))));
    }
    Ok(serde_urlencoded::to_string(pairs)?)
}
