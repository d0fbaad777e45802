//! Compares the document that the API trait emits with the document that the trait was generated
//! from.
//!
//! The `drift` crate requires that both documents have the same statuses, but Dropshot emits the
//! classes `4XX` and `5XX`. So the test has its own comparison: by operation, with references
//! followed in the schemas and without keywords that constrain nothing. If one side lacks a whole
//! part, the part is named rather than everything in it.

use std::collections::{BTreeMap, BTreeSet};

use login_server::generated::login_api_mod;
use serde_json::Value;
use specfirst_model::{Document, Operation, Pointer, Response, StatusPattern};

const OPENAPI: &str = include_str!("../../../spec/openapi.json");

/// The facts of a document about an operation, by their place, which is a path of words.
type Facts = BTreeMap<Place, String>;
type Place = Vec<String>;

/// The reason for a difference. `None` if there is no reason, so that the test fails.
fn reason(place: &[String]) -> Option<&'static str> {
    const DROPSHOT_ERRORS: &str =
        "Dropshot emits the classes of errors; the typed responses hold each status";
    let is_error =
        |response: &str| response.starts_with("response 4") || response.starts_with("response 5");
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    Some(match place.as_slice() {
        ["response 4XX" | "response 5XX"] => DROPSHOT_ERRORS,
        [response, "status"] if is_error(response) => DROPSHOT_ERRORS,
        [response, "headers"] if response.starts_with("response ") => {
            "Dropshot's classes of errors describe no headers; the typed responses have them"
        }
        [
            "response 400" | "response 403",
            "application/json",
            "properties" | "required",
            "errorType" | "message" | "status",
        ] => {
            "Dropshot emits one error body for all operations; the typed responses hold that of each status"
        }
        ["security", ..] => "Dropshot has no security schemes; handlers read the two headers",
        ["request application/x-www-form-urlencoded"] => {
            "Dropshot emits one media type for each body; the extractor takes both"
        }
        ["request application/json", "anyOf"] => {
            "presence in groups has no Rust type; the server checks it"
        }
        _ => return None,
    })
}

#[test]
fn trait_emits_the_document_except_for_explained_differences() {
    let emitted = login_api_mod::stub_api_description()
        .unwrap()
        .openapi("Rocket.Chat login", dropshot::semver::Version::new(1, 0, 0))
        .json()
        .unwrap();
    let ours = Document::parse("openapi.json", OPENAPI).unwrap();
    let emitted = Document::from_value("emitted", emitted).unwrap();
    insta::assert_snapshot!("differences", differences(&ours, &emitted).unwrap());
}

/// The snapshot groups differences to be short, but grouping must not hide a difference.
#[test]
fn new_difference_is_named_without_a_reason() {
    let ours = Document::parse("openapi.json", OPENAPI).unwrap();
    let login = "/paths/~1api~1v1~1login/post";
    let me = "/paths/~1api~1v1~1me/get/responses/200/content/application~1json/schema/allOf/1";
    for (place, name, value, expected) in [
        (login, "operationId", Value::from("log_in"), "id: login -> log_in"),
        (login, "deprecated", Value::from(true), "deprecated: false -> true"),
        (
            &format!("{me}/properties/success"),
            "type",
            Value::from("string"),
            r#"response 200/application/json/properties/success/type: "boolean" -> "string""#,
        ),
        (
            "/components/schemas/Failure/properties",
            "message",
            serde_json::json!({"type": "integer"}),
            r#"response 401/application/json/properties/message/type: "string" -> "integer""#,
        ),
        (
            "/components/headers/RetryAfter/schema",
            "type",
            Value::from("string"),
            r#"response 503/headers/Retry-After/type: "integer" -> "string""#,
        ),
    ] {
        let mut changed = ours.value().clone();
        changed.pointer_mut(place).unwrap()[name] = value;
        let changed = Document::from_value("changed", changed).unwrap();
        let unexplained = differences(&ours, &changed).unwrap_err();
        assert!(unexplained.iter().any(|line| line.contains(expected)), "{unexplained:#?}");
    }
    assert_eq!(differences(&ours, &ours).unwrap(), "");
}

/// The explained differences by reason, each with its operations. An error contains those without a
/// reason.
fn differences(ours: &Document, emitted: &Document) -> Result<String, Vec<String>> {
    let (left, right) = (operations(ours), operations(emitted));
    let labels: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let mut grouped: BTreeMap<&str, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for label in &labels {
        let (Some(left), Some(right)) = (left.get(*label), right.get(*label)) else {
            unexplained.push(format!("{label}: only in one of them"));
            continue;
        };
        let statuses =
            left.responses.iter().chain(&right.responses).map(|response| response.status);
        let statuses: BTreeSet<StatusPattern> = statuses.collect();
        let (left, right) = (facts(ours, left, &statuses), facts(emitted, right, &statuses));
        for (place, difference) in compare(&left, &right) {
            let difference = format!("{}: {difference}", place.join("/"));
            match reason(&place) {
                Some(reason) => {
                    grouped.entry(reason).or_default().entry(difference).or_default().push(label);
                }
                None => unexplained.push(format!("{label} {difference}")),
            }
        }
    }
    if !unexplained.is_empty() {
        return Err(unexplained);
    }
    let mut lines = Vec::new();
    for (reason, differences) in grouped {
        lines.push(format!("{reason}:"));
        for (difference, operations) in differences {
            let every = operations.len() == labels.len();
            let operations = if every { "everywhere".to_owned() } else { operations.join(", ") };
            lines.push(format!("  {difference} ({operations})"));
        }
    }
    Ok(lines.join("\n"))
}

