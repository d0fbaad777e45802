//! The rules: the requirements for a target, their sources, and their cost.
//!
//! Every finding names a rule of this catalogue, and every rule names its source. Tests ensure that a
//! rule covers each schema node and each normative sentence of the page.

pub mod requirement;
pub mod side;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::side::Side;
use requirement::Requirement;

/// The kind of source that a rule follows from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The schemas of the document. A validator judges it.
    Schema,
    /// The prose of the document: a sentence, an example, a line of the changelog.
    Documented,
    /// A standard, or the purpose of the API.
    Security,
    /// What real servers do beyond the document. It fails a run only where that was asked for.
    Practice,
    /// The document's requirements for a client, or what the client promises its callers.
    Client,
}

/// The severity of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Someone gets access or data without being entitled to it.
    Critical,
    /// Clients break.
    High,
    /// Clients that rely on the document break.
    Medium,
    /// Untidy.
    Low,
}

/// A source of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "text")]
pub enum Source {
    /// A place in `documented.json`. The rule covers everything within it.
    Page(&'static str),
    /// A place in `openapi.json` that the overlay adds.
    Overlay(&'static str),
    /// A quotation of the page.
    Quotation(&'static str),
    /// A standard, with its section.
    Standard(&'static str),
    /// The behaviour of real servers.
    Practice(&'static str),
}

/// A requirement for a target.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rule {
    /// The id. Generic rules have the names of schemathesis.
    pub id: &'static str,
    /// The kind of source.
    pub tier: Tier,
    /// The severity of a violation.
    pub severity: Severity,
    /// The requirement, as text.
    pub text: &'static str,
    /// The sources.
    pub sources: &'static [Source],
    /// How many requests it needs; 0 if it judges the responses to other requests.
    pub cost: u32,
    /// Whether it may be checked on a production server. Others need `--allow-unsafe` there.
    pub production: bool,
    /// What it needs besides one account, if anything.
    pub needs: Option<&'static str>,
}

impl Tier {
    /// Every tier, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Schema, Self::Documented, Self::Security, Self::Practice, Self::Client];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Documented => "documented",
            Self::Security => "security",
            Self::Practice => "practice",
            Self::Client => "client",
        }
    }
}

impl Severity {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl Source {
    /// One line for reports.
    pub fn line(self) -> String {
        match self {
            Self::Page(pointer) => format!("documented.json#{pointer}"),
            Self::Overlay(pointer) => format!("openapi.json#{pointer}"),
            Self::Quotation(text) => format!("the page: \"{text}\""),
            Self::Standard(text) | Self::Practice(text) => text.to_owned(),
        }
    }
}

impl Rule {
    /// The side that it applies to.
    pub fn side(&self) -> Side {
        if self.tier == Tier::Client { Side::Client } else { Side::Server }
    }
}

/// The rules of a suite, and the places and sentences of the documents that they check.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The name of the suite, for reports.
    pub suite: &'static str,
    rules: &'static [Rule],
    /// Each schema, example, body and status that the documents require.
    pub nodes: Vec<Requirement>,
    /// Each sentence of the prose that states a requirement.
    pub sentences: Vec<Requirement>,
}

impl Catalogue {
    /// A catalogue of rules in the order of reports.
    pub fn new(
        suite: &'static str,
        rules: &'static [Rule],
        nodes: Vec<Requirement>,
        sentences: Vec<Requirement>,
    ) -> Self {
        Self { suite, rules, nodes, sentences }
    }

    /// Every rule, in the order of reports.
    pub fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    /// The rule with this id, which may come from a user.
    pub fn find(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule with this id.
    ///
    /// # Panics
    ///
    /// If the catalogue has no such rule, which is a bug.
    pub fn by_id(&self, id: &str) -> &'static Rule {
        self.find(id).unwrap_or_else(|| panic!("no rule `{id}` in the catalogue"))
    }

    /// The index of a rule in the order of reports.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.id == id)
    }
}
