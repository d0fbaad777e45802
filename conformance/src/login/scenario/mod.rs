//! The scenarios of the login: sequences of requests that depend on the accounts and on each other.
//!
//! [`plan`] starts with the scenarios that find the most per request, so that a small budget finds much.

mod access_tokens;
mod agreement;
mod backup_codes;
mod browser;
mod code_guesses;
mod concurrency;
mod default_credentials;
mod directory;
mod enumeration;
mod lockout;
mod lockout_counts;
mod long_password;
mod malformed;
mod model;
mod password;
mod raw_exchange;
mod raw_framing;
mod raw_http;
mod session;
mod smoke;
mod stability;
mod state;
mod timing;
mod tokens;
mod totp_codes;
mod two_factor;
mod ways_in;

mod combined;

pub(crate) use combined::{CombinedCase, CombinedOutcome};
pub(crate) use totp_codes::present_code;

use crate::login::{Scenario, space};

/// Every scenario, in the order of a run.
pub fn plan() -> Vec<Scenario> {
    let mut plan = vec![smoke::scenario()];
    plan.extend(ways_in::scenarios());
    plan.extend(space::scenarios());
    plan.extend(password::scenarios());
    plan.push(default_credentials::scenario());
    plan.push(long_password::scenario());
    plan.extend(two_factor::scenarios());
    plan.push(code_guesses::scenario());
    plan.push(backup_codes::scenario());
    plan.push(lockout::scenario());
    plan.extend(directory::scenarios());
    plan.extend(session::scenarios());
    plan.extend(tokens::scenarios());
    plan.push(access_tokens::scenario());
    plan.extend(malformed::scenarios());
    plan.extend(enumeration::scenarios());
    plan.push(timing::scenario());
    plan.extend(agreement::scenarios());
    plan.extend(browser::scenarios());
    plan.extend(stability::scenarios());
    plan.extend(state::scenarios());
    plan.extend(concurrency::scenarios());
    plan.extend(raw_http::scenarios());
    plan.push(raw_framing::scenario());
    plan.extend(model::scenarios());
    plan.sort_by_key(|scenario| ORDER.iter().position(|name| *name == scenario.name));
    plan
}

/// The order of the plan: by the new mutants that each next scenario kills per request.
/// `login-mutants score --plan` derives it from a run of every mutant.
///
/// There are four exceptions. `smoke` stays first, because it distinguishes a wrong accounts file from a
/// broken target and begins the session that others share. `factor-required` comes before `two-factor`,
/// whose code resets the failures of both. `form` comes before the scenarios that end its session. `look-alike`
/// comes before `companions`, which uses up the failures of the inactive account.
const ORDER: [&str; 59] = [
    "smoke",
    "malformed",
    "token-user",
    "factor-required",
    "form",
    "media-type",
    "methods",
    "token-bounds",
    "directory",
    "second-session",
    "inactive",
    "two-factor",
    "without-password",
    "deep",
    "credentials",
    "directory-session",
    "two-factor-late",
    "codes",
    "factor-ways",
    "backup-codes",
    "look-alike",
    "companions",
    "heavy",
    "logout-scope",
    "logout-typed",
    "token-form",
    "identities",
    "password-unset",
    "connection",
    "safe-methods",
    "origins",
    "representations",
    "agreement",
    "found-strings",
    "look-alike-names",
    "malformed-bodies",
    "credentials-usual",
    "default-credentials",
    "spellings",
    "injection",
    "many-sessions",
    "idle",
    "stability",
    "mix",
    "raw-http",
    "framing",
    "long-password",
    "persistence",
    "access-tokens",
    "serialised",
    "timing",
    "model",
    "credentials-rare",
    "credentials-composed",
    "latency",
    "late-tokens",
    "late-refusals",
    "token-sample",
    "lockout",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_lists_every_scenario_once() {
        let plan: Vec<_> = plan().iter().map(|scenario| scenario.name).collect();
        assert_eq!(plan, ORDER);
    }
}
