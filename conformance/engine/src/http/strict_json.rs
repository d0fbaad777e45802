//! JSON as RFC 8259 requires of generators: UTF-8, no duplicate names, no `NaN`, and nothing after the
//! value.
//!
//! `serde_json` takes the last of two equal names, so a visitor detects duplicates.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, map::Entry};

/// Why bytes are not the JSON that a server may send.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrictJsonError {
    /// RFC 8259, section 8.1.
    #[error("the body is not UTF-8: byte {at} begins no character")]
    NotUtf8 {
        /// The offset of the first bad byte.
        at: usize,
    },
    /// RFC 8259, section 8.1: a byte order mark must not be added.
    #[error("the body begins with a byte order mark")]
    ByteOrderMark,
    /// RFC 8259, section 4.
    #[error("an object has the name `{name}` twice")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// RFC 8259, section 2.
    #[error("the body is not JSON: {message}")]
    Syntax {
        /// What the parser said.
        message: String,
    },
}

/// Parses a body by the rules for generators, which are stricter than those for parsers.
///
/// # Errors
///
/// [`StrictJsonError`] for the first violation.
pub fn parse(bytes: &[u8]) -> Result<Value, StrictJsonError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| StrictJsonError::NotUtf8 { at: error.valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        return Err(StrictJsonError::ByteOrderMark);
    }
    let Strict(value) = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        match message.strip_prefix(DUPLICATE).and_then(|rest| rest.split_once(MARK)) {
            Some((name, _)) => StrictJsonError::DuplicateName { name: name.to_owned() },
            None => StrictJsonError::Syntax { message },
        }
    })?;
    Ok(value)
}

const DUPLICATE: &str = "duplicate name ";
/// Ends the name in the message, because a name may hold any printable character.
const MARK: &str = "\u{0}";

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StrictSeed.deserialize(deserializer).map(Self)
    }
}

struct StrictSeed;

impl<'de> DeserializeSeed<'de> for StrictSeed {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictSeed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(StrictSeed)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            match map.entry(name) {
                Entry::Vacant(member) => member.insert(members.next_value_seed(StrictSeed)?),
                Entry::Occupied(member) => {
                    let name = member.key();
                    return Err(A::Error::custom(format!("{DUPLICATE}{name}{MARK}")));
                }
            };
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_that_a_sender_must_not_send_is_refused() {
        assert_eq!(
            parse(br#"{"a":[1,{"b":null}],"c":-1.5}"#),
            Ok(json!({"a":[1,{"b":null}],"c":-1.5}))
        );
        assert_eq!(
            parse(br#"{"a":{"b":1,"b":1}}"#),
            Err(StrictJsonError::DuplicateName { name: "b".to_owned() })
        );
        assert_eq!(parse(b"{\"a\":\"\xff\"}"), Err(StrictJsonError::NotUtf8 { at: 6 }));
        assert_eq!(parse("\u{feff}{}".as_bytes()), Err(StrictJsonError::ByteOrderMark));
        for bad in ["", "{", "{}{}", "NaN", r#"{"a":NaN}"#, "{'a':1}", "<html>"] {
            assert!(matches!(parse(bad.as_bytes()), Err(StrictJsonError::Syntax { .. })), "{bad}");
        }
    }
}
