//! Every node and every sentence of the page has a rule, and additions to the page are detected.

use login_conformance::login::rules::{NO_REQUIREMENTS, RULES};
use login_spec::embedded;
use serde_json::{Value, json};
use specfirst_engine::rule::{
    Rule, Source,
    requirement::{Requirement, nodes, sentences, texts, words},
};
use specfirst_model::{Document, Page, is_normative, markdown_sentences};

/// The requirements without a rule.
fn bare(requirements: Vec<Requirement>) -> Vec<String> {
    requirements
        .into_iter()
        .filter(|requirement| requirement.rules.is_empty())
        .map(|requirement| requirement.what)
        .collect()
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

fn page() -> Page {
    Page::parse("page.md", embedded::PAGE).unwrap()
}

#[test]
fn every_node_of_the_page_has_a_rule() {
    let document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap();
    let found = nodes(&document, RULES);
    assert_eq!(found.len(), 37, "{found:#?}");
    assert_eq!(bare(found), Vec::<String>::new());
}

#[test]
fn node_without_a_rule_is_detected() {
    let mut document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap();
    let operation = &mut document["paths"]["/api/v1/login"]["post"];
    operation["parameters"] =
        json!([{"name": "tenant", "in": "query", "schema": {"type": "string"}}]);
    assert_eq!(bare(nodes(&document, RULES)), ["/paths/~1api~1v1~1login/post/parameters/0/schema"]);
    // Without the rules about responses, the responses have no rule.
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
    let bare = bare(nodes(&document, &without));
    assert!(bare.iter().any(|place| place.ends_with("/me/properties/utcOffset")), "{bare:#?}");
}

#[test]
fn every_place_named_by_a_rule_exists() {
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
    assert_eq!(bare(sentences(&texts, RULES, &NO_REQUIREMENTS)), Vec::<String>::new());
    let normative: Vec<_> = texts
        .iter()
        .flat_map(|text| markdown_sentences(text))
        .filter(|sentence| is_normative(sentence))
        .collect();
    assert!(normative.len() >= 4, "{normative:#?}");
}

#[test]
fn sentence_without_a_rule_is_detected() {
    let mut texts = texts(&page());
    let line = "The server always answers within a second.";
    texts.push(format!("- {line}"));
    texts.push("| 9.0.0 | Removed the `me` property |".to_owned());
    assert_eq!(
        bare(sentences(&texts, RULES, &NO_REQUIREMENTS)),
        [line, "Removed the `me` property"]
    );
    // Each sentence needs its own rule; no rule quotes another sentence by accident.
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
        assert!(bare(sentences(&texts, &without, &NO_REQUIREMENTS)).len() > 2, "{quotation}");
    }
}

#[test]
fn every_quotation_of_a_rule_is_in_the_page() {
    let said = words(&texts(&page()).join(" "));
    for quotation in quotations(RULES) {
        assert!(said.contains(&quotation), "the page does not say: {quotation}");
        // A quotation of one or two words would match by accident.
        assert!(quotation.split(' ').count() >= 3, "{quotation}");
    }
}

#[test]
fn rule_ids_are_unique_and_every_rule_is_exercised() {
    let plan = login_conformance::login::scenario::plan();
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
        // A rule that may be checked on a production server has a scenario that may run there.
        let is_asked = scenarios.iter().any(|scenario| scenario.production == rule.production);
        assert!(rule.cost == 0 || is_generated || is_asked, "{}", rule.id);
    }
    for scenario in &plan {
        for rule in scenario.rules {
            assert!(RULES.iter().any(|known| known.id == *rule), "{}: {rule}", scenario.name);
        }
    }
}
