//! Dropshot's own description of the golden APIs.

use dropshot::ApiDescription;
use serde_json::{Value, json};

use crate::{
    bodies, contents, credentials, names, nullable, parameters, queries, routes, statuses,
};

fn document<C: dropshot::ServerContext>(api: ApiDescription<C>) -> Value {
    api.openapi("golden", dropshot::semver::Version::new(1, 0, 0)).json().unwrap()
}

fn operations(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| {
                format!("{method} {path} {}", operation["operationId"].as_str().unwrap())
            })
        })
        .collect()
}

#[test]
fn dropshot_accepts_the_golden_apis() {
    assert_eq!(
        operations(&document(bodies::golden_api_mod::stub_api_description().unwrap())),
        ["post /either post_either", "post /form post_form", "put /json put_json"]
    );
    assert_eq!(
        operations(&document(parameters::golden_api_mod::stub_api_description().unwrap())),
        ["get /shelves/{shelf}/books/{type} list-books"]
    );
    assert_eq!(
        operations(&document(credentials::golden_api_mod::stub_api_description().unwrap())).len(),
        6
    );
    assert_eq!(
        operations(&document(queries::golden_api_mod::stub_api_description().unwrap())),
        ["get /search search"]
    );
    assert_eq!(
        operations(&document(contents::golden_api_mod::stub_api_description().unwrap())),
        [
            "put /file put_file",
            "post /file post_file",
            "put /note put_note",
            "post /note post_note",
            "patch /note patch_note"
        ]
    );
    assert_eq!(
        operations(&document(nullable::golden_api_mod::stub_api_description().unwrap())),
        ["put /owner put_owner", "get /pets pets"]
    );
    assert_eq!(
        operations(&document(statuses::golden_api_mod::stub_api_description().unwrap())),
        ["post /jobs create_job", "get /jobs/{job} job", "delete /jobs/{job} delete_job"]
    );
    assert_eq!(
        operations(&document(routes::golden_api_mod::stub_api_description().unwrap())),
        [
            "get /files/{segment} file",
            "delete /files/{segment} deleteFile",
            "post /tools/{segment}/{segment2} run",
            "get /users/{id} user",
            "put /users/{id} putUser",
            "post /users/{id} createMe",
            "delete /users/{id} deleteUser",
            "get /users/{id}/posts myPosts",
            "get /users/{id}/posts/{id2} post"
        ]
    );
    assert_eq!(
        operations(&document(names::golden_api_mod::stub_api_description().unwrap())),
        [
            "get /client client",
            "get /clone clone",
            "get /ok Ok",
            "post /option/{type}/{self} types"
        ]
    );
}

/// Dropshot describes one of several responses: the first success, with its headers.
#[test]
fn dropshot_describes_the_first_success() {
    let document = document(statuses::golden_api_mod::stub_api_description().unwrap());
    let created = &document["paths"]["/jobs"]["post"]["responses"]["201"];
    assert_eq!(created["description"], "Done at once.");
    let headers = &created["headers"];
    assert_eq!(headers["Location"]["required"], true, "{headers}");
    assert_eq!(headers["X-Cost"]["schema"]["type"], "integer", "{headers}");
    assert_eq!(headers["X-Cost"].get("required"), None, "{headers}");
    let schema = &created["content"]["application/json"]["schema"];
    assert_eq!(schema, &json!({"$ref": "#/components/schemas/Job"}));
    let deleted = &document["paths"]["/jobs/{job}"]["delete"]["responses"]["204"];
    assert_eq!(deleted, &json!({"description": "Gone."}));
}

/// An endpoint that chooses between handlers describes the least specific one, with the types of its
/// variables.
#[test]
fn dropshot_describes_the_least_specific_operation() {
    let document = document(routes::golden_api_mod::stub_api_description().unwrap());
    let user = &document["paths"]["/users/{id}"]["get"];
    assert_eq!(user["summary"], "One user.");
    let names: Vec<_> =
        user["parameters"].as_array().unwrap().iter().map(|parameter| &parameter["name"]).collect();
    assert_eq!(names, ["id", "verbose"]);
    assert_eq!(user["parameters"][0]["schema"]["type"], "integer");
    let user = &document["paths"]["/users/{id}"]["put"];
    assert!(user["requestBody"]["content"].get("application/json").is_some(), "{user}");
}

#[test]
fn member_that_may_be_null_is_required_where_the_document_requires_it() {
    let document = document(nullable::golden_api_mod::stub_api_description().unwrap());
    let owner = &document["components"]["schemas"]["Owner"];
    assert_eq!(
        owner["required"],
        json!(["age", "first", "list", "present", "second", "third"]),
        "{owner}"
    );
    assert_eq!(owner["properties"]["first"]["nullable"], true, "{owner}");
    assert_eq!(owner["properties"]["fourth"].get("nullable"), None, "{owner}");
}
