//! The rules of the login suite, first those of the server and then those of the client.

mod client;
mod server;

use login_spec::embedded;
use specfirst_model::Page;

use specfirst_engine::rule::{Catalogue, Rule, requirement};

/// Every rule: first those of the server, then those of the client.
pub static RULES: &[Rule] = &ALL;

const PARTS: [&[Rule]; 6] = {
    let [schema, documented, credentials, access_tokens, hardening] = server::PARTS;
    [schema, documented, credentials, access_tokens, hardening, client::RULES]
};

static ALL: [Rule; count()] = joined();

const fn count() -> usize {
    let (mut sum, mut part) = (0, 0);
    while part < PARTS.len() {
        sum += PARTS[part].len();
        part += 1;
    }
    sum
}

const fn joined() -> [Rule; count()] {
    let mut all = [client::RULES[0]; _];
    let (mut at, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut rule = 0;
        while rule < PARTS[part].len() {
            all[at] = PARTS[part][rule];
            (at, rule) = (at + 1, rule + 1);
        }
        part += 1;
    }
    all
}

/// Sentences of the page that state no requirement for a server.
pub const NO_REQUIREMENTS: [&str; 3] = [
    // Instructions for readers of the page.
    "Fetch the complete documentation index at: https://developer.rocket.chat/llms.txt",
    "Use this file to discover all available pages before exploring further.",
    // The description of a member, with the page's own misspelling. A rule refers to the member by its
    // place.
    "Your pasword.",
];

/// The rules, and the requirements of the page with the rules that check them.
pub fn catalogue() -> Catalogue {
    let document = serde_json::from_str(embedded::DOCUMENTED).unwrap_or_default();
    let page = Page::parse("page", embedded::PAGE);
    let texts = page.map(|page| requirement::texts(&page)).unwrap_or_default();
    Catalogue::new(
        "login-conformance",
        RULES,
        requirement::nodes(&document, RULES),
        requirement::sentences(&texts, RULES, &NO_REQUIREMENTS),
    )
}
