//! Merges the branches of each `allOf` into one schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::walk;

/// Keywords that constrain nothing and that a merged schema does not need.
const DROPPED: [&str; 6] = ["allOf", "example", "examples", "externalDocs", "xml", "discriminator"];
/// Bounds of which the greatest applies.
const LOWER_BOUNDS: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
/// Bounds of which the least applies.
const UPPER_BOUNDS: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];

/// Replaces each `allOf` that has an equivalent without it. Others stay, and the view refuses them.
pub(super) fn merge(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let source = schemas.cloned().unwrap_or_default();
    let mut merger =
        Merger { source, done: BTreeMap::new(), open: Vec::new(), open_pairs: Vec::new() };
    for name in merger.source.keys().cloned().collect::<Vec<_>>() {
        merger.component(&name);
    }
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in schemas.iter_mut() {
            if let Some(merged) = merger.done.get(name) {
                schema.clone_from(merged);
            }
        }
    }
    walk::schemas(document, &mut |schema, is_component| {
        if !is_component {
            merger.merge_here(schema);
        }
    });
}

struct Merger {
    source: Map<String, Value>,
    done: BTreeMap<String, Value>,
    /// The components in progress.
    open: Vec<String>,
    /// The pairs of schemas whose intersection is in progress.
    open_pairs: Vec<(Value, Value)>,
}

impl Merger {
    /// The component with every `allOf` merged. `None` if it is absent or contains itself.
    fn component(&mut self, name: &str) -> Option<Value> {
        if let Some(done) = self.done.get(name) {
            return Some(done.clone());
        }
        if self.open.iter().any(|open| open == name) {
            return None;
        }
        let mut schema = self.source.get(name)?.clone();
        self.open.push(name.to_owned());
        self.merge_within(&mut schema);
        self.open.pop();
        self.done.insert(name.to_owned(), schema.clone());
        Some(schema)
    }

    fn merge_within(&mut self, schema: &mut Value) {
        if let Value::Object(members) = schema {
            walk::subschemas(members, &mut |schema| self.merge_within(schema));
        }
        self.merge_here(schema);
    }

    fn merge_here(&mut self, schema: &mut Value) {
        let Value::Object(members) = schema else { return };
        let Some(Value::Array(branches)) = members.get("allOf") else { return };
        if let [branch] = branches.as_slice()
            && branch.get("$ref").is_some()
            && members
                .keys()
                .all(|name| ["allOf", "description", "readOnly"].contains(&name.as_str()))
            && members.len() > 1
        {
            *schema = branch.clone();
            return;
        }
        if let Some(merged) = self.merged(members) {
            *schema = Value::Object(merged);
        }
    }

    fn merged(&mut self, members: &Map<String, Value>) -> Option<Map<String, Value>> {
        let mut merged = Map::new();
        let branches = members.get("allOf")?.as_array()?.clone();
        for branch in &branches {
            let mut branch = self.resolved(branch)?;
            // The names and descriptions of the parts are not those of the whole.
            for keyword in ["title", "description"] {
                branch.shift_remove(keyword);
            }
            merged = self.both(merged, branch)?;
        }
        let own: Map<String, Value> = members
            .iter()
            .filter(|(name, _)| *name != "allOf")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let nullable = own.get("nullable").cloned();
        let mut merged = self.both(merged, own)?;
        if let Some(nullable) = nullable {
            merged.insert("nullable".to_owned(), nullable);
        }
        if merged.contains_key("properties") && !merged.contains_key("type") {
            merged.insert("type".to_owned(), json!("object"));
        }
        Some(merged)
    }

    /// The members of a schema without `$ref` and `allOf`. `None` if references lead in a circle.
    fn resolved(&mut self, schema: &Value) -> Option<Map<String, Value>> {
        let mut schema = schema.clone();
        let mut followed = BTreeSet::new();
        while let Some(reference) = schema.get("$ref") {
            let name = reference.as_str()?.strip_prefix("#/components/schemas/")?.to_owned();
            schema = self.component(&name)?;
            if !followed.insert(name) {
                return None;
            }
        }
        match schema {
            Value::Object(members) if !members.contains_key("allOf") => Some(members),
            _ => None,
        }
    }

