//! Generates requests from the document: conforming ones, and those with one violation.

pub mod negative;
mod parameters;
pub mod positive;

use std::ops::RangeInclusive;

use proptest::prelude::*;
use serde_json::Value;
use specfirst_model::{
    Content, Document, DocumentError, JsonSchema, Operation, ParameterLocation, Pointer,
};

use crate::http::case::{Broken, Case, Expect, Request};

pub(crate) const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
pub(crate) const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub(crate) const DIGITS: &str = "0123456789";

/// Conforming requests with made-up credentials.
///
/// # Errors
///
/// An error if a schema of the operation cannot be read.
pub fn positive_cases(
    document: &Document,
    operation: &Operation,
) -> Result<BoxedStrategy<Case>, DocumentError> {
    let title = format!("{}: conforming", operation.label());
    let id = operation.id.clone();
    let bodies = bodies(document, operation)?;
    let alternatives = alternatives(document, operation)?;
    let requests = requests(document, operation, bodies)?;
    Ok(requests
        .prop_map(move |request| Case {
            operation: id.clone(),
            title: title.clone(),
            expect: if is_plain(&request, &alternatives) {
                Expect::SuccessOrUnauthorized
            } else {
                Expect::Anything
            },
            request,
            broken: None,
            rule: None,
            account: None,
        })
        .boxed())
}

/// Requests with one violation; `None` if nothing of the operation can be violated.
///
/// # Errors
///
/// An error if a schema of the operation cannot be read.
pub fn negative_cases(
    document: &Document,
    operation: &Operation,
) -> Result<Option<BoxedStrategy<Case>>, DocumentError> {
    let mut arms: Vec<BoxedStrategy<(Request, Broken)>> = Vec::new();
    for (_, name) in security(operation) {
        let at = operation.pointer.child("security");
        let broken =
            Broken { mutation: "missing-credential", instance: Pointer::root(), schema: at };
        let all = requests(document, operation, bodies(document, operation)?)?;
        arms.push(
            all.prop_map(move |mut request| {
                request.headers.retain(|(header, _)| *header != name);
                (request, broken.clone())
            })
            .boxed(),
        );
    }
    for broken in parameters::broken(document, operation)? {
        let bare = without_parameters(operation, bodies(document, operation)?);
        let cases = (bare, broken);
        arms.push(
            cases
                .prop_map(|(request, (all, broken))| (parameters::put(request, &all), broken))
                .boxed(),
        );
    }
    if let Some(body) = &operation.request_body {
        for content in &body.content {
            let Some(pointer) = &content.schema else { continue };
            let schema = JsonSchema::read(document, pointer)?;
            let media_type = content.media_type.clone();
            if media_type == FORM && breaks_as_form(&schema) {
                let encoded = negative::values(&schema)
                    .prop_filter("no form can carry what is broken", |(_, broken)| {
                        is_of_forms(broken.mutation)
                    })
                    .prop_map(move |(value, broken)| {
                        ((media_type.clone(), form(&value).into_bytes()), broken)
                    });
                arms.push(with_body(document, operation, encoded.boxed())?);
                continue;
            }
            if is_json(&media_type) {
                let encoded = negative::values(&schema).prop_map(move |(value, broken)| {
                    ((media_type.clone(), value.to_string().into_bytes()), broken)
                });
                arms.push(with_body(document, operation, encoded.boxed())?);
                let whole = positive::values(&schema);
                let (at, media_type) = (pointer.clone(), content.media_type.clone());
                let malformed =
                    (whole, any::<prop::sample::Index>()).prop_map(move |(value, cut)| {
                        let mut text = value.to_string().into_bytes();
                        text.truncate(cut.index(text.len()));
                        let broken = broken_at_root("malformed-json", &at);
                        ((media_type.clone(), text), broken)
                    });
                arms.push(with_body(document, operation, malformed.boxed())?);
                let at = content.pointer.clone();
                let wrong = prop::sample::select(vec!["text/plain", "application/xml"]);
                let wrong = (positive::values(&schema), wrong).prop_map(move |(value, wrong)| {
                    let broken = broken_at_root("wrong-content-type", &at);
                    ((wrong.to_owned(), value.to_string().into_bytes()), broken)
                });
                arms.push(with_body(document, operation, wrong.boxed())?);
            }
        }
        if body.required {
            let broken = broken_at_root("missing-body", &body.pointer.child("required"));
            let empty = Just(((String::new(), Vec::new()), broken));
            arms.push(with_body(document, operation, empty.boxed())?);
        }
    }
    if arms.is_empty() {
        return Ok(None);
    }
    let (id, label) = (operation.id.clone(), operation.label());
    let cases = prop::strategy::Union::new(arms).prop_map(move |(request, broken)| Case {
        operation: id.clone(),
        title: format!("{label}: {} at `{}`", broken.mutation, broken.instance),
        request,
        broken: Some(broken),
        expect: Expect::Refusal,
        rule: None,
        account: None,
    });
    Ok(Some(cases.boxed()))
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether a form can violate a schema: by a missing member, or by a text.
fn breaks_as_form(schema: &JsonSchema) -> bool {
    let names = |list: &Value| list.as_array().is_some_and(|names| !names.is_empty());
    let schema = schema.value();
    ["required", "anyOf", "oneOf"].iter().any(|key| schema.get(key).is_some_and(names))
}

/// Whether a mutation still applies if every value is a text.
fn is_of_forms(mutation: &str) -> bool {
    matches!(mutation, "missing-member" | "no-alternative")
}

/// The required members of each alternative of a JSON body, if its schema has alternatives.
fn alternatives(
    document: &Document,
    operation: &Operation,
) -> Result<Vec<Vec<String>>, DocumentError> {
    let content = operation.request_body.iter().flat_map(|body| &body.content);
    let Some(pointer) = content.filter_map(|content| content.schema.as_ref()).next() else {
        return Ok(Vec::new());
    };
    let schema = JsonSchema::read(document, pointer)?;
    let lists =
        ["anyOf", "oneOf"].into_iter().filter_map(|list| schema.value().get(list)?.as_array());
    let branches = lists.flatten().filter_map(|branch| branch.get("required")?.as_array());
    let names = branches.map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned));
    Ok(names.map(Iterator::collect).collect())
}

