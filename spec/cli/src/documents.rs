//! Small documents with one difficulty each: what becomes of each of them, and of mutations of them.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use specfirst_codegen::{Problem, Side};
use specfirst_model::{Input, Pointer, Source, lint};

use crate::{
    code::{self, Names},
    problem::side_name,
};

fn names() -> Names {
    Names { api_trait: "TestApi".to_owned(), secret: "specfirst_dropshot::Secret".to_owned() }
}

/// The text of each document, by its name.
fn documents() -> BTreeMap<String, String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = fs::read_dir(root.join("tests/documents")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    paths.chain([root.join("../example/openapi.yaml")]).map(read).collect()
}

fn load(name: &str, text: &[u8]) -> Result<Source, String> {
    let input = Input { name, bytes: text, folder: None };
    Source::load(input, &[]).map_err(|error| error.to_string())
}

fn generate(source: &Source, side: Side) -> Result<String, Vec<Problem>> {
    let mut problems = code::keyword_problems(&source.document, &source.unsupported, side);
    match code::generate(&source.document, side, &names()) {
        Ok(code) if problems.is_empty() => return Ok(code),
        Ok(_) => {}
        Err(found) => problems.extend(found),
    }
    Err(problems)
}

#[test]
fn every_document_is_generated_or_refused_with_its_place() {
    let mut outcomes = String::new();
    for (name, text) in documents() {
        let source = load(&name, text.as_bytes()).unwrap();
        for side in [Side::Client, Side::Server] {
            let word = side_name(side);
            match generate(&source, side) {
                Ok(_) => writeln!(outcomes, "{name} {word}: generated").unwrap(),
                Err(problems) => {
                    for problem in problems {
                        let place = source.origins.of(&problem.pointer);
                        assert_ne!(place.pointer, Pointer::root(), "{name}: {problem:?}");
                        let reason = problem.reason.replace('\n', " ");
                        writeln!(outcomes, "{name} {word}: #{} {reason}", place.pointer).unwrap();
                    }
                }
            }
        }
    }
    insta::assert_snapshot!("outcomes", outcomes);
}

/// The golden documents of the generators, and the document of this repository's own API.
fn golden() -> Vec<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = fs::read_dir(root.join("../codegen/tests/golden")).unwrap();
    let mut paths: Vec<_> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .chain([root.join("../openapi.json")])
        .collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    paths.iter().map(read).collect()
}

/// How many mutated documents are tried. A larger number takes longer and finds more.
fn cases() -> u32 {
    let variable = std::env::var("SPECFIRST_FUZZ_CASES").ok();
    variable.and_then(|cases| cases.parse().ok()).unwrap_or(1000)
}

/// A change to a node of a document.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    Replace(Value),
    /// Replaces the node by a copy of another.
    Graft(Index),
    /// Replaces the node by a reference to another node, possibly to itself or one of its parents.
    Refer(Index),
    /// Puts a keyword into the node.
    Insert(&'static str, Value),
    /// Renames the member.
    Rename(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let values = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!("object"),
        json!("a-b c"),
        json!([]),
        json!({}),
        json!({"type": ["string", "null"]}),
        json!({"type": ["integer", "object"]}),
        json!({"anyOf": [{"type": "null"}, {"type": "string"}]}),
        json!({"const": {"a": [1]}}),
        json!({"type": "null"}),
        json!({"$ref": "#/nowhere"}),
        json!({"$ref": "other.yaml"}),
        json!({"enum": []}),
        json!({"oneOf": [{"type": "null"}, {"type": "null"}]}),
        json!(""),
        json!("\u{e9}\u{0}"),
        json!(["a", "a"]),
        json!({"type": "string", "enum": ["a", "A", "-"]}),
        json!({"type": "string", "format": "password", "nullable": true}),
        json!({"type": "array", "items": {}, "minItems": 2, "maxItems": 1}),
        json!({"anyOf": [{"type": "string"}, {"type": "string"}]}),
        json!({"not": {}}),
    ];
    let names = ["", "type", "properties", "allOf", "default", "204", "4XX", "a b", "/{a}/b"];
    let keywords = [
        ("type", json!(["string", "null", 3])),
        ("const", json!(null)),
        ("examples", json!([1])),
        ("$defs", json!({"A": {"$ref": "#"}})),
        ("prefixItems", json!([true])),
        ("if", json!({})),
        ("then", json!(false)),
        ("unevaluatedProperties", json!(false)),
        ("exclusiveMinimum", json!(3)),
        ("nullable", json!(true)),
        ("$ref", json!("#/paths")),
        ("contentEncoding", json!("base64")),
        ("patternProperties", json!({"[": {}})),
    ];
    prop_oneof![
        Just(Change::Remove),
        proptest::sample::select(values.to_vec()).prop_map(Change::Replace),
        any::<Index>().prop_map(Change::Graft),
        any::<Index>().prop_map(Change::Refer),
        proptest::sample::select(keywords.to_vec())
            .prop_map(|(name, value)| Change::Insert(name, value)),
        proptest::sample::select(names.to_vec()).prop_map(Change::Rename),
    ]
}

