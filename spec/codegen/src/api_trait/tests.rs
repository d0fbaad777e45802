//! Golden outputs and errors.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use specfirst_model::Document;

use super::{Settings, generate};
use crate::Problems;

pub(crate) fn settings() -> Settings {
    Settings { name: "GoldenApi".to_owned(), error_body: None }
}

/// The integration tests compile the golden file of each document in `tests/golden`.
///
/// `SPECFIRST_GOLDEN=overwrite` writes the files.
#[test]
fn golden_files_are_fresh() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut documents = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        documents += 1;
        let document = fs::read_to_string(&path).unwrap();
        let document = Document::parse(&path.display().to_string(), &document).unwrap();
        let code = generate(&document, &settings()).unwrap();
        let golden = path.with_extension("rs");
        if std::env::var("SPECFIRST_GOLDEN").as_deref() == Ok("overwrite") {
            fs::write(&golden, &code).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap();
        assert!(
            code == expected,
            "{} is stale; SPECFIRST_GOLDEN=overwrite updates it",
            golden.display()
        );
    }
    assert_eq!(documents, 9);
}

/// The first problem without its advice.
pub(crate) fn without_advice(problems: &Problems) -> String {
    let problem = problems.iter().next().unwrap().to_string();
    problem.rsplit_once("; ").unwrap().0.to_owned()
}

fn refusal(operation: &Value) -> String {
    refusal_of_paths(&json!({"/a": operation}))
}

pub(crate) fn refusal_of_paths(paths: &Value) -> String {
    refusal_of(document(paths))
}

pub(crate) fn document(paths: &Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
}

fn refusal_of(document: Value) -> String {
    let document = Document::from_value("api.json", document).unwrap();
    without_advice(&generate(&document, &settings()).unwrap_err())
}

fn ok() -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": {
        "type": "object", "title": "Done"}}}}})
}

fn assert_refused(operation: &Value, at: &str, reason: &str) {
    let refusal = refusal(operation);
    assert_eq!(refusal, format!("operation `a`: #/paths/~1a{at}: {reason}"));
}

#[test]
fn parameters_that_dropshot_cannot_express_are_refused() {
    let get = |parameters: Value| json!({"get": {"operationId": "a", "responses": ok(), "parameters": parameters}});
    let parameter =
        |location: &str, kind: &str| json!({"name": "c", "in": location, "schema": {"type": kind}});
    let first = "/get/parameters/0";
    let with = |name: &str, value: Value| {
        let mut parameter = parameter("query", "array");
        parameter["schema"]["items"] = json!({"type": "object"});
        parameter[name] = value;
        get(json!([parameter]))
    };
    let reason = "OpenAPI does not say how an array in a query holds other than scalars";
    assert_refused(&with("explode", json!(true)), first, reason);
    let object = json!({"type": "object", "properties": {"a": {"type": "object"}}});
    let reason =
        "an object in a query has members that are scalars or arrays of scalars, and no others";
    assert_refused(&with("schema", object), first, reason);
    let reason = "the style `matrix` is not supported here";
    assert_refused(&with("style", json!("matrix")), first, reason);
    let content = get(json!([{"name": "c", "in": "query", "content": {}}]));
    assert_refused(
        &content,
        first,
        "a parameter with `content` instead of `schema` is not supported",
    );
    let path =
        get(json!([{"name": "c", "in": "path", "required": true, "schema": {"type": "string"}}]));
    assert_refused(&path, first, "the path has no `{c}`");
    let header = get(json!([{"name": "c c", "in": "header", "schema": {"type": "string"}}]));
    assert_refused(&header, first, "`c c` is not a valid header name");
    let name = get(json!([{"name": "1", "in": "query", "schema": {"type": "string"}}]));
    assert_refused(&name, first, "its name has no valid field name in Rust");
    let twice = get(json!([{"name": "c-d", "in": "query", "schema": {"type": "string"}},
                           {"name": "c_d", "in": "query", "schema": {"type": "string"}}]));
    assert_refused(&twice, "/get/parameters/1", "its field name `c_d` is also that of `c-d`");
    let trace = json!({"trace": {"operationId": "a", "responses": ok()}});
    assert_refused(&trace, "/trace", "Dropshot does not support this method");
}

#[test]
fn bodies_that_dropshot_cannot_express_are_refused() {
    let post = |content: Value| {
        json!({"post": {"operationId": "a", "responses": ok(),
                        "requestBody": {"required": true, "content": content}}})
    };
    let (string, object) =
        (json!({"schema": {"type": "string"}}), json!({"schema": {"type": "object"}}));
    let at = "/post/requestBody";
    assert_refused(&post(json!({})), at, "the body has no media type");
    let form = "application/x-www-form-urlencoded";
    let differ = post(json!({"application/json": string, form: object}));
    assert_refused(&differ, at, "the JSON body and the form must have the same schema");
    let two = post(json!({"application/json": string, "application/a+json": object}));
    let reason = "all JSON bodies of an operation must have the same schema";
    assert_refused(&two, "/post/requestBody/content/application~1a+json", reason);
}

/// The message holds the location and the cause.
#[test]
fn inline_schema_without_a_rust_type_is_refused_with_its_cause() {
    let body = json!({"schema": {"type": "string", "enum": ["a", "A"]}});
    let post = json!({"post": {"operationId": "a", "responses": ok(),
                               "requestBody": {"content": {"application/json": body}}}});
    let refusal = refusal(&post);
    let at = "operation `a`: #/paths/~1a/post/requestBody/content/application~1json/schema: ";
    let cause = "the schema has no Rust type: typify panicked: Failed to make unique";
    assert!(refusal.starts_with(&format!("{at}{cause}")), "{refusal}");
}

