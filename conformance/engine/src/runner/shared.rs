//! The state that all jobs of a run share.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{
    Activity, Driver, FindingKey, Halt, Options, Unjudged, Wait, coverage::Coverages,
    traffic::Traffic, verdicts::Verdicts,
};
use crate::{
    check::{Judgement, finding::Finding},
    http::{
        case::Case,
        response::Response,
        transport::{Transport, TransportError},
    },
    rule::Tier,
    runner::{Evidence, environment::Environment, stage::Stages, suite::Suite},
};

/// The state that all jobs of a run share.
pub struct Run<'a, S: Suite> {
    /// The options of the run.
    pub options: &'a Options,
    /// The suite for the API.
    pub suite: &'a S,
    /// The external inputs of the run.
    pub environment: &'a Environment<'a>,
    /// The requests and findings of each part of the plan.
    pub(crate) stages: Stages,
    /// How much of each space of cases was covered.
    pub(crate) coverages: Coverages,
    pub(super) verdicts: Verdicts,
    pub(super) traffic: Traffic,
    /// Whether the tear-down is running. During it nothing is reported, and an interrupt has no effect.
    pub(super) is_tearing_down: AtomicBool,
}

impl<'a, S: Suite> Run<'a, S> {
    /// A run that has not sent anything yet.
    pub fn new(options: &'a Options, suite: &'a S, environment: &'a Environment<'a>) -> Self {
        for header in options.target.headers() {
            header.learn(environment.secrets);
        }
        suite.learn_secrets(environment.secrets);
        Self {
            options,
            suite,
            environment,
            stages: Stages::default(),
            coverages: Coverages::default(),
            verdicts: Verdicts::default(),
            traffic: Traffic::new(options),
            is_tearing_down: AtomicBool::new(false),
        }
    }

    /// A job with its own connection.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`] if TLS cannot be set up.
    pub fn driver(&self) -> Result<Driver<'_, 'a, S>, TransportError> {
        let transport = Transport::new(&self.options.target, self.options.timeout)?;
        Ok(Driver { run: self, transport })
    }

    /// Begins a part of the plan, and ends the one before it.
    pub fn begin_stage(&self, name: &'static str) {
        self.stages.begin(name, self.sent(), self.environment.clock.now());
    }

    /// Whether the options select a rule.
    pub fn wants(&self, rule: &str) -> bool {
        let (only, tier) = (&self.options.only, self.options.tier);
        let Some(rule) = self.suite.catalogue().find(rule) else { return false };
        // Findings of many rules may be about practice.
        let tier = tier.filter(|tier| *tier != Tier::Practice);
        (only.is_empty() || only.iter().any(|id| id == rule.id))
            && tier.is_none_or(|tier| rule.tier == tier)
            && self.options.sides.include(rule.side())
    }

    /// Records that this run cannot check a rule, and what that needs.
    pub fn not_run(&self, rule: &'static str, needs: &str) {
        self.verdicts.leave(rule, || Unjudged::NotRun(format!("needs {needs}")));
    }

    /// Records that there is no verdict about the rule of a case, for this reason.
    pub(super) fn no_verdict(&self, case: &Case, reason: &str) {
        if let Some(rule) = case.rule.or(case.expect.rule()) {
            self.no_verdict_about(rule, reason);
        }
    }

    /// Records that there is no verdict about a rule, for this reason.
    pub fn no_verdict_about(&self, rule: &'static str, reason: &str) {
        self.verdicts.leave(rule, || Unjudged::NotRun(reason.to_owned()));
    }

    /// Records that the run ends before these rules were checked completely. After an error, none of them
    /// has a verdict. After a planned end, those that were checked at all have one.
    pub(crate) fn cut_short(&self, rules: impl IntoIterator<Item = &'static str>, halt: &Halt) {
        let reason = match halt {
            Halt::Budget(_) => "needs a larger `--budget`".to_owned(),
            Halt::Guard { needs, .. } => needs.clone(),
            Halt::FailFast => "needs a run without `--fail-fast`".to_owned(),
            error => self.environment.secrets.redact(&error.to_string()),
        };
        for rule in rules {
            if halt.is_error() {
                self.verdicts.leave(rule, || Unjudged::CouldNotRun(reason.clone()));
            } else if self.count(rule) == 0 {
                self.verdicts.leave(rule, || Unjudged::NotRun(reason.clone()));
            }
        }
    }

    /// Why the run has no verdict about a rule, if it has none.
    pub fn unjudged(&self, rule: &str) -> Option<Unjudged> {
        self.verdicts.unjudged(rule)
    }

