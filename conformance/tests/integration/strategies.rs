//! Each generated conforming value is valid, and each violating value is not.

use std::{cell::RefCell, collections::BTreeSet};

use login_spec::embedded;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use specfirst_engine::{
    http::case::Request,
    strategy::{self, negative, positive},
};
use specfirst_model::{Document, JsonSchema, Pointer};

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() })
}

fn hold(schema: &JsonSchema) {
    let validator = schema.validator().unwrap();
    runner()
        .run(&positive::values(schema), |value| {
            assert!(validator.is_valid(&value), "{value} does not conform");
            Ok(())
        })
        .unwrap();
    runner()
        .run(&negative::values(schema), |(value, broken)| {
            assert!(!validator.is_valid(&value), "{value} conforms in spite of {broken:?}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn generated_values_conform_to_every_schema_of_the_document() {
    let document = Document::parse("openapi.json", embedded::OPENAPI).unwrap();
    for operation in document.operations().unwrap() {
        let bodies = operation.request_body.iter().flat_map(|body| &body.content);
        let responses = operation.responses.iter().flat_map(|response| &response.content);
        for pointer in bodies.chain(responses).filter_map(|content| content.schema.as_ref()) {
            hold(&JsonSchema::read(&document, pointer).unwrap());
        }
    }
}

#[test]
fn generated_values_conform_to_other_schema_keywords() {
    let schemas = json!({
        "Bounds": {"type": "object", "required": ["n", "s", "e"], "properties": {
            "n": {"type": "integer", "minimum": 3, "maximum": 7, "nullable": true},
            "x": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
            "s": {"type": "string", "minLength": 2, "maxLength": 4},
            "e": {"type": "string", "enum": ["a", "b"]},
            "p": {"type": "string", "pattern": "^[a-c]{2,3}-[0-9]+$"},
            "u": {"type": "array", "uniqueItems": true, "maxItems": 3, "items": {"type": "integer"}},
            "l": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "boolean"}},
        }},
        "Either": {"oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"type": "integer"},
        ]},
        "Closed": {"type": "object", "additionalProperties": false, "properties": {
            "list": {"type": "array", "minItems": 2, "items": {
                "type": "object", "required": ["id"], "properties": {
                    "id": {"type": "string", "minLength": 1, "maxLength": 2},
                },
            }},
        }},
        "Free": {"type": "object"},
        "Tree": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        }},
    });
    let names: Vec<String> = schemas.as_object().unwrap().keys().cloned().collect();
    let document = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}});
    let document = Document::from_value("api.json", document).unwrap();
    for name in names {
        let at = Pointer::root().child("components").child("schemas").child(&name);
        let schema = JsonSchema::read(&document, &at).unwrap();
        if name == "Either" {
            let validator = schema.validator().unwrap();
            let values = positive::values(&schema);
            runner()
                .run(&values, |value| {
                    assert!(validator.is_valid(&value));
                    Ok(())
                })
                .unwrap();
            continue;
        }
        hold(&schema);
    }
}

/// An API with a parameter of every kind, and a body as JSON and as a form.
fn api() -> Document {
    let parameter = |place: &str, name: &str, required: bool, schema: serde_json::Value| json!({"in": place, "name": name, "required": required, "schema": schema});
    let body = json!({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "string"}, "b": {"type": "string"},
    }});
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
        "/things/{id}": {"post": {
            "operationId": "thing",
            "parameters": [
                parameter("path", "id", true, json!({"type": "integer", "minimum": 1})),
                parameter("query", "kind", true, json!({"type": "string", "enum": ["x", "y"]})),
                parameter("query", "free", false, json!({"type": "string"})),
                parameter("header", "X-Code", true, json!({"type": "string", "pattern": "^[a-f]{4}$"})),
            ],
            "requestBody": {"required": true, "content": {
                "application/json": {"schema": body},
                "application/x-www-form-urlencoded": {"schema": body},
            }},
            "responses": {"200": {"description": "ok"}},
        }},
    }});
    Document::from_value("api.json", document).unwrap()
}

/// The parts of a request to [`api`] that a server would refuse.
fn violations(request: &Request) -> Vec<&'static str> {
    let mut violations = Vec::new();
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let id = path.trim_start_matches("/things/").to_owned();
    if !id.parse::<i64>().is_ok_and(|id| id >= 1) {
        violations.push("id");
    }
    let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let kind = query.iter().find(|(name, _)| name == "kind").map(|(_, value)| value.as_str());
    if !matches!(kind, Some("x" | "y")) {
        violations.push("kind");
    }
    let code = request.header_value("X-Code").unwrap_or_default();
    if code.len() != 4 || !code.bytes().all(|byte| (b'a'..=b'f').contains(&byte)) {
        violations.push("code");
    }
    let bytes = request.body.clone().unwrap_or_default();
    let both = match request.header_value("content-type") {
        Some("application/json") => serde_json::from_slice::<serde_json::Value>(&bytes)
            .is_ok_and(|body| body["a"].is_string() && body["b"].is_string()),
        Some("application/x-www-form-urlencoded") => {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap();
            ["a", "b"].iter().all(|name| pairs.iter().any(|(pair, _)| pair == name))
        }
        _ => false,
    };
    if !both {
        violations.push("body");
    }
    violations
}

