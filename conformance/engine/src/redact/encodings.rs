//! The encodings in which a secret may be printed.

use std::fmt::Write as _;

use base64::{
    Engine as _,
    engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest as _, Sha256};

/// Shorter secrets are redacted only if they are a whole value, and are not encoded.
pub(super) const MIN_LENGTH: usize = 4;

/// The characters that RFC 3986 does not encode are left as they are.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// `encodeURIComponent` and the encodings of browsers leave more characters.
const LENIENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'$')
    .add(b',');

/// A secret, and its encodings that do not look like text: base64, hexadecimal, digests.
pub(super) fn values(secret: &str) -> Vec<String> {
    let mut values = vec![secret.to_owned()];
    if secret.len() >= MIN_LENGTH {
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            values.extend(within_base64(engine, secret.as_bytes()));
        }
        let digest = Sha256::digest(secret);
        values.extend([hex::encode(secret), hex::encode(digest)]);
        values.extend([hex::encode_upper(secret), hex::encode_upper(digest)]);
        values.extend([STANDARD_NO_PAD.encode(digest), URL_SAFE_NO_PAD.encode(digest)]);
        values.extend(as_number(secret));
    }
    values
}

/// A code of digits as it stands where it is sent as a number: without the zeros that it begins with.
fn as_number(secret: &str) -> Option<String> {
    let number = secret.trim_start_matches('0');
    let is_code = secret.bytes().all(|byte| byte.is_ascii_digit());
    (is_code && number.len() < secret.len() && number.len() >= MIN_LENGTH)
        .then(|| number.to_owned())
}

/// The usual encodings in which a secret is printed, to be looked for where a text is not decoded first.
pub fn encodings(secret: &str) -> Vec<String> {
    let mut encodings = values(secret);
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    for json in [ascii_json(&json, false), ascii_json(&json, true), json] {
        // JSON inside JSON, as in a report that quotes a body.
        let twice = serde_json::Value::from(json.as_str()).to_string();
        encodings.push(twice[1..twice.len() - 1].to_owned());
        encodings.push(json);
    }
    let encoding = serde_urlencoded::to_string([("", secret)]).unwrap_or_default();
    encodings.push(encoding.trim_start_matches('=').to_owned());
    for set in [NON_ALPHANUMERIC, RESERVED, LENIENT] {
        let encoded = percent_encode(secret.as_bytes(), set).to_string();
        encodings.push(lower_escapes(&encoded));
        encodings.push(encoded);
    }
    let xml = |text: &String| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let shell = |text: &String| text.replace('\'', r"'\''");
    let quoted = |text: &String| text.replace('\\', r"\\").replace('\'', r"\'");
    let shown: Vec<String> =
        encodings.iter().flat_map(|text| [xml(text), shell(text), quoted(text)]).collect();
    encodings.extend(shown);
    for (from, to) in [("'", "&#39;"), ("'", "&#x27;"), ("'", "&apos;"), ("&quot;", "&#34;")] {
        let more: Vec<String> = encodings.iter().map(|text| text.replace(from, to)).collect();
        encodings.extend(more);
        encodings.sort();
        encodings.dedup();
    }
    encodings.retain(|encoding| !encoding.is_empty());
    encodings
}

/// The base64 of a secret inside a longer text. It depends on how many bytes precede the secret.
/// Characters that also depend on the neighbouring bytes are left out.
fn within_base64(engine: &GeneralPurpose, secret: &[u8]) -> Vec<String> {
    let mut found = vec![engine.encode(secret)];
    for before in 0..3_usize {
        let mut bytes = vec![0; before];
        bytes.extend(secret);
        let own = secret.len() + before;
        let encoded = engine.encode(&bytes);
        // The first character that depends on the secret alone, and the end of those.
        let (first, end) = ((before * 8).div_ceil(6), own * 8 / 6);
        // The rest must be long enough not to occur by accident.
        if let Some(inner) = encoded.get(first..end).filter(|inner| inner.len() >= MIN_LENGTH) {
            found.push(inner.to_owned());
        }
    }
    found
}

/// JSON with escaped non-ASCII characters, as some writers produce it.
fn ascii_json(json: &str, upper: bool) -> String {
    let mut text = String::new();
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            _ if upper => {
                let _ = write!(text, "\\u{unit:04X}");
            }
            _ => {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// Lowercases percent escapes, such as `%C3` to `%c3`. Other characters stay.
fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        let _ = write!(lower, "%{}{rest}", digits.to_ascii_lowercase());
    }
    lower
}
