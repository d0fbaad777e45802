//! The client's half: the real client keeps every rule, and each rule is broken by a faulty one.

use login_conformance::{
    client::{self, ClientFault, FAULTS},
    login::{Login, Run, rules::RULES},
};
use specfirst_engine::{
    redact::Secrets,
    rule::side::{Half, Halves},
    runner::{Evidence, environment::Environment},
};

use crate::run::{Setup, options, printed};

fn client_options(cases: u32) -> Setup {
    let mut options = options("http://127.0.0.1", Vec::new());
    options.halves = Halves::Client;
    options.cases = cases;
    options
}

fn against(fault: &'static ClientFault, only: &[&str]) -> Vec<Evidence> {
    let mut options = client_options(120);
    options.only = only.iter().map(ToString::to_string).collect();
    let (login, secrets) = (Login::new(Vec::new()).unwrap(), Secrets::default());
    let environment = Environment::new(&secrets);
    let run = Run::new(&options, &login, &environment);
    client::run(&run, Some(fault)).unwrap();
    run.evidence()
}

#[test]
fn the_real_client_conforms() {
    let report = client_options(160).run(&Secrets::default()).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let [half] = &report.halves[..] else { panic!("{:?}", report.halves) };
    assert_eq!((half.half, half.operations, half.failures), (Half::Client, 4, 0));
    assert!(half.exchanges > 2_000, "{half:?}");
}

#[test]
fn each_faulty_client_is_found_by_its_rule() {
    for fault in FAULTS {
        let found = against(fault, &[fault.rule]);
        assert!(!found.is_empty(), "{} ({}) is not found by {}", fault.id, fault.title, fault.rule);
        assert!(found.iter().all(|evidence| evidence.finding.rule == fault.rule));
    }
}

#[test]
fn each_rule_of_the_client_has_a_faulty_client() {
    for rule in RULES.iter().filter(|rule| rule.half() == Half::Client) {
        assert!(FAULTS.iter().any(|fault| fault.rule == rule.id), "{}", rule.id);
    }
    for (at, fault) in FAULTS.iter().enumerate() {
        assert!(FAULTS[..at].iter().all(|other| other.id != fault.id), "{}", fault.id);
    }
}

#[test]
fn a_case_shrinks_to_what_shows_the_fault() {
    let fault = FAULTS.iter().find(|fault| fault.id == "plus-in-forms").unwrap();
    let found = against(fault, &[fault.rule]);
    let shrunk = found.iter().any(|evidence| {
        let body = evidence.case.request.body.clone().unwrap_or_default();
        let text = String::from_utf8_lossy(&body).into_owned();
        // Nothing but the plus is left of the values.
        let values: String =
            text.split('&').filter_map(|pair| pair.split_once('=')).map(|p| p.1).collect();
        values == "+"
    });
    assert!(shrunk, "{found:#?}");
}

#[test]
fn an_answer_shrinks_to_what_shows_the_fault() {
    let fault = FAULTS.iter().find(|fault| fault.id == "offset-unsigned").unwrap();
    let found = against(fault, &[fault.rule]);
    let evidence = &found[0];
    let answer = evidence.answer.as_ref().unwrap().text();
    // The smallest answer that shows it: no member that is not needed.
    assert!(answer.contains(r#""utcOffset":-1"#), "{answer}");
    assert!(!answer.contains("avatarUrl"), "{answer}");
}
