//! Known deviations: rules that a server is known to violate, with the reason to accept that.
//!
//! A finding that an entry explains is listed as known and does not fail a run. An entry whose rule was
//! checked and passed is a finding itself, because the deviation no longer occurs.

mod file;

use std::fmt;

pub use file::{DeviationError, Problem, check, read};

use crate::{check::finding::Finding, http::case::Case};

/// An entry of a deviations file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The id of the entry.
    pub id: String,
    /// The rule that the server violates.
    pub rule: &'static str,
    /// The place of the finding, or a place that contains it.
    pub place: String,
    /// A pattern of the value that the server sends. Without one, any value.
    pub got: Option<Pattern>,
    /// A pattern of the title of the case. Without one, any case.
    pub case: Option<Pattern>,
    /// Why the deviation is accepted.
    pub reason: String,
    /// The date since which it is known, such as `2026-11-24`.
    pub since: String,
    /// Whether it depends on the data of an account, so that its absence proves nothing.
    pub data_dependent: bool,
}

/// A pattern in which `*` stands for any text.
#[derive(Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// All known deviations of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviations(pub Vec<Deviation>);

impl Deviations {
    /// The entry that explains a finding.
    pub fn explaining(&self, finding: &Finding, case: &Case) -> Option<&Deviation> {
        self.0.iter().find(|deviation| deviation.explains(finding, case))
    }
}

impl Deviation {
    fn explains(&self, finding: &Finding, case: &Case) -> bool {
        let rest = finding.place.strip_prefix(&self.place);
        let matches = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        self.rule == finding.rule
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && matches(&self.got, &finding.got)
            && matches(&self.case, &case.title)
    }
}

impl Pattern {
    /// A pattern in which `*` stands for any text, including an empty one.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the pattern matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let mut parts: Vec<&str> = parts.collect();
        let Some(last) = parts.pop() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_covers_its_place_and_the_places_below_it() {
        let deviation = Deviation {
            id: "a".to_owned(),
            rule: "response_schema_conformance",
            place: "openapi.json#/a/b".to_owned(),
            got: None,
            case: None,
            reason: String::new(),
            since: String::new(),
            data_dependent: false,
        };
        let request = crate::http::case::Request::new("GET", "/");
        let case = Case::new("me", "any", request, crate::http::case::Expect::Anything);
        let explains =
            |rule, place: &str| deviation.explains(&Finding::new(rule, place, "", "", ""), &case);
        let rule = deviation.rule;
        assert!(explains(rule, "openapi.json#/a/b") && explains(rule, "openapi.json#/a/b/c"));
        assert!(!explains(rule, "openapi.json#/a/bc") && !explains(rule, "openapi.json#/a"));
        assert!(!explains("response_is_json", "openapi.json#/a/b"));
    }

    #[test]
    fn patterns_match_the_whole_text() {
        let matches = |pattern: &str, text: &str| Pattern::new(pattern).matches(text);
        assert!(matches("500", "500") && !matches("500", "5000") && !matches("500", "1500"));
        assert!(matches("*.*", "5.5") && !matches("*.*", "55") && matches("*", ""));
        assert!(matches("a*b*a", "axbya") && !matches("a*b*a", "aba-") && matches("a*", "a"));
        // The end is not found within what the beginning took.
        assert!(!matches("ab*ba", "aba"));
    }
}
