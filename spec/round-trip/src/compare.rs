//! Compares two values by their meaning.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value};

/// The defaults of a document, by the name of the property.
#[derive(Debug, Default)]
pub(crate) struct Defaults(BTreeMap<String, BTreeSet<String>>);

impl Defaults {
    pub(crate) fn read(document: &Value) -> Self {
        let mut defaults = Self::default();
        defaults.add(document);
        defaults
    }

    fn add(&mut self, value: &Value) {
        let members = value.as_object().into_iter().flatten();
        for (name, member) in members {
            if let Some(default) = member.get("default") {
                self.0.entry(name.clone()).or_default().insert(default.to_string());
            }
            self.add(member);
        }
        value.as_array().into_iter().flatten().for_each(|item| self.add(item));
    }

    fn has(&self, name: &str, value: &Value) -> bool {
        self.0.get(name).is_some_and(|values| {
            let mut values = values.iter().filter_map(|value| value.parse::<Value>().ok());
            values.any(|default| difference(self, "", &default, value).is_none())
        })
    }
}

/// The first difference between what was sent and what arrived, with its place.
pub(crate) fn difference(
    defaults: &Defaults,
    place: &str,
    sent: &Value,
    arrived: &Value,
) -> Option<String> {
    let is_same = match (sent, arrived) {
        (Value::Object(sent), Value::Object(arrived)) => {
            return object_difference(defaults, place, sent, arrived);
        }
        (Value::Array(sent), Value::Array(arrived)) if sent.len() == arrived.len() => {
            let mut pairs = sent.iter().zip(arrived).enumerate();
            return pairs.find_map(|(index, (sent, arrived))| {
                difference(defaults, &format!("{place}/{index}"), sent, arrived)
            });
        }
        (Value::Number(sent), Value::Number(arrived)) => is_same_number(sent, arrived),
        (Value::String(sent), Value::String(arrived)) => is_same_text(sent, arrived),
        _ => sent == arrived,
    };
    (!is_same).then(|| format!("{place}: {sent} was sent, {arrived} arrived"))
}

fn object_difference(
    defaults: &Defaults,
    place: &str,
    sent: &Map<String, Value>,
    arrived: &Map<String, Value>,
) -> Option<String> {
    let names: BTreeSet<_> = sent.keys().chain(arrived.keys()).collect();
    names.into_iter().find_map(|name| {
        let place = format!("{place}/{name}");
        match (sent.get(name), arrived.get(name)) {
            (Some(sent), Some(arrived)) => difference(defaults, &place, sent, arrived),
            // The generated type of an optional member is `Option<T>`, `Vec<T>` or a map. It has one
            // value for an absent member and a null or empty one.
            (Some(only), None) | (None, Some(only)) if is_nothing(only) => None,
            // The sender's or the receiver's type fills in a default.
            (None, Some(filled_in)) if defaults.has(name, filled_in) => None,
            (Some(sent), None) => Some(format!("{place}: {sent} was sent, nothing arrived")),
            (None, arrived) => Some(format!(
                "{place}: nothing was sent, {} arrived",
                arrived.unwrap_or(&Value::Null)
            )),
        }
    })
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// `1` and `1.0` are the same number. Without its feature `float_roundtrip`, `serde_json` may read a
/// fraction as the number next to it.
fn is_same_number(a: &Number, b: &Number) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) if a.is_f64() || b.is_f64() => {
            (x - y).abs() <= x.abs() * 4.0 * f64::EPSILON
        }
        _ => a == b,
    }
}

/// The types of dates and UUIDs write each value in one form, whichever form it was read from.
fn is_same_text(a: &str, b: &str) -> bool {
    let time = |text| chrono::DateTime::parse_from_rfc3339(text).ok();
    let uuid = |text| uuid::Uuid::try_parse(text).ok();
    a == b || time(a).is_some() && time(a) == time(b) || uuid(a).is_some() && uuid(a) == uuid(b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compare(sent: &Value, arrived: &Value) -> Option<String> {
        let document = json!({"properties": {"size": {"default": 3}}});
        difference(&Defaults::read(&document), "", sent, arrived)
    }

    #[test]
    fn values_of_the_same_meaning_are_equal() {
        let sent = json!({
            "number": 1, "none": null, "list": [], "time": "2024-02-29T12:00:00+02:00",
            "id": "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "items": [0.5, "a"],
        });
        let arrived = json!({
            "number": 1.0, "size": 3, "time": "2024-02-29T10:00:00Z",
            "id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "items": [0.5, "a"],
        });
        assert_eq!(compare(&sent, &arrived), None);
    }

    #[test]
    fn each_other_difference_is_found_with_its_place() {
        let sent = json!({"a": {"b": [1, "x"], "c": 1}});
        let cases = [
            (json!({"a": {"b": [1, "y"], "c": 1}}), r#"/a/b/1: "x" was sent, "y" arrived"#),
            (json!({"a": {"b": [1], "c": 1}}), r#"/a/b: [1,"x"] was sent, [1] arrived"#),
            (json!({"a": {"b": [1, "x"]}}), "/a/c: 1 was sent, nothing arrived"),
            (json!({"a": {"b": [1, "x"], "c": "1"}}), r#"/a/c: 1 was sent, "1" arrived"#),
            (json!({"a": {"b": [1, "x"], "c": 2}}), "/a/c: 1 was sent, 2 arrived"),
            (
                json!({"a": {"b": [1, "x"], "c": 1, "size": 4}}),
                "/a/size: nothing was sent, 4 arrived",
            ),
        ];
        for (arrived, expected) in cases {
            assert_eq!(compare(&sent, &arrived).as_deref(), Some(expected));
        }
        let large = [json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64)];
        assert!(compare(&large[0], &large[1]).is_some());
    }
}
