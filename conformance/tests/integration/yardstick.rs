//! A part of the yardstick, one variant of each kind; `login-conformance faults` lays on all of it.

use login_conformance::{
    faulty::{self, Variant},
    rule::RULES,
    yardstick::{Measure, measure_all},
};

/// A fault, and the rule that must kill it.
const KILLS: [(&str, &str); 22] = [
    ("active-string", "response_schema_conformance"),
    ("seventh-answer", "response_schema_conformance"),
    ("name-twice", "response_is_json"),
    ("media-type-text", "content_type_conformance"),
    ("refusal-is-402", "status_code_conformance"),
    ("ill-typed-500", "not_a_server_error"),
    ("avatar-missing", "avatar_url_is_present"),
    ("any-password", "wrong_password_is_refused"),
    ("password-72", "password_is_compared_whole"),
    ("password-number", "ill_typed_member_is_refused"),
    ("only-user", "mandatory_members"),
    ("email-other-account", "answer_describes_the_account"),
    ("logout-keeps-token", "logout_ends_the_token"),
    ("token-any-user", "token_is_bound_to_its_user"),
    ("token-hash", "token_is_compared_whole"),
    ("code-replayed", "code_works_once"),
    ("code-not-required", "code_is_required"),
    ("unknown-user-told", "refusals_look_alike"),
    ("known-user-slower", "refusals_take_as_long"),
    ("hash-in-me", "answers_hold_no_secret"),
    ("answers-mixed", "answers_do_not_mix"),
    ("serialised", "answers_are_not_serialised"),
];

const HOW: Measure = Measure { seed: 3, budget: None, cases: 8 };

#[test]
fn faults_are_killed_by_the_rule_that_is_about_them() {
    let variants: Vec<Variant> = KILLS.iter().map(|(id, _)| faulty::find(id).unwrap()).collect();
    let outcomes = measure_all(&variants, HOW, 2, &|_| {}).unwrap();
    for (outcome, (id, rule)) in outcomes.iter().zip(KILLS) {
        assert_eq!(outcome.id, id);
        assert!(outcome.rules.contains(&rule), "{outcome:?}");
    }
}

#[test]
fn correct_variants_are_not_accused() {
    let outcomes = measure_all(&faulty::correct_variants(), HOW, 2, &|_| {}).unwrap();
    for outcome in &outcomes {
        assert!(outcome.is_right(), "{outcome:?}");
    }
    assert!(outcomes.len() >= 10);
}

#[test]
fn the_yardstick_is_long_enough() {
    let faults = faulty::faults();
    assert!(faults.len() >= 60);
    for (at, fault) in faults.iter().enumerate() {
        assert!(faults[..at].iter().all(|other| other.id != fault.id), "{}", fault.id);
    }
    for (_, rule) in KILLS {
        assert!(RULES.iter().any(|known| known.id == rule), "{rule}");
    }
}
