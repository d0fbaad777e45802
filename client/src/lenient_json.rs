//! Parses JSON as servers in JavaScript write it.
//!
//! A name that is cut in the middle of an emoji ends with a lone surrogate. `JSON.stringify` writes
//! it and serde refuses it. A status text must not prevent a login, so lone surrogates are
//! replaced.

use std::borrow::Cow;

use serde_json::Value;

/// A parsed body, and whether it had to be repaired first.
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) is_repaired: bool,
}

/// Parses JSON. If that fails, it parses again without a byte order mark, and with lone surrogates
/// and invalid UTF-8 replaced by U+FFFD.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, serde_json::Error> {
    serde_json::from_slice(bytes).map(|value| Parsed { value, is_repaired: false }).or_else(
        |error| {
            let without_mark = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = String::from_utf8_lossy(without_mark);
            // Return the first error, which is about the bytes that the server sent.
            let value = serde_json::from_str(&replace_lone_surrogates(&text)).map_err(|_| error)?;
            Ok(Parsed { value, is_repaired: true })
        },
    )
}

fn replace_lone_surrogates(text: &str) -> Cow<'_, str> {
    let mut repaired = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(offset) = text[at..].find('\\') {
        at += offset;
        let length = match (code_unit(text, at), code_unit(text, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str(&text[copied..at]);
                repaired.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            (Some(_), _) => 6,
            // Skip the backslash and the next character, which may be another backslash.
            (None, _) => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    repaired.push_str(&text[copied..]);
    Cow::Owned(repaired)
}

/// The code unit of the escape `\uXXXX` at this offset.
fn code_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    // `from_str_radix` would also accept a sign.
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
    fn repaired(bytes: &[u8]) -> Value {
        let parsed = parse(bytes).unwrap();
        assert!(parsed.is_repaired);
        parsed.value
    }

    #[test]
    fn lone_surrogate_is_replaced() {
        assert_eq!(repaired(br#"{"a":"x\ud83d"}"#), json!({"a": "x\u{fffd}"}));
        assert_eq!(repaired(br#"["\ude00\ud83d\ude00\ud83d"]"#), json!(["\u{fffd}😀\u{fffd}"]));
        assert_eq!(repaired(br#"["\ud83d\ud83d\ude00"]"#), json!(["\u{fffd}😀"]));
        assert_eq!(repaired(br#"["\\\ud83d","\\ud83d"]"#), json!(["\\\u{fffd}", "\\ud83d"]));
    }

    #[test]
    fn invalid_utf8_and_byte_order_mark_are_repaired() {
        assert_eq!(repaired(b"[\"\xff\"]"), json!(["\u{fffd}"]));
        assert_eq!(repaired(b"\xEF\xBB\xBF[]"), json!([]));
    }

    #[test]
    fn text_that_is_not_json_is_an_error() {
        for bytes in [&b""[..], b"<html>", b"[", b"\"\\u12", b"\"\\", b"\"\\\xe2\x82", b"{}{}"] {
            assert!(parse(bytes).is_err(), "{bytes:?}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#"(\\|\\u|[dD][89a-fA-F]|[0-9]|"|\[|€|\\ud83d|\\ude00|.){0,24}"#) {
            drop(parse(text.as_bytes()));
            drop(parse(format!("\"{text}\"").as_bytes()));
        }
    }
}
