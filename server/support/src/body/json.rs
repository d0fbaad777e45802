//! Parses JSON more strictly than `serde_json`: one object, no repeated members, no NUL.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::BodyError;
use crate::serde_message::without_values;

/// The maximum nesting depth of a body.
const MAX_DEPTH: usize = 32;

/// Parses a body, which must be an object.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }
        .deserialize(&mut json)
        .and_then(|value| json.end().map(|()| value))
        .map_err(|error| {
            // This is `serde_json`'s message for a leading surrogate without a trailing one.
            let message = without_values(&error.to_string())
                .replace("unexpected end of hex escape", "lone leading surrogate in hex escape");
            BodyError::Malformed(message)
        })?;
    match value {
        Value::Object(members) => Ok(members),
        other => {
            let message = format!("the body must be an object, not {}", json_type(&other));
            Err(BodyError::Malformed(message))
        }
    }
}

/// The type of a value, without the value itself.
pub fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn nested<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("nested more than {MAX_DEPTH} deep")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom("a string contains a NUL character"));
        }
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let nested = self.nested()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(nested)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let nested = self.nested()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(nested)?;
            if object.insert(name, value).is_some() {
                // Otherwise two parsers could read different requests from the same body.
                return Err(A::Error::custom("the object contains a member twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> String {
        match parse(body.as_bytes()) {
            Err(BodyError::Malformed(message)) => message,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn plain_object_is_read() {
        let members = parse(br#"{"user":"a","n":[1,-2,2.5,true,null,{}]}"#).unwrap();
        assert_eq!(members["user"], "a");
        assert_eq!(members["n"].as_array().unwrap().len(), 6);
    }

    #[test]
    fn other_bodies_are_refused_without_quoting_values() {
        let deep = format!("{{\"user\":{}{}}}", "[".repeat(100), "]".repeat(100));
        for (body, reason) in [
            ("{\"password\":\"hunter2\"", "EOF while parsing an object"),
            ("{\"password\":\"hunter2\"}}", "trailing characters"),
            ("\"hunter2\"", "the body must be an object, not a string"),
            ("[\"hunter2\"]", "the body must be an object, not an array"),
            ("{\"password\":\"hunter2\",\"password\":\"hunter2\"}", "twice"),
            ("{\"password\":\"hunter2\\u0000\"}", "NUL"),
            ("{\"password\":\"hunter2\0\"}", "control character"),
            ("{\"password\":\"hunter2\\ud800\"}", "surrogate"),
            (&deep, "nested more than 32 deep"),
        ] {
            let message = refusal(body);
            assert!(message.contains(reason), "{body}: {message}");
            assert!(!message.contains("hunter2"), "{body}: {message}");
        }
        assert!(parse(b"{\"user\":\"\xff\"}").is_err());
    }
}
