//! Judgements of one exchange, on the raw bytes.
//!
//! [`generic`] knows any OpenAPI document; a suite adds what it knows of one API. What takes several
//! exchanges is a scenario's.

pub mod deviation;
pub mod finding;
pub mod generic;

pub use generic::Judge;

use crate::check::finding::Finding;

/// What the checks say of a response.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The rules that the response was judged by: a rule that no response was judged by is not kept.
    pub checked: Vec<&'static str>,
}

impl Judgement {
    /// The response is judged by a rule.
    pub fn check(&mut self, rule: &'static str) {
        self.checked.push(rule);
    }
}
