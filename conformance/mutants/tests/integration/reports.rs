//! The report formats.

use login_conformance::login::rules::RULES;
use serde_json::{Value, json};
use specfirst_engine::{
    report::{
        Report, sarif,
        status::{RequirementReport, RuleStatus},
    },
    rule::side::Side,
};

use crate::run::{against, mutant, printed};

fn of_status(requirements: &[RequirementReport], status: RuleStatus) -> Vec<&str> {
    requirements
        .iter()
        .filter(|requirement| requirement.status == status)
        .map(|d| d.what.as_str())
        .collect()
}

fn status_of(report: &Report, rule: &str) -> RuleStatus {
    report.rules.iter().find(|report| report.rule == rule).unwrap().status
}

#[test]
fn failure_marks_only_its_own_rule_and_place() {
    let (report, _) = against(mutant("active-string"), |_| {});
    let broken: Vec<_> =
        report.rules.iter().filter(|r| r.status == RuleStatus::Failed).map(|r| r.rule).collect();
    assert_eq!(broken, ["response_schema_conformance"]);
    let places = of_status(&report.nodes, RuleStatus::Failed);
    assert_eq!(places.len(), 1, "{places:?}");
    assert!(places[0].ends_with("/me/properties/active"), "{places:?}");
    assert_eq!(of_status(&report.sentences, RuleStatus::Failed), Vec::<&str>::new());
    // The status of a sentence depends on its rules, whatever the place of a failure.
    let (report, _) = against(mutant("any-password"), |_| {});
    assert_ne!(of_status(&report.sentences, RuleStatus::Failed), Vec::<&str>::new());
    // The page does not describe `me`, so its failures mark no place of the page.
    let (report, _) = against(mutant("token-any-user"), |_| {});
    assert_eq!(status_of(&report, "token_is_bound_to_its_user"), RuleStatus::Failed);
    assert_eq!(of_status(&report.nodes, RuleStatus::Failed), Vec::<&str>::new());
}

#[test]
fn terminal_report_starts_with_failures_and_ends_with_the_verdict() {
    let (report, _) = against(mutant("active-string"), |_| {});
    let text = printed(&report);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "FAILURE response_schema_conformance (schema, high): POST /api/v1/login");
    let labels: Vec<_> =
        lines[1..8].iter().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(labels, ["wrong", "rule", "source", "at", "expected", "got", "minimal"]);
    assert!(lines[7].contains("curl -sS -i -X POST"), "{text}");
    // The summary: a line for the side, then the target, the seed, and the verdict.
    let side = lines.iter().find(|line| line.starts_with("server ")).unwrap();
    let numbers: Vec<_> = side.split_whitespace().skip(1).collect();
    let counted = [report.operations.to_string(), report.checks.to_string()];
    assert_eq!((numbers.len(), numbers[0], numbers[1]), (7, &*counted[0], &*counted[1]), "{side}");
    assert_eq!(numbers[3], report.exchanges.to_string());
    let seed = format!("seed    {}", report.seed);
    assert_eq!(&lines[lines.len() - 2..], [&*seed, "verdict 1 failure"]);
    let (report, _) = against(mutant("as-it-is"), |options| options.budget = Some(10));
    let text = printed(&report);
    assert!(text.contains("not run method_is_checked: needs a larger `--budget`"), "{text}");
    // A run that left out rules does not claim to conform.
    assert!(text.lines().last().unwrap().starts_with("verdict no failure; stopped: "), "{text}");
}

#[test]
fn unchecked_rule_is_never_reported_as_passed() {
    let (report, _) = against(mutant("as-it-is"), |_| {});
    for rule in RULES {
        // This run judges only the server, and has no deviations file and no sacrificial account.
        let needs_more = rule.id == "deviations_are_current"
            || rule.needs.is_some_and(|needs| needs.contains("sacrificial"));
        let is_judged = rule.side() == Side::Server && !needs_more;
        let expected = if is_judged { RuleStatus::Passed } else { RuleStatus::NotRun };
        assert_eq!(status_of(&report, rule.id), expected, "{}", rule.id);
    }
    assert_eq!(of_status(&report.nodes, RuleStatus::NotRun), Vec::<&str>::new());
    assert_eq!(of_status(&report.sentences, RuleStatus::NotRun), Vec::<&str>::new());
    let (report, _) = against(mutant("as-it-is"), |options| {
        options.only = vec!["resume_logs_in".to_owned()];
    });
    let passed = report.rules.iter().filter(|r| r.status == RuleStatus::Passed).map(|r| r.rule);
    assert_eq!(passed.collect::<Vec<_>>(), ["resume_logs_in"]);
    let (report, _) = against(mutant("as-it-is"), |options| options.budget = Some(10));
    assert_eq!(status_of(&report, "password_logs_in"), RuleStatus::Passed);
    for rule in &report.rules {
        assert_eq!(rule.status == RuleStatus::Passed, rule.checks > 0, "{rule:?}");
        assert_eq!(rule.reason.is_some(), rule.checks == 0, "{rule:?}");
    }
}

#[test]
fn json_report_validates_against_its_schema() {
    let schema = Report::json_schema();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let (report, _) = against(mutant("active-string"), |_| {});
    let report = serde_json::to_value(&report).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(!report["failures"].as_array().unwrap().is_empty());
    // The schema has every member of the report.
    let described = schema["properties"].as_object().unwrap();
    for name in report.as_object().unwrap().keys() {
        assert!(described.contains_key(name), "{name}");
    }
    for (place, wrong) in [
        ("/seed", json!("1")),
        ("/failures/0/severity", json!("bad")),
        ("/rules/0/status", json!("kept")),
        ("/stages/0", json!({})),
        ("/seconds", json!({"secs": 1, "nanos": 0})),
    ] {
        let mut other: Value = report.clone();
        *other.pointer_mut(place).unwrap() = wrong;
        assert!(!validator.is_valid(&other), "{place}");
    }
}

#[test]
fn sarif_log_holds_what_consumers_need() {
    let (report, _) = against(mutant("active-string"), |_| {});
    let log = sarif::log(&report);
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(run["tool"]["driver"]["name"], "login-conformance");
    for rule in rules {
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(rule["help"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
        let score: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!((0.0..=10.0).contains(&score));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.failures.len());
    assert!(!results.is_empty());
    let mut fingerprints = Vec::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].as_str().is_some_and(|text| text.contains("curl")));
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(uri);
        assert!(file.exists(), "{uri}");
        assert!(physical["region"]["startLine"].as_u64().unwrap() >= 1);
        let fingerprint = result["partialFingerprints"]["ruleAndPlace/v1"].as_str().unwrap();
        assert!(fingerprint.chars().all(|c| c.is_ascii_lowercase()), "{fingerprint}");
        fingerprints.push(fingerprint.to_owned());
    }
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), results.len());
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["exitCode"], 100);
}
