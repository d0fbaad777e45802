//! Every report format gives each rule the same status, and none reports an unchecked rule as passed.

use std::{collections::BTreeMap, fs, path::PathBuf};

use login_conformance::login::{
    self,
    rules::{self, RULES},
};
use login_mutants::mutants::ProxyResponse;
use serde_json::Value;
use specfirst_engine::{
    check::deviation::Deviations,
    report::{Report, html, junit, sarif, status::RuleStatus},
    rule::side::Sides,
};

use crate::{
    run::{against, mutant, printed},
    scene::{Scene, report, text},
};

/// The status of each rule in the JUnit report.
fn of_junit(xml: &str) -> BTreeMap<&'static str, &'static str> {
    let mut said = BTreeMap::new();
    for case in xml.split("<testcase ").skip(1) {
        let name = case.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let name = name.split(' ').next().unwrap();
        let status = ["error", "failure", "skipped"]
            .into_iter()
            .find(|kind| case.contains(&format!("<{kind}")))
            .unwrap_or("passed");
        if let Some(rule) = rules::catalogue().find(name) {
            said.insert(rule.id, status);
        }
    }
    said
}

/// The status of each rule in the HTML report.
fn of_html(page: &str) -> BTreeMap<&'static str, String> {
    let said = RULES.iter().map(|rule| {
        let row = format!("<tr><td>{}</td><td class=\"", rule.id.replace('_', "_<wbr>"));
        let rest = page.split(&row).nth(1).unwrap_or_else(|| panic!("{}", rule.id));
        let text = rest.split('>').nth(1).unwrap().split(['<', ':', '(']).next().unwrap();
        (rule.id, text.trim().to_owned())
    });
    said.collect()
}

/// The status of each rule in the SARIF log: a result, a notification, or nothing.
fn of_sarif<'l>(log: &'l Value, rule: &str) -> &'l str {
    let run = &log["runs"][0];
    let result = run["results"].as_array().unwrap().iter().find(|one| one["ruleId"] == rule);
    if let Some(result) = result {
        return if result.get("suppressions").is_some() { "suppressed" } else { "result" };
    }
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let about = notifications.iter().find(|one| one["associatedRule"]["id"] == rule);
    about.map_or("nothing", |one| one["level"].as_str().unwrap())
}

/// Checks that all formats agree, and that no rule passed without a check.
fn agree(report: &Report) {
    let (xml, page, log) = (junit::xml(report).unwrap(), html::page(report), sarif::log(report));
    let (in_junit, in_html) = (of_junit(&xml), of_html(&page));
    for rule in &report.rules {
        let expected = match rule.status {
            RuleStatus::Passed => ("passed", "passed", "nothing"),
            RuleStatus::NotRun => ("skipped", "not run", "note"),
            RuleStatus::CouldNotRun => ("error", "could not run", "error"),
            RuleStatus::KnownDeviation => ("skipped", "known deviation", "suppressed"),
            RuleStatus::Failed => ("failure", "failed", "result"),
        };
        let said = (in_junit[rule.rule], &*in_html[rule.rule], of_sarif(&log, rule.rule));
        assert_eq!(said, expected, "{rule:?}");
        let is_judged = matches!(
            rule.status,
            RuleStatus::Passed | RuleStatus::Failed | RuleStatus::KnownDeviation
        );
        assert_eq!(rule.reason.is_none(), is_judged, "{rule:?}");
        assert!(rule.status != RuleStatus::Passed || rule.checks > 0, "{rule:?}");
    }
    let could_not_run = report.exit_code() == 1;
    assert_eq!(xml.contains("<error"), could_not_run, "{xml}");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], !could_not_run);
    assert_eq!(invocation["exitCode"], report.exit_code());
}

#[test]
fn all_report_formats_agree() {
    let (conforms, _) = against(mutant("as-it-is"), |options| options.cases = 1);
    agree(&conforms);
    let (early, _) = against(mutant("as-it-is"), |options| options.budget = Some(10));
    agree(&early);
    let (selected, _) = against(mutant("as-it-is"), |options| {
        options.only = vec!["resume_logs_in".to_owned()];
    });
    agree(&selected);
    // Most scenarios have no account to log in with, and do not begin.
    let (idle, _) = against(mutant("as-it-is"), |options| {
        options.accounts.retain(|account| account.totp_secret.is_some());
        options.cases = 1;
    });
    agree(&idle);
    let form = idle.rules.iter().find(|rule| rule.rule == "form_logs_in").unwrap();
    assert_eq!(form.status, RuleStatus::NotRun, "{form:?}");
    let (failed, _) = against(mutant("active-string"), |options| options.cases = 1);
    agree(&failed);
    let text = "[[deviation]]\nid = \"known\"\nrule = \"status_says_success\"\nwhere = \"/status\"\n\
                reason = \"an assertion\"\nsince = 2026-11-24\n";
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    let known: Deviations = specfirst_engine::check::deviation::read(
        file.path(),
        &rules::catalogue(),
        &login::documents().unwrap(),
    )
    .unwrap();
    let (known, _) = against(mutant("status-ok"), |options| {
        options.cases = 1;
        options.deviations = known;
    });
    assert!(known.rules.iter().any(|rule| rule.status == RuleStatus::KnownDeviation));
    agree(&known);
}

