//! What an `allOf` becomes.

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

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn branches_are_merged_by_their_meaning() {
    let a = reference("A");
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
    assert!(branches.iter().all(|branch| branch["properties"]["a"] == json!({"type": "string"})));
}

#[test]
fn null_is_valid_if_no_part_excludes_it() {
    let part = |nullable: bool| json!({"type": "object", "nullable": nullable});
    let is_nullable = |schema: Value| merged(schema).get("nullable") == Some(&json!(true));
    assert!(is_nullable(json!({"allOf": [part(true), part(true)]})));
    assert!(is_nullable(json!({"allOf": [part(true), {"required": ["a"]}]})));
    assert!(is_nullable(json!({"nullable": true, "allOf": [part(false), part(false)]})));
    assert!(is_nullable(json!({"allOf": [part(false), {"nullable": true}, part(false)]})));
    assert!(!is_nullable(json!({"allOf": [part(true), part(false)]})));
    let twice = json!({"allOf": [{"nullable": true, "allOf": [reference("A")]}, part(true)]});
    assert!(is_nullable(twice));
}

#[test]
fn part_without_further_members_closes_the_whole() {
    let closed = |names: &[&str]| {
        let properties: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        json!({"type": "object", "additionalProperties": false, "properties": properties})
    };
    let whole = merged(json!({"allOf": [reference("A"), closed(&["a", "b"])]}));
    assert_eq!(whole["additionalProperties"], json!(false));
    assert_eq!(whole["properties"].as_object().unwrap().len(), 2);
    let excluded = [
        json!({"allOf": [reference("A"), closed(&["b"])]}),
        json!({"allOf": [closed(&["a"]), closed(&["a", "b"])]}),
        json!({"additionalProperties": false, "allOf": [reference("A")]}),
        json!({"allOf": [closed(&["a"]), {"oneOf": [closed(&["a", "b"]), reference("A")]}]}),
    ];
    for schema in excluded {
        assert_eq!(merged(schema.clone()), schema);
    }
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
