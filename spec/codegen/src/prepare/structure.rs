//! Completes what a document may leave out, and numbers what it says twice.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::names;
use crate::prune::METHODS;

/// Gives each operation an `operationId` of its own, and removes sections that are `null`.
pub(super) fn complete(document: &mut Value) {
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|_, section| !section.is_null());
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    let mut taken = BTreeSet::new();
    for (path, item) in paths.iter_mut() {
        let Value::Object(item) = item else { continue };
        for method in METHODS {
            let Some(Value::Object(operation)) = item.get_mut(method) else { continue };
            let id = match operation.get("operationId") {
                None => format!("{method} {path}").to_snake_case(),
                Some(Value::String(id)) => id.clone(),
                // The reader refuses it, with its place.
                Some(_) => continue,
            };
            let distinct = names::distinct(&id, &taken);
            taken.insert(names::rust_name(&distinct));
            operation.insert("operationId".to_owned(), json!(distinct));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_without_an_id_get_one_and_equal_ids_are_numbered() {
        let mut document = json!({"paths": {
            "/a/{b}": {"get": {}, "put": {"operationId": "a-b"}}, "/c": {"get": {"operationId": "aB"}},
        }, "components": {"schemas": null}});
        complete(&mut document);
        assert_eq!(
            document,
            json!({"paths": {
                "/a/{b}": {"get": {"operationId": "get_a_b"}, "put": {"operationId": "a-b"}},
                "/c": {"get": {"operationId": "aB2"}},
            }, "components": {}})
        );
    }
}
