//! Every node and every normative sentence of the page is some rule's business.

use login_conformance::rule::{RULES, Source};
use login_spec::{Document, Page, embedded, lint};
use serde_json::Value;

/// The places of every schema, example and status of a document that a target can break.
fn nodes(value: &Value, at: &str, found: &mut Vec<String>) {
    let is_schema = value.get("type").is_some_and(Value::is_string);
    let is_content = at.ends_with("/content/application~1json") || at.ends_with("/responses");
    if is_schema || is_content {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // What an example holds is data, not a demand.
                if matches!(name.as_str(), "x-examples" | "examples" | "example") {
                    found.push(format!("{at}/{name}"));
                    continue;
                }
                let token = name.replace('~', "~0").replace('/', "~1");
                nodes(member, &format!("{at}/{token}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                nodes(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn covers(place: &str) -> bool {
    RULES.iter().flat_map(|rule| rule.sources).any(|source| match source {
        Source::Page(pointer) => {
            place.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => false,
    })
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_node_of_the_page_has_a_rule() {
    let document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap();
    let mut found = Vec::new();
    nodes(&document["paths"], "/paths", &mut found);
    assert!(found.len() > 20, "{found:?}");
    let bare: Vec<_> = found.iter().filter(|place| !covers(place)).collect();
    assert!(bare.is_empty(), "no rule covers {bare:#?}");
}

#[test]
fn every_place_that_a_rule_names_is_there() {
    let page = Document::parse("documented.json", embedded::DOCUMENTED).unwrap();
    let whole = Document::parse("openapi.json", embedded::OPENAPI).unwrap();
    for source in RULES.iter().flat_map(|rule| rule.sources) {
        let (document, pointer) = match source {
            Source::Page(pointer) => (&page, pointer),
            Source::Overlay(pointer) => (&whole, pointer),
            _ => continue,
        };
        assert!(document.value().pointer(pointer).is_some(), "{}#{pointer}", document.name());
    }
}

#[test]
fn every_normative_sentence_of_the_page_has_a_rule() {
    let page = Page::parse("page.md", embedded::PAGE).unwrap();
    let mut texts = vec![page.prose.clone()];
    let mut stack = vec![page.document.value()];
    while let Some(value) = stack.pop() {
        if let Some(Value::String(text)) = value.get("description") {
            texts.push(text.clone());
        }
        match value {
            Value::Object(members) => stack.extend(members.values()),
            Value::Array(items) => stack.extend(items),
            _ => {}
        }
    }
    let quoted: Vec<String> = RULES
        .iter()
        .flat_map(|rule| rule.sources)
        .filter_map(|source| match source {
            Source::Quotation(text) => Some(words(text)),
            _ => None,
        })
        .collect();
    let mut count = 0;
    for sentence in texts.iter().flat_map(|text| lint::sentences(text)) {
        let is_demand = lint::is_normative(&sentence) || sentence.contains("is passed as");
        if is_demand && !sentence.contains("documentation index") {
            count += 1;
            let sentence = words(&sentence);
            let is_quoted =
                quoted.iter().any(|q| sentence.contains(q.as_str()) || q.contains(&sentence));
            assert!(is_quoted, "no rule quotes: {sentence}");
        }
    }
    assert!(count >= 4, "only {count} sentences are normative");
    // And no rule quotes what the page does not say.
    let said = words(&texts.join(" "));
    for quotation in quoted {
        assert!(said.contains(&quotation), "the page does not say: {quotation}");
    }
    // The changelog's lines are demands too.
    for row in page.prose.lines().filter(|line| line.contains("Added `")) {
        let line = words(row.split('|').nth(2).unwrap());
        let is_quoted = RULES
            .iter()
            .flat_map(|rule| rule.sources)
            .any(|source| matches!(source, Source::Quotation(text) if words(text) == line));
        assert!(is_quoted, "no rule quotes the changelog: {line}");
    }
}

#[test]
fn ids_are_unique() {
    for (at, rule) in RULES.iter().enumerate() {
        assert!(RULES[..at].iter().all(|other| other.id != rule.id), "{}", rule.id);
        assert!(!rule.sources.is_empty(), "{} has no source", rule.id);
    }
}
