//! Documents that both generators refuse because two items would have the same name.

use serde_json::{Map, Value, json};
use specfirst_model::Document;

use crate::{api_trait, client};

fn document(paths: Value, schemas: Value) -> Document {
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": paths, "components": {"schemas": schemas}});
    Document::from_value("api.json", document).unwrap()
}

/// Operation `a`, with a schema for its request and one for its response.
fn paths(request: Value, response: Value) -> Value {
    json!({"/a": {"post": {"operationId": "a",
        "requestBody": {"required": true, "content": {"application/json": {"schema": request}}},
        "responses": {"200": {"description": "",
            "content": {"application/json": {"schema": response}}}}}}})
}

fn object(names: &[&str]) -> Value {
    let properties: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "properties": properties})
}

fn generate(document: &Document) -> [Result<String, String>; 2] {
    [
        client::generate(document, &client::tests::settings()),
        api_trait::generate(document, &api_trait::tests::settings()),
    ]
    .map(|code| code.map_err(|error| api_trait::tests::without_advice(&error)))
}

/// Checks that both generators refuse schemas. Operation `a` refers to the schema `A`.
#[track_caller]
fn assert_refused(schemas: Value, expected: &str) {
    let a = json!({"$ref": "#/components/schemas/A"});
    for outcome in generate(&document(paths(a.clone(), a), schemas)) {
        let refusal = outcome.unwrap_err();
        assert!(refusal.starts_with("operation `a`: #/components/schemas/"), "{refusal}");
        assert!(refusal.contains(expected), "{refusal}");
    }
}

/// Checks that both generators tell the types or members apart.
#[track_caller]
fn assert_told_apart(schemas: Value, expected: &str) {
    let a = json!({"$ref": "#/components/schemas/A"});
    for outcome in generate(&document(paths(a.clone(), a), schemas)) {
        let code = outcome.unwrap_or_else(|refusal| panic!("{refusal}"));
        assert!(code.contains(expected), "no `{expected}`");
    }
}

#[test]
fn fields_with_the_same_name_are_numbered() {
    for (names, field) in [
        (["a-b", "a_b"], "a_b"),
        (["userId", "user_id"], "user_id"),
        (["ID", "id"], "id"),
        (["", "x"], "x"),
        (["1", "x1"], "x1"),
        (["$ref ", "ref"], "ref_"),
        (["Self", "self"], "self_"),
        (["type", "type_"], "type_"),
        // The compiler compares names in Unicode normalization form C.
        (["\u{f900}", "\u{8c48}"], "\u{8c48}"),
    ] {
        assert_told_apart(json!({"A": object(&names)}), &format!("pub {field}_2:"));
    }
    // The second name occurs only in `required`.
    let mut required = object(&["a-b"]);
    required["required"] = json!(["a_b"]);
    assert_told_apart(json!({"A": required}), "pub a_b_2:");
    // Typify uses the name `extra` for additional properties.
    let mut extra = object(&["extra"]);
    extra["additionalProperties"] = json!({"type": "integer"});
    assert_told_apart(json!({"A": extra}), "pub extra_2:");
    let nested = json!({"type": "object", "properties": {"n": object(&["q.r", "q_r"])}});
    assert_told_apart(json!({"A": nested}), "pub q_r_2:");
}

#[test]
fn variants_with_the_same_name_are_refused() {
    for values in [["a", "A"], ["a-b", "a_b"], ["", "x"], ["Self", "self"]] {
        let refusal = "#/components/schemas/A: typify panicked: Failed to make unique";
        assert_refused(json!({"A": {"type": "string", "enum": values}}), refusal);
    }
}

#[test]
fn types_with_the_same_name_are_numbered_and_reserved_names_refused() {
    let (x, y) = (object(&["x"]), object(&["y"]));
    for (first, second) in [("foo_bar", "FooBar"), ("foo-bar", "FOO_BAR"), ("foo", "Foo")] {
        for same in [&x, &y] {
            let a = json!({"type": "object", "properties": {
                "p": {"$ref": format!("#/components/schemas/{first}")},
                "q": {"$ref": format!("#/components/schemas/{second}")}}});
            assert_told_apart(json!({"A": a, first: x, second: same}), "2 {");
        }
    }
    let wrapper = json!({"type": "string", "maxLength": 9});
    let hidden = ["Default", "default", "box"].map(|name| (name, &x));
    let values = ["Err", "none", "OK", "Some"].map(|name| (name, &wrapper));
    for (name, schema) in hidden.into_iter().chain(values) {
        let item = json!({"$ref": format!("#/components/schemas/{name}")});
        let a = json!({"type": "array", "items": item});
        assert_refused(json!({"A": a, name: schema}), "its type would shadow");
    }
}

