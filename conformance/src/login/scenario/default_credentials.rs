//! Names and passwords with which products are delivered.

use serde_json::json;

use super::Scenario;
use crate::login::{
    Driver, requests,
    space::{Attempt, accepted},
};
use specfirst_engine::{http::case::Expect, runner::Step};

const RULE: &str = "default_credentials_are_refused";

/// The scenario of default credentials.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "default-credentials", rules: &[RULE], production: true, run }
}

/// Names that products are delivered with, and whether the password of each is also a usual word. Each name gets
/// at most two failures, which lock nobody out.
const NAMES: [&str; 8] =
    ["admin", "administrator", "root", "test", "guest", "demo", "rocket.cat", "support"];
const WORDS: [&str; 4] = ["password", "admin", "123456", "changeme"];

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    for (at, name) in NAMES.into_iter().enumerate() {
        let accounts = driver.run.suite.accounts.iter();
        if accounts.map(|account| &account.username).any(|known| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        // Each word with some names. The name itself is the most usual password.
        let word = if name == "admin" { WORDS[0] } else { WORDS[at % WORDS.len()] };
        for password in [name, word] {
            let title = format!("the user `{name}` with the password `{password}`");
            let body = json!({"user": name, "password": password});
            let case = requests::login(&title, &body, Expect::Unauthorized, RULE);
            let attempt = Attempt { case, may_succeed: false, changed: None };
            if let Some(found) = accepted(driver, &attempt, "default")? {
                driver.run.report(found.finding, &found.case, found.response.as_ref());
                driver.stop_at_failure()?;
            }
        }
    }
    Ok(())
}