/// Whether a server has no other reason to refuse a conforming request. It may refuse an empty text, a
/// very long one or a control character, or a body that matches two alternatives. Prose may forbid what
/// a schema allows.
fn is_plain(request: &Request, alternatives: &[Vec<String>]) -> bool {
    let Some(body) = &request.body else { return true };
    let is_form = request.header_value("content-type").is_some_and(|kind| kind.contains("form"));
    let members: Vec<(String, Value)> = if is_form {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
        pairs.into_iter().map(|(name, value)| (name, value.into())).collect()
    } else {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => members.into_iter().collect(),
            _ => return true,
        }
    };
    let odd = |value: &Value| {
        let text = value.as_str().unwrap_or("text");
        text.trim().is_empty() || text.len() > 256 || text.chars().any(char::is_control)
    };
    let has = |name: &String| members.iter().any(|(member, _)| member == name);
    let met = alternatives.iter().filter(|names| names.iter().all(has)).count();
    met <= 1 && !members.iter().any(|(_, value)| odd(value))
}

/// A media type and a body of that type.
type Body = (String, Vec<u8>);

fn broken_at_root(mutation: &'static str, schema: &Pointer) -> Broken {
    Broken { mutation, instance: Pointer::root(), schema: schema.clone() }
}

fn with_body(
    document: &Document,
    operation: &Operation,
    bodies: BoxedStrategy<(Body, Broken)>,
) -> Result<BoxedStrategy<(Request, Broken)>, DocumentError> {
    let bare = requests(document, operation, None)?;
    Ok((bare, bodies)
        .prop_map(|(request, ((media_type, bytes), broken))| {
            if media_type.is_empty() {
                return (request, broken);
            }
            (request.body(&media_type, bytes), broken)
        })
        .boxed())
}

/// Requests with conforming parameters, made-up credentials, and bodies if the operation has one.
fn requests(
    document: &Document,
    operation: &Operation,
    bodies: Option<BoxedStrategy<Body>>,
) -> Result<BoxedStrategy<Request>, DocumentError> {
    let bare = without_parameters(operation, bodies);
    if operation.parameters.is_empty() {
        return Ok(bare);
    }
    let all = parameters::conforming(document, operation)?;
    Ok((bare, all).prop_map(|(request, all)| parameters::put(request, &all)).boxed())
}

fn without_parameters(
    operation: &Operation,
    bodies: Option<BoxedStrategy<Body>>,
) -> BoxedStrategy<Request> {
    let (method, path) = (operation.method.to_uppercase(), operation.path.clone());
    let headers: Vec<_> = security(operation)
        .into_iter()
        .filter(|(location, _)| *location == ParameterLocation::Header)
        .map(|(_, name)| credential().prop_map(move |value| (name.clone(), value)).boxed())
        .collect();
    let bodies = match bodies {
        Some(bodies) => bodies.prop_map(Some).boxed(),
        None => Just(None).boxed(),
    };
    (headers, bodies)
        .prop_map(move |(headers, body)| {
            let mut request = Request::new(&method, &path);
            request.headers = headers;
            match body {
                Some((media_type, bytes)) => request.body(&media_type, bytes),
                None => request,
            }
        })
        .boxed()
}

fn bodies(
    document: &Document,
    operation: &Operation,
) -> Result<Option<BoxedStrategy<Body>>, DocumentError> {
    let Some(body) = &operation.request_body else { return Ok(None) };
    let mut arms = Vec::new();
    for content in &body.content {
        if let Some(arm) = encoded(document, content)? {
            arms.push(arm);
        }
    }
    Ok((!arms.is_empty()).then(|| prop::strategy::Union::new(arms).boxed()))
}

