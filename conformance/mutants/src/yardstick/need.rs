//! What each rule is needed for: a fault that only it finds, or why it stays without one.

/// Why a rule of the server is in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A fault that no other rule finds.
    Fault(&'static str),
    /// Why it stays, though no fault needs it.
    Explained(&'static str),
}

/// What a rule of the server is needed for.
pub fn need(rule: &str) -> Option<Need> {
    NEEDS.iter().find(|(id, _)| *id == rule).map(|(_, need)| *need)
}

use Need::{Explained, Fault};

const NEEDS: &[(&str, Need)] = &[
    ("not_a_server_error", Fault("ill-typed-500")),
    ("status_code_conformance", Fault("logout-202")),
    ("content_type_conformance", Fault("media-type-text")),
    ("response_schema_conformance", Fault("active-string")),
    ("response_is_json", Fault("name-twice")),
    ("positive_data_acceptance", Fault("user-ascii-only")),
    ("negative_data_rejection", Fault("array-is-guest")),
    ("ill_typed_member_is_refused", Fault("password-number")),
    ("unknown_members_are_ignored", Fault("unknown-member-refused")),
    ("optional_members_keep_their_type", Fault("name-comes-and-goes")),
    ("documented_headers", Fault("limit-header-text")),
    ("password_logs_in", Fault("first-login-refused")),
    ("email_logs_in", Fault("email-refused")),
    ("form_logs_in", Fault("form-unread")),
    ("mandatory_members", Fault("only-user")),
    ("resume_logs_in", Fault("sixth-resume-refused")),
    ("token_authenticates", Fault("late-token")),
    ("both_headers_are_needed", Fault("token-alone")),
    ("answer_describes_the_account", Fault("resume-other-account")),
    ("me_is_present", Fault("me-missing")),
    ("avatar_url_is_present", Fault("avatar-missing")),
    ("status_says_success", Fault("status-ok")),
    ("code_is_required", Fault("code-needless")),
    ("code_logs_in", Fault("local-code-refused")),
    ("ldap_changes_nothing", Fault("directory-empty-password")),
    ("wrong_password_is_refused", Fault("form-any-password")),
    ("password_is_compared_whole", Fault("password-72")),
    ("unknown_user_is_refused", Fault("user-sql")),
    ("inactive_account_is_refused", Fault("inactive-logs-in")),
    ("token_is_compared_whole", Fault("made-up-token")),
    ("token_is_bound_to_its_user", Fault("logout-any-user")),
    ("tokens_are_unguessable", Fault("token-counter")),
    ("logout_ends_the_token", Fault("logout-twice")),
    ("logout_ends_only_its_token", Fault("logout-any-token")),
    ("wrong_code_is_refused", Fault("code-empty")),
    ("old_code_is_refused", Fault("code-old")),
    ("code_works_once", Fault("code-replayed")),
    ("second_factor_comes_last", Fault("factor-before-password")),
    ("refusals_look_alike", Fault("unknown-user-told")),
    ("refusals_take_as_long", Fault("known-user-slower")),
    ("answers_hold_no_secret", Fault("hash-in-me")),
    ("answers_hold_no_foreign_data", Fault("others-in-me")),
    ("answers_show_no_internals", Fault("stack-trace")),
    ("tokens_are_not_cached", Fault("cacheable")),
    ("method_is_checked", Fault("any-method")),
    (
        "answers_do_not_mix",
        Explained(
            "a mix-up is another account's data, which two rules of every answer find as well; but \
             this one's requests alone are sent at once, and it says what went wrong",
        ),
    ),
    ("answers_are_not_serialised", Fault("serialised")),
    ("http_is_survived", Fault("method-500")),
    ("media_type_parameters_are_accepted", Fault("charset-refused")),
    ("service_survives_failures", Fault("ill-after-failures")),
    ("sequences_follow_the_model", Fault("resume-ends-younger")),
    (
        "deviations_are_current",
        Explained("it judges the deviations file, which no server can break"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use login_conformance::login::rules::RULES;
    use specfirst_engine::rule::side::Half;

    use crate::faulty;

    #[test]
    fn every_rule_of_the_server_is_needed_or_explained() {
        for rule in RULES.iter().filter(|rule| rule.half() == Half::Server) {
            match need(rule.id) {
                Some(Fault(id)) => {
                    let fault = faulty::faults().into_iter().find(|fault| fault.id == id);
                    assert!(fault.is_some(), "{}: no fault `{id}`", rule.id);
                }
                Some(Explained(why)) => assert!(why.len() > 20, "{}", rule.id),
                None => panic!("{} is neither needed by a fault nor explained", rule.id),
            }
        }
        for (at, (id, need)) in NEEDS.iter().enumerate() {
            assert!(RULES.iter().any(|rule| rule.id == *id), "{id}: no such rule");
            let taken = NEEDS[..at].iter().any(|(other, given)| other == id || given == need);
            assert!(!taken, "{id} or its fault stands twice");
        }
    }
}
