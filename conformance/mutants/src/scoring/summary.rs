//! The score of the suite, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Justification, Outcome, Step, justification, order_by_new_kills};
use login_conformance::login::rules::RULES;
use specfirst_engine::rule::side::Side;

/// The mutants that one rule kills.
#[derive(Clone, Debug, Serialize)]
pub struct RuleUse {
    /// The id of the rule.
    pub rule: &'static str,
    /// The mutants it kills.
    pub kills: Vec<&'static str>,
    /// Those of them that no other rule kills.
    pub alone: Vec<&'static str>,
    /// The reason to keep a rule that no mutant needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stays: Option<&'static str>,
}

/// How many of a group of mutants the suite judged rightly.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tally {
    /// How many were measured.
    pub measured: usize,
    /// How many were killed, or are correct and had no false positive.
    pub right: usize,
}

/// A summary of all outcomes.
#[derive(Clone, Debug, Serialize)]
pub struct Summary<'a> {
    /// The seed of every run.
    pub seed: u64,
    /// The budget of every run.
    pub budget: Option<u64>,
    /// Mutants with a defect.
    pub mutants: Tally,
    /// Correct servers.
    pub correct: Tally,
    /// The median duration of a run, in seconds.
    pub median_seconds: f64,
    /// Whether every mutant was measured without a budget. Only then can a rule be needless.
    pub is_whole: bool,
    /// The outcome of each mutant.
    pub outcomes: &'a [Outcome],
    /// Every rule.
    pub rules: Vec<RuleUse>,
    /// The order of scenarios that these outcomes suggest.
    pub plan: Vec<Step>,
}

impl<'a> Summary<'a> {
    /// Sums up the outcomes of all mutants, or of `some` of them.
    pub fn new(seed: u64, budget: Option<u64>, some: bool, outcomes: &'a [Outcome]) -> Self {
        let count = |is_correct: bool| {
            let of_kind = || outcomes.iter().filter(|outcome| outcome.is_correct == is_correct);
            let right = of_kind().filter(|outcome| outcome.is_right()).count();
            Tally { measured: of_kind().count(), right }
        };
        let mut seconds: Vec<f64> = outcomes.iter().map(|outcome| outcome.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let mutants = || outcomes.iter().filter(|outcome| !outcome.is_correct);
        let rules = RULES.iter().filter(|rule| rule.side() == Side::Server).map(|rule| {
            let kills = mutants().filter(|outcome| outcome.rules.contains(&rule.id));
            let alone = kills.clone().filter(|outcome| outcome.rules.len() == 1);
            RuleUse {
                rule: rule.id,
                kills: kills.map(|outcome| outcome.id).collect(),
                alone: alone.map(|outcome| outcome.id).collect(),
                stays: match justification(rule.id) {
                    Some(Justification::Explained(why)) => Some(why),
                    _ => None,
                },
            }
        });
        Self {
            seed,
            budget,
            mutants: count(false),
            correct: count(true),
            is_whole: !some && budget.is_none(),
            median_seconds: seconds.get(seconds.len() / 2).copied().unwrap_or(0.0),
            outcomes,
            rules: rules.collect(),
            plan: order_by_new_kills(outcomes),
        }
    }

    /// Rules that no mutant needs and that have no other justification. Remove them, or add a mutant.
    /// Empty if only some mutants were measured, because then a rule may still be needed.
    pub fn needless(&self) -> impl Iterator<Item = &'static str> {
        let rules = if self.is_whole { self.rules.as_slice() } else { &[] };
        rules.iter().filter(|r| r.alone.is_empty() && r.stays.is_none()).map(|r| r.rule)
    }

    /// Mutants killed, in percent, rounded down.
    pub fn killed_percent(&self) -> usize {
        self.mutants.right * 100 / self.mutants.measured.max(1)
    }

    /// The summary as text: a line for each mutant and each rule, and the totals. If only some mutants
    /// were measured, rules that killed nothing are left out.
    pub fn text(&self, with_plan: bool) -> String {
        let mut text = String::new();
        for outcome in self.outcomes {
            let verdict = match (outcome.is_right(), outcome.is_correct) {
                (true, false) => "killed",
                (false, false) => "SURVIVES",
                (true, true) => "conforms",
                (false, true) => "FALSE POSITIVE",
            };
            let by =
                if outcome.rules.is_empty() { "-".to_owned() } else { outcome.rules.join(", ") };
            let _ = writeln!(
                text,
                "{verdict:<8} {:<26} {:>6.2} s {:>5} requests  {by}",
                outcome.id, outcome.seconds, outcome.exchanges
            );
            if let Some(error) = &outcome.error {
                let _ = writeln!(text, "         {:<26} error: {error}", "");
            }
        }
        let _ = writeln!(text, "\n{:<36} kills  alone  the mutants that only it kills", "rule");
        for rule in self.rules.iter().filter(|rule| self.is_whole || !rule.kills.is_empty()) {
            let _ = writeln!(
                text,
                "{:<36} {:>5}  {:>5}  {}",
                rule.rule,
                rule.kills.len(),
                rule.alone.len(),
                rule.stays.map_or_else(|| rule.alone.join(", "), |why| format!("none: {why}"))
            );
        }
        if with_plan {
            let _ = writeln!(text, "\n{:<26} requests  kills  new", "the plan, most telling first");
            for step in &self.plan {
                let _ = writeln!(
                    text,
                    "{:<26} {:>8}  {:>5}  {:>3}",
                    step.scenario, step.requests, step.kills, step.new_kills
                );
            }
        }
        let survivors = self.outcomes.iter().filter(|o| !o.is_correct && !o.is_right());
        let list = |names: Vec<&str>| {
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        let _ = writeln!(
            text,
            "\nseed        {}\nmutants     {} of {} killed ({} %)\nsurvive     {}\n\
             correct     {} of {} without false positive\nmedian run  {:.2} s",
            self.seed,
            self.mutants.right,
            self.mutants.measured,
            self.killed_percent(),
            list(survivors.map(|outcome| outcome.id).collect()),
            self.correct.right,
            self.correct.measured,
            self.median_seconds
        );
        if self.is_whole {
            let _ = writeln!(text, "needless    {}", list(self.needless().collect()));
        }
        text
    }
}
