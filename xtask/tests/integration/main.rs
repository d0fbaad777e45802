//! The golden outputs of the API trait's generator compile, and Dropshot takes them.

use dropshot::ApiDescription;

#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/bodies.rs"]
mod bodies;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/parameters.rs"]
mod parameters;
mod support;

fn operations<C: dropshot::ServerContext>(api: ApiDescription<C>) -> Vec<String> {
    let document = api.openapi("golden", dropshot::semver::Version::new(1, 0, 0)).json().unwrap();
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
fn dropshot_takes_what_was_generated() {
    assert_eq!(
        operations(bodies::golden_api_mod::stub_api_description().unwrap()),
        ["post /either post_either", "post /form post_form", "put /json put_json"]
    );
    assert_eq!(
        operations(parameters::golden_api_mod::stub_api_description().unwrap()),
        ["get /shelves/{shelf}/books/{type} list-books"]
    );
}
