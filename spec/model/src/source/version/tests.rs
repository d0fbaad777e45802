use serde_json::{Value, json};

use super::{Translated, to_3_0};
use crate::{
    pointer::Pointer,
    source::{UnsupportedKeyword, origins::Origins},
};

fn translate(schemas: Value) -> Translated {
    let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}});
    to_3_0(document, Origins::new("api.yaml"))
}

/// The translation of one schema.
fn schema(schema: Value) -> Value {
    let translated = translate(json!({"A": schema}));
    assert_eq!(translated.unsupported, Vec::<UnsupportedKeyword>::new());
    translated.value["components"]["schemas"]["A"].clone()
}

#[test]
fn type_with_null_is_nullable() {
    assert_eq!(
        schema(json!({"type": ["string", "null"], "minLength": 1})),
        json!({"minLength": 1, "type": "string", "nullable": true})
    );
    assert_eq!(schema(json!({"type": ["string"]})), json!({"type": "string"}));
    assert_eq!(schema(json!({"type": "null"})), json!({"enum": [null], "nullable": true}));
    assert_eq!(
        schema(json!({"type": ["string", "null"], "enum": ["a", null]})),
        json!({"enum": ["a", null], "type": "string", "nullable": true})
    );
    // Without null among its values, the `enum` excludes null.
    assert_eq!(
        schema(json!({"type": ["string", "null"], "enum": ["a"]})),
        json!({"enum": ["a"], "type": "string"})
    );
}

#[test]
fn several_types_become_branches_with_their_own_keywords() {
    assert_eq!(
        schema(json!({"type": ["string", "integer", "null"], "maxLength": 3, "maximum": 9})),
        json!({
            "oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "maximum": 9}],
            "nullable": true,
        })
    );
    assert_eq!(schema(json!({"type": ["number", "integer"]})), json!({"type": "number"}));
    assert_eq!(
        schema(json!({"type": ["string", "integer"], "enum": ["a", 1, true]})),
        json!({"enum": ["a", 1]})
    );
}

#[test]
fn branch_of_null_becomes_nullable() {
    assert_eq!(
        schema(
            json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}], "title": "T"})
        ),
        json!({"title": "T", "nullable": true, "type": "string", "maxLength": 3})
    );
    assert_eq!(
        schema(json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/A"}]})),
        json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/A"}]})
    );
    assert_eq!(
        schema(json!({"anyOf": [{"type": "null"}, {"type": "string"}, {"type": "integer"}]})),
        json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true})
    );
}

#[test]
fn keywords_are_written_as_in_3_0() {
    assert_eq!(schema(json!({"const": "a"})), json!({"enum": ["a"], "type": "string"}));
    assert_eq!(
        schema(
            json!({"type": "integer", "exclusiveMinimum": 1, "minimum": 0, "exclusiveMaximum": 9})
        ),
        json!({"minimum": 1, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": true,
               "type": "integer"})
    );
    assert_eq!(
        schema(json!({"type": "integer", "exclusiveMinimum": 1, "minimum": 2})),
        json!({"minimum": 2, "type": "integer"})
    );
    assert_eq!(
        schema(json!({"type": "string", "contentEncoding": "base64"})),
        json!({"format": "byte", "type": "string"})
    );
    assert_eq!(
        schema(json!({"contentMediaType": "application/octet-stream"})),
        json!({"type": "string", "format": "binary"})
    );
    assert_eq!(schema(json!({"type": "array"})), json!({"type": "array", "items": {}}));
    assert_eq!(
        schema(json!({"type": "object", "unevaluatedProperties": false})),
        json!({"additionalProperties": false, "type": "object"})
    );
    assert_eq!(
        schema(json!({"type": "object", "properties": {"const": true, "b": false},
                      "additionalProperties": true})),
        json!({"type": "object", "properties": {"const": {}, "b": {"not": {}}},
               "additionalProperties": true})
    );
}

#[test]
fn examples_are_left_as_they_are() {
    let example = json!({"type": ["a", "null"], "const": 1, "$ref": "#/x"});
    assert_eq!(
        schema(json!({"type": "object", "example": example, "default": example})),
        json!({"type": "object", "example": example, "default": example})
    );
    let translated = translate(json!({"A": {"type": "string", "examples": ["a", "b"]}}));
    let schema = &translated.value["components"]["schemas"]["A"];
    assert_eq!(schema["example"], "a");
    assert_eq!(schema["x-examples"], json!({"1": "b"}));
    let at = Pointer::parse("/components/schemas/A/x-examples/1").unwrap();
    assert_eq!(translated.origins.of(&at).to_string(), "api.yaml#/components/schemas/A/examples/1");
}

