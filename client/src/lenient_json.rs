//! JSON as servers in JavaScript write it.
//!
//! A name cut in the middle of an emoji holds half a surrogate pair, which `JSON.stringify` writes and
//! serde refuses. No one should be locked out by a friend's status text, so the half is replaced.

use std::borrow::Cow;

use serde_json::Value;

/// A body, and whether it had to be mended to be read.
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) mended: bool,
}

/// Reads JSON; where that fails, once more with a byte order mark dropped and halves of surrogate
/// pairs and bytes that are not UTF-8 replaced by U+FFFD.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, serde_json::Error> {
    serde_json::from_slice(bytes).map(|value| Parsed { value, mended: false }).or_else(|error| {
        let without_mark = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = String::from_utf8_lossy(without_mark);
        // The first error is the one about what the server sent.
        let value = serde_json::from_str(&with_whole_surrogates(&text)).map_err(|_| error)?;
        Ok(Parsed { value, mended: true })
    })
}

fn with_whole_surrogates(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(offset) = text[at..].find('\\') {
        at += offset;
        let length = match (code_unit(text, at), code_unit(text, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str(&text[copied..at]);
                mended.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            (Some(_), _) => 6,
            // The backslash and one character, which may be another backslash.
            (None, _) => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[copied..]);
    Cow::Owned(mended)
}

/// The code unit of an escape `\uXXXX` at this place.
fn code_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn mended(bytes: &[u8]) -> Value {
        let parsed = parse(bytes).unwrap();
        assert!(parsed.mended);
        parsed.value
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        assert_eq!(mended(br#"{"a":"x\ud83d"}"#), json!({"a": "x\u{fffd}"}));
        assert_eq!(mended(br#"["\ude00\ud83d\ude00\ud83d"]"#), json!(["\u{fffd}😀\u{fffd}"]));
        assert_eq!(mended(br#"["\ud83d\ud83d\ude00"]"#), json!(["\u{fffd}😀"]));
        assert_eq!(mended(br#"["\\\ud83d","\\ud83d"]"#), json!(["\\\u{fffd}", "\\ud83d"]));
    }

    #[test]
    fn bytes_that_are_not_utf8_and_a_byte_order_mark() {
        assert_eq!(mended(b"[\"\xff\"]"), json!(["\u{fffd}"]));
        assert_eq!(mended(b"\xEF\xBB\xBF[]"), json!([]));
    }

    #[test]
    fn what_is_not_json_stays_an_error() {
        for bytes in [&b""[..], b"<html>", b"[", b"\"\\u12", b"\"\\", b"\"\\\xe2\x82", b"{}{}"] {
            assert!(parse(bytes).is_err(), "{bytes:?}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(\\|\\u|[dD][89a-fA-F]|[0-9]|"|\[|€|\\ud83d|\\ude00|.){0,24}"#) {
            drop(parse(text.as_bytes()));
            drop(parse(format!("\"{text}\"").as_bytes()));
        }
    }
}