    /// Counts a check of one or more responses by a rule.
    pub fn count_check(&self, rule: &'static str) {
        self.count_checks(&[rule]);
    }

    /// Counts a check of a response by each of these rules.
    pub fn count_checks(&self, rules: &[&'static str]) {
        self.verdicts.count(rules);
    }

    /// How often a rule judged responses.
    pub fn count(&self, rule: &str) -> u64 {
        self.verdicts.count_of(rule)
    }

    /// Counts the checks, and returns the findings of the selected rules.
    pub(super) fn take(&self, judgement: Judgement) -> Vec<Finding> {
        let Judgement { mut findings, checked } = judgement;
        self.count_checks(&checked);
        findings.retain(|finding| self.wants(finding.rule));
        findings
    }

    /// Counts one exchange of one case, for a side that does not use a [`Driver`].
    pub fn exchanged(&self) {
        self.traffic.add_cases(1);
        self.traffic.add_exchange();
        self.show(None);
    }

    /// Reports as progress what the run is doing.
    pub(super) fn show(&self, wait: Option<Wait>) {
        let exchanges = self.traffic.exchanges();
        let stage = self.stages.current();
        (self.environment.on_progress)(&Activity { exchanges, stage, wait });
    }

    /// The estimated remaining time, if the run has a rate and a budget.
    pub(super) fn time_left(&self) -> Option<Duration> {
        self.traffic.time_left(self.options)
    }

    /// How many requests may be sent: a run that no limit was chosen for has one from the moment on that
    /// the target limits requests.
    pub fn budget(&self) -> Option<u64> {
        self.traffic.budget(self.options)
    }

    /// Whether requests are limited, by the rate of the run or by the target.
    pub fn is_limited(&self) -> bool {
        self.traffic.pace().is_limited()
    }

    /// The identity of a finding.
    pub(crate) fn key(&self, finding: &Finding, case: &Case) -> FindingKey {
        let deviation = self.options.deviations.explaining(finding, case);
        FindingKey {
            rule: finding.rule,
            place: finding.place.clone(),
            deviation: deviation.map(|deviation| deviation.id.clone()),
        }
    }

    /// Whether this finding has been reported already.
    pub fn is_known(&self, finding: &Finding, case: &Case) -> bool {
        self.verdicts.is_known(&self.key(finding, case))
    }

    /// Whether a finding is only about the practice of real servers.
    pub(crate) fn is_practice(&self, finding: &Finding) -> bool {
        finding.is_practice || self.suite.catalogue().by_id(finding.rule).tier == Tier::Practice
    }

    /// Whether a finding that no deviation explains fails the run.
    pub(crate) fn fails(&self, finding: &Finding) -> bool {
        let asks_for_practice = self.options.practice || self.options.tier == Some(Tier::Practice);
        asks_for_practice || !self.is_practice(finding)
    }

    /// Reports a finding, once.
    pub fn report(&self, finding: Finding, case: &Case, response: Option<&Response>) {
        if self.is_tearing_down() || !self.wants(finding.rule) {
            return;
        }
        let is_practice = self.is_practice(&finding);
        if self.options.tier.is_some_and(|tier| (tier == Tier::Practice) != is_practice) {
            return;
        }
        let deviation = self.options.deviations.explaining(&finding, case).cloned();
        let fails = self.fails(&finding);
        if deviation.is_none() && fails {
            self.stages.found();
        }
        let key = self.key(&finding, case);
        self.verdicts.add(key, || Evidence {
            finding,
            case: case.clone(),
            response: response.cloned(),
            deviation,
            fails,
        });
    }

    /// Records the size of a space of cases, and of the plan that covers it.
    pub fn plan_space(&self, space: &'static str, cells: usize, planned: usize) {
        self.coverages.plan(space, cells, planned);
    }

    /// Counts a cell of a space that was run.
    pub fn count_cell(&self, space: &'static str) {
        self.coverages.count(space);
    }

    /// The findings so far.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.verdicts.evidence()
    }

    /// How many cases were made.
    pub fn cases(&self) -> u64 {
        self.traffic.cases()
    }

    /// How many requests got a response.
    pub fn exchanges(&self) -> u64 {
        self.traffic.exchanges()
    }

    /// How many requests were sent.
    pub fn sent(&self) -> u64 {
        self.traffic.sent()
    }

    /// How many requests the budget leaves for cases.
    pub fn remaining(&self) -> u64 {
        let Some(budget) = self.budget() else { return u64::MAX };
        budget.saturating_sub(self.sent() + self.suite.reserved())
    }

    pub(super) fn is_tearing_down(&self) -> bool {
        self.is_tearing_down.load(Ordering::Relaxed)
    }
}
