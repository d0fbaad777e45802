//! How each rule, and each place and sentence of the page, stands after a run.

use std::collections::BTreeMap;

use login_spec::{Page, embedded};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Failure;
use crate::{
    driver::Run,
    rule::{
        RULES,
        demand::{self, Demand, is_within},
    },
};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing in this run could show it.
    NotAsked,
    /// It was asked, and nothing is wrong.
    Kept,
    /// It is broken in a way that a deviation explains.
    Known,
    /// It is broken.
    Broken,
}

/// How a rule stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleStanding {
    /// The rule.
    pub rule: &'static str,
    /// How it stands.
    pub state: State,
    /// How many failures break it.
    pub failures: usize,
    /// What it needs to be asked, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
}

/// How a place or a sentence of the page stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DemandStanding {
    /// A JSON pointer into `documented.json`, or the sentence.
    pub what: String,
    /// How it stands.
    pub state: State,
    /// The rules that see to it.
    pub rules: Vec<&'static str>,
}

/// Every rule of the catalogue, in its order.
pub(super) fn rules(run: &Run<'_>, failures: &[Failure], known: &[Failure]) -> Vec<RuleStanding> {
    let (not_run, counts) = (run.not_run_rules(), run.counts());
    let standings = RULES.iter().map(|rule| {
        let breaking = failures.iter().filter(|failure| failure.rule == rule.id).count();
        let (state, needs) = if breaking > 0 {
            (State::Broken, None)
        } else if known.iter().any(|failure| failure.rule == rule.id) {
            (State::Known, None)
        } else if !run.wants(rule.id) {
            (State::NotAsked, Some("to be selected".to_owned()))
        } else if let Some(needs) = not_run.get(rule.id) {
            (State::NotAsked, Some(needs.clone()))
        } else if rule.cost > 0 && !counts.contains_key(rule.id) {
            (State::NotAsked, Some("a run that gets so far".to_owned()))
        } else {
            (State::Kept, None)
        };
        RuleStanding { rule: rule.id, state, failures: breaking, needs }
    });
    standings.collect()
}

/// Every schema, example, body and status of the page.
pub(super) fn nodes(
    rules: &[RuleStanding],
    failures: &[Failure],
    known: &[Failure],
) -> Vec<DemandStanding> {
    let document: Value = serde_json::from_str(embedded::DOCUMENTED).unwrap_or_default();
    let nodes = demand::nodes(&document, RULES);
    let mut found = BTreeMap::new();
    for (failures, state) in [(known, State::Known), (failures, State::Broken)] {
        for failure in failures {
            found.extend(accused(&nodes, failure).map(|node| (node.what.clone(), state)));
        }
    }
    let standings = nodes.iter().map(|node| {
        let asked = of_rules(rules, node).filter(|state| *state != State::NotAsked);
        let unaccused = if asked.count() > 0 { State::Kept } else { State::NotAsked };
        standing(node, found.get(&node.what).copied().unwrap_or(unaccused))
    });
    standings.collect()
}

/// Every sentence and changelog line of the page.
pub(super) fn sentences(rules: &[RuleStanding]) -> Vec<DemandStanding> {
    let page = Page::parse("page", embedded::PAGE);
    let texts = page.map(|page| demand::texts(&page)).unwrap_or_default();
    let standings = demand::sentences(&texts, RULES).into_iter().map(|sentence| {
        let worst = of_rules(rules, &sentence).max().unwrap_or(State::NotAsked);
        standing(&sentence, worst)
    });
    standings.collect()
}

/// The node that a failure accuses, the innermost around its place; none where that is not in the page.
fn accused<'n>(nodes: &'n [Demand], failure: &Failure) -> Option<&'n Demand> {
    let (_, pointer) = failure.place.split_once(".json#")?;
    // A failure of the client's half says more than the place.
    let place = pointer.split(' ').next()?;
    let around = nodes.iter().filter(|node| is_within(place, &node.what));
    around.max_by_key(|node| node.what.len())
}

fn of_rules<'r>(rules: &'r [RuleStanding], demand: &'r Demand) -> impl Iterator<Item = State> {
    let meant = rules.iter().filter(|standing| demand.rules.contains(&standing.rule));
    meant.map(|standing| standing.state)
}

fn standing(demand: &Demand, state: State) -> DemandStanding {
    DemandStanding { what: demand.what.clone(), state, rules: demand.rules.clone() }
}
