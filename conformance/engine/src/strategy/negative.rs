//! Generates values that violate a schema in one place.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use specfirst_model::{JsonSchema, Pointer};

use super::positive::{self, flat, required};
use crate::http::case::Broken;

/// The maximum depth of a violation.
const DEPTH: u32 = 6;
/// The longest text. A longer one would test the body limit instead of the schema.
const MAX_LENGTH: usize = 100_000;

/// One way to violate a schema.
#[derive(Clone, Debug)]
struct Mutation {
    broken: Broken,
    change: Change,
}

/// The change that a mutation makes.
#[derive(Clone, Debug)]
enum Change {
    /// Removes these members.
    Remove(Vec<Pointer>),
    /// Puts another value at `broken.instance`.
    Put(Value),
    /// Changes the number of items: cuts the array, or repeats its last item.
    Resize(usize),
    /// Adds a member to the object.
    Add(&'static str),
}

/// Values that do not conform, each with its violation.
///
/// # Panics
///
/// If the schema cannot be compiled, or if nothing can violate it.
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
    let at = &mutation.broken.instance;
    match &mutation.change {
        Change::Remove(all) => {
            for gone in all {
                let name = gone.tokens().last()?;
                let parent = value.pointer_mut(gone.parent()?.as_str())?.as_object_mut()?;
                parent.shift_remove(&name);
            }
        }
        Change::Put(put) => {
            let Some(parent) = at.parent() else { return Some(put.clone()) };
            match value.pointer_mut(parent.as_str())? {
                Value::Object(members) => drop(members.insert(at.tokens().last()?, put.clone())),
                Value::Array(items) => {
                    let index: usize = at.tokens().last()?.parse().ok()?;
                    *items.get_mut(index)? = put.clone();
                }
                _ => return None,
            }
        }
        Change::Resize(length) => {
            let items = value.pointer_mut(at.as_str())?.as_array_mut()?;
            let last = items.last().cloned().unwrap_or_default();
            items.resize(*length, last);
        }
        Change::Add(name) => {
            let members = value.pointer_mut(at.as_str())?.as_object_mut()?;
            members.insert((*name).to_owned(), json!("one too many"));
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
        change: Change::Put(value),
    };
    if let Some(types) = schema.get("type") {
        // One value of each type. The validator removes those that conform.
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
    for (mutation, keyword, value) in texts_and_numbers(&schema) {
        mutations.push(put(mutation, keyword, value));
    }
    let size = |keyword: &str| {
        schema.get(keyword).and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok())
    };
    let mut resize = |mutation, keyword, length| {
        let change = Change::Resize(length);
        mutations.push(Mutation { broken: broken(mutation, keyword), change });
    };
    if let Some(least) = size("minItems").filter(|least| *least > 0) {
        resize("too-few-items", "minItems", least - 1);
    }
    if let Some(most) = size("maxItems").filter(|most| *most < MAX_LENGTH) {
        resize("too-many-items", "maxItems", most + 1);
    }
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        // The last item is repeated.
        resize("same-item-twice", "uniqueItems", size("minItems").unwrap_or(0).max(2) + 1);
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        let change = Change::Add("memberThatIsNotAllowed");
        let broken = broken("unknown-member", "additionalProperties");
        mutations.push(Mutation { broken, change });
    }
    for name in required(&schema) {
        let mut broken = broken("missing-member", "required");
        broken.instance = at.child(&name);
        mutations.push(Mutation { change: Change::Remove(vec![at.child(&name)]), broken });
    }
    for keyword in ["anyOf", "oneOf"] {
        let branches = schema.get(keyword).and_then(Value::as_array);
        let first_names: Vec<String> = branches
            .into_iter()
            .flatten()
            .filter_map(|branch| required(&flat(branch, definitions, DEPTH)).into_iter().next())
            .collect();
        if !first_names.is_empty() {
            // Each alternative loses a required member.
            let remove = first_names.iter().map(|name| at.child(name)).collect();
            let broken = broken("no-alternative", keyword);
            mutations.push(Mutation { broken, change: Change::Remove(remove) });
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
    if let Some(items) = schema.get("items") {
        // Only the first item is changed. A value without items is drawn again.
        let place = place.child("items");
        collect(whole, items, definitions, &at.child(0), &place, depth - 1, mutations);
    }
}

/// Values that violate a keyword of strings or numbers, each just beyond the limit.
fn texts_and_numbers(schema: &Map<String, Value>) -> Vec<(&'static str, &'static str, Value)> {
    let mut values = Vec::new();
    let size = |keyword: &str| {
        schema.get(keyword).and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok())
    };
    if schema.contains_key("enum") {
        values.push(("not-in-enum", "enum", json!("\u{1F36A} not in the enum")));
    }
    if schema.contains_key("pattern") {
        for text in ["", "\u{1F36A}", "a b", "~"] {
            values.push(("breaks-pattern", "pattern", json!(text)));
        }
    }
    if let Some(least) = size("minLength").filter(|least| *least > 0) {
        values.push(("too-short", "minLength", json!("a".repeat(least - 1))));
    }
    if let Some(most) = size("maxLength").filter(|most| *most < MAX_LENGTH) {
        values.push(("too-long", "maxLength", json!("a".repeat(most + 1))));
    }
    let number = |keyword: &str| schema.get(keyword).filter(|limit| limit.is_number());
    let beyond = |limit: &Value, by: i64| match limit.as_i64() {
        Some(limit) => json!(limit.saturating_add(by)),
        None => json!(limit.as_f64().unwrap_or_default() + if by < 0 { -1.0 } else { 1.0 }),
    };
    if let Some(limit) = number("minimum") {
        values.push(("below-minimum", "minimum", beyond(limit, -1)));
    }
    if let Some(limit) = number("maximum") {
        values.push(("above-maximum", "maximum", beyond(limit, 1)));
    }
    for (mutation, keyword) in
        [("at-minimum", "exclusiveMinimum"), ("at-maximum", "exclusiveMaximum")]
    {
        if let Some(limit) = number(keyword) {
            values.push((mutation, keyword, limit.clone()));
        }
    }
    if schema.get("type").and_then(Value::as_str) == Some("integer") {
        values.push(("fraction", "type", json!(0.5)));
    }
    values
}
