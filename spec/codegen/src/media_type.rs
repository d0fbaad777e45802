//! The media types that the generators distinguish.

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// Whether a media type is JSON, or has the suffix `+json` (RFC 6839).
pub(crate) fn is_json(essence: &str) -> bool {
    essence == JSON || essence.starts_with("application/") && essence.ends_with("+json")
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
