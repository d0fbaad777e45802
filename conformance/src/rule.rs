//! The rules: what a target must keep, why, and what it costs to ask.
//!
//! Every finding names a rule of this catalogue, and every rule names its source. The tests hold
//! that each schema node and each normative sentence of the page is some rule's business.

mod catalogue;
mod client;
pub mod demand;

use schemars::JsonSchema;
use serde::Serialize;

use crate::half::Half;

/// Where the authority of a rule lies.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// In the document's schemas: judged by a validator.
    Schema,
    /// In the document's prose: a sentence, an example, a line of the changelog.
    Documented,
    /// In a standard, or in what a login is for.
    Security,
    /// In the document, as it binds a client, or in what the client promises its callers.
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

/// Every rule: the server's, then the client's.
pub static RULES: &[Rule] = &ALL;

static ALL: [Rule; catalogue::RULES.len() + client::RULES.len()] = joined();

const fn joined() -> [Rule; catalogue::RULES.len() + client::RULES.len()] {
    let mut all = [client::RULES[0]; _];
    let server = catalogue::RULES.len();
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < server { catalogue::RULES[at] } else { client::RULES[at - server] };
        at += 1;
    }
    all
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
    pub fn half(&self) -> Half {
        if self.tier == Tier::Client { Half::Client } else { Half::Server }
    }
}

/// The rule of an id.
///
/// # Panics
///
/// Where the catalogue lacks it, which is a bug: findings are made by id.
pub fn by_id(id: &str) -> &'static Rule {
    find(id).unwrap_or_else(|| panic!("no rule `{id}` in the catalogue"))
}

/// The rule of an id that a user gave.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
