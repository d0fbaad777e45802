//! Media types that the generators distinguish.

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// JSON, or what is written as JSON (RFC 6839).
pub(crate) fn is_json(essence: &str) -> bool {
    essence == JSON || essence.starts_with("application/") && essence.ends_with("+json")
}

/// A media type without its parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
