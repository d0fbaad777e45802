//! Known deviations: they are reported as known, and outdated entries are findings.

use std::path::Path;

use login_conformance::login::{self, rules};
use login_mutants::{
    in_process::InProcessServer,
    mutants::{self, Proxy},
};
use specfirst_engine::{
    check::deviation,
    redact::Secrets,
    report::{Report, exit_code, sarif},
};

use crate::run::{options, printed};

fn ours() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deviations")
}

fn against(mutant: &str, text: &str) -> Report {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let mutant = mutants::find(mutant).unwrap();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant).unwrap();
    let mut options = options(proxy.base_url(), accounts);
    options.deviations =
        deviation::read(file.path(), &rules::catalogue(), &login::documents().unwrap()).unwrap();
    options.run(&Secrets::default()).unwrap()
}

/// An entry that explains the findings about `ill-typed-500` and, by `case`, no others.
fn entry(case: &str) -> String {
    format!(
        "[[deviation]]\nid = \"known\"\nrule = \"not_a_server_error\"\n\
         where = \"openapi.json#/paths/~1api~1v1~1login/post/responses\"\ngot = \"500\"\n\
         case = \"{case}\"\nreason = \"an assertion\"\nsince = 2026-11-24\n"
    )
}

#[test]
fn deviation_files_of_this_repository_are_valid() {
    let (count, problems) =
        deviation::check(&ours(), &rules::catalogue(), &login::documents().unwrap()).unwrap();
    assert!(count >= 6);
    assert_eq!(problems, []);
}

#[test]
fn known_deviation_is_reported_and_does_not_fail_the_run() {
    let report = against("ill-typed-500", &entry("*"));
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    assert_eq!(report.deviations.len(), 1);
    assert!(printed(&report).contains("known, since 2026-11-24: an assertion"));
    let log = sarif::log(&report);
    assert_eq!(log["runs"][0]["results"][0]["suppressions"][0]["kind"], "external");
}

#[test]
fn known_deviation_does_not_hide_another_at_the_same_rule_and_place() {
    let report = against("ill-typed-500", &entry("valid credentials, but `password` is *"));
    assert_eq!(report.deviations.len(), 1);
    let others = report.failures.iter().filter(|f| f.rule == "not_a_server_error").count();
    assert_eq!(others, 1, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::FAILURES);
}

#[test]
fn entry_without_a_matching_finding_is_reported() {
    let report = against("as-it-is", &entry("*"));
    assert_eq!(report.exit_code(), exit_code::FAILURES);
    assert_eq!(report.failures.len(), 1, "{}", printed(&report));
    assert_eq!(report.failures[0].rule, "deviations_are_current");
    assert_eq!(report.failures[0].place, "known");
    // The absence of a data-dependent deviation proves nothing.
    let report = against("as-it-is", &(entry("*") + "data_dependent = true\n"));
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
}