    /// The schema of the values for which both schemas are valid. `None` if no keyword says that.
    fn both(&mut self, a: Map<String, Value>, b: Map<String, Value>) -> Option<Map<String, Value>> {
        let (mut result, mut alternatives) = (a, None);
        for (keyword, value) in b {
            if DROPPED.contains(&keyword.as_str()) || keyword.starts_with("x-") {
                continue;
            }
            if matches!(keyword.as_str(), "oneOf" | "anyOf") && !result.is_empty() {
                alternatives = Some((keyword, value));
                continue;
            }
            let merged = match result.shift_remove(&keyword) {
                None => value,
                Some(other) if other == value => value,
                Some(other) => self.both_values(&keyword, other, value)?,
            };
            result.insert(keyword, merged);
        }
        for keyword in DROPPED {
            result.shift_remove(keyword);
        }
        if alternatives.is_none() {
            // The other side may have the alternatives.
            for keyword in ["oneOf", "anyOf"] {
                let has_more = result.keys().any(|name| {
                    !matches!(
                        name.as_str(),
                        "title" | "description" | "nullable" | "readOnly" | "writeOnly"
                    ) && name != keyword
                });
                if has_more && let Some(value) = result.shift_remove(keyword) {
                    if alternatives.is_some() {
                        return None;
                    }
                    alternatives = Some((keyword.to_owned(), value));
                }
            }
        }
        let Some((keyword, Value::Array(branches))) = alternatives else { return Some(result) };
        if result.contains_key("oneOf") || result.contains_key("anyOf") {
            return None;
        }
        let is_presence_only = branches
            .iter()
            .all(|branch| branch.as_object().is_some_and(|branch| branch.keys().eq(["required"])));
        if is_presence_only {
            result.insert(keyword, Value::Array(branches));
            return Some(result);
        }
        let mut outer = Map::new();
        for name in ["title", "description", "nullable", "readOnly", "writeOnly"] {
            if let Some(value) = result.shift_remove(name) {
                outer.insert(name.to_owned(), value);
            }
        }
        let mut distributed = Vec::new();
        for branch in &branches {
            let branch = self.resolved(branch)?;
            distributed.push(Value::Object(self.both(result.clone(), branch)?));
        }
        outer.insert(keyword, Value::Array(distributed));
        Some(outer)
    }

