//! The rules: what a target must keep, why, and what it costs to ask.
//!
//! Every finding names a rule of this catalogue, and every rule names its source. The tests hold
//! that each schema node and each normative sentence of the page is some rule's business.

pub mod requirement;
pub mod side;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::side::Side;
use requirement::Requirement;

/// Where the authority of a rule lies.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// What the document's schemas say. A validator judges it.
    Schema,
    /// What the document's prose says: a sentence, an example, a line of the changelog.
    Documented,
    /// What a standard says, or what the API is for.
    Security,
    /// What the document asks of a client, or what the client promises its callers.
    Client,
}

/// How bad it is to break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Somebody gets in who must not, or sees what is not theirs.
    Critical,
    /// Clients break.
    High,
    /// Clients that rely on the document break.
    Medium,
    /// Untidy.
    Low,
}

/// What a rule follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "text")]
pub enum Source {
    /// A place in `documented.json`; the rule covers all that lies within it.
    Page(&'static str),
    /// A place in `openapi.json` that the overlay adds.
    Overlay(&'static str),
    /// Words of the page.
    Quotation(&'static str),
    /// A standard, with its section.
    Standard(&'static str),
    /// What real servers do.
    Practice(&'static str),
}

/// What a target must keep.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rule {
    /// Its name; the generic ones have schemathesis's.
    pub id: &'static str,
    /// Where its authority lies.
    pub tier: Tier,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What it says.
    pub text: &'static str,
    /// What it follows from.
    pub sources: &'static [Source],
    /// How many requests of its own it needs; 0 where it judges those of others.
    pub cost: u32,
    /// Whether it may be asked of a production server; others need `--allow-unsafe` there.
    pub production: bool,
    /// What it needs beside one account, where it does.
    pub needs: Option<&'static str>,
}

impl Tier {
    /// Every tier, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Schema, Self::Documented, Self::Security, Self::Client];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Documented => "documented",
            Self::Security => "security",
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
    /// Whom it binds.
    pub fn side(&self) -> Side {
        if self.tier == Tier::Client { Side::Client } else { Side::Server }
    }
}

/// The rules of a suite, and which of them see to each place and sentence of the documents.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The name of the suite, for reports.
    pub suite: &'static str,
    rules: &'static [Rule],
    /// Each schema, example, body and status that the documents ask for.
    pub nodes: Vec<Requirement>,
    /// Each sentence of the prose that asks something of a target.
    pub sentences: Vec<Requirement>,
}

impl Catalogue {
    /// Rules in the order of reports.
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

    /// The rule of an id that a user gave.
    pub fn find(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule of an id.
    ///
    /// # Panics
    ///
    /// Where the catalogue lacks it, which is a bug: findings are made by id.
    pub fn by_id(&self, id: &str) -> &'static Rule {
        self.find(id).unwrap_or_else(|| panic!("no rule `{id}` in the catalogue"))
    }

    /// The place of a rule in the order of reports.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.id == id)
    }
}