/// One of the documents after some changes, half of them as OpenAPI 3.1.
fn mutated() -> impl Strategy<Value = Value> {
    let originals: Vec<Value> = documents()
        .iter()
        .map(|(name, text)| specfirst_model::read_value(name, text.as_bytes()).unwrap())
        .chain(golden())
        .collect();
    let changes = proptest::collection::vec((any::<Index>(), change()), 1..5);
    (proptest::sample::select(originals), changes, any::<bool>()).prop_map(
        |(mut document, changes, is_3_1)| {
            if is_3_1 {
                document["openapi"] = json!("3.1.0");
            }
            for (place, change) in changes {
                apply(&mut document, place, change);
            }
            document
        },
    )
}

fn apply(document: &mut Value, place: Index, change: Change) {
    let mut places = Vec::new();
    collect(document, &Pointer::root(), &mut places);
    if places.is_empty() {
        return;
    }
    let place = place.get(&places).clone();
    let token = place.tokens().last().unwrap_or_default();
    let parent = place.parent().unwrap_or_default();
    let new = match change {
        Change::Rename(name) => {
            if let Some(Value::Object(members)) = document.pointer_mut(parent.as_str())
                && let Some(old) = members.shift_remove(&token)
            {
                members.insert(name.to_owned(), old);
            }
            return;
        }
        Change::Remove => None,
        Change::Replace(value) => Some(value),
        Change::Graft(other) => document.pointer(other.get(&places).as_str()).cloned(),
        Change::Refer(other) => Some(json!({"$ref": format!("#{}", other.get(&places))})),
        Change::Insert(keyword, value) => {
            if let Some(Value::Object(members)) = document.pointer_mut(place.as_str()) {
                members.insert(keyword.to_owned(), value);
            }
            return;
        }
    };
    match (document.pointer_mut(parent.as_str()), new) {
        (Some(Value::Object(members)), Some(new)) => {
            members.insert(token, new);
        }
        (Some(Value::Object(members)), None) => {
            members.shift_remove(&token);
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
    let children: Vec<(Pointer, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (at.child(name), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (at.child(index), value)).collect()
        }
        _ => Vec::new(),
    };
    for (at, value) in children {
        places.push(at.clone());
        collect(value, &at, places);
    }
}

/// Whether a message names a place, `#/…` or `file:line:column`.
fn names_a_place(message: &str) -> bool {
    message.contains('#') || message.split(':').nth(2).is_some_and(|n| n.parse::<u32>().is_ok())
}

proptest! {
    // A failure gets its own test, so proptest need not store it.
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: cases(), ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_document_is_generated_or_refused_with_a_place(value in mutated()) {
        if let Some(file) = std::env::var_os("SPECFIRST_FUZZ_CASE") {
            fs::write(file, value.to_string()).unwrap();
        }
        match load("api.json", value.to_string().as_bytes()) {
            Err(message) => prop_assert!(names_a_place(&message), "{message}"),
            Ok(source) => {
                for finding in lint(&source.document, &[]).unwrap() {
                    let place = source.origins.of(&finding.pointer);
                    prop_assert!(!place.pointer.as_str().is_empty(), "{finding}");
                }
                for side in [Side::Client, Side::Server] {
                    for problem in generate(&source, side).err().into_iter().flatten() {
                        let place = source.origins.of(&problem.pointer).pointer;
                        prop_assert!(!place.as_str().is_empty(), "{problem:?}");
                        prop_assert!(!problem.reason.is_empty() && !problem.advice.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn mutated_text_is_read_or_refused_with_line_and_column(
        which in any::<Index>(),
        edits in proptest::collection::vec((any::<Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let documents: Vec<(String, String)> = documents().into_iter().collect();
        let (name, text) = which.get(&documents);
        let mut bytes = text.clone().into_bytes();
        // Bytes that mean something in YAML are more likely to matter.
        let special = b":-&*!|>'\"#%@`{}[],?\n\t ~<=0";
        for (place, byte, kind) in edits {
            let place = place.index(bytes.len());
            let byte = special.get(usize::from(byte)).copied().unwrap_or(byte);
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        if let Err(message) = load(name, &bytes) {
            prop_assert!(names_a_place(&message), "{message}");
        }
    }
}
