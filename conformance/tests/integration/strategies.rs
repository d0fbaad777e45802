//! Each conforming value validates, and each violating value does not.

use login_conformance::strategy::{negative, positive};
use login_spec::{Document, JsonSchema, Pointer, embedded};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

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
fn values_of_every_schema_of_the_document() {
    let document = Document::parse("openapi.json", embedded::OPENAPI).unwrap();
    for operation in document.operations().unwrap() {
        let bodies = operation.request_body.iter().flat_map(|body| &body.content);
        let answers = operation.responses.iter().flat_map(|response| &response.content);
        for pointer in bodies.chain(answers).filter_map(|content| content.schema.as_ref()) {
            hold(&JsonSchema::read(&document, pointer).unwrap());
        }
    }
}

#[test]
fn values_of_keywords_that_the_document_does_not_use() {
    let schemas = json!({
        "Bounds": {"type": "object", "required": ["n", "s", "e"], "properties": {
            "n": {"type": "integer", "minimum": 3, "maximum": 7, "nullable": true},
            "x": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
            "s": {"type": "string", "minLength": 2, "maxLength": 4},
            "e": {"type": "string", "enum": ["a", "b"]},
            "l": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "boolean"}},
        }},
        "Either": {"oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"type": "integer"},
        ]},
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
