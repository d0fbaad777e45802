//! Generates values that conform to a schema, by walking the schema.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use specfirst_model::JsonSchema;

use super::{LOWER, letters, pattern, typed};

/// The maximum depth of optional members, which ends recursive schemas.
const DEPTH: u32 = 6;

/// Conforming values.
///
/// The values are built and not filtered. Only keywords that the walk does not know (`pattern`, `not`)
/// are left to the validator.
///
/// # Panics
///
/// If the schema cannot be compiled, which the parsing of the document rules out.
pub fn values(schema: &JsonSchema) -> BoxedStrategy<Value> {
    let validator = schema.validator().expect("a schema of the document compiles");
    let definitions = schema.value().get("definitions").cloned().unwrap_or(Value::Null);
    walk(schema.value(), &definitions, DEPTH)
        .prop_filter("breaks a keyword that the walk does not know", move |value| {
            validator.is_valid(value)
        })
        .boxed()
}

fn walk(schema: &Value, definitions: &Value, depth: u32) -> BoxedStrategy<Value> {
    let schema = flat(schema, definitions, DEPTH);
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = schema.get(keyword) {
            let mut base = schema.clone();
            base.shift_remove(keyword);
            let arms = branches.iter().map(|branch| {
                let branch = flat(branch, definitions, DEPTH);
                walk(&Value::Object(merged(base.clone(), &branch)), definitions, depth)
            });
            let arms: Vec<_> = arms.collect();
            return prop::strategy::Union::new(arms).boxed();
        }
    }
    if let Some(value) = schema.get("const") {
        return Just(value.clone()).boxed();
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return prop::sample::select(values.clone()).boxed();
    }
    let types = match schema.get("type") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ if schema.contains_key("properties") => vec!["object".to_owned()],
        _ if schema.contains_key("items") => vec!["array".to_owned()],
        // Without a type: one value of each scalar type.
        _ => ["string", "integer", "boolean", "null"].map(str::to_owned).to_vec(),
    };
    let arms: Vec<_> =
        types.iter().map(|name| of_type(name, &schema, definitions, depth)).collect();
    prop::strategy::Union::new(arms).boxed()
}

fn of_type(
    name: &str,
    schema: &Map<String, Value>,
    definitions: &Value,
    depth: u32,
) -> BoxedStrategy<Value> {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let size = |keyword: &str| {
        schema.get(keyword).and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok())
    };
    match name {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => {
            let low = number("minimum").or(number("exclusiveMinimum").map(|n| n + 1.0));
            let high = number("maximum").or(number("exclusiveMaximum").map(|n| n - 1.0));
            #[expect(clippy::cast_possible_truncation, reason = "bounds beyond i64 saturate")]
            let (low, high) = (low.map(|n| n.ceil() as i64), high.map(|n| n.floor() as i64));
            let low = low.unwrap_or_else(|| high.unwrap_or(0).min(0).saturating_sub(1_000));
            let high = high.unwrap_or_else(|| low.max(0).saturating_add(1_000));
            let high = high.max(low);
            // Off-by-one errors show at the bounds.
            prop_oneof![4 => low..=high, 1 => Just(low), 1 => Just(high)]
                .prop_map(Value::from)
                .boxed()
        }
        "number" => {
            let low = number("minimum").or(number("exclusiveMinimum").map(|n| n + 0.5));
            let high = number("maximum").or(number("exclusiveMaximum").map(|n| n - 0.5));
            let low = low.unwrap_or_else(|| high.unwrap_or(0.0).min(0.0) - 1_000.0);
            let high = high.unwrap_or_else(|| low.max(0.0) + 1_000.0);
            (low..=high.max(low)).prop_map(|n| json!(n)).boxed()
        }
        "string" => match schema.get("pattern").and_then(Value::as_str).and_then(of_pattern) {
            Some(texts) => texts,
            None => text(size("minLength"), size("maxLength")),
        },
        "array" => {
            let low = size("minItems").unwrap_or(0);
            let high = size("maxItems").unwrap_or(low + 3).max(low);
            let any = Value::Object(Map::new());
            let items = schema.get("items").unwrap_or(&any);
            if depth == 0 && low == 0 {
                return Just(json!([])).boxed();
            }
            let items = walk(items, definitions, depth.saturating_sub(1));
            prop::collection::vec(items, low..=high).prop_map(Value::Array).boxed()
        }
        _ => object(schema, definitions, depth),
    }
}

