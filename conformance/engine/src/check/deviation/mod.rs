//! Known deviations: what a server is known to do otherwise than a rule says, and why that is borne.
//!
//! A finding that an entry explains is listed as known and does not fail a run. An entry whose rule
//! was asked and kept is a finding itself: what is explained there has ended.

mod file;

use std::fmt;

pub use file::{DeviationError, Problem, check, read};

use crate::{check::finding::Finding, http::case::Case};

/// An entry of a deviations file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Its name.
    pub id: String,
    /// The rule that is not kept.
    pub rule: &'static str,
    /// The place of a finding, or one that holds it.
    pub place: String,
    /// What came, as a pattern; without one, anything.
    pub got: Option<Pattern>,
    /// The case that shows it, as a pattern; without one, any.
    pub case: Option<Pattern>,
    /// Why it is borne.
    pub reason: String,
    /// Since when it is known, as `2026-11-24`.
    pub since: String,
    /// Whether it hangs on an account's data, so that its absence proves nothing.
    pub data_dependent: bool,
}

/// A text with `*` for any part of it.
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
    /// A pattern of a text; `*` stands for any part of it, also an empty one.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the whole of a text is of this pattern.
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
