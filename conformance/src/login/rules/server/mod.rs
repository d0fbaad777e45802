//! The rules of the server, in the order of reports.

mod access_tokens;
mod credentials;
mod documented;
mod hardening;
mod schema;

use specfirst_engine::rule::Rule;

/// Every rule of the server, in parts.
pub(super) const PARTS: [&[Rule]; 5] = [
    &schema::RULES,
    &documented::RULES,
    &credentials::RULES,
    &access_tokens::RULES,
    &hardening::RULES,
];
