//! Judgements of one exchange, on the raw bytes.
//!
//! [`generic`] knows any OpenAPI document and no login; [`documented`] knows the page's prose;
//! [`security`] knows what no answer may hold. What takes several exchanges is a scenario's.

pub mod documented;
pub mod generic;
pub mod security;

pub use generic::Judge;

use crate::failure::Finding;

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
    pub(crate) fn check(&mut self, rule: &'static str) {
        self.checked.push(rule);
    }
}
