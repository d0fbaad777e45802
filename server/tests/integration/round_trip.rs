//! The document that the API trait emits against the document it was generated from.
//!
//! The `drift` crate asserts that both documents have the same statuses, and Dropshot emits the
//! classes `4XX` and `5XX`; so the comparison is our own: operation by operation, the schemas with
//! every reference followed and what constrains nothing left out.

use std::collections::BTreeMap;

use login_server::generated::login_api_mod;
use login_spec::{Document, Operation};
use serde_json::Value;

const OPENAPI: &str = include_str!("../../../spec/openapi.json");

/// Why a difference is there; one without a reason is marked as such in the snapshot.
fn reason(line: &str) -> &'static str {
    let rules = [
        ("status", "Dropshot has one error type, and emits its classes"),
        ("header", "the server's answer type sets headers itself"),
        ("security", "Dropshot has no security schemes; handlers read the two headers"),
        ("application/x-www-form-urlencoded", "Dropshot emits one media type for each body"),
        ("/anyOf", "presence in groups has no Rust type; the server's sorting-out holds it"),
        ("/additionalProperties", "an object without properties is a map of anything"),
    ];
    rules.iter().find(|(part, _)| line.contains(part)).map_or("WITHOUT REASON", |(_, why)| why)
}

#[test]
fn the_trait_emits_the_document_but_for_these() {
    let emitted = login_api_mod::stub_api_description()
        .unwrap()
        .openapi("Rocket.Chat login", dropshot::semver::Version::new(1, 0, 0))
        .json()
        .unwrap();
    let ours = described(&Document::parse("openapi.json", OPENAPI).unwrap());
    let emitted = described(&Document::from_value("emitted", emitted).unwrap());
    let places: std::collections::BTreeSet<&String> = ours.keys().chain(emitted.keys()).collect();
    let show = |side: &BTreeMap<String, String>, place: &str| {
        side.get(place).cloned().unwrap_or_else(|| "nothing".to_owned())
    };
    let lines: Vec<String> = places
        .into_iter()
        .filter(|place| ours.get(*place) != emitted.get(*place))
        .map(|place| {
            format!(
                "{place}: {} -> {} ({})",
                show(&ours, place),
                show(&emitted, place),
                reason(place)
            )
        })
        .collect();
    assert!(!lines.iter().any(|line| line.contains("WITHOUT REASON")), "{lines:#?}");
    insta::assert_snapshot!("differences", lines.join("\n"));
}

/// Everything a document says, one line for each fact.
fn described(document: &Document) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for operation in document.operations().unwrap() {
        let at = operation.label();
        let Operation { id, tags, deprecated, security, request_body, responses, .. } = operation;
        facts.insert(format!("{at} id"), id);
        facts.insert(format!("{at} tags"), tags.join(", "));
        facts.insert(format!("{at} deprecated"), deprecated.to_string());
        for scheme in security.iter().flatten() {
            facts.insert(format!("{at} security {}", scheme.name), scheme.kind.clone());
        }
        for content in request_body.iter().flat_map(|body| &body.content) {
            let place = format!("{at} request {}", content.media_type);
            let schema = content.schema.as_ref().unwrap();
            flatten(document, document.get(schema).unwrap(), &place, &mut facts);
        }
        for response in responses {
            facts.insert(format!("{at} status {}", response.status), "documented".to_owned());
            if response.status.to_string() != "200" {
                continue;
            }
            for header in &response.headers {
                facts.insert(format!("{at} header {}", header.name), "documented".to_owned());
            }
            for content in response.content {
                let place = format!("{at} 200 {}", content.media_type);
                let schema = content.schema.unwrap();
                flatten(document, document.get(&schema).unwrap(), &place, &mut facts);
            }
        }
    }
    facts
}

/// The constraints of a schema, references followed.
fn flatten(document: &Document, value: &Value, at: &str, facts: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer =
                    login_spec::Pointer::parse(reference.trim_start_matches('#')).unwrap();
                let (_, target) = document.resolve(&pointer).unwrap();
                return flatten(document, target, at, facts);
            }
            // Merged here as a generator's view merges it.
            for branch in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                flatten(document, branch, at, facts);
            }
            for (name, value) in members {
                let silent = ["title", "description", "example", "examples", "allOf"];
                let is_format = name == "format" && value != "password";
                if !at.ends_with("/properties")
                    && (silent.contains(&name.as_str()) || is_format || name.starts_with("x-"))
                {
                    continue;
                }
                flatten(document, value, &format!("{at}/{name}"), facts);
            }
            if members.is_empty() {
                facts.insert(at.to_owned(), "{}".to_owned());
            }
        }
        // `required` and its like are sets.
        Value::Array(items) if items.iter().all(Value::is_string) => {
            for item in items {
                facts.insert(format!("{at}/{}", item.as_str().unwrap()), "named".to_owned());
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(document, item, &format!("{at}/{index}"), facts);
            }
        }
        scalar => {
            facts.insert(at.to_owned(), scalar.to_string());
        }
    }
}
