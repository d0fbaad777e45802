//! What a run has judged and found so far.

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
    /// What was sent, shrunk as far as it still shows it.
    pub case: Case,
    /// What came, where anything did.
    pub response: Option<Response>,
    /// Why it is no surprise, where it is none.
    pub deviation: Option<Deviation>,
}

/// What makes two findings the same one: the rule and the place, not the data that showed it; and the
/// deviation that explains it, so that a known one hides no other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FindingKey {
    /// The rule.
    pub rule: &'static str,
    /// The place that it breaks.
    pub place: String,
    /// The id of the deviation that explains it.
    pub deviation: Option<String>,
}

/// Why a run cannot say whether a rule is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unjudged {
    /// It was not asked, or not to the end, for this reason.
    NotRun(String),
    /// The run ended by this error before it was asked to the end.
    CouldNotRun(String),
}

/// What a run has judged and found so far; all jobs add to it.
#[derive(Default)]
pub(super) struct Verdicts(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashSet<FindingKey>,
    evidence: Vec<Evidence>,
    /// How often responses were judged by a rule.
    counts: BTreeMap<&'static str, u64>,
    unjudged: BTreeMap<&'static str, Unjudged>,
}

impl Verdicts {
    /// Responses were judged by these rules, once each.
    pub(super) fn count(&self, rules: &[&'static str]) {
        let mut state = self.lock();
        for rule in rules {
            *state.counts.entry(rule).or_default() += 1;
        }
    }

    /// How often responses were judged by a rule.
    pub(super) fn count_of(&self, rule: &str) -> u64 {
        self.lock().counts.get(rule).copied().unwrap_or(0)
    }

    /// There is no verdict about a rule; the first reason stands.
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
        self.lock().evidence.iter().any(|found| found.deviation.is_none())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no job panics while it holds the verdicts")
    }
}
