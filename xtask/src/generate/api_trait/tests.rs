//! Golden outputs, and refusals.

use std::{fs, path::PathBuf};

use login_spec::Document;
use quote::quote;
use serde_json::{Value, json};

use super::{Settings, generate};

fn settings() -> Settings {
    Settings {
        name: "GoldenApi",
        answer: quote!(crate::support::Answer),
        error: quote!(dropshot::HttpError),
        json_or_form: quote!(crate::support::JsonOrForm),
        secret: quote!(crate::support::Secret),
    }
}

/// Each document in `tests/golden` gives the file beside it, which the integration tests compile.
///
/// `XTASK_GOLDEN=overwrite` writes the files.
#[test]
fn golden_documents_give_golden_code() {
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
        if std::env::var("XTASK_GOLDEN").as_deref() == Ok("overwrite") {
            fs::write(&golden, &code).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap();
        assert!(code == expected, "{} is stale; XTASK_GOLDEN=overwrite mends it", golden.display());
    }
    assert_eq!(documents, 2);
}

fn refusal(operation: &Value) -> String {
    refusal_of_paths(&json!({"/a": operation}))
}

fn refusal_of_paths(paths: &Value) -> String {
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths,
    });
    let document = Document::from_value("api.json", document).unwrap();
    generate(&document, &settings()).unwrap_err().to_string()
}

fn ok() -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": {
        "type": "object", "title": "Ok"}}}}})
}

#[test]
fn what_dropshot_cannot_express_is_refused_with_operation_and_place() {
    let get = |parameters: Value| json!({"get": {"operationId": "a", "responses": ok(), "parameters": parameters}});
    assert_eq!(
        refusal(&get(json!([{"name": "c", "in": "cookie", "schema": {"type": "string"}}]))),
        "operation `a`: #/paths/~1a/get/parameters/0: Dropshot has no extractor for cookies"
    );
    assert_eq!(
        refusal(&get(json!([{"name": "c", "in": "query", "schema": {"type": "array"}}]))),
        "operation `a`: #/paths/~1a/get/parameters/0: array is not a type one parameter can have"
    );
    let content = json!([{"name": "c", "in": "query", "content": {}}]);
    assert!(refusal(&get(content)).ends_with("a parameter with `content` in place of `schema`"));
    let trace = json!({"trace": {"operationId": "t", "responses": ok()}});
    assert!(refusal(&trace).contains("does not take this method"));
    let nothing = json!({"get": {"operationId": "a", "responses": {}}});
    assert!(refusal(&nothing).ends_with("#/paths/~1a/get/responses: no success is documented"));
    let text = json!({"post": {"operationId": "a", "responses": ok(), "requestBody": {
        "required": true, "content": {"text/plain": {"schema": {"type": "string"}}}}}});
    assert!(refusal(&text).contains("content/text~1plain: a body of type `text/plain`"));
    let optional = json!({"post": {"operationId": "a", "responses": ok(), "requestBody": {
        "content": {"application/json": {"schema": {"type": "object"}}}}}});
    assert!(refusal(&optional).contains("#/paths/~1a/post/requestBody: Dropshot's bodies"));
    let created = json!({"post": {"operationId": "a", "responses": {"201": {"description": ""}}}});
    assert!(refusal(&created).contains("a success of status 201"));
}

#[test]
fn paths_that_the_router_cannot_tell_apart_are_refused() {
    let get = |id: &str| json!({"get": {"operationId": id, "responses": ok()}});
    let paths = json!({"/a/b": get("x"), "/a/{c}": get("y")});
    assert_eq!(
        refusal_of_paths(&paths),
        "operation `y`: #/paths/~1a~1{c}: the router cannot tell it from `/a/b`"
    );
    assert!(refusal_of_paths(&json!({"/a/{b}.json": get("x")})).contains("part literal"));
    assert!(refusal_of_paths(&json!({"/{b}": get("x")})).contains("the parameters do not"));
    assert!(refusal_of_paths(&json!({"/a": get("x"), "/b": get("X")})).contains("that of `x`"));
}
