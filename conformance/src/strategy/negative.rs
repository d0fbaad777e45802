//! Values that break a schema in one place.

use login_spec::{JsonSchema, Pointer};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::positive::{self, flat, required};
use crate::case::Broken;

/// How deep the places lie at which something is broken.
const DEPTH: u32 = 6;

/// One way to break a value.
#[derive(Clone, Debug)]
struct Mutation {
    broken: Broken,
    /// The members that go.
    remove: Vec<Pointer>,
    /// What stands at `broken.instance` instead.
    put: Option<Value>,
}

/// Values that do not conform, each with what was broken.
///
/// # Panics
///
/// Where the schema cannot be compiled, or nothing can break it.
pub fn values(schema: &JsonSchema) -> BoxedStrategy<(Value, Broken)> {
    let validator = schema.validator().expect("a schema of the document compiles");
    let definitions = schema.value().get("definitions").cloned().unwrap_or(Value::Null);
    let mut mutations = Vec::new();
    let root = Pointer::root();
    collect(schema, schema.value(), &definitions, &root, &root, DEPTH, &mut mutations);
    assert!(!mutations.is_empty(), "nothing can break this schema");
    (positive::values(schema), prop::sample::select(mutations))
        .prop_filter_map("the place to break is not there", move |(value, mutation)| {
            let value = apply(value, &mutation)?;
            (!validator.is_valid(&value)).then_some((value, mutation.broken))
        })
        .boxed()
}

fn apply(mut value: Value, mutation: &Mutation) -> Option<Value> {
    for gone in &mutation.remove {
        let name = gone.tokens().last()?;
        let parent = value.pointer_mut(gone.parent()?.as_str())?.as_object_mut()?;
        parent.shift_remove(&name);
    }
    if let Some(put) = &mutation.put {
        let at = &mutation.broken.instance;
        match at.parent() {
            None => value = put.clone(),
            Some(parent) => {
                let parent = value.pointer_mut(parent.as_str())?.as_object_mut()?;
                parent.insert(at.tokens().last()?, put.clone());
            }
        }
    }
    Some(value)
}

fn collect(
    whole: &JsonSchema,
    schema: &Value,
    definitions: &Value,
    at: &Pointer,
    place: &Pointer,
    depth: u32,
    mutations: &mut Vec<Mutation>,
) {
    let (schema, place) = match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let place = Pointer::parse(reference.trim_start_matches('#')).unwrap_or_default();
            (flat(schema, definitions, DEPTH), place)
        }
        None => (flat(schema, definitions, DEPTH), place.clone()),
    };
    let broken = |mutation, keyword: &str| Broken {
        mutation,
        instance: at.clone(),
        schema: whole.in_document(&place.child(keyword)),
    };
    let put = |mutation, keyword: &str, value: Value| Mutation {
        broken: broken(mutation, keyword),
        remove: Vec::new(),
        put: Some(value),
    };
    if let Some(types) = schema.get("type") {
        // One plain value of each type; those that conform are sorted out by the validator.
        for value in [json!(0), json!(true), json!(null), json!([]), json!({}), json!("")] {
            let name = match &value {
                Value::Number(_) => "integer",
                Value::Bool(_) => "boolean",
                Value::Null => "null",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
                Value::String(_) => "string",
            };
            let names: Vec<&str> = match types {
                Value::String(name) => vec![name],
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            let allowed = names.contains(&name) || name == "integer" && names.contains(&"number");
            if !allowed {
                mutations.push(put("wrong-type", "type", value));
            }
        }
    }
    if schema.contains_key("enum") {
        mutations.push(put("not-in-enum", "enum", json!("\u{1F36A} not in the enum")));
    }
    if let Some(limit) = schema.get("minimum").and_then(Value::as_i64) {
        mutations.push(put("below-minimum", "minimum", json!(limit - 1)));
    }
    if let Some(limit) = schema.get("maximum").and_then(Value::as_i64) {
        mutations.push(put("above-maximum", "maximum", json!(limit + 1)));
    }
    if let Some(limit) = schema.get("minLength").and_then(Value::as_u64).filter(|&n| n > 0) {
        let short = "a".repeat(usize::try_from(limit - 1).unwrap_or(0));
        mutations.push(put("too-short", "minLength", json!(short)));
    }
    if let Some(limit) = schema.get("maxLength").and_then(Value::as_u64).filter(|&n| n < 100_000) {
        let long = "a".repeat(usize::try_from(limit + 1).unwrap_or(0));
        mutations.push(put("too-long", "maxLength", json!(long)));
    }
    for name in required(&schema) {
        let mut broken = broken("missing-member", "required");
        broken.instance = at.child(&name);
        mutations.push(Mutation { remove: vec![at.child(&name)], broken, put: None });
    }
    for keyword in ["anyOf", "oneOf"] {
        let branches = schema.get(keyword).and_then(Value::as_array);
        let first_names: Vec<String> = branches
            .into_iter()
            .flatten()
            .filter_map(|branch| required(&flat(branch, definitions, DEPTH)).into_iter().next())
            .collect();
        if !first_names.is_empty() {
            // Every alternative loses a member that it requires.
            let remove = first_names.iter().map(|name| at.child(name)).collect();
            let broken = broken("no-alternative", keyword);
            mutations.push(Mutation { broken, remove, put: None });
        }
    }
    if depth == 0 {
        return;
    }
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        let place = place.child("properties").child(name);
        collect(whole, member, definitions, &at.child(name), &place, depth - 1, mutations);
    }
}