fn encoded(
    document: &Document,
    content: &Content,
) -> Result<Option<BoxedStrategy<Body>>, DocumentError> {
    let Some(pointer) = &content.schema else { return Ok(None) };
    let schema = JsonSchema::read(document, pointer)?;
    let media_type = content.media_type.clone();
    let values = positive::values(&schema);
    if is_json(&media_type) {
        let json =
            values.prop_map(move |value| (media_type.clone(), value.to_string().into_bytes()));
        return Ok(Some(json.boxed()));
    }
    if media_type == FORM {
        let form = values.prop_map(move |value| (media_type.clone(), form(&value).into_bytes()));
        return Ok(Some(form.boxed()));
    }
    Ok(None)
}

/// A made-up token or id.
fn credential() -> BoxedStrategy<String> {
    letters(&[LOWER, UPPER, DIGITS, "_-"], 1..=43)
}

/// Texts that people enter as a name or a password.
pub fn typed() -> BoxedStrategy<String> {
    letters(&[LOWER, UPPER, DIGITS, "@._-"], 1..=16)
}

/// Texts of characters of these classes, each class with the same probability.
///
/// A [`pattern`] generates such texts too, but it builds a tree for each character, which is slow.
pub(crate) fn letters(
    classes: &'static [&'static str],
    length: RangeInclusive<usize>,
) -> BoxedStrategy<String> {
    // Enough draws for each character of a class to occur about as often.
    const DRAWS: usize = 260;
    let letter = |drawn: usize| {
        let class = classes[drawn % classes.len()].as_bytes();
        char::from(class[drawn / classes.len() % class.len()])
    };
    prop::collection::vec(0..classes.len() * DRAWS, length)
        .prop_map(move |drawn| drawn.into_iter().map(letter).collect())
        .boxed()
}

/// Texts that match a pattern. A `&str` is a strategy too, but it parses its pattern for each text.
///
/// # Panics
///
/// If the pattern, which is part of the suite, is invalid.
pub fn pattern(text: &str) -> BoxedStrategy<String> {
    prop::string::string_regex(text).expect("a pattern of the suite").boxed()
}

/// A flat object as a form, without values that a form cannot hold.
pub fn form(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten();
    let pairs: Vec<(&String, String)> = members
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text.clone())),
            Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
            _ => None,
        })
        .collect();
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}

/// The API keys of the first security requirement.
fn security(operation: &Operation) -> Vec<(ParameterLocation, String)> {
    let schemes = operation.security.first().into_iter().flatten();
    schemes.filter_map(|scheme| scheme.api_key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};

    use super::*;

    #[test]
    fn text_has_every_character_class_and_the_chosen_length() {
        let strategy = letters(&[LOWER, DIGITS, "_"], 1..=3);
        let mut runner = TestRunner::deterministic();
        let mut made = || strategy.new_tree(&mut runner).unwrap().current();
        let texts: Vec<String> = (0..3_000).map(|_| made()).collect();
        let lengths: BTreeSet<usize> = texts.iter().map(String::len).collect();
        assert_eq!(lengths, BTreeSet::from([1, 2, 3]));
        let all: Vec<char> = texts.iter().flat_map(|text| text.chars()).collect();
        let drawn: BTreeSet<char> = all.iter().copied().collect();
        assert_eq!(drawn, "0123456789_abcdefghijklmnopqrstuvwxyz".chars().collect());
        // A character in a class of its own must not be rare.
        let third = all.len() / 3;
        let lines = all.iter().filter(|letter| **letter == '_').count();
        assert!(lines.abs_diff(third) < third / 5, "{lines} of {}", all.len());
    }

    #[test]
    fn text_shrinks_to_the_first_character() {
        let strategy = letters(&[LOWER, DIGITS], 1..=9);
        let mut tree = strategy.new_tree(&mut TestRunner::deterministic()).unwrap();
        while tree.simplify() {}
        assert_eq!(tree.current(), "a");
    }

    /// Each part of a nullable `allOf` may be null, and only all of them together are.
    #[test]
    fn nullable_composition_has_values_of_all_parts_and_null() {
        let value = serde_json::json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {
            "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}},
            "B": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/A"},
                {"type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}}]},
        }}});
        let document = Document::from_value("a.json", value).unwrap();
        let at = Pointer::parse("/components/schemas/B").unwrap();
        let schema = JsonSchema::read(&document, &at).unwrap();
        let strategy = positive::values(&schema);
        let mut runner = TestRunner::deterministic();
        let values: Vec<_> =
            (0..50).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        assert!(values.iter().any(Value::is_null));
        assert!(values.iter().any(|value| value.get("a").is_some() && value.get("b").is_some()));
    }
}