fn object(schema: &Map<String, Value>, definitions: &Value, depth: u32) -> BoxedStrategy<Value> {
    let required = required(schema);
    let any = Value::Object(Map::new());
    if depth > 0 && is_free(schema) {
        return free(schema, definitions, depth);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut members: Vec<(String, Value)> = properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for name in &required {
        if !members.iter().any(|(member, _)| member == name) {
            members.push((name.clone(), any.clone()));
        }
    }
    let members: Vec<_> = members
        .into_iter()
        .filter(|(name, _)| depth > 0 || required.contains(name))
        .map(|(name, schema)| {
            let value = walk(&schema, definitions, depth.saturating_sub(1));
            let value = if required.contains(&name) {
                value.prop_map(Some).boxed()
            } else {
                prop::option::of(value).boxed()
            };
            value.prop_map(move |value| value.map(|value| (name.clone(), value))).boxed()
        })
        .collect();
    members.prop_map(|members| members.into_iter().flatten().collect()).boxed()
}

/// Texts that match a pattern; `None` if the generator does not support it. Patterns are not anchored,
/// so a text that matches as a whole is one of the possible ones.
fn of_pattern(pattern: &str) -> Option<BoxedStrategy<Value>> {
    let whole = pattern.strip_prefix('^').unwrap_or(pattern);
    let whole = whole.strip_suffix('$').unwrap_or(whole);
    let texts = prop::string::string_regex(whole).ok()?;
    Some(texts.prop_map(Value::from).boxed())
}

/// Whether an object may have any members.
fn is_free(schema: &Map<String, Value>) -> bool {
    let is_object = schema.get("type").is_some_and(|name| name == "object");
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let counted = schema.contains_key("minProperties") || schema.contains_key("maxProperties");
    let named = schema.contains_key("properties") || schema.contains_key("required");
    is_object && !closed && !counted && !named
}

/// An object with up to two members of any name.
fn free(schema: &Map<String, Value>, definitions: &Value, depth: u32) -> BoxedStrategy<Value> {
    let value = match schema.get("additionalProperties") {
        Some(schema @ Value::Object(_)) => walk(schema, definitions, depth - 1),
        _ => prop_oneof![text(None, None), any::<bool>().prop_map(Value::from)].boxed(),
    };
    prop::collection::vec((letters(&[LOWER], 1..=8), value), 0..=2)
        .prop_map(|members| members.into_iter().collect())
        .boxed()
}

fn text(low: Option<usize>, high: Option<usize>) -> BoxedStrategy<Value> {
    if low.is_some() || high.is_some() {
        let low = low.unwrap_or(0);
        let high = high.unwrap_or(low + 16).max(low).min(low + 64);
        let plain = || prop::char::range('a', 'z');
        // Off-by-one errors show at the bounds.
        let lengths = prop_oneof![4 => low..=high, 1 => Just(low), 1 => Just(high)];
        return lengths
            .prop_flat_map(move |length| prop::collection::vec(plain(), length))
            .prop_map(|chars| chars.into_iter().collect::<String>().into())
            .boxed();
    }
    prop_oneof![
        10 => typed(),
        // Any printable character, of every script.
        2 => pattern(r"\PC{1,24}"),
        // The empty text.
        1 => Just(String::new()),
    ]
    .prop_map(Value::from)
    .boxed()
}

/// The names that an object schema requires.
pub fn required(schema: &Map<String, Value>) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The schema with its `$ref` followed and its `allOf` merged in.
pub fn flat(schema: &Value, definitions: &Value, depth: u32) -> Map<String, Value> {
    let Value::Object(object) = schema else { return Map::new() };
    if let Some(name) = object.get("$ref").and_then(Value::as_str) {
        let name = name.trim_start_matches("#/definitions/");
        return match definitions.get(name) {
            Some(target) if depth > 0 => flat(target, definitions, depth - 1),
            _ => Map::new(),
        };
    }
    let mut all = object.clone();
    if let Some(Value::Array(parts)) = all.shift_remove("allOf") {
        if let Some(parts) = nullable_parts(&parts).filter(|_| !all.contains_key("anyOf")) {
            all.insert("anyOf".to_owned(), json!([{"allOf": parts}, {"type": "null"}]));
            return all;
        }
        for part in &parts {
            all = merged(all, &flat(part, definitions, depth.saturating_sub(1)));
        }
    }
    all
}

/// The parts of an `allOf` that may be null, without null. `None` if a part excludes null.
fn nullable_parts(parts: &[Value]) -> Option<Vec<&Value>> {
    let null = json!({"type": "null"});
    let parts = parts.iter().map(|part| {
        let part = part.as_object().filter(|part| part.len() == 1)?;
        match part.get("anyOf")?.as_array()?.as_slice() {
            [part, other] if *other == null => Some(part),
            _ => None,
        }
    });
    parts.collect()
}

/// The conjunction of two schemas, as far as keywords can be merged without a solver.
fn merged(mut base: Map<String, Value>, more: &Map<String, Value>) -> Map<String, Value> {
    for (keyword, value) in more {
        match (keyword.as_str(), base.get_mut(keyword)) {
            ("properties", Some(Value::Object(properties))) => {
                for (name, schema) in value.as_object().into_iter().flatten() {
                    let joined = match properties.get(name) {
                        Some(first) => json!({"allOf": [first, schema]}),
                        None => schema.clone(),
                    };
                    properties.insert(name.clone(), joined);
                }
            }
            ("required", Some(Value::Array(names))) => {
                for name in value.as_array().into_iter().flatten() {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
            }
            _ => {
                base.insert(keyword.clone(), value.clone());
            }
        }
    }
    base
}
