//! The checks and findings of a run so far.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard},
};

use crate::{
    check::{deviation::Deviation, finding::Finding},
    http::{case::Case, response::Response},
};

/// A finding and the exchange that shows it. May hold secrets until it is reported.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What is wrong.
    pub finding: Finding,
    /// The smallest case that shows the finding.
    pub case: Case,
    /// The response, if there was one.
    pub response: Option<Response>,
    /// The deviation that explains the finding, if there is one.
    pub deviation: Option<Deviation>,
    /// Whether it fails the run if no deviation explains it. What only practice asks for does not.
    pub fails: bool,
}

/// The identity of a finding: the rule, the place, and the deviation that explains it. The data that
/// shows the finding does not matter. The deviation does, so that a known finding does not hide
/// another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FindingKey {
    /// The rule.
    pub rule: &'static str,
    /// The place that violates the rule.
    pub place: String,
    /// The id of the deviation that explains it.
    pub deviation: Option<String>,
}

/// Why a run has no verdict about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unjudged {
    /// The rule was not checked, or not completely, for this reason.
    NotRun(String),
    /// This error ended the run before the rule was checked completely.
    CouldNotRun(String),
}

/// The checks and findings of a run so far, shared by all jobs.
#[derive(Default)]
pub(super) struct Verdicts(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashSet<FindingKey>,
    evidence: Vec<Evidence>,
    /// How often each rule judged responses.
    counts: BTreeMap<&'static str, u64>,
    unjudged: BTreeMap<&'static str, Unjudged>,
}

impl Verdicts {
    /// Counts one check of each of these rules.
    pub(super) fn count(&self, rules: &[&'static str]) {
        let mut state = self.lock();
        for rule in rules {
            *state.counts.entry(rule).or_default() += 1;
        }
    }

    /// How often each rule judged responses.
    pub(super) fn count_of(&self, rule: &str) -> u64 {
        self.lock().counts.get(rule).copied().unwrap_or(0)
    }

    /// Records that there is no verdict about a rule. Only the first reason is kept.
    pub(super) fn leave(&self, rule: &'static str, why: impl FnOnce() -> Unjudged) {
        self.lock().unjudged.entry(rule).or_insert_with(why);
    }

    pub(super) fn unjudged(&self, rule: &str) -> Option<Unjudged> {
        self.lock().unjudged.get(rule).cloned()
    }

    pub(super) fn is_known(&self, key: &FindingKey) -> bool {
        self.lock().known.contains(key)
    }

    /// Adds a finding that is not known yet.
    pub(super) fn add(&self, key: FindingKey, evidence: impl FnOnce() -> Evidence) {
        let mut state = self.lock();
        if state.known.insert(key) {
            state.evidence.push(evidence());
        }
    }

    pub(super) fn evidence(&self) -> Vec<Evidence> {
        self.lock().evidence.clone()
    }

    /// Whether anything was found that no deviation explains.
    pub(super) fn has_failure(&self) -> bool {
        self.lock().evidence.iter().any(|found| found.deviation.is_none() && found.fails)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no job panics while it holds the verdicts")
    }
}
