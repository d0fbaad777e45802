//! Parses `application/x-www-form-urlencoded`, as strictly as JSON.

use serde_json::{Map, Value};

use super::BodyError;
use crate::urlencoded::{NotUtf8, pairs};

/// Parses `name=value&name=value`. Every value is a string.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    let malformed = |message: &str| BodyError::Malformed(message.to_owned());
    let mut members = Map::new();
    let pairs = pairs(bytes).map_err(|NotUtf8| malformed("the form is not UTF-8"))?;
    for (name, value) in pairs {
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
