//! The rules of the login, the server's and then the client's, and what the page asks of a target.

mod client;
mod server;

use login_spec::embedded;
use specfirst_model::Page;

use specfirst_engine::rule::{Catalogue, Rule, requirement};

/// Every rule: the server's, then the client's.
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

/// What the page says and no server can break.
pub const NO_REQUIREMENTS: [&str; 3] = [
    // How to read the page.
    "Fetch the complete documentation index at: https://developer.rocket.chat/llms.txt",
    "Use this file to discover all available pages before exploring further.",
    // What a member is, misspelt so by the page; that it logs in is a rule by its place.
    "Your pasword.",
];

/// The rules, and which of them see to each place and sentence of the page.
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
