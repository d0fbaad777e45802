//! The client side: the real client passes every rule, and each rule kills a mutant.

use login_conformance::{
    client::{self, ClientMutant, MUTANTS},
    login::{Login, Run, rules::RULES},
};
use specfirst_engine::{
    redact::Secrets,
    rule::side::{Side, Sides},
    runner::{Evidence, environment::Environment},
};

use crate::run::{Setup, options, printed};

fn client_options(cases: u32) -> Setup {
    let mut options = options("http://127.0.0.1", Vec::new());
    options.sides = Sides::Client;
    options.cases = cases;
    options
}

fn against(mutant: &'static ClientMutant, only: &[&str]) -> Vec<Evidence> {
    let mut options = client_options(120);
    options.only = only.iter().map(ToString::to_string).collect();
    let (login, secrets) = (Login::new(Vec::new()).unwrap(), Secrets::default());
    let environment = Environment::new(&secrets);
    let run = Run::new(&options, &login, &environment);
    client::run(&run, Some(mutant)).unwrap();
    run.evidence()
}

#[test]
fn real_client_conforms() {
    let report = client_options(160).run(&Secrets::default()).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let [side] = &report.sides[..] else { panic!("{:?}", report.sides) };
    assert_eq!((side.side, side.operations, side.failures), (Side::Client, 4, 0));
    assert!(side.exchanges > 2_000, "{side:?}");
}

#[test]
fn each_client_mutant_is_killed_by_its_rule() {
    for mutant in MUTANTS {
        let found = against(mutant, &[mutant.rule]);
        assert!(
            !found.is_empty(),
            "{} ({}) is not found by {}",
            mutant.id,
            mutant.title,
            mutant.rule
        );
        assert!(found.iter().all(|evidence| evidence.finding.rule == mutant.rule));
    }
}

#[test]
fn each_client_rule_has_a_mutant() {
    for rule in RULES.iter().filter(|rule| rule.side() == Side::Client) {
        assert!(MUTANTS.iter().any(|mutant| mutant.rule == rule.id), "{}", rule.id);
    }
    for (at, mutant) in MUTANTS.iter().enumerate() {
        assert!(MUTANTS[..at].iter().all(|other| other.id != mutant.id), "{}", mutant.id);
    }
}

#[test]
fn case_shrinks_to_a_minimal_counterexample() {
    let mutant = MUTANTS.iter().find(|mutant| mutant.id == "plus-in-forms").unwrap();
    let found = against(mutant, &[mutant.rule]);
    let shrunk = found.iter().any(|evidence| {
        let body = evidence.case.request.body.clone().unwrap_or_default();
        let text = String::from_utf8_lossy(&body).into_owned();
        // Only the plus remains of the values.
        let values: String =
            text.split('&').filter_map(|pair| pair.split_once('=')).map(|p| p.1).collect();
        values == "+"
    });
    assert!(shrunk, "{found:#?}");
}

#[test]
fn response_shrinks_to_a_minimal_counterexample() {
    let mutant = MUTANTS.iter().find(|mutant| mutant.id == "offset-unsigned").unwrap();
    let found = against(mutant, &[mutant.rule]);
    let evidence = &found[0];
    let response = evidence.response.as_ref().unwrap().text();
    // The smallest response has only the members that it needs.
    assert!(response.contains(r#""utcOffset":-1"#), "{response}");
    assert!(!response.contains("avatarUrl"), "{response}");
}
