//! What the passes make of one operation.

use serde_json::{Value, json};
use specfirst_model::Document;

use super::{for_both, for_client};

/// The document after the passes of the client. Its only operation is `put-a` at `/a`.
fn prepared(operation: Value) -> Value {
    let mut operation = operation;
    operation["operationId"] = json!("put-a");
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"put": operation}},
        "components": {"schemas": {}},
    });
    let document = Document::from_value("api.json", document).unwrap();
    for_client(&for_both(&document).unwrap()).unwrap().value().clone()
}

fn operation(document: &Value) -> &Value {
    &document["paths"]["/a"]["put"]
}

fn done() -> Value {
    json!({"204": {"description": ""}})
}

/// A response whose JSON is an object with this required member.
fn response(member: &str) -> Value {
    let schema = json!({"type": "object", "required": [member],
                        "properties": {member: {"type": "string"}}});
    json!({"description": "", "content": {"application/json": {"schema": schema}}})
}

fn schema_of<'d>(document: &'d Value, status: &str) -> &'d Value {
    &operation(document)["responses"][status]["content"]["application/json"]["schema"]
}

#[test]
fn json_body_is_preferred_and_other_bodies_are_bytes_with_a_media_type() {
    let body = |content: Value| {
        let document = prepared(json!({"requestBody": {"content": content}, "responses": done()}));
        operation(&document).clone()
    };
    let kept = body(json!({
        "multipart/form-data": {"schema": {"type": "object"}},
        "application/json; charset=utf-8": {"schema": {"type": "string"}},
    }));
    assert_eq!(
        kept["requestBody"]["content"],
        json!({"application/json": {"schema": {"type": "string"}}})
    );
    assert!(kept.get("parameters").is_none());
    let bytes = body(json!({"multipart/form-data": {"schema": {"type": "object"}}}));
    assert_eq!(
        bytes["requestBody"]["content"],
        json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
    );
    let parameter = &bytes["parameters"][0];
    assert_eq!(parameter["name"], super::CONTENT_TYPE_PARAMETER);
    assert_eq!((&parameter["in"], &parameter["required"]), (&json!("header"), &json!(true)));
}

#[test]
fn cookie_parameters_become_one_header() {
    let parameter = |name: &str, place: &str, required: bool| json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}});
    let document = prepared(json!({
        "parameters": [parameter("a", "cookie", false), parameter("q", "query", false),
                       parameter("b", "cookie", true)],
        "responses": done(),
    }));
    let parameters = operation(&document)["parameters"].as_array().unwrap();
    let names: Vec<_> = parameters.iter().map(|p| (&p["name"], &p["in"], &p["required"])).collect();
    assert_eq!(
        names,
        [
            (&json!("q"), &json!("query"), &json!(false)),
            (&json!("cookie"), &json!("header"), &json!(true)),
        ]
    );
    assert_eq!(parameters[1]["description"], "The header `Cookie`, with `a` and `b`.");
}

#[test]
fn target_of_a_reference_into_the_document_becomes_a_component() {
    let target = "#/paths/~1a/put/responses/200/content/application~1json/schema/properties/a";
    let document = prepared(json!({
        "requestBody": {"content": {"application/json": {"schema": {"$ref": target}}}},
        "responses": {"200": response("a")},
    }));
    let body = &operation(&document)["requestBody"]["content"]["application/json"]["schema"];
    let name = body["$ref"].as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
    assert_eq!(document["components"]["schemas"][name], json!({"type": "string"}));
}

#[test]
fn several_types_of_responses_become_an_enum_that_tells_them_apart() {
    let document = prepared(json!({"responses": {
        "200": response("a"), "201": response("b"), "400": response("c"), "default": response("d"),
    }}));
    for (statuses, name) in [(["200", "201"], "PutASuccess"), (["400", "4XX"], "PutAError")] {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        for status in statuses {
            assert_eq!(*schema_of(&document, status), reference, "{status}");
        }
        let variants = &document["components"]["schemas"][name]["oneOf"];
        assert_eq!(variants.as_array().unwrap().len(), 2);
    }
    // `default` describes the errors, because there are successes.
    assert!(operation(&document)["responses"].get("default").is_none());
    assert_eq!(schema_of(&document, "5XX"), schema_of(&document, "4XX"));
}

#[test]
fn types_that_no_order_tells_apart_are_any_json() {
    let optional = json!({"description": "", "content": {"application/json": {"schema":
        {"type": "object", "properties": {"a": {"type": "string"}}}}}});
    let other = json!({"description": "", "content": {"application/json": {"schema":
        {"type": "object", "properties": {"b": {"type": "string"}}}}}});
    let document = prepared(json!({"responses": {"200": optional, "201": other}}));
    assert_eq!(*schema_of(&document, "200"), json!({}));
    assert_eq!(*schema_of(&document, "201"), json!({}));
}

#[test]
fn successes_with_and_without_a_body_are_bytes_and_errors_without_json_are_unexpected() {
    let document = prepared(json!({"responses": {
        "200": response("a"), "204": {"description": ""},
        "400": response("c"), "404": {"description": ""},
    }}));
    let responses = &operation(&document)["responses"];
    for status in ["200", "204"] {
        assert_eq!(responses[status]["content"], json!({"application/octet-stream": {}}));
    }
    assert!(responses.get("400").is_some() && responses.get("404").is_none());
}