fn operations(document: &Document) -> BTreeMap<String, Operation> {
    let operations = document.operations().unwrap();
    operations.into_iter().map(|operation| (operation.label(), operation)).collect()
}

fn compare(left: &Facts, right: &Facts) -> BTreeMap<Place, String> {
    let places: BTreeSet<&Place> = left.keys().chain(right.keys()).collect();
    let differing = places.into_iter().filter(|place| left.get(*place) != right.get(*place));
    differing
        .map(|place| match (left.get(place), right.get(place)) {
            (Some(a), Some(b)) => (place.clone(), format!("{a} -> {b}")),
            (Some(a), None) => {
                let (part, is_whole) = lacking(right, place);
                (part, format!("{} -> nothing", if is_whole { a } else { "documented" }))
            }
            (None, b) => {
                let (part, is_whole) = lacking(left, place);
                let b = b.filter(|_| is_whole).map_or("documented", String::as_str);
                (part, format!("nothing -> {b}"))
            }
        })
        .collect()
}

/// The largest part around a place that one side lacks, and whether it is the place itself.
fn lacking(side: &Facts, place: &Place) -> (Place, bool) {
    let says_nothing = |part: &&[String]| !side.keys().any(|other| other.starts_with(part));
    let parts = (1..=place.len()).map(|length| &place[..length]);
    let part = parts.into_iter().find(|part| says_nothing(part)).unwrap_or(place);
    (part.to_vec(), part.len() == place.len())
}

/// The facts of a document about an operation, by place.
fn facts(document: &Document, operation: &Operation, statuses: &BTreeSet<StatusPattern>) -> Facts {
    let mut facts = Facts::new();
    let mut say = |place: &[&str], what: String| {
        facts.insert(place.iter().map(|&word| word.to_owned()).collect(), what);
    };
    say(&["id"], operation.id.clone());
    say(&["tags"], operation.tags.join(", "));
    say(&["deprecated"], operation.deprecated.to_string());
    for scheme in operation.security.iter().flatten() {
        say(&["security", &scheme.name], scheme.kind.clone());
    }
    if let Some(body) = &operation.request_body {
        say(&["request is required"], body.required.to_string());
        for content in &body.content {
            let place = vec![format!("request {}", content.media_type)];
            schema_at(document, content.schema.as_ref(), &place, &mut facts);
        }
    }
    for status in statuses {
        let response = match status {
            StatusPattern::Exact(status) => operation.response_for(*status),
            _ => operation.responses.iter().find(|response| response.status == *status),
        };
        let Some(response) = response else { continue };
        let Response { status: covering, headers, content, .. } = response;
        let place = [format!("response {status}")];
        let within = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned());
            place.iter().cloned().chain(words).collect::<Place>()
        };
        facts.insert(within(&["status"]), covering.to_string());
        for header in headers {
            let place = within(&["headers", &header.name]);
            schema_at(document, header.schema.as_ref(), &place, &mut facts);
        }
        for content in content {
            let place = within(&[&content.media_type]);
            schema_at(document, content.schema.as_ref(), &place, &mut facts);
        }
    }
    facts
}

fn schema_at(document: &Document, schema: Option<&Pointer>, place: &Place, facts: &mut Facts) {
    match schema {
        Some(schema) => flatten(document, document.get(schema).unwrap(), place, facts),
        None => {
            facts.insert(place.clone(), "any".to_owned());
        }
    }
}

/// Collects the constraints of a schema and follows references.
fn flatten(document: &Document, value: &Value, at: &Place, facts: &mut Facts) {
    let child = |name: &str| at.iter().cloned().chain([name.to_owned()]).collect::<Place>();
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = Pointer::parse(reference.trim_start_matches('#')).unwrap();
                let (_, target) = document.resolve(&pointer).unwrap();
                return flatten(document, target, at, facts);
            }
            // Merged in the same way as in the generator.
            for branch in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                flatten(document, branch, at, facts);
            }
            for (name, value) in members {
                let silent = ["title", "description", "example", "examples", "allOf"];
                let constrains_nothing = (name == "format" && value != "password")
                    || (name == "additionalProperties" && *value == Value::Bool(true));
                if at.last().is_none_or(|last| last != "properties")
                    && (silent.contains(&name.as_str())
                        || constrains_nothing
                        || name.starts_with("x-"))
                {
                    continue;
                }
                flatten(document, value, &child(name), facts);
            }
            if members.is_empty() {
                facts.insert(at.clone(), "{}".to_owned());
            }
        }
        // `required` and similar keywords are sets.
        Value::Array(items) if items.iter().all(Value::is_string) => {
            for item in items {
                facts.insert(child(item.as_str().unwrap()), "named".to_owned());
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(document, item, &child(&index.to_string()), facts);
            }
        }
        scalar => {
            facts.insert(at.clone(), scalar.to_string());
        }
    }
}
