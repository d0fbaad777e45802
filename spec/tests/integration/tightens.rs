//! The overlay never loosens what the page says.

use jsonschema::Validator;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use specfirst_model::{Document, JsonSchema, Operation, Pointer};

/// A schema of the page, and the schema that the completed document has in its place.
struct Pair {
    place: Pointer,
    documented: Validator,
    openapi: Validator,
    /// The member names either of them knows.
    names: Vec<String>,
    /// A value to begin from.
    seed: Value,
}

fn validator(document: &Document, place: &Pointer) -> Validator {
    JsonSchema::read(document, place).unwrap().validator().unwrap()
}

fn schemas(operations: &[Operation]) -> Vec<Pointer> {
    operations
        .iter()
        .flat_map(|operation| {
            let requests = operation.request_body.iter().flat_map(|body| &body.content);
            requests.chain(operation.responses.iter().flat_map(|response| &response.content))
        })
        .filter_map(|content| content.schema.clone())
        .collect()
}

fn pairs(documented: &str, openapi: &str) -> Vec<Pair> {
    let documented = Document::parse("documented.json", documented).unwrap();
    let openapi = Document::parse("openapi.json", openapi).unwrap();
    schemas(&documented.operations().unwrap())
        .into_iter()
        .map(|place| Pair {
            documented: validator(&documented, &place),
            openapi: validator(&openapi, &place),
            names: names(openapi.get(&place).unwrap()),
            seed: if place.as_str().contains("requestBody") {
                json!({"user": "a", "password": "b", "resume": "c", "code": "d"})
            } else {
                json!({"status": "success", "success": true, "data": {"userId": "u",
                    "authToken": "t", "me": {"_id": "u", "name": "n", "utcOffset": 1,
                    "active": true, "roles": ["r"], "emails": [{"address": "a", "verified": true}],
                    "status": "s", "statusConnection": "s", "username": "u", "avatarUrl": "a",
                    "settings": {"preferences": {}, "profile": {}}, "isOAuthUser": false}}})
            },
            place,
        })
        .collect()
}

fn names(schema: &Value) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        names.extend(properties.keys().cloned());
    }
    let nested: Vec<&Value> = match schema {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    names.extend(nested.into_iter().flat_map(self::names));
    names
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        // The fraction is what tells a number from an integer.
        2 => (-9.0..9.0f64).prop_map(Value::from),
        1 => ".{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            3 => inner.clone(),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            1 => prop::collection::btree_map("[a-z]{1,3}", inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// What is done to one place of the seed.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Insert(prop::sample::Index, Value),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => any_json().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => (any::<prop::sample::Index>(), any_json()).prop_map(|(i, v)| Change::Insert(i, v)),
    ]
}

fn places(value: &Value, at: &Pointer, into: &mut Vec<Pointer>) {
    into.push(at.clone());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &at.child(name), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| places(value, &at.child(i), into));
        }
        _ => {}
    }
}

fn carry_out(value: &mut Value, change: &Change, at: prop::sample::Index, names: &[String]) {
    let mut all = Vec::new();
    places(value, &Pointer::root(), &mut all);
    let place = at.get(&all).clone();
    match change {
        Change::Replace(new) => *value.pointer_mut(place.as_str()).unwrap() = new.clone(),
        Change::Insert(name, new) => {
            if let Some(Value::Object(members)) = value.pointer_mut(place.as_str()) {
                members.insert(name.get(names).clone(), new.clone());
            }
        }
        Change::Remove => {
            let (Some(parent), Some(token)) = (place.parent(), place.tokens().last()) else {
                return;
            };
            match value.pointer_mut(parent.as_str()) {
                Some(Value::Object(members)) => drop(members.remove(&token)),
                Some(Value::Array(items)) => drop(items.remove(token.parse().unwrap())),
                _ => {}
            }
        }
    }
}

/// The first value found that the completed document takes and the page refuses.
fn loosened(documented: &str, openapi: &str) -> Option<String> {
    for pair in pairs(documented, openapi) {
        assert!(pair.openapi.is_valid(&pair.seed), "the seed for #{} is no value", pair.place);
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 8_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let changes = prop::collection::vec((change(), any::<prop::sample::Index>()), 1..3);
        let result = runner.run(&changes, |changes| {
            let mut value = pair.seed.clone();
            for (change, at) in &changes {
                carry_out(&mut value, change, *at, &pair.names);
            }
            prop_assert!(
                !pair.openapi.is_valid(&value) || pair.documented.is_valid(&value),
                "at #{}: {value}",
                pair.place
            );
            Ok(())
        });
        if let Err(error) = result {
            return Some(error.to_string());
        }
    }
    None
}

#[test]
fn what_the_completed_document_takes_the_page_takes_too() {
    assert_eq!(loosened(login_spec::embedded::DOCUMENTED, login_spec::embedded::OPENAPI), None);
}

#[test]
fn a_loosening_is_noticed() {
    // The page wants an integer; a document that takes any number is looser.
    let loose =
        login_spec::embedded::OPENAPI.replacen(r#""type": "integer""#, r#""type": "number""#, 1);
    assert_ne!(loose, login_spec::embedded::OPENAPI);
    let found =
        loosened(login_spec::embedded::DOCUMENTED, &loose).expect("a value that only one takes");
    assert!(found.contains("utcOffset"), "{found}");
}

#[test]
fn the_committed_documents_are_what_page_and_overlay_give() {
    let assembled = specfirst_model::assemble(
        ("page", login_spec::embedded::PAGE),
        ("overlay.yaml", login_spec::embedded::OVERLAY),
    )
    .unwrap();
    let parsed = |text| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(&parsed(login_spec::embedded::DOCUMENTED), assembled.page.documented());
    assert_eq!(&parsed(login_spec::embedded::OPENAPI), assembled.openapi.value());
}
