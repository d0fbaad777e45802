//! Fuzzes the generators: for every document, they either write code or return an error.
//!
//! A stack overflow ends the process before proptest can report the document. With
//! `XTASK_FUZZ_CASE`, each document is written to that file before it is tried.

use std::{fs, path::PathBuf};

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use specfirst_model::{Document, Pointer};

use super::{api_trait, client, client_settings, server_settings};

/// A change to a node of a document.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    Replace(Value),
    /// Replaces the node by a copy of another.
    Graft(Index),
    /// Replaces the node by a reference to another node, possibly to itself or one of its parents.
    Refer(Index),
    /// Renames the member.
    Rename(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(""),
        json!("object"),
        json!("array"),
        json!("null"),
        json!("a-b c"),
        json!("\u{e9}\u{0}"),
        json!([]),
        json!(["a", "a"]),
        json!({}),
        json!({"type": "object"}),
        json!({"type": "string", "enum": []}),
        json!({"type": "string", "enum": ["a", "A", "-"]}),
        json!({"type": "string", "format": "password", "nullable": true}),
        json!({"type": "array", "items": {}, "minItems": 2, "maxItems": 1}),
        json!({"oneOf": []}),
        json!({"anyOf": [{"type": "string"}, {"type": "string"}]}),
        json!({"not": {}}),
        json!({"$ref": "#/nowhere"}),
    ];
    let names = vec!["", "type", "properties", "allOf", "default", "204", "4XX", "a b", "/{a}/b"];
    prop_oneof![
        // Missing members are the most common error in a document.
        3 => Just(Change::Remove),
        3 => proptest::sample::select(values).prop_map(Change::Replace),
        // These two put valid parts where they make no sense.
        3 => any::<Index>().prop_map(Change::Graft),
        3 => any::<Index>().prop_map(Change::Refer),
        2 => proptest::sample::select(names).prop_map(Change::Rename),
    ]
}

/// One of the original documents after some changes.
fn document() -> impl Strategy<Value = Value> {
    let changes = proptest::collection::vec((any::<Index>(), change()), 1..5);
    (proptest::sample::select(originals()), changes).prop_map(|(mut document, changes)| {
        for (place, change) in changes {
            apply(&mut document, place, change);
        }
        document
    })
}

/// The golden documents and the real one.
fn originals() -> Vec<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let golden = fs::read_dir(root.join("../spec/codegen/tests/golden")).unwrap();
    let mut paths: Vec<_> = golden
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .chain([root.join("../spec/openapi.json")])
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

fn apply(document: &mut Value, place: Index, change: Change) {
    let mut places = Vec::new();
    collect(document, &Pointer::root(), &mut places);
    let place = place.get(&places).clone();
    let token = place.tokens().last().unwrap_or_default();
    let parent = place.parent().unwrap_or_default();
    let name = match change {
        Change::Rename(name) => Some(name),
        _ => None,
    };
    let new = match change {
        Change::Remove | Change::Rename(_) => None,
        Change::Replace(value) => Some(value),
        Change::Graft(other) => document.pointer(other.get(&places).as_str()).cloned(),
        Change::Refer(other) => Some(json!({"$ref": format!("#{}", other.get(&places))})),
    };
    match (document.pointer_mut(parent.as_str()), new) {
        (Some(Value::Object(members)), Some(new)) => {
            members.insert(token, new);
        }
        (Some(Value::Object(members)), None) => {
            let old = members.remove(&token);
            if let (Some(old), Some(name)) = (old, name) {
                members.insert(name.to_owned(), old);
            }
        }
        (Some(Value::Array(items)), new) => {
            let index: usize = token.parse().unwrap();
            match new {
                Some(new) => items[index] = new,
                None => drop(items.remove(index)),
            }
        }
        _ => {}
    }
}

/// Collects every place except the root.
fn collect(value: &Value, at: &Pointer, places: &mut Vec<Pointer>) {
    let mut visit = |at: Pointer, value: &Value| {
        places.push(at.clone());
        collect(value, &at, places);
    };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| visit(at.child(name), value))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| visit(at.child(index), value));
        }
        _ => {}
    }
}

#[test]
fn every_original_document_generates_code() {
    for original in originals() {
        let document = Document::from_value("api.json", original).unwrap();
        api_trait::generate(&document, &server_settings()).unwrap();
    }
}

proptest! {
    // A failure gets its own test elsewhere, so proptest need not store it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generators_never_panic(value in document()) {
        if let Some(file) = std::env::var_os("XTASK_FUZZ_CASE") {
            fs::write(file, value.to_string()).unwrap();
        }
        if let Ok(document) = Document::from_value("api.json", value) {
            let _ = api_trait::generate(&document, &server_settings());
            let _ = client::generate(&document, &client_settings());
        }
    }
}
