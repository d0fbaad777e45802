//! Lists of types and the type `null`, which 3.0 does not have.

use serde_json::{Map, Value, json};

use super::{Translator, keywords::type_of};
use crate::pointer::Pointer;

/// The keywords that constrain only values of one type.
fn keywords_of(name: &str) -> &'static [&'static str] {
    match name {
        "string" => &["minLength", "maxLength", "pattern", "format"],
        "number" | "integer" => {
            &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]
        }
        "array" => &["items", "minItems", "maxItems", "uniqueItems"],
        "object" => {
            &["properties", "required", "additionalProperties", "minProperties", "maxProperties"]
        }
        _ => &[],
    }
}

impl Translator {
    /// A branch of an `anyOf` or `oneOf` that allows only null becomes `nullable`.
    pub(super) fn null_branches(&mut self, schema: &mut Map<String, Value>, to: &Pointer) {
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = schema.get(keyword) else { continue };
            if !branches.iter().any(is_null) || branches.iter().all(is_null) {
                continue;
            }
            let Some(Value::Array(branches)) = schema.get_mut(keyword) else { continue };
            let mut kept = Vec::new();
            for (index, branch) in std::mem::take(branches).into_iter().enumerate() {
                if is_null(&branch) {
                    continue;
                }
                if kept.len() != index {
                    let list = to.child(keyword);
                    self.record_second_move(&list.child(index), &list.child(kept.len()));
                }
                kept.push(branch);
            }
            *branches = kept;
            // A type that excludes null outside the branches excludes it here, too.
            if schema.contains_key("type") {
                continue;
            }
            schema.insert("nullable".to_owned(), json!(true));
            self.unwrap_only_branch(schema, keyword, to);
        }
    }

    /// `{anyOf: [{type: string}], nullable: true}` is `{type: string, nullable: true}`, and a single
    /// reference is an `allOf`.
    fn unwrap_only_branch(&mut self, schema: &mut Map<String, Value>, keyword: &str, to: &Pointer) {
        let constrains = |name: &String| {
            !["title", "description", "deprecated", "default", "example", "nullable", keyword]
                .contains(&name.as_str())
                && !name.starts_with("x-")
        };
        let is_alone = !schema.keys().any(constrains);
        let Some(Value::Array(branches)) = schema.get(keyword) else { return };
        let [Value::Object(branch)] = branches.as_slice() else { return };
        if !is_alone {
            return;
        }
        let branch = branch.clone();
        let place = to.child(keyword).child(0);
        schema.shift_remove(keyword);
        if branch.contains_key("$ref") {
            self.record_second_move(&place, &to.child("allOf").child(0));
            schema.insert("allOf".to_owned(), json!([branch]));
            return;
        }
        for (name, value) in branch {
            self.record_second_move(&place.child(&name), &to.child(&name));
            schema.entry(name).or_insert(value);
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }

    /// A list of types becomes one type, or one branch for each type.
    pub(super) fn types(&mut self, schema: &mut Map<String, Value>, to: &Pointer) {
        let mut types: Vec<String> = match schema.get("type") {
            Some(Value::String(name)) if name == "null" => vec![name.clone()],
            Some(Value::Array(names)) => {
                let names: Option<Vec<_>> =
                    names.iter().map(|name| name.as_str().map(str::to_owned)).collect();
                let Some(names) = names else { return };
                names
            }
            _ => {
                array_items(schema);
                return;
            }
        };
        types.dedup();
        if types.iter().any(|name| name == "number") {
            types.retain(|name| name != "integer");
        }
        let mut nullable = types.iter().any(|name| name == "null");
        types.retain(|name| name != "null");
        let has_enum = if let Some(Value::Array(values)) = schema.get_mut("enum") {
            let allows = |value: &Value| {
                let name = type_of(value);
                (nullable && name == "null")
                    || types.iter().any(|t| t == name || (t == "number" && name == "integer"))
            };
            values.retain(allows);
            nullable = nullable && values.contains(&Value::Null);
            true
        } else {
            false
        };
        schema.shift_remove("type");
        match types.as_slice() {
            [] => {
                schema.insert("enum".to_owned(), json!([null]));
            }
            [name] => {
                schema.insert("type".to_owned(), json!(name));
            }
            // The values of the `enum` have all that the types say.
            _ if has_enum => {}
            _ => self.type_branches(schema, &types, to),
        }
        if nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
        array_items(schema);
    }

    fn type_branches(&mut self, schema: &mut Map<String, Value>, types: &[String], to: &Pointer) {
        let (keyword, base) = if schema.contains_key("oneOf") {
            let index = schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
            ("allOf", to.child("allOf").child(index).child("oneOf"))
        } else {
            ("oneOf", to.child("oneOf"))
        };
        let mut branches = Vec::new();
        for (index, name) in types.iter().enumerate() {
            let mut branch = Map::new();
            branch.insert("type".to_owned(), json!(name));
            for moved in keywords_of(name) {
                // `format` belongs to the first of the types that can have one.
                if let Some(value) = schema.shift_remove(*moved) {
                    self.record_second_move(&to.child(moved), &base.child(index).child(moved));
                    branch.insert((*moved).to_owned(), value);
                }
            }
            array_items(&mut branch);
            branches.push(Value::Object(branch));
        }
        if keyword == "oneOf" {
            schema.insert("oneOf".to_owned(), Value::Array(branches));
        } else if let Value::Array(parts) = schema.entry("allOf").or_insert_with(|| json!([])) {
            parts.push(json!({"oneOf": branches}));
        }
    }
}

/// 3.0 requires `items` for an array.
fn array_items(schema: &mut Map<String, Value>) {
    if schema.get("type") == Some(&json!("array")) && !schema.contains_key("items") {
        schema.insert("items".to_owned(), json!({}));
    }
}

/// Whether a translated schema allows only null.
fn is_null(schema: &Value) -> bool {
    schema.get("enum") == Some(&json!([null]))
}
