//! Judgements of one exchange, on the raw bytes.
//!
//! [`generic`] knows any OpenAPI document; a suite adds what it knows of one API. What takes several
//! exchanges is a scenario's.

pub mod deviation;
pub mod finding;
pub mod generic;

pub use generic::Judge;

use crate::check::finding::Finding;

/// What the checks say of an answer.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The rules that the answer was judged by: a rule that no answer was judged by is not kept.
    pub checked: Vec<&'static str>,
}

impl Judgement {
    /// The answer is judged by a rule.
    pub fn check(&mut self, rule: &'static str) {
        self.checked.push(rule);
    }
}
