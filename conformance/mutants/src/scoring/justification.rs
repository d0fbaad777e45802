//! Why each rule of the server is in the catalogue: a mutant that only it kills, or another reason.

/// Why a rule of the server is in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Justification {
    /// A mutant that no other rule kills.
    Mutant(&'static str),
    /// The reason to keep a rule that no mutant needs.
    Explained(&'static str),
}

/// The justification of a rule of the server.
pub fn justification(rule: &str) -> Option<Justification> {
    JUSTIFICATIONS.iter().find(|(id, _)| *id == rule).map(|(_, need)| *need)
}

use Justification::{Explained, Mutant};

const JUSTIFICATIONS: &[(&str, Justification)] = &[
    ("not_a_server_error", Mutant("ill-typed-500")),
    ("status_code_conformance", Mutant("logout-202")),
    ("content_type_conformance", Mutant("media-type-text")),
    ("response_schema_conformance", Mutant("active-string")),
    ("response_is_json", Mutant("name-twice")),
    ("positive_data_acceptance", Mutant("user-ascii-only")),
    ("negative_data_rejection", Mutant("array-is-guest")),
    ("ill_typed_member_is_refused", Mutant("password-number")),
    ("unknown_members_are_ignored", Mutant("unknown-member-refused")),
    ("optional_members_keep_their_type", Mutant("name-comes-and-goes")),
    ("documented_headers", Mutant("limit-header-text")),
    ("password_logs_in", Mutant("first-login-refused")),
    ("email_logs_in", Mutant("email-refused")),
    ("form_logs_in", Mutant("form-unread")),
    ("mandatory_members", Mutant("only-user")),
    ("resume_logs_in", Mutant("sixth-resume-refused")),
    ("token_authenticates", Mutant("late-token")),
    ("both_headers_are_needed", Mutant("token-alone")),
    ("response_describes_the_account", Mutant("resume-other-account")),
    ("responses_agree", Mutant("email-other-roles")),
    ("me_is_present", Mutant("me-missing")),
    ("avatar_url_is_present", Mutant("avatar-missing")),
    ("status_says_success", Mutant("status-ok")),
    ("texts_are_encoded_once", Mutant("name-encoded-twice")),
    ("code_is_required", Mutant("code-needless")),
    ("missing_code_is_told", Mutant("code-not-asked-for")),
    ("code_logs_in", Mutant("local-code-refused")),
    ("ldap_changes_nothing", Mutant("directory-code-refused")),
    ("access_token_authenticates", Mutant("access-token-no-resume")),
    ("access_token_name_is_unique", Mutant("access-token-name-twice")),
    ("access_token_list_hides_secrets", Mutant("access-token-list-shows-most")),
    ("access_tokens_belong_to_their_account", Mutant("access-token-list-of-all")),
    ("regenerated_access_token_ends", Mutant("access-token-old-secret")),
    ("removed_access_token_ends", Mutant("access-token-survives-removal")),
    ("wrong_password_is_refused", Mutant("form-any-password")),
    ("password_is_compared_whole", Mutant("password-72")),
    ("digest_is_compared_whole", Mutant("digest-unknown-algorithm")),
    ("account_without_password_is_refused", Mutant("no-password-null")),
    ("companions_have_no_effect", Mutant("member-admin")),
    ("credentials_have_one_place", Mutant("token-in-cookie")),
    ("unknown_user_is_refused", Mutant("user-prefix")),
    ("inactive_account_is_refused", Mutant("inactive-logs-in")),
    ("token_is_compared_whole", Mutant("made-up-token")),
    ("token_is_bound_to_its_user", Mutant("logout-any-user")),
    ("tokens_are_unguessable", Mutant("token-counter")),
    ("logout_ends_the_token", Mutant("logout-twice")),
    ("logout_ends_only_its_token", Mutant("logout-any-token")),
    ("logout_needs_no_body", Mutant("logout-needs-body")),
    ("wrong_code_is_refused", Mutant("code-empty")),
    ("old_code_is_refused", Mutant("code-old")),
    ("code_works_once", Mutant("code-replayed")),
    ("backup_code_works_once", Mutant("backup-code-twice")),
    (
        "second_factor_comes_last",
        Explained(
            "the comparison of refusals finds it too, with more requests; but only this rule says what the \
             difference reveals",
        ),
    ),
    ("lockout_takes_some_failures", Mutant("lockout-at-four")),
    ("default_credentials_are_refused", Mutant("admin-admin")),
    ("failures_are_limited", Mutant("failures-unlimited")),
    ("lockout_counts_simultaneous_failures", Mutant("lockout-late")),
    ("lockout_covers_every_way", Mutant("lockout-by-name")),
    ("lockout_hides_the_password", Mutant("lockout-tells")),
    ("lockout_spares_others", Mutant("lockout-of-sessions")),
    ("wrong_codes_count_as_failures", Mutant("lockout-without-codes")),
    ("refusals_look_alike", Mutant("unknown-user-told")),
    ("refusals_take_as_long", Mutant("known-user-slower")),
    ("responses_hold_no_secret", Mutant("hash-in-me")),
    ("responses_hold_no_foreign_data", Mutant("others-in-me")),
    ("responses_show_no_internals", Mutant("stack-trace")),
    ("tokens_are_not_cached", Mutant("cacheable")),
    ("method_is_checked", Mutant("any-method")),
    ("origins_are_not_trusted", Mutant("origin-echoed")),
    ("values_stay_values", Mutant("header-injected")),
    ("connections_hold_no_login", Mutant("token-remembered")),
    (
        "sessions_live_side_by_side",
        Explained(
            "the rules of single sessions also find a session that ends early; but only this rule begins \
             more than a few, and its finding says so",
        ),
    ),
    (
        "idle_connections_block_nobody",
        Explained(
            "the mutants are proxies, which accept every connection before the server sees it",
        ),
    ),
    (
        "responses_do_not_mix",
        Explained(
            "two rules that judge every response also find the data of another account; but only this \
             rule sends simultaneous requests, and its finding names the mix-up",
        ),
    ),
    ("responses_are_not_serialised", Mutant("serialised")),
    ("http_is_survived", Mutant("method-500")),
    ("bodies_are_read_whole", Mutant("second-packet-lost")),
    ("chunks_override_the_length", Mutant("length-beats-chunks")),
    ("codings_are_accepted", Mutant("gzip-unasked")),
    ("long_passwords_take_no_longer", Mutant("long-password-slow")),
    ("latency_does_not_grow", Mutant("slower-with-time")),
    ("media_type_parameters_are_accepted", Mutant("charset-refused")),
    ("chunked_bodies_are_read", Mutant("chunks-unread")),
    ("service_survives_failures", Mutant("ill-after-failures")),
    (
        "sequences_follow_the_model",
        Explained(
            "the rules of single sessions find the same mutants; but only this rule tries sequences that \
             nobody wrote, and shrinks them",
        ),
    ),
    (
        "deviations_are_current",
        Explained("it judges the deviations file, and no server can break that"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use login_conformance::login::rules::RULES;
    use specfirst_engine::rule::side::Side;

    use crate::mutants;

    #[test]
    fn every_server_rule_is_needed_or_explained() {
        for rule in RULES.iter().filter(|rule| rule.side() == Side::Server) {
            match justification(rule.id) {
                Some(Mutant(id)) => {
                    let mutant = mutants::all().into_iter().find(|mutant| mutant.id == id);
                    assert!(mutant.is_some(), "{}: no mutant `{id}`", rule.id);
                }
                Some(Explained(why)) => assert!(why.len() > 20, "{}", rule.id),
                None => panic!("{} is neither needed by a mutant nor explained", rule.id),
            }
        }
        for (at, (id, need)) in JUSTIFICATIONS.iter().enumerate() {
            assert!(RULES.iter().any(|rule| rule.id == *id), "{id}: no such rule");
            let taken =
                JUSTIFICATIONS[..at].iter().any(|(other, given)| other == id || given == need);
            assert!(!taken, "{id} or its mutant is listed twice");
        }
    }
}