#[test]
fn run_ended_by_an_error_says_so_in_every_format() {
    let locked = login_mutants::mutants::Mutant {
        before: |state, request| {
            let locks = request.is_login() && state.count("login") > 12;
            locks.then(|| ProxyResponse::error(401, "error-login-blocked-for-ip", "blocked"))
        },
        ..mutant("as-it-is")
    };
    let (report, _) = against(locked, |_| {});
    assert_eq!(report.exit_code(), 1, "{}", printed(&report));
    agree(&report);
    let status = |rule: &str| report.rules.iter().find(|one| one.rule == rule).unwrap().status;
    // Rules that were checked completely before, and rules that were not.
    assert_eq!(status("password_logs_in"), RuleStatus::Passed);
    assert_eq!(status("sequences_follow_the_model"), RuleStatus::CouldNotRun);
    // Rules that judge every response did not judge all responses.
    assert_eq!(status("responses_hold_no_secret"), RuleStatus::CouldNotRun);
    assert!(printed(&report).contains("could not run "));
}

#[test]
fn client_that_was_not_called_has_not_passed() {
    let (report, _) = against(mutant("refused-at-200"), |options| {
        options.sides = Sides::Both;
        options.fail_fast = true;
    });
    agree(&report);
    let of_client = report.rules.iter().filter(|report| report.rule.starts_with("client_"));
    let of_client: Vec<_> = of_client.collect();
    assert!(of_client.len() >= 10);
    for rule in of_client {
        assert_eq!(rule.status, RuleStatus::NotRun, "{rule:?}");
    }
}

#[test]
fn run_without_checks_does_not_conform() {
    let (report, _) = against(mutant("as-it-is"), |options| {
        options.only = vec!["client_never_panics".to_owned()];
    });
    assert_eq!(report.exit_code(), 1, "{}", printed(&report));
    assert!(printed(&report).contains("error   no rule was judged"));
    agree(&report);
}

/// The options for a report in every format, and the file of each.
fn reports(scene: &Scene) -> (Vec<String>, [PathBuf; 4]) {
    let at = |name: &str| scene.directory.path().join(name);
    let files = [at("r.xml"), at("r.sarif"), at("r.json"), at("r.html")];
    let names = ["--report-junit", "--report-sarif", "--report-json", "--report-html"];
    let pairs = names.iter().zip(&files);
    let options = pairs.flat_map(|(name, file)| [(*name).to_owned(), file.display().to_string()]);
    (options.collect(), files)
}

/// Checks that no format of a failed run has a rule that passed.
fn nothing_passed(scene: &Scene, base_url: &str, reason: &str) {
    let (options, [xml, log, json, page]) = reports(scene);
    let options: Vec<&str> = options.iter().map(String::as_str).chain(["--json"]).collect();
    let output = scene.program(base_url, &options).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let printed = report(&output);
    let json: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(printed, json);
    assert_eq!(json["stopped"]["is_error"], true);
    assert!(json["stopped"]["reason"].as_str().unwrap().contains(reason), "{}", json["stopped"]);
    for rule in json["rules"].as_array().unwrap() {
        let status = rule["status"].as_str().unwrap();
        assert!(["could_not_run", "not_run"].contains(&status), "{rule}");
    }
    for requirement in
        ["nodes", "sentences"].iter().flat_map(|name| json[*name].as_array().unwrap())
    {
        assert_ne!(requirement["status"], "passed", "{requirement}");
    }
    let xml = fs::read_to_string(xml).unwrap();
    assert!(xml.contains("<error"), "{xml}");
    assert!(of_junit(&xml).values().all(|status| ["error", "skipped"].contains(status)), "{xml}");
    assert_eq!(of_junit(&xml)["password_logs_in"], "error");
    let log: Value = serde_json::from_str(&fs::read_to_string(log).unwrap()).unwrap();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notification = &invocation["toolExecutionNotifications"][0];
    assert!(notification["message"]["text"].as_str().unwrap().contains(reason), "{notification}");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("no verdict") && !page.contains(">passed<"), "{page}");
}

#[test]
fn run_that_could_not_start_passes_nothing_in_any_format() {
    let scene = Scene::in_default_configuration();
    let accounts = fs::read_to_string(scene.accounts_file()).unwrap();
    let base_url = scene.proxy.base_url();
    // No server listens there.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    nothing_passed(&scene, &format!("http://{free}"), "cannot connect");
    nothing_passed(&scene, "http://u:p@127.0.0.1", "is no base URL");
    fs::write(scene.accounts_file(), accounts.replace("alice", "bob")).unwrap();
    nothing_passed(&scene, base_url, "account[1]");
    // The accounts are those of another server.
    scene.write_accounts(|_| "not what it was".to_owned());
    nothing_passed(&scene, base_url, "refuses every account");
}
