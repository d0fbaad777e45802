//! The requirements of the page, and the rules that check them.

use serde_json::Value;
use specfirst_model::Page;

use super::{Rule, Source};

/// A place or a sentence of the page that a target can violate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// A JSON pointer, or the sentence.
    pub what: String,
    /// The rules that check it.
    pub rules: Vec<&'static str>,
}

/// The places of every schema, example, body and status below the paths of a document.
pub fn nodes(document: &Value, rules: &[Rule]) -> Vec<Requirement> {
    let mut places = Vec::new();
    collect(&document["paths"], "/paths", &mut places);
    let requirements = places.into_iter().map(|place| {
        let covers = |source: &Source| matches!(source, Source::Page(at) if is_within(&place, at));
        Requirement { rules: with_source(rules, covers), what: place }
    });
    requirements.collect()
}

/// The sentences and changelog lines of the page's [`texts`], without those of `ignored`, which state
/// no requirement for a server. This list decides, and no list of words.
pub fn sentences(texts: &[String], rules: &[Rule], ignored: &[&str]) -> Vec<Requirement> {
    let lines = texts.iter().flat_map(|text| text.lines());
    let changes = lines.filter(|line| line.trim_start().starts_with('|') && line.contains('`'));
    let changes = changes.filter_map(|line| line.split('|').nth(2)).map(words);
    let sentences = texts
        .iter()
        .flat_map(|text| specfirst_model::markdown_sentences(text))
        .map(|text| words(&text));
    let requirements = sentences.chain(changes).filter(|text| !ignored.contains(&text.as_str()));
    let requirements = requirements.map(|sentence| {
        let quotes = |source: &Source| match source {
            Source::Quotation(text) => {
                let quotation = words(text);
                sentence.contains(&quotation) || quotation.contains(&sentence)
            }
            _ => false,
        };
        Requirement { rules: with_source(rules, quotes), what: sentence }
    });
    requirements.collect()
}

/// The texts of the page: its prose and every description.
pub fn texts(page: &Page) -> Vec<String> {
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

/// A text in one line, with single spaces.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a JSON pointer is another one or lies within it.
pub(crate) fn is_within(place: &str, of: &str) -> bool {
    place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn with_source(rules: &[Rule], is_meant: impl Fn(&Source) -> bool) -> Vec<&'static str> {
    rules.iter().filter(|rule| rule.sources.iter().any(&is_meant)).map(|rule| rule.id).collect()
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let is_schema = value.get("type").is_some_and(Value::is_string);
    let is_content = at.ends_with("/content/application~1json") || at.ends_with("/responses");
    if is_schema || is_content {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // The content of an example is data and not a requirement.
                if matches!(name.as_str(), "x-examples" | "examples" | "example") {
                    found.push(format!("{at}/{name}"));
                    continue;
                }
                let token = name.replace('~', "~0").replace('/', "~1");
                collect(member, &format!("{at}/{token}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}
