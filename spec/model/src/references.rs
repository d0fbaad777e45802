//! The references within a part of a document.

use serde_json::Value;

use crate::{document::percent_decode, pointer::Pointer};

/// The places that the references within a value name, discriminators included.
pub fn references_of(value: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                places.extend(members.get("$ref").and_then(local_place));
                if let Some(Value::Object(mapping)) = value.pointer("/discriminator/mapping") {
                    places.extend(mapping.values().filter_map(local_place));
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    places
}

fn local_place(reference: &Value) -> Option<Pointer> {
    Pointer::parse(&percent_decode(reference.as_str()?.strip_prefix('#')?)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_and_targets_of_discriminators_are_found() {
        let value = json!({"a": [{"$ref": "#/x%20y"}, {"$ref": "other.yaml"}],
                           "discriminator": {"mapping": {"k": "#/z", "l": "Name"}}});
        let places: Vec<String> =
            references_of(&value).iter().map(|place| place.as_str().to_owned()).collect();
        assert_eq!(places, ["/z", "/x y"]);
    }
}
