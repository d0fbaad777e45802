//! Derives the order of scenarios that kills the most mutants per request.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Outcome;

/// The scenario that always comes first. It distinguishes a wrong accounts file from a broken target, and
/// begins the session that other scenarios share.
const FIRST: &str = "smoke";

/// A scenario's place in the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// How many requests it sends to a correct server.
    pub requests: u64,
    /// How many mutants it kills.
    pub kills: usize,
    /// How many mutants it kills that no earlier scenario kills.
    pub new_kills: usize,
}

/// Orders the scenarios: after `FIRST`, each next scenario kills the most new mutants per request. The
/// algorithm is greedy and uses the outcomes of a whole score. Scenarios that kill no new mutant come
/// last, the cheapest first.
pub fn order_by_new_kills(outcomes: &[Outcome]) -> Vec<Step> {
    let mut costs: Vec<(&'static str, Vec<u64>)> = Vec::new();
    let reference = outcomes.iter().filter(|outcome| outcome.is_correct);
    for stage in reference.flat_map(|outcome| &outcome.stages) {
        match costs.iter_mut().find(|(name, _)| *name == stage.name) {
            Some((_, cost)) => cost.push(stage.requests),
            None => costs.push((stage.name, vec![stage.requests])),
        }
    }
    let median = |mut values: Vec<u64>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let found_by = |name: &str| -> BTreeSet<&'static str> {
        let mutants = outcomes.iter().filter(|outcome| !outcome.is_correct);
        let finds =
            |stage: &&specfirst_engine::report::Stage| stage.name == name && stage.found > 0;
        mutants.filter(|o| o.stages.iter().any(|stage| finds(&stage))).map(|o| o.id).collect()
    };
    let mut left: Vec<_> =
        costs.into_iter().map(|(name, cost)| (name, median(cost), found_by(name))).collect();
    let (mut found, mut plan) = (BTreeSet::new(), Vec::new());
    while !left.is_empty() {
        let worth = |(_, cost, kills): &(&str, u64, BTreeSet<&'static str>)| {
            let new = u64::try_from(kills.difference(&found).count()).unwrap_or(u64::MAX);
            // In thousandths, so that the values are integers. A scenario without requests was not run.
            (new.saturating_mul(1_000) / (*cost).max(1), std::cmp::Reverse(*cost))
        };
        let first = left.iter().position(|(name, ..)| *name == FIRST);
        let best = (0..left.len()).rev().max_by_key(|at| worth(&left[*at]));
        let best = first.or(best).unwrap_or(0);
        let (scenario, requests, kills) = left.remove(best);
        let new_kills = kills.difference(&found).count();
        plan.push(Step { scenario, requests, kills: kills.len(), new_kills });
        found.extend(kills);
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfirst_engine::report::Stage;

    fn outcome(id: &'static str, is_correct: bool, found: &[(&'static str, u64, u64)]) -> Outcome {
        let duration = std::time::Duration::ZERO;
        let stages =
            found.iter().map(|&(name, requests, found)| Stage { name, requests, found, duration });
        Outcome {
            id,
            title: id,
            is_correct,
            rules: Vec::new(),
            error: None,
            exchanges: 0,
            seconds: 0.0,
            stages: stages.collect(),
        }
    }

    #[test]
    fn scenario_with_most_new_mutants_per_request_comes_first() {
        let outcomes = [
            outcome(
                "fine",
                true,
                &[("wide", 10, 0), ("cheap", 1, 0), ("late", 2, 0), ("smoke", 9, 0)],
            ),
            outcome("a", false, &[("wide", 10, 1), ("cheap", 1, 2)]),
            outcome("b", false, &[("wide", 10, 1), ("late", 2, 1)]),
            outcome("c", false, &[("late", 2, 1), ("smoke", 9, 1)]),
        ];
        let plan = order_by_new_kills(&outcomes);
        let order: Vec<_> = plan.iter().map(|step| (step.scenario, step.new_kills)).collect();
        // `wide` finds as many as `late`, but all of its mutants are found by then.
        assert_eq!(order, [("smoke", 1), ("cheap", 1), ("late", 1), ("wide", 0)]);
    }
}