    fn both_values(&mut self, keyword: &str, a: Value, b: Value) -> Option<Value> {
        let number = |value: &Value| value.as_f64();
        match keyword {
            "title" | "description" | "default" => Some(b),
            "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => {
                Some(json!(a == json!(true) || b == json!(true)))
            }
            "nullable" => Some(json!(a == json!(true) && b == json!(true))),
            "required" => {
                let (mut names, more) = (a.as_array()?.clone(), b.as_array()?);
                names.extend(
                    more.iter().filter(|n| !a.as_array().is_some_and(|a| a.contains(n))).cloned(),
                );
                Some(Value::Array(names))
            }
            "enum" => {
                let b = b.as_array()?;
                let values: Vec<_> =
                    a.as_array()?.iter().filter(|v| b.contains(v)).cloned().collect();
                (!values.is_empty()).then_some(Value::Array(values))
            }
            "type" => match (a.as_str()?, b.as_str()?) {
                ("integer", "number") | ("number", "integer") => Some(json!("integer")),
                _ => None,
            },
            "properties" => {
                let (Value::Object(mut all), Value::Object(more)) = (a, b) else { return None };
                for (name, property) in more {
                    let merged = match all.get(&name) {
                        Some(other) if *other != property => {
                            self.both_schemas(other.clone(), property)?
                        }
                        _ => property,
                    };
                    all.insert(name, merged);
                }
                Some(Value::Object(all))
            }
            "items" | "additionalProperties" => match (a, b) {
                (Value::Bool(true), other) | (other, Value::Bool(true)) => Some(other),
                // Neither branch means to exclude the members of the other.
                (Value::Bool(false), other) | (other, Value::Bool(false)) => Some(other),
                (a, b) => self.both_schemas(a, b),
            },
            _ if LOWER_BOUNDS.contains(&keyword) => {
                Some(if number(&a)? > number(&b)? { a } else { b })
            }
            _ if UPPER_BOUNDS.contains(&keyword) => {
                Some(if number(&a)? < number(&b)? { a } else { b })
            }
            _ => None,
        }
    }

    fn both_schemas(&mut self, a: Value, b: Value) -> Option<Value> {
        let is_annotation =
            |name: &String| ["description", "title", "example"].contains(&name.as_str());
        let is_unconstrained = |schema: &Value| {
            schema.as_object().is_some_and(|members| members.keys().all(is_annotation))
        };
        if is_unconstrained(&a) {
            return Some(b);
        }
        if is_unconstrained(&b) {
            return Some(a);
        }
        // The intersection of two schemas that contain themselves would contain itself, without a name.
        let pair = (a, b);
        if self.open_pairs.contains(&pair) {
            return None;
        }
        let (a, b) = (self.resolved(&pair.0)?, self.resolved(&pair.1)?);
        self.open_pairs.push(pair);
        let both = self.both(a, b);
        self.open_pairs.pop();
        Some(Value::Object(both?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(schema: Value) -> Value {
        let mut document = json!({"components": {"schemas": {
            "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            "S": {"type": "string", "enum": ["x", "y"]},
            "T": schema,
        }}});
        merge(&mut document);
        document["components"]["schemas"]["T"].clone()
    }

    #[test]
    fn branches_are_merged_by_their_meaning() {
        let a = json!({"$ref": "#/components/schemas/A"});
        let nested = merged(json!({"nullable": true, "allOf": [{"allOf": [a]}, {"required": ["b"],
            "properties": {"a": {"minLength": 1}, "b": {"type": "integer", "readOnly": true}}}]}));
        assert_eq!(
            nested,
            json!({"type": "object", "required": ["a", "b"], "nullable": true, "properties": {
                "a": {"type": "string", "minLength": 1}, "b": {"type": "integer", "readOnly": true}}})
        );
        let values =
            merged(json!({"allOf": [{"$ref": "#/components/schemas/S"}, {"enum": ["y", "z"]}]}));
        assert_eq!(values, json!({"type": "string", "enum": ["y"]}));
    }

    #[test]
    fn alternatives_are_distributed() {
        let alternatives = merged(json!({"allOf": [{"$ref": "#/components/schemas/A"},
            {"oneOf": [{"properties": {"b": {"type": "integer"}}}, {"properties": {"c": {}}}]}]}));
        let branches = alternatives["oneOf"].as_array().unwrap();
        assert_eq!(branches.len(), 2);
        assert!(
            branches.iter().all(|branch| branch["properties"]["a"] == json!({"type": "string"}))
        );
    }

    #[test]
    fn contradiction_stays_as_it_is() {
        let schema = json!({"allOf": [{"type": "string"}, {"type": "integer"}]});
        assert_eq!(merged(schema.clone()), schema);
        let itself = json!({"allOf": [{"$ref": "#/components/schemas/T"}, {"type": "object"}]});
        assert_eq!(merged(itself.clone()), itself);
    }

    #[test]
    fn circles_end_and_stay_as_they_are() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let tree = |name: &str| json!({"type": "object", "properties": {"next": reference(name)}});
        let schemas = json!({
            "Itself": reference("Itself"), "There": reference("Back"), "Back": reference("There"),
            "A": tree("A"), "B": tree("B"),
            "OfItself": {"allOf": [reference("Itself"), {"type": "object"}]},
            "OfCircle": {"allOf": [reference("There"), {"type": "object"}]},
            "OfTrees": {"allOf": [reference("A"), reference("B")]},
        });
        let mut document = json!({"components": {"schemas": schemas}});
        merge(&mut document);
        assert_eq!(document["components"]["schemas"], schemas);
    }
}
