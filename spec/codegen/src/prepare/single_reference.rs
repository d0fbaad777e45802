//! Schemas that are one reference, or one reference or null.

use serde_json::{Map, Value, json};

/// Whether a keyword constrains nothing.
fn is_annotation(keyword: &str) -> bool {
    const ANNOTATIONS: [&str; 10] = [
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "readOnly",
        "title",
        "writeOnly",
        "xml",
    ];
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// The reference of a schema that is a reference or null, and nothing else.
pub(crate) fn nullable_reference(schema: &Map<String, Value>) -> Option<&Value> {
    let Some([branch]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) else {
        return None;
    };
    let is_plain =
        schema.keys().all(|k| ["allOf", "nullable"].contains(&k.as_str()) || is_annotation(k));
    let is_nullable = schema.get("nullable") == Some(&json!(true));
    (is_plain && is_nullable && branch.get("$ref").is_some()).then_some(branch)
}

/// Removes null from the values of a schema, where null cannot be sent.
pub(super) fn exclude_null(schema: &mut Value) {
    if let Some(reference) = schema.as_object().and_then(nullable_reference) {
        *schema = reference.clone();
    } else if let Value::Object(members) = schema {
        members.shift_remove("nullable");
    }
}

/// A composition of one reference, and of nothing else that constrains, becomes that reference. If null is
/// valid, too, it becomes an `allOf` of the reference with `nullable`, of which both generators make an
/// `Option` of the component.
pub(super) fn simplify(members: &mut Map<String, Value>, is_component: bool) {
    let mut keywords = ["allOf", "anyOf", "oneOf"].into_iter().filter(|k| members.contains_key(*k));
    let (Some(keyword), None) = (keywords.next(), keywords.next()) else { return };
    let Some(Value::Array(branches)) = members.get(keyword) else { return };
    let mut is_nullable = members.get("nullable") == Some(&json!(true));
    let (mut reference, mut description) = (None, None);
    for branch in branches {
        let Some(branch) = branch.as_object() else { return };
        if branch.contains_key("$ref") {
            if reference.replace(branch).is_some() {
                return;
            }
        } else if keyword != "allOf" && branch.get("enum") == Some(&json!([null])) {
            is_nullable = true;
        } else if keyword == "allOf"
            && branch.keys().all(|name| name == "nullable" || is_annotation(name))
        {
            is_nullable |= branch.get("nullable") == Some(&json!(true));
            description = branch.get("description").cloned().or(description);
        } else {
            return;
        }
    }
    let is_plain =
        members.keys().all(|k| [keyword, "nullable"].contains(&k.as_str()) || is_annotation(k));
    let Some(reference) = reference.cloned().filter(|_| is_plain) else { return };
    // A component that is only a reference may lead round in a circle.
    if is_component && !is_nullable {
        return;
    }
    if !is_nullable {
        *members = reference;
        return;
    }
    let description = members.shift_remove("description").or(description);
    members.retain(|name, _| ["readOnly", "writeOnly"].contains(&name.as_str()));
    members.extend(description.map(|text| ("description".to_owned(), text)));
    members.insert("nullable".to_owned(), json!(true));
    members.insert("allOf".to_owned(), json!([reference]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composition_of_one_reference_is_that_reference_or_null() {
        let b = json!({"$ref": "#/components/schemas/B"});
        let only_null = json!({"enum": [null]});
        let simplified = |schema: Value| {
            let mut members = schema.as_object().unwrap().clone();
            simplify(&mut members, false);
            Value::Object(members)
        };
        let nullable = json!({"nullable": true, "allOf": [b]});
        for keyword in ["allOf", "anyOf", "oneOf"] {
            assert_eq!(simplified(json!({"nullable": true, "title": "T", keyword: [b]})), nullable);
            assert_eq!(simplified(json!({"deprecated": true, keyword: [b]})), b);
            let constrained = json!({"nullable": true, "minProperties": 1, keyword: [b]});
            assert_eq!(simplified(constrained.clone()), constrained);
        }
        assert_eq!(simplified(json!({"oneOf": [only_null, b]})), nullable);
        assert_eq!(
            simplified(
                json!({"nullable": true, "readOnly": true, "allOf": [b, {"description": "d"}]})
            ),
            json!({"readOnly": true, "description": "d", "nullable": true, "allOf": [b]})
        );
        let part = json!({"allOf": [b, {"nullable": true, "description": "d"}]});
        assert_eq!(simplified(part), json!({"description": "d", "nullable": true, "allOf": [b]}));
        assert_eq!(simplified(json!({"allOf": [b, {"nullable": false}]})), b);
        let both = json!({"nullable": true, "allOf": [b, only_null]});
        assert_eq!(simplified(both.clone()), both);
        let mut component = json!({"oneOf": [b]}).as_object().unwrap().clone();
        simplify(&mut component, true);
        assert_eq!(Value::Object(component), json!({"oneOf": [b]}));
    }
}
