//! Reads the bytes and the media type of a body.

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT},
};
use http_body_util::BodyExt as _;

use super::BodyError;

/// The number of bytes to read of a body that is too long. If the server responded while the client
/// was still sending, the client would see a broken connection instead of the response.
const DRAIN_BYTES: usize = 8 * 1024 * 1024;

/// The supported media types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    Json,
    Form,
}

/// The media type of a body, from its headers.
pub(super) fn media_type(headers: &HeaderMap) -> Result<MediaType, BodyError> {
    const WANTED: &str =
        "the content type must be application/json or application/x-www-form-urlencoded, in UTF-8";
    let unsupported = || BodyError::Unsupported(WANTED);
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(BodyError::Unsupported("the body must not be compressed"));
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return Err(unsupported());
    };
    let mut parts = value.to_str().map_err(|_| unsupported())?.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    for parameter in parts {
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("charset")
            && !["utf-8", "utf8"]
                .contains(&value.trim().trim_matches('"').to_ascii_lowercase().as_str())
        {
            return Err(unsupported());
        }
    }
    match essence.as_str() {
        "application/json" => Ok(MediaType::Json),
        "application/x-www-form-urlencoded" => Ok(MediaType::Form),
        _ => Err(unsupported()),
    }
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: dropshot::Body,
    limit: usize,
) -> Result<Bytes, BodyError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    let too_long = BodyError::TooLong { limit };
    // A client that waits for `100 Continue` has sent nothing yet, so it can get the response at
    // once.
    if announced > limit as u64 && (headers.contains_key(EXPECT) || announced > DRAIN_BYTES as u64)
    {
        return Err(too_long);
    }
    let mut bytes = BytesMut::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            BodyError::Malformed("the body is incomplete or its framing is invalid".to_owned())
        })?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            bytes.extend_from_slice(&data);
        } else if seen > DRAIN_BYTES {
            break;
        }
    }
    if seen > limit { Err(too_long) } else { Ok(bytes.freeze()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type_of(content_type: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        media_type(&headers).ok()
    }

    #[test]
    fn media_types_are_recognised() {
        for json in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json ;charset=\"UTF-8\"",
        ] {
            assert_eq!(media_type_of(json), Some(MediaType::Json), "{json}");
        }
        let form = "application/x-www-form-urlencoded;charset=utf-8";
        assert_eq!(media_type_of(form), Some(MediaType::Form));
        for other in
            ["", "text/plain", "application/jsonp", "application/json; charset=utf-16", "json"]
        {
            assert_eq!(media_type_of(other), None, "{other}");
        }
        assert!(media_type(&HeaderMap::new()).is_err());
    }
}
