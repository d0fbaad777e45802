//! Component schemas whose names coincide in Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::names;

/// Numbers a component schema whose name is in Rust also that of another one, such as `user` and `User`.
pub(super) fn make_distinct(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return };
    let mut taken = BTreeSet::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let entries: Map<String, Value> = std::mem::take(schemas)
        .into_iter()
        .map(|(name, schema)| {
            let distinct = names::distinct(&name, &taken);
            taken.insert(names::rust_name(&distinct));
            if distinct != name {
                renamed.insert(
                    format!("#/components/schemas/{name}"),
                    format!("#/components/schemas/{distinct}"),
                );
            }
            (distinct, schema)
        })
        .collect();
    *schemas = entries;
    if !renamed.is_empty() {
        rename(document, &renamed);
    }
}

fn rename(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("$ref")
                && let Some(new) = renamed.get(text)
            {
                text.clone_from(new);
            }
            if let Some(Value::Object(mapping)) =
                members.get_mut("discriminator").and_then(|d| d.get_mut("mapping"))
            {
                for target in mapping.values_mut() {
                    if let Some(new) = target.as_str().and_then(|text| renamed.get(text)) {
                        *target = json!(new);
                    }
                }
            }
            members.values_mut().for_each(|value| rename(value, renamed));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_by_case_are_numbered_and_references_follow() {
        let reference = json!({"$ref": "#/components/schemas/User"});
        let mut document = json!({"components": {"schemas": {
            "user": {"type": "string"}, "User": {"type": "object"}, "A": reference}}});
        make_distinct(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"user": {"type": "string"}, "User2": {"type": "object"},
                   "A": {"$ref": "#/components/schemas/User2"}})
        );
    }
}
