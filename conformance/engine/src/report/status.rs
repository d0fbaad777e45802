//! The status of each rule, place and sentence of the page after a run. Every report format uses the
//! values that are computed here, so that all formats agree.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use crate::{
    rule::{
        Catalogue, Rule,
        requirement::{Requirement, is_within},
    },
    runner::{Run, Unjudged, suite::Suite},
};

/// The reason of a rule that the options do not select.
pub(super) const NOT_SELECTED: &str = "not selected";

/// The status of a rule or requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleStatus {
    /// This run did not judge it.
    NotRun,
    /// The run ended by an error before it was judged.
    CouldNotRun,
    /// It was judged and passed.
    Passed,
    /// It failed, and a deviation explains that.
    KnownDeviation,
    /// It failed.
    Failed,
}

/// The status of a rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleReport {
    /// The rule.
    pub rule: &'static str,
    /// The definition of the rule, for report formats that print it.
    #[serde(skip)]
    pub(super) definition: &'static Rule,
    /// The status.
    pub status: RuleStatus,
    /// Why it was not judged; `None` if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How often the rule was checked.
    pub checks: u64,
    /// How many failures it has.
    pub failures: usize,
}

/// The status of a place or a sentence of the page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RequirementReport {
    /// A JSON pointer into `documented.json`, or the sentence.
    pub what: String,
    /// The status.
    pub status: RuleStatus,
    /// The rules that check it.
    pub rules: Vec<&'static str>,
}

impl RuleStatus {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotRun => "not run",
            Self::CouldNotRun => "could not run",
            Self::Passed => "passed",
            Self::KnownDeviation => "known deviation",
            Self::Failed => "failed",
        }
    }

    /// Whether there is a verdict.
    pub fn is_judged(self) -> bool {
        self >= Self::Passed
    }
}

impl RuleReport {
    /// Whether the rule was selected and not judged.
    pub(super) fn is_left_out(&self) -> bool {
        self.status == RuleStatus::NotRun && self.reason.as_deref() != Some(NOT_SELECTED)
    }
}

/// The status of every rule, in the order of the catalogue.
pub(super) fn rules<S: Suite>(
    run: &Run<'_, S>,
    failures: &[Failure],
    known: &[Failure],
) -> Vec<RuleReport> {
    let report = |rule: &'static Rule| {
        let breaking = failures.iter().filter(|failure| failure.rule == rule.id).count();
        let checks = run.count(rule.id);
        let (status, reason) = if breaking > 0 {
            (RuleStatus::Failed, None)
        } else if known.iter().any(|failure| failure.rule == rule.id) {
            (RuleStatus::KnownDeviation, None)
        } else if !run.wants(rule.id) {
            (RuleStatus::NotRun, Some(NOT_SELECTED.to_owned()))
        } else {
            match run.unjudged(rule.id) {
                Some(Unjudged::NotRun(reason)) => (RuleStatus::NotRun, Some(reason)),
                Some(Unjudged::CouldNotRun(reason)) => (RuleStatus::CouldNotRun, Some(reason)),
                None if checks == 0 => {
                    let reason = "no response of this run could show it".to_owned();
                    (RuleStatus::NotRun, Some(reason))
                }
                None => (RuleStatus::Passed, None),
            }
        };
        RuleReport { rule: rule.id, definition: rule, status, reason, checks, failures: breaking }
    };
    run.suite.catalogue().rules().iter().map(report).collect()
}

/// The status of every rule of a run that could not begin.
pub(super) fn none(catalogue: &Catalogue, reason: &str) -> Vec<RuleReport> {
    let report = |rule: &'static Rule| RuleReport {
        rule: rule.id,
        definition: rule,
        status: RuleStatus::CouldNotRun,
        reason: Some(reason.to_owned()),
        checks: 0,
        failures: 0,
    };
    catalogue.rules().iter().map(report).collect()
}

/// The status of every schema, example, body and status of the page.
pub(super) fn nodes(
    catalogue: &Catalogue,
    rules: &[RuleReport],
    failures: &[Failure],
    known: &[Failure],
) -> Vec<RequirementReport> {
    let nodes = &catalogue.nodes;
    let mut found = BTreeMap::new();
    for (failures, status) in [(known, RuleStatus::KnownDeviation), (failures, RuleStatus::Failed)]
    {
        for failure in failures {
            found.extend(broken(nodes, failure).map(|node| (node.what.clone(), status)));
        }
    }
    let is_cut_short = rules.iter().any(|report| report.status == RuleStatus::CouldNotRun);
    let elsewhere = if is_cut_short { RuleStatus::CouldNotRun } else { RuleStatus::Passed };
    let reports = nodes.iter().map(|node| {
        // If its rules failed at another place, it was still judged, unless the run ended early.
        let unbroken = of_rules(rules, node).map(|status| match status {
            RuleStatus::KnownDeviation | RuleStatus::Failed => elsewhere,
            other => other,
        });
        let unbroken = unbroken.max().unwrap_or(RuleStatus::NotRun);
        report(node, found.get(&node.what).copied().unwrap_or(unbroken))
    });
    reports.collect()
}

/// The status of every sentence and changelog line of the page.
pub(super) fn sentences(catalogue: &Catalogue, rules: &[RuleReport]) -> Vec<RequirementReport> {
    let reports = catalogue.sentences.iter().map(|sentence| {
        let worst = of_rules(rules, sentence).max().unwrap_or(RuleStatus::NotRun);
        report(sentence, worst)
    });
    reports.collect()
}

/// The innermost node around the place of a failure. `None` if that is not in the page.
fn broken<'n>(nodes: &'n [Requirement], failure: &Failure) -> Option<&'n Requirement> {
    let (_, pointer) = failure.place.split_once(".json#")?;
    // The place of a client failure has text after the pointer.
    let place = pointer.split(' ').next()?;
    let around = nodes.iter().filter(|node| is_within(place, &node.what));
    around.max_by_key(|node| node.what.len())
}

fn of_rules<'r>(
    rules: &'r [RuleReport],
    requirement: &'r Requirement,
) -> impl Iterator<Item = RuleStatus> + use<'r> {
    rules
        .iter()
        .filter(|report| requirement.rules.contains(&report.rule))
        .map(|report| report.status)
}

fn report(requirement: &Requirement, status: RuleStatus) -> RequirementReport {
    RequirementReport { what: requirement.what.clone(), status, rules: requirement.rules.clone() }
}
