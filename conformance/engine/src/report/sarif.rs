//! The report as SARIF 2.1.0, the format of code-scanning services.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Failure, Report,
    status::{RuleReport, RuleStatus},
};
use crate::rule::{Rule, Severity};

/// The report as a SARIF log of one run.
pub fn log(report: &Report) -> Value {
    let results = report.failures.iter().chain(&report.deviations);
    let results = results.map(|failure| result(report, failure));
    let stopped = report.stopped.as_ref().filter(|stopped| stopped.is_error);
    let mut notifications: Vec<Value> = stopped
        .iter()
        .map(|stopped| json!({"level": "error", "message": {"text": stopped.reason}}))
        .collect();
    // A rule without a result looks passed, so a notification says if it was not judged.
    notifications.extend(report.rules.iter().filter_map(|rule| notification(report, rule)));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.suite,
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(|rule| descriptor(rule.definition)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": stopped.is_none(),
                "exitCode": report.exit_code(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results.collect::<Vec<_>>(),
            "properties": {"seed": report.seed.to_string(), "target": report.base_url},
        }],
    })
}

/// A notification that a rule was not judged, with the reason.
fn notification(report: &Report, rule: &RuleReport) -> Option<Value> {
    let level = match rule.status {
        RuleStatus::NotRun => "note",
        RuleStatus::CouldNotRun => "error",
        RuleStatus::Passed | RuleStatus::KnownDeviation | RuleStatus::Failed => return None,
    };
    let reason = rule.reason.as_deref().unwrap_or_default();
    Some(json!({
        "level": level,
        "message": {"text": format!("{}: {}: {reason}", rule.rule, rule.status.name())},
        "associatedRule": {"id": rule.rule, "index": index(report, rule.rule)},
    }))
}

/// The index of a rule in the list of the tool.
fn index(report: &Report, id: &str) -> Option<usize> {
    report.rules.iter().position(|rule| rule.rule == id)
}

fn descriptor(rule: &Rule) -> Value {
    let sources: Vec<String> = rule.sources.iter().map(|source| source.line()).collect();
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.text},
        "help": {"text": sources.join("\n")},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "tags": [rule.tier.name()],
            "security-severity": score(rule.severity),
        },
    })
}

fn result(report: &Report, failure: &Failure) -> Value {
    // A place in a document belongs to a file of this repository. A place in a response has no file,
    // but viewers do not show a result without one.
    let document = failure.place.split_once('#').map_or("openapi.json", |(name, _)| name);
    let fingerprint = Sha256::new()
        .chain_update(failure.rule)
        .chain_update([0])
        .chain_update(&failure.place)
        .finalize();
    let mut result = json!({
        "ruleId": failure.rule,
        "ruleIndex": index(report, failure.rule),
        "level": level(failure.severity),
        "message": {"text": format!(
            "{}: expected {}, got {}\n{}",
            failure.message, failure.expected, failure.got, failure.curl
        )},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": format!("spec/{document}")},
                "region": {"startLine": 1},
            },
            "logicalLocations": [{"fullyQualifiedName": failure.place}],
        }],
        "partialFingerprints": {"ruleAndPlace/v1": letters(&fingerprint)},
    });
    if let Some(reason) = &failure.deviation {
        result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
    }
    result
}

/// A digest as letters. Six digits in a row could be a code of the run. Redaction would then change the
/// fingerprint, by which services identify a finding.
fn letters(digest: &[u8]) -> String {
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.map(|nibble| char::from(b'a' + nibble)).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The CVSS score of a severity, by which services sort.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}
