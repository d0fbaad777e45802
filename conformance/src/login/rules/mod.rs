//! The rules of the login suite, first those of the server and then those of the client.

mod client;
mod server;

use login_spec::embedded;
use specfirst_model::Page;

use specfirst_engine::rule::{Catalogue, Rule, requirement};

/// Every rule: first those of the server, then those of the client.
pub static RULES: &[Rule] = &ALL;

static ALL: [Rule; server::RULES.len() + client::RULES.len()] = joined();

const fn joined() -> [Rule; server::RULES.len() + client::RULES.len()] {
    let mut all = [client::RULES[0]; _];
    let count = server::RULES.len();
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < count { server::RULES[at] } else { client::RULES[at - count] };
        at += 1;
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