/// Typify uses one type for all schemas with the same name. Between inline schemas, no item is
/// defined twice, so only the marks show it.
#[test]
fn schema_whose_type_another_schema_has_is_told_apart() {
    let (x, y) = (object(&["x"]), object(&["y"]));
    let nested = json!({"type": "object", "properties": {"bar": x}});
    assert_told_apart(json!({"A": nested, "ABar": y}), "pub struct ABar2 {");
    let list = json!({"type": "object", "properties": {"bar": {"type": "array", "items": x}}});
    assert_told_apart(json!({"A": list, "ABarItem": y}), "pub struct ABar2 {");
    let choice =
        json!({"type": "object", "properties": {"bar": {"type": "string", "enum": ["b"]}}});
    assert_told_apart(json!({"A": choice, "a_bar": y}), "pub enum ABar2 {");
    // Both are inline, so the second schema would have the type of the first without an error.
    let both = json!({"type": "object", "properties": {
        "b_c": object(&["x"]), "bC": {"type": "array", "items": y}, "b": {"type": "object",
        "properties": {"c": {"type": "object", "properties": {"y": {"type": "integer"}}}}}}});
    assert_told_apart(json!({"A": both}), "");
    // A request body and a response, which both libraries name after the operation.
    for name in ["ABody", "AResponse", "AOk"] {
        let outcomes = generate(&document(paths(x.clone(), x.clone()), json!({name: y})));
        for outcome in outcomes {
            outcome.unwrap();
        }
    }
}

#[test]
fn invalid_default_is_refused() {
    let time = json!({"type": "string", "format": "date-time", "default": "2024-02-30T00:00:00Z"});
    let schemas = json!({"A": {"type": "object", "properties": {"t": time}}});
    assert_refused(
        schemas,
        "#/components/schemas/A/properties/t/default: its own schema rejects it",
    );
}

#[test]
fn equal_schemas_with_the_same_name_share_a_type() {
    let body = json!({"schema": object(&["x"])});
    let mut described = body.clone();
    described["schema"]["description"] = json!("The same, for readers.");
    let mut paths = paths(json!({}), json!({}));
    paths["/a"]["post"]["requestBody"]["content"] = json!({
        "application/json": body, "application/x-www-form-urlencoded": described});
    for outcome in generate(&document(paths, json!({}))) {
        outcome.unwrap();
    }
}

#[test]
fn every_operation_for_which_a_library_fails_is_named() {
    let schema = json!({"not": {"type": "object", "required": ["x"]}});
    let mut paths = paths(json!({}), schema.clone());
    paths["/c"] = json!({"get": {"operationId": "c", "responses": {"204": {"description": ""}}}});
    paths["/b"] = json!({"get": {"operationId": "b", "responses": {"200": {"description": "",
        "content": {"application/json": {"schema": schema}}}}}});
    let document = document(paths, json!({}));
    let client = client::generate(&document, &client::tests::settings()).unwrap_err();
    let server = api_trait::generate(&document, &api_trait::tests::settings()).unwrap_err();
    for problems in [client, server] {
        let operations: Vec<_> = problems.iter().map(|p| p.operation.clone().unwrap()).collect();
        assert_eq!(operations, ["a", "b"]);
        assert!(problems.iter().all(|problem| problem.pointer.tokens().count() > 3));
    }
}

#[test]
fn operations_and_parameters_that_coincide_with_names_of_the_client_are_refused() {
    let get = |id: &str, parameters: Value| {
        json!({"get": {"operationId": id, "parameters": parameters,
                       "responses": {"204": {"description": ""}}}})
    };
    let refusal = |paths: Value| {
        let [client, _] = generate(&document(paths, json!({})));
        client.unwrap_err()
    };
    for id in ["new", "new_with_client", "error", "Option", "result", "string", "from"] {
        let refusal = refusal(json!({"/a": get(id, json!([]))}));
        assert!(refusal.starts_with(&format!("operation `{id}`: #/paths/~1a/get: ")), "{refusal}");
    }
    let query = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    for second in [query("c_d"), query("C-D")] {
        let refusal = refusal(json!({"/a": get("a", json!([query("c-d"), second]))}));
        assert!(refusal.starts_with("operation `a`: #/paths/~1a/get/parameters/1: "), "{refusal}");
    }
    for name in ["new", "send", "header-map", "encodePath"] {
        let refusal = refusal(json!({"/a": get("a", json!([query(name)]))}));
        assert!(refusal.starts_with("operation `a`: #/paths/~1a/get/parameters/0: "), "{refusal}");
    }
}
