//! Parses `application/x-www-form-urlencoded`, as strictly as JSON.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::BodyError;

/// Parses `name=value&name=value`. Every value is a string.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    let malformed = |message: &str| BodyError::Malformed(message.to_owned());
    let mut members = Map::new();
    for pair in bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |&byte| byte == b'=');
        let mut next_side = || {
            let spaced: Vec<u8> = sides
                .next()
                .unwrap_or_default()
                .iter()
                .map(|&byte| if byte == b'+' { b' ' } else { byte })
                .collect();
            String::from_utf8(percent_decode(&spaced).collect())
        };
        let (name, value) = (next_side(), next_side());
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(malformed("the form is not UTF-8"));
        };
        if value.contains('\0') {
            return Err(malformed("a value of the form contains a NUL character"));
        }
        if members.insert(name, Value::String(value)).is_some() {
            return Err(malformed("the form contains a member twice"));
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let members =
            parse(b"user=al%40b.c&password=a+b%26%3D%2B&code=123456&empty=&bare").unwrap();
        let text = serde_json::to_string(&members).unwrap();
        let expected =
            r#"{"user":"al@b.c","password":"a b&=+","code":"123456","empty":"","bare":""}"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn ambiguous_forms_are_refused() {
        for body in [&b"user=a&user=b"[..], b"user=%ff", b"user=%00", b"user=a\0"] {
            assert!(parse(body).is_err(), "{body:?}");
        }
    }
}
