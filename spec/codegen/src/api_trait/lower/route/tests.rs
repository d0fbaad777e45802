//! Paths that Dropshot's router gets, and paths that are refused.

use serde_json::{Map, Value, json};
use specfirst_model::Document;

use crate::api_trait::{
    generate,
    tests::{document, refusal_of_paths, settings},
};

fn operation(id: &str) -> Value {
    json!({"operationId": id, "responses": {"204": {"description": ""}}})
}

/// A `GET` for each path, named `a`, `b` and so on.
fn paths(paths: &[&str]) -> Value {
    let ids = 'a'..='z';
    let items = paths.iter().zip(ids).map(|(path, id)| {
        let item = json!({"get": operation(&id.to_string())});
        ((*path).to_owned(), item)
    });
    Value::Object(items.collect::<Map<_, _>>())
}

/// The quoted paths of the generated code after `before`, in order.
fn quoted(paths: &Value, before: &str) -> Vec<String> {
    let document = Document::from_value("api.json", document(paths)).unwrap();
    let code = generate(&document, &settings()).unwrap();
    let rest = code.split(before).skip(1);
    rest.map(|rest| rest.split('"').nth(1).unwrap().to_owned()).collect()
}

/// The paths of the endpoints, in order. The first one is that of the endpoint's attribute.
fn endpoints(paths: &Value) -> Vec<String> {
    quoted(paths, "path = ")
}

#[test]
fn variables_at_one_position_get_one_name() {
    let mut document = paths(&["/a/{x}", "/a/{y}/b"]);
    document["/a/{z}"] = json!({"put": operation("c")});
    assert_eq!(endpoints(&document), ["/a/{x}", "/a/{x}/b", "/a/{x}"]);
}

#[test]
fn name_of_another_variable_or_of_a_query_parameter_is_numbered() {
    let nested = paths(&["/rooms/{id}/{user}", "/rooms/{room}/{id}/x"]);
    assert_eq!(endpoints(&nested), ["/rooms/{id}/{user}", "/rooms/{id}/{user}/x"]);
    let nested = paths(&["/rooms/{id}", "/rooms/{room}/{id}"]);
    assert_eq!(endpoints(&nested), ["/rooms/{id}", "/rooms/{id}/{id2}"]);
    let mut query = paths(&["/a/{x}", "/a/{y}/b"]);
    query["/a/{y}/b"]["get"]["parameters"] =
        json!([{"name": "x", "in": "query", "schema": {"type": "string"}}]);
    assert_eq!(endpoints(&query), ["/a/{x2}", "/a/{x2}/b"]);
}

/// Where the router needs one variable, the operations below it are also merged.
#[test]
fn literal_beside_a_variable_is_merged_with_it() {
    let merged = paths(&["/a/{x}", "/a/me", "/a/me/{y}", "/a/{x}/b", "/a/{x}/c/d"]);
    assert_eq!(endpoints(&merged), ["/a/{x}", "/a/{x}/{y}", "/a/{x}/{y}/d"]);
    let apart = paths(&["/a/{x}", "/a/me/b", "/b/me"]);
    assert_eq!(endpoints(&apart), ["/a/{x}", "/b/me", "/a/{x}/b"]);
    assert_eq!(endpoints(&paths(&["/a/v{x}/b"])), ["/a/{segment}/b"]);
    // The router does not decode the paths that it gets.
    assert_eq!(endpoints(&paths(&["/a%20b"])), ["/{segment}"]);
}

/// The leftmost segment that differs decides; a literal is before mixed text, and more text before less.
#[test]
fn most_specific_template_is_first() {
    let templates =
        paths(&["/{a}/{b}", "/{a}/b", "/{a}.{b}/{c}", "/{a}.json/{b}", "/c/{d}", "/c/b"]);
    assert_eq!(
        quoted(&templates, "Template {"),
        ["/c/b", "/c/{d}", "/{a}.json/{b}", "/{a}.{b}/{c}", "/{a}/b", "/{a}/{b}"]
    );
}

#[test]
fn malformed_and_equal_paths_are_refused() {
    let refused = |list: &[&str]| refusal_of_paths(&paths(list));
    let same = "operation `b`: #/paths/~1a~1: Dropshot's router cannot distinguish it from `/a`";
    assert_eq!(refused(&["/a", "/a/"]), same);
    let same = "operation `b`: #/paths/~1a~1{y}.x: Dropshot's router cannot distinguish it from `/a/{x}.x`";
    assert_eq!(refused(&["/a/{x}.x", "/a/{y}.x"]), same);
    for (path, reason) in [
        ("/a//b", "a segment of the path is empty"),
        ("/{b}/{b}", "`{b}` occurs twice in the path"),
        ("/{b}/c{b}", "`{b}` occurs twice in the path"),
        ("a", "a path must begin with `/`"),
        ("/{a}{b}", "no text separates the variables of the segment `{a}{b}`"),
        ("/{a:.*}", "the variable `{a:.*}` has a `:` in its name"),
        ("/{a", "the braces of the segment `{a` do not name variables"),
        ("/a}", "the braces of the segment `a}` do not name variables"),
        ("/{}", "the braces of the segment `{}` do not name variables"),
    ] {
        let refusal = refused(&[path]);
        assert!(refusal.ends_with(reason), "{path}: {refusal}");
    }
}