#[test]
fn conforming_requests_are_valid_in_every_part() {
    let document = api();
    let operation = &document.operations().unwrap()[0];
    let cases = strategy::positive_cases(&document, operation).unwrap();
    let mut media_types = BTreeSet::new();
    let media_types = RefCell::new(&mut media_types);
    runner()
        .run(&cases, |case| {
            assert_eq!(violations(&case.request), Vec::<&str>::new(), "{:?}", case.request);
            let media_type = case.request.header_value("content-type").map(str::to_owned);
            media_types.borrow_mut().insert(media_type);
            Ok(())
        })
        .unwrap();
    assert_eq!(media_types.into_inner().len(), 2);
}

#[test]
fn broken_requests_have_exactly_one_violation() {
    let document = api();
    let operation = &document.operations().unwrap()[0];
    let cases = strategy::negative_cases(&document, operation).unwrap().unwrap();
    let seen = RefCell::new(BTreeSet::new());
    let mut runner =
        TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    runner
        .run(&cases, |case| {
            let found = violations(&case.request);
            assert_eq!(found.len(), 1, "{found:?}: {} {:?}", case.title, case.request);
            let broken = case.broken.unwrap();
            let media_type = case.request.header_value("content-type").unwrap_or("none");
            seen.borrow_mut().insert((found[0], broken.mutation, media_type.to_owned()));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    let has = |part: &str, mutation: &str| {
        seen.iter().any(|(found, by, _)| *found == part && *by == mutation)
    };
    for (part, mutation) in [
        ("id", "below-minimum"),
        ("id", "fraction"),
        ("kind", "missing-parameter"),
        ("kind", "not-in-enum"),
        ("code", "missing-parameter"),
        ("code", "breaks-pattern"),
        ("body", "wrong-type"),
        ("body", "missing-member"),
        ("body", "malformed-json"),
        ("body", "wrong-content-type"),
        ("body", "missing-body"),
    ] {
        assert!(has(part, mutation), "{part} {mutation}: {seen:#?}");
    }
    let form = "application/x-www-form-urlencoded";
    assert!(seen.iter().any(|(part, _, media_type)| *part == "body" && media_type == form));
}

#[test]
fn generated_values_reach_bounds_and_do_not_cross_them() {
    let schema = json!({"type": "object", "required": ["n", "s"], "properties": {
        "n": {"type": "integer", "minimum": 3, "maximum": 7_000},
        "s": {"type": "string", "minLength": 2, "maxLength": 40},
    }});
    let document =
        json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"Bounds": schema}}});
    let document = Document::from_value("api.json", document).unwrap();
    let at = Pointer::root().child("components").child("schemas").child("Bounds");
    let values = positive::values(&JsonSchema::read(&document, &at).unwrap());
    let seen = RefCell::new(BTreeSet::new());
    runner()
        .run(&values, |value| {
            seen.borrow_mut().insert(("n", value["n"].as_i64().unwrap()));
            let length = value["s"].as_str().unwrap().len();
            seen.borrow_mut().insert(("s", i64::try_from(length).unwrap()));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for bound in [("n", 3), ("n", 7_000), ("s", 2), ("s", 40)] {
        assert!(seen.contains(&bound), "{bound:?}: {seen:?}");
    }
}

#[test]
fn arrays_and_closed_objects_are_broken_in_every_way() {
    let schema = json!({"type": "object", "required": ["list"], "additionalProperties": false,
        "properties": {"list": {
            "type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true,
            "items": {"type": "integer"},
        }},
    });
    let document =
        json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"List": schema}}});
    let document = Document::from_value("api.json", document).unwrap();
    let at = Pointer::root().child("components").child("schemas").child("List");
    let values = negative::values(&JsonSchema::read(&document, &at).unwrap());
    let seen = RefCell::new(BTreeSet::new());
    let mut runner =
        TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    runner
        .run(&values, |(_, broken)| {
            seen.borrow_mut().insert((broken.mutation, broken.instance.as_str().to_owned()));
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for (mutation, at) in [
        ("too-few-items", "/list"),
        ("too-many-items", "/list"),
        ("same-item-twice", "/list"),
        ("wrong-type", "/list/0"),
        ("missing-member", "/list"),
        ("unknown-member", ""),
    ] {
        assert!(seen.contains(&(mutation, at.to_owned())), "{mutation} {at}: {seen:?}");
    }
}
