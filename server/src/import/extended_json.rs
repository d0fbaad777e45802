//! The parts of MongoDB's extended JSON that accounts contain: numbers and object identifiers.
//!
//! `mongoexport` writes `5.75` in relaxed form and `{"$numberDouble":"5.75"}` in canonical form.
//! Dates (`{"$date":…}`) occur only in members that are not read.

use serde::Deserialize;
use serde_json::Value;

/// A number: `5.75`, or an object with `$numberInt`, `$numberLong`, `$numberDouble` or
/// `$numberDecimal`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(try_from = "Value")]
pub(super) struct Number(pub(super) f64);

/// An identifier: `"…"` or `{"$oid":"…"}`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Value")]
pub(super) struct Id(pub(super) String);

impl TryFrom<Value> for Number {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        const KINDS: [&str; 4] = ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"];
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::Object(wrapper) if wrapper.len() == 1 => KINDS
                .iter()
                .find_map(|&kind| wrapper.get(kind)?.as_str())
                .and_then(|text| text.parse().ok()),
            _ => None,
        };
        number.filter(|number| number.is_finite()).map(Self).ok_or("expected a number")
    }
}

impl TryFrom<Value> for Id {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let id = match value {
            Value::String(id) => Some(id),
            Value::Object(wrapper) if wrapper.len() == 1 => {
                wrapper.get("$oid").and_then(Value::as_str).map(str::to_owned)
            }
            _ => None,
        };
        let plausible = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic());
        id.filter(plausible).map(Self).ok_or("expected an identifier")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_all_forms() {
        let number = |text: &str| serde_json::from_str::<Number>(text).ok().map(|n| n.0);
        for text in ["5.75", r#"{"$numberDouble":"5.75"}"#, r#"{"$numberDecimal":"5.75"}"#] {
            assert_eq!(number(text), Some(5.75), "{text}");
        }
        assert_eq!(number(r#"{"$numberInt":"-3"}"#), Some(-3.0));
        assert_eq!(number(r#"{"$numberLong":"2"}"#), Some(2.0));
        for text in ["\"5\"", "null", r#"{"$numberDouble":"NaN"}"#, r#"{"$date":"5"}"#, "{}"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn identifiers_are_read_in_both_forms() {
        let id = |text: &str| serde_json::from_str::<Id>(text).ok().map(|id| id.0);
        assert_eq!(id("\"aobEdbYhXfu5hkeqG\""), Some("aobEdbYhXfu5hkeqG".to_owned()));
        assert_eq!(id(r#"{"$oid":"5f1e"}"#), Some("5f1e".to_owned()));
        for text in ["\"\"", "\"a b\"", "7", r#"{"$oid":7}"#] {
            assert_eq!(id(text), None, "{text}");
        }
    }
}