#[test]
fn schema_that_typify_cannot_read_is_refused_with_its_location() {
    let response = json!({"200": {"description": "", "content": {"application/json": {"schema": {
        "type": "object", "properties": {"x": {"type": "string", "maxLength": -1}}}}}}});
    let refusal = refusal(&json!({"get": {"operationId": "a", "responses": response}}));
    let at = "operation `a`: #/paths/~1a/get/responses/200/content/application~1json/schema";
    assert!(refusal.starts_with(&format!("{at}: typify rejects the document: ")), "{refusal}");
}

#[test]
fn responses_that_dropshot_cannot_express_are_refused() {
    let get = |responses: Value| json!({"get": {"operationId": "a", "responses": responses}});
    let at = "/get/responses";
    assert_refused(&get(json!({})), at, "no response is documented");
    let early = get(json!({"100": {"description": ""}}));
    assert_refused(
        &early,
        "/get/responses/100",
        "status 100 is an interim response, which a handler cannot send",
    );
    let early = get(json!({"1XX": {"description": ""}}));
    assert_refused(
        &early,
        "/get/responses/1XX",
        "status 1XX is an interim response, which a handler cannot send",
    );
    let content = |status: &str, media_types: &[&str]| {
        let content: serde_json::Map<_, _> =
            media_types.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        get(json!({status: {"description": "", "content": content}}))
    };
    let empty = content("204", &["application/json"]);
    let at = "/get/responses/204/content/application~1json";
    assert_refused(&empty, at, "a response with status 204 has no body");
    let range = content("200", &["image/*"]);
    let at = "/get/responses/200/content/image~1*";
    assert_refused(&range, at, "`image/*` is not one specific media type");
    let header = |name: &str, header: Value| {
        get(json!({"200": {"description": "", "headers": {name: header}}}))
    };
    let array = header("X-A", json!({"schema": {"type": "array"}}));
    let at = "/get/responses/200/headers/X-A";
    assert_refused(&array, at, "a header must have a scalar type, not array");
    let reason = "a header with `content` instead of `schema` is not supported";
    assert_refused(&header("X-A", json!({"content": {}})), at, reason);
    let space = header("X A", json!({"schema": {"type": "string"}}));
    assert_refused(&space, "/get/responses/200/headers/X A", "`X A` is not a valid header name");
}

#[test]
fn operation_without_a_function_name_is_refused() {
    let get = |id: &str| json!({"get": {"operationId": id, "responses": ok()}});
    let refused = |paths: Value| refusal_of_paths(&paths);
    assert!(refused(json!({"/a": get("1")})).ends_with("`1` is not a valid function name"));
}

/// A body that is JSON or something else reaches the handler as bytes, and a variable of a path that no
/// parameter describes is text.
#[test]
fn mixed_bodies_are_bytes_and_undescribed_variables_are_text() {
    let content = json!({"application/json": {}, "text/plain": {}});
    let post = json!({"post": {"operationId": "a", "responses": ok(),
        "requestBody": {"required": true, "content": content}}});
    let document = Document::from_value("api.json", document(&json!({"/a/{b}": post}))).unwrap();
    let code = generate(&document, &settings()).unwrap();
    assert!(code.contains("body: dropshot::UntypedBody"));
    assert!(code.contains("The body is `application/json` or `text/plain`"));
    assert!(code.contains("pub b: ::std::string::String"));
}

/// Each media type of a response has a variant, and a cookie is a header.
#[test]
fn media_types_have_variants_and_cookies_are_a_header() {
    let content = json!({"application/json": {}, "text/plain": {}, "*/*": {}});
    let get = json!({"get": {"operationId": "a",
        "parameters": [{"name": "c", "in": "cookie", "schema": {"type": "string"}}],
        "responses": {"200": {"description": "", "content": content}}}});
    let document = Document::from_value("api.json", document(&json!({"/a": get}))).unwrap();
    let code = generate(&document, &settings()).unwrap();
    assert!(code.contains("OkTextPlain(dropshot::Body)") && code.contains("OkTextPlain(body)"));
    assert!(code.contains("application/octet-stream") && code.contains("pub cookie: "));
}

/// Null cannot be sent in a header, and a header of any type is text.
#[test]
fn header_of_a_response_is_a_scalar_without_null() {
    let colour = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Colour"}]});
    let header = |schema: Value| json!({"required": true, "schema": schema});
    let headers = json!({"X-Colour": header(colour), "X-Note": header(json!({})),
        "X-Count": header(json!({"type": "integer", "nullable": true})),
        "X-Shared": {"$ref": "#/components/headers/Shared"}});
    let get = json!({"operationId": "a",
        "responses": {"200": {"description": "", "headers": headers}}});
    let mut document = document(&json!({"/a": {"get": get}}));
    let shared = header(json!({"nullable": true, "type": "boolean"}));
    document["components"] = json!({"headers": {"Shared": shared},
        "schemas": {"Colour": {"type": "string", "enum": ["red", "blue"]}}});
    let document = Document::from_value("api.json", document).unwrap();
    let code = generate(&document, &settings()).unwrap();
    for member in [
        "x_colour: types::Colour",
        "x_note: ::std::string::String",
        "x_count: i64",
        "x_shared: bool",
    ] {
        assert!(code.contains(&format!("pub {member},")), "{member} is not in {code}");
    }
}
