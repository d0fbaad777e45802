//! One file to a value: JSON or YAML, without anything that two parsers read differently.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{error::SourceError, yaml};

/// Parses a file that is JSON or YAML 1.2; `name` is what errors call it.
///
/// YAML is read by the core schema of YAML 1.2, as OpenAPI asks: `yes` and `on` are strings. A key
/// that occurs twice, a number with leading zeros, `.nan` and `.inf` are refused, because parsers
/// disagree about them.
///
/// # Errors
///
/// [`SourceError::Syntax`] with line and column.
pub fn read_value(name: &str, bytes: &[u8]) -> Result<Value, SourceError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        syntax(name, (line, column), "the file is not UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(syntax(name, (1, 1), "the file is empty"));
    }
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if text.trim_start().starts_with(['{', '[']) && !is_yaml {
        return read_json(name, text);
    }
    yaml::read(text).map_err(|error| syntax(name, (error.line, error.column), &error.message))
}

fn read_json(name: &str, text: &str) -> Result<Value, SourceError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = UniqueKeys.deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    result.map_err(|error| {
        let whole = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let message = whole.strip_suffix(&suffix).unwrap_or(&whole);
        syntax(name, (error.line(), error.column()), &format!("not JSON: {message}"))
    })
}

fn syntax(name: &str, (line, column): (usize, usize), message: &str) -> SourceError {
    SourceError::Syntax { name: name.to_owned(), line, column, message: message.to_owned() }
}

/// Deserializes a JSON value and refuses a key that occurs twice in an object.
struct UniqueKeys;

impl<'de> DeserializeSeed<'de> for UniqueKeys {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("the number is too large"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key `{key}` occurs twice")));
            }
            let value = members.next_value_seed(Self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(name: &str, text: &str) -> String {
        read_value(name, text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn json_and_yaml_are_told_apart_by_content_and_by_extension() {
        let value = json!({"a": [1, 2.5, null, true]});
        let read = |name: &str, text: &str| read_value(name, text.as_bytes()).unwrap();
        assert_eq!(read("x", "\u{feff}{\"a\": [1, 2.5, null, true]}"), value);
        assert_eq!(read("x.yaml", "{a: [1, 2.5, ~, true]}"), value);
        assert_eq!(read("x", "a:\n- 1\n- 2.5\n-\n- true\n"), value);
    }

    #[test]
    fn file_that_is_ambiguous_or_broken_is_refused_with_line_and_column() {
        assert_eq!(
            error("x.json", "{\"a\": 1,\n \"a\": 2}"),
            "x.json:2:4: not JSON: the key `a` occurs twice"
        );
        assert_eq!(error("x.json", "{\"a\": 1,}"), "x.json:1:9: not JSON: trailing comma");
        assert_eq!(error("x.json", "{} {}"), "x.json:1:4: not JSON: trailing characters");
        assert_eq!(error("x.yaml", "a: 1\nb: 2\na: 3"), "x.yaml:3:1: the key `a` occurs twice");
        assert_eq!(error("x", " \n"), "x:1:1: the file is empty");
        let error = read_value("x", b"a: b\nc: \xff").unwrap_err().to_string();
        assert_eq!(error, "x:2:4: the file is not UTF-8 text");
    }
}
