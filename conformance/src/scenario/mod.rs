//! What only a login needs: requests that follow from accounts, and from each other.
//!
//! The scenarios stand in [`plan`] with the most telling first, so that a small budget learns most.

pub mod concurrency;
pub mod core;
pub mod enumeration;
pub mod malformed;
pub mod model;
pub mod password;
pub mod raw_http;
pub mod requests;
pub mod session;
pub mod stability;
pub mod two_factor;

mod identity;

pub use identity::check_identity;

use crate::driver::{Driver, Step};

/// A part of the plan.
pub struct Scenario {
    /// What it is called in progress and reports.
    pub name: &'static str,
    /// The rules it can find broken beside those of every answer.
    pub rules: &'static [&'static str],
    /// Whether it is sent to a production server without `--allow-unsafe`.
    pub production: bool,
    /// What it does.
    pub run: fn(&mut Driver<'_, '_>) -> Step<()>,
}

/// Every scenario, the most telling first.
pub fn plan() -> Vec<Scenario> {
    let mut plan = vec![core::scenario()];
    plan.extend(password::scenarios());
    plan.extend(two_factor::scenarios());
    plan.extend(session::scenarios());
    plan.extend(malformed::scenarios());
    plan.extend(enumeration::scenarios());
    plan.extend(stability::scenarios());
    plan.extend(concurrency::scenarios());
    plan.extend(raw_http::scenarios());
    plan.extend(model::scenarios());
    plan.sort_by_key(|scenario| ORDER.iter().position(|name| *name == scenario.name));
    plan
}

/// The order of the plan, by what a request teaches on average. The yardstick of faulty servers
/// (`login-conformance faults --budget 60`) is the measure.
const ORDER: [&str; 22] = [
    "core",
    "two-factor",
    "neighbours",
    "identities",
    "ill-typed",
    "members",
    "token-neighbours",
    "ways-in",
    "malformed",
    "inactive",
    "look-alike",
    "users",
    "logout-scope",
    "token-form",
    "stability",
    "methods",
    "mix",
    "raw-http",
    "persistence",
    "serialised",
    "timing",
    "model",
];