#[test]
fn constraints_beside_a_reference_are_kept() {
    let reference = json!({"$ref": "#/components/schemas/A"});
    assert_eq!(schema(json!({"$ref": "#/components/schemas/A", "description": "d"})), reference);
    assert_eq!(
        schema(json!({"$ref": "#/components/schemas/A", "maxLength": 3})),
        json!({"maxLength": 3, "allOf": [reference]})
    );
}

#[test]
fn definitions_become_components_and_references_follow() {
    let translated = translate(json!({
        "A": {
            "$defs": {"B": {"type": ["string", "null"]}, "A": {"$ref": "#/components/schemas/A/$defs/B"}},
            "properties": {"b": {"$ref": "#/components/schemas/A/$defs/A"}},
        },
        "C": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"x": {}}}]},
        "D": {"$ref": "#/components/schemas/C/anyOf/1/properties/x"},
    }));
    assert_eq!(
        translated.value["components"]["schemas"],
        json!({
            "A": {"properties": {"b": {"$ref": "#/components/schemas/A2"}}},
            "C": {"nullable": true, "type": "object", "properties": {"x": {}}},
            "D": {"$ref": "#/components/schemas/C/properties/x"},
            "B": {"type": "string", "nullable": true},
            "A2": {"$ref": "#/components/schemas/B"},
        })
    );
    let place = |text: &str| Pointer::parse(text).unwrap();
    let of = |text: &str| translated.origins.of(&place(text)).pointer;
    assert_eq!(of("/components/schemas/B/type"), place("/components/schemas/A/$defs/B/type"));
    assert_eq!(
        of("/components/schemas/C/properties/x"),
        place("/components/schemas/C/anyOf/1/properties/x")
    );
}

#[test]
fn keyword_that_3_0_cannot_say_is_recorded_with_its_place() {
    let unsupported = |schema: Value| -> Vec<(String, String)> {
        let translated = translate(json!({"A": {"properties": {"b": schema}}}));
        let name = |found: &UnsupportedKeyword| (found.keyword.clone(), found.pointer.to_string());
        translated.unsupported.iter().map(name).collect()
    };
    let at = "/components/schemas/A/properties/b";
    for keyword in [
        "patternProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "prefixItems",
        "contains",
        "unevaluatedItems",
        "$dynamicRef",
        "$id",
        "$anchor",
    ] {
        assert_eq!(unsupported(json!({keyword: {}})), [(keyword.to_owned(), at.to_owned())]);
    }
    assert_eq!(unsupported(json!({"if": {}, "then": {}})), [("if".to_owned(), at.to_owned())]);
    assert_eq!(
        unsupported(json!({"allOf": [{}], "unevaluatedProperties": false})),
        [("unevaluatedProperties".to_owned(), at.to_owned())]
    );
    assert_eq!(unsupported(json!({"if": {}})), []);
}

#[test]
fn document_itself_is_translated() {
    let translated = to_3_0(
        json!({
            "openapi": "3.1.1",
            "jsonSchemaDialect": "https://example.com/dialect",
            "webhooks": {"done": {"post": {}}},
            "components": {
                "pathItems": {"P": {"get": {"responses": {"200": {
                    "$ref": "#/components/responses/R", "description": "d",
                }}}}},
                "responses": {"R": {"description": "r", "content": {"application/json": {
                    "schema": {"const": 1},
                }}}},
                "securitySchemes": {"tls": {"type": "mutualTLS"}},
            },
            "paths": {"/p": {"$ref": "#/components/pathItems/P"}, "/q": {"post": {}}},
        }),
        Origins::new("api.yaml"),
    );
    assert_eq!(
        translated.value,
        json!({
            "openapi": "3.0.3",
            "components": {
                "responses": {"R": {"description": "r", "content": {"application/json": {
                    "schema": {"enum": [1], "type": "integer"},
                }}}},
                "securitySchemes": {"tls": {"type": "mutualTLS"}},
            },
            "paths": {
                "/p": {"get": {"responses": {"200": {"$ref": "#/components/responses/R"}}}},
                "/q": {"post": {"responses": {}}},
            },
        })
    );
    let keywords: Vec<_> = translated.unsupported.iter().map(|found| &*found.keyword).collect();
    assert_eq!(keywords, ["jsonSchemaDialect", "mutualTLS"]);
    assert!(translated.notes[0].message.starts_with("1 webhooks are left out"));
    let place = Pointer::parse("/paths/~1p/get").unwrap();
    assert_eq!(translated.origins.of(&place).pointer.as_str(), "/components/pathItems/P/get");
}

#[test]
fn document_of_3_0_is_left_as_it_is() {
    let document = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {
        "A": {"type": "string", "nullable": true, "const": 1},
    }}});
    assert_eq!(to_3_0(document.clone(), Origins::new("api.yaml")).value, document);
}
