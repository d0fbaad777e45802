//! Every node and every sentence of the page is some rule's business, and a page that grows is
//! noticed.

use login_conformance::rule::{RULES, Rule, Source};
use login_spec::{Document, Page, embedded, lint};
use serde_json::{Value, json};

/// What the page says and no server can break.
const NO_DEMANDS: [&str; 3] = [
    // How to read the page.
    "Fetch the complete documentation index at: https://developer.rocket.chat/llms.txt",
    "Use this file to discover all available pages before exploring further.",
    // What a member is, misspelt so by the page; that it logs in is a rule by its place.
    "Your pasword.",
];

/// The places of every schema, example, body and status of a document that a target can break.
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

fn covers(rules: &[Rule], place: &str) -> bool {
    rules.iter().flat_map(|rule| rule.sources).any(|source| match source {
        Source::Page(pointer) => {
            place.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => false,
    })
}

/// The nodes of a document that no rule covers.
fn bare_nodes(document: &Value, rules: &[Rule]) -> Vec<String> {
    let mut found = Vec::new();
    nodes(&document["paths"], "/paths", &mut found);
    found.retain(|place| !covers(rules, place));
    found
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The page's texts: its prose and every description.
fn texts(page: &Page) -> Vec<String> {
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
    texts
}

fn quotations(rules: &[Rule]) -> Vec<String> {
    rules
        .iter()
        .flat_map(|rule| rule.sources)
        .filter_map(|source| match source {
            Source::Quotation(text) => Some(words(text)),
            _ => None,
        })
        .collect()
}

/// The sentences and the changelog's lines that no rule quotes, but for [`NO_DEMANDS`]: whether a
/// sentence demands something is not left to a list of words.
fn unquoted(texts: &[String], rules: &[Rule]) -> Vec<String> {
    let quoted = quotations(rules);
    let lines = texts.iter().flat_map(|text| text.lines());
    let changes = lines.filter(|line| line.trim_start().starts_with('|') && line.contains('`'));
    let changes = changes.filter_map(|line| line.split('|').nth(2)).map(words);
    let sentences = texts.iter().flat_map(|text| lint::sentences(text)).map(|text| words(&text));
    sentences
        .chain(changes)
        .filter(|text| !NO_DEMANDS.contains(&text.as_str()))
        .filter(|text| !quoted.iter().any(|q| text.contains(q.as_str()) || q.contains(text)))
        .collect()
}

fn page() -> Page {
    Page::parse("page.md", embedded::PAGE).unwrap()
}

#[test]
fn every_node_of_the_page_has_a_rule() {
    let document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap();
    let mut found = Vec::new();
    nodes(&document["paths"], "/paths", &mut found);
    assert_eq!(found.len(), 37, "{found:#?}");
    assert_eq!(bare_nodes(&document, RULES), Vec::<String>::new());
}

#[test]
fn a_node_without_a_rule_is_noticed() {
    let mut document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap();
    let operation = &mut document["paths"]["/api/v1/login"]["post"];
    operation["parameters"] =
        json!([{"name": "tenant", "in": "query", "schema": {"type": "string"}}]);
    assert_eq!(bare_nodes(&document, RULES), ["/paths/~1api~1v1~1login/post/parameters/0/schema"]);
    // And where the rules about answers go, the answers are bare.
    let without: Vec<Rule> = RULES
        .iter()
        .filter(|rule| {
            !rule
                .sources
                .iter()
                .any(|source| matches!(source, Source::Page(place) if place.contains("/responses")))
        })
        .copied()
        .collect();
    let bare = bare_nodes(&document, &without);
    assert!(bare.iter().any(|place| place.ends_with("/me/properties/utcOffset")), "{bare:#?}");
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
fn every_sentence_of_the_page_has_a_rule() {
    let texts = texts(&page());
    assert_eq!(unquoted(&texts, RULES), Vec::<String>::new());
    let normative: Vec<_> = texts
        .iter()
        .flat_map(|text| lint::sentences(text))
        .filter(|sentence| lint::is_normative(sentence))
        .collect();
    assert!(normative.len() >= 4, "{normative:#?}");
}

#[test]
fn a_sentence_without_a_rule_is_noticed() {
    let mut texts = texts(&page());
    let line = "The server always answers within a second.";
    texts.push(format!("- {line}"));
    texts.push("| 9.0.0 | Removed the `me` property |".to_owned());
    assert_eq!(unquoted(&texts, RULES), [line, "Removed the `me` property"]);
    // Each sentence needs its rule: none is quoted by accident of another.
    for quotation in quotations(RULES) {
        let without: Vec<Rule> = RULES
            .iter()
            .filter(|rule| {
                !rule.sources.iter().any(|source| {
                    matches!(source, Source::Quotation(text)
                        if words(text).contains(&quotation) || quotation.contains(&words(text)))
                })
            })
            .copied()
            .collect();
        assert!(unquoted(&texts, &without).len() > 2, "{quotation}");
    }
}

#[test]
fn no_rule_quotes_what_the_page_does_not_say() {
    let said = words(&texts(&page()).join(" "));
    for quotation in quotations(RULES) {
        assert!(said.contains(&quotation), "the page does not say: {quotation}");
        // A quotation of a word or two would be found by accident.
        assert!(quotation.split(' ').count() >= 3, "{quotation}");
    }
}

#[test]
fn ids_are_unique_and_every_rule_is_in_the_plan_or_judges_all() {
    let plan = login_conformance::scenario::plan();
    for (at, rule) in RULES.iter().enumerate() {
        assert!(RULES[..at].iter().all(|other| other.id != rule.id), "{}", rule.id);
        assert!(!rule.sources.is_empty(), "{} has no source", rule.id);
        let scenarios: Vec<_> =
            plan.iter().filter(|scenario| scenario.rules.contains(&rule.id)).collect();
        let is_generated =
            ["positive_data_acceptance", "negative_data_rejection"].contains(&rule.id);
        assert!(
            rule.cost == 0 || is_generated || !scenarios.is_empty(),
            "nothing asks {}",
            rule.id
        );
        // A rule that may be asked of a production server is, by one scenario at least.
        let is_asked = scenarios.iter().any(|scenario| scenario.production == rule.production);
        assert!(rule.cost == 0 || is_generated || is_asked, "{}", rule.id);
    }
    for scenario in &plan {
        for rule in scenario.rules {
            assert!(RULES.iter().any(|known| known.id == *rule), "{}: {rule}", scenario.name);
        }
    }
}
