//! The report as JUnit, as CI systems read it: a test suite per tier, a test case per rule.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use crate::rule::{RULES, Tier};

/// The report as XML.
///
/// # Errors
///
/// What the writer says.
pub fn xml(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut out = quick_junit::Report::new("login-conformance");
    for tier in Tier::ALL {
        let mut suite = TestSuite::new(tier.name());
        for rule in RULES.iter().filter(|rule| rule.tier == tier) {
            let mut failures = report.failures.iter().filter(|f| f.rule == rule.id).peekable();
            let not_run = report.not_run.iter().find(|not_run| not_run.rule == rule.id);
            if failures.peek().is_none() {
                let mut status = TestCaseStatus::success();
                if let Some(not_run) = not_run {
                    status = TestCaseStatus::skipped();
                    status.set_message(format!("needs {}", not_run.needs));
                }
                suite.add_test_case(TestCase::new(rule.id, status));
                continue;
            }
            for failure in failures {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_type(rule.severity.name());
                status.set_message(failure.message.clone());
                status.set_description(format!(
                    "{}\nat {}\nexpected {}\ngot {}\n{}",
                    rule.text, failure.place, failure.expected, failure.got, failure.curl
                ));
                let name = format!("{} {} {}", rule.id, failure.operation, failure.place);
                suite.add_test_case(TestCase::new(name, status));
            }
        }
        out.add_test_suite(suite);
    }
    out.to_string()
}
