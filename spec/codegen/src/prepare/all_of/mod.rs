//! Merges the branches of each `allOf` into one schema.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{nullable_reference, walk};

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
        if !members.contains_key("allOf") || nullable_reference(members).is_some() {
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
        // Without a type, OpenAPI gives `nullable` no meaning, and authors mean the whole.
        let is_nullable =
            |schema: &Map<String, Value>| schema.get("nullable") == Some(&json!(true));
        let counts = |branch: &Value| {
            branch.as_object().is_some_and(|b| is_nullable(b) && !b.contains_key("type"))
        };
        let may_be_null = is_nullable(&own) || branches.iter().any(counts);
        let mut merged = self.both(merged, own)?;
        if may_be_null {
            merged.insert("nullable".to_owned(), json!(true));
        }
        if merged.contains_key("properties") && !merged.contains_key("type") {
            merged.insert("type".to_owned(), json!("object"));
        }
        Some(merged)
    }

    /// The members of a schema without `$ref` and `allOf`. `None` if references lead in a circle.
    fn resolved(&mut self, schema: &Value) -> Option<Map<String, Value>> {
        let mut schema = schema.clone();
        let (mut followed, mut may_be_null) = (BTreeSet::new(), false);
        loop {
            if let Some(reference) = schema.as_object().and_then(nullable_reference) {
                (schema, may_be_null) = (reference.clone(), true);
            }
            let Some(reference) = schema.get("$ref") else { break };
            let name = reference.as_str()?.strip_prefix("#/components/schemas/")?.to_owned();
            schema = self.component(&name)?;
            if !followed.insert(name) {
                return None;
            }
        }
        match schema {
            Value::Object(mut members) if !members.contains_key("allOf") => {
                if may_be_null {
                    members.insert("nullable".to_owned(), json!(true));
                }
                Some(members)
            }
            _ => None,
        }
    }

    /// The schema of the values for which both schemas are valid. `None` if no keyword says that.
    fn both(&mut self, a: Map<String, Value>, b: Map<String, Value>) -> Option<Map<String, Value>> {
        if excludes(&a, &b) || excludes(&b, &a) {
            return None;
        }
        let nullable = both_nullable(&a, &b);
        let (mut result, mut alternatives) = (a, None);
        result.shift_remove("nullable");
        for (keyword, value) in b {
            let is_read = keyword == "nullable" || DROPPED.contains(&keyword.as_str());
            if is_read || keyword.starts_with("x-") {
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
        if nullable {
            result.insert("nullable".to_owned(), json!(true));
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
                (Value::Bool(false), _) | (_, Value::Bool(false)) => Some(json!(false)),
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

/// Whether null is valid for both schemas. A schema without a type does not exclude null.
fn both_nullable(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let is_nullable = |schema: &Map<String, Value>| schema.get("nullable") == Some(&json!(true));
    match (a.contains_key("type"), b.contains_key("type")) {
        (true, true) => is_nullable(a) && is_nullable(b),
        _ => is_nullable(a) || is_nullable(b),
    }
}

/// Whether a schema with `additionalProperties: false` excludes a property of another.
fn excludes(closed: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let properties = |schema: &Map<String, Value>| {
        schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
    };
    closed.get("additionalProperties") == Some(&json!(false)) && {
        let own = properties(closed);
        properties(other).keys().any(|name| !own.contains_key(name))
    }
}
