//! The report as JUnit XML: a test suite for each tier, and a test case for each rule.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{
    Report,
    status::{RuleReport, RuleStatus},
};
use crate::rule::Tier;

/// The report as XML.
///
/// # Errors
///
/// The error of the XML writer.
pub fn xml(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut out = quick_junit::Report::new(report.suite);
    if let Some(stopped) = report.stopped.as_ref().filter(|stopped| stopped.is_error) {
        let mut suite = TestSuite::new("run");
        let status = with_message(error(), &stopped.reason);
        suite.add_test_case(TestCase::new("the run is carried out", status));
        out.add_test_suite(suite);
    }
    for tier in Tier::ALL {
        let mut suite = TestSuite::new(tier.name());
        for rule in report.rules.iter().filter(|report| report.definition.tier == tier) {
            if rule.status == RuleStatus::Failed {
                suite.add_test_cases(failures(report, rule));
            } else {
                suite.add_test_case(TestCase::new(rule.rule, status(rule)));
            }
        }
        out.add_test_suite(suite);
    }
    out.to_string()
}

/// The status of a rule without failures. Only a rule that was judged and passed is a success.
fn status(rule: &RuleReport) -> TestCaseStatus {
    let reason = rule.reason.as_deref().unwrap_or(rule.status.name());
    match rule.status {
        RuleStatus::Passed => TestCaseStatus::success(),
        RuleStatus::NotRun | RuleStatus::KnownDeviation => {
            with_message(TestCaseStatus::skipped(), reason)
        }
        RuleStatus::CouldNotRun | RuleStatus::Failed => with_message(error(), reason),
    }
}

/// A test case for each failure of a rule.
fn failures<'r>(report: &'r Report, rule: &'r RuleReport) -> impl Iterator<Item = TestCase> + 'r {
    report.failures.iter().filter(|failure| failure.rule == rule.rule).map(|failure| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(failure.severity.name());
        status.set_message(failure.message.clone());
        status.set_description(format!(
            "{}\nat {}\nexpected {}\ngot {}\n{}",
            failure.text, failure.place, failure.expected, failure.got, failure.curl
        ));
        TestCase::new(format!("{} {} {}", rule.rule, failure.operation, failure.place), status)
    })
}

fn error() -> TestCaseStatus {
    TestCaseStatus::non_success(NonSuccessKind::Error)
}

fn with_message(mut status: TestCaseStatus, message: &str) -> TestCaseStatus {
    status.set_message(message);
    status
}
