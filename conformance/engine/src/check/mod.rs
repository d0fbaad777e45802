//! Checks of one exchange, on the raw bytes.
//!
//! [`generic`] works for any OpenAPI document, and a suite adds checks for its API. A scenario makes
//! checks that need several exchanges.

pub mod deviation;
pub mod finding;
pub mod generic;
pub mod noise;

pub use generic::Judge;

use crate::check::finding::Finding;

/// The results of the checks of a response.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The rules that judged the response. A rule that judged no response has no verdict.
    pub checked: Vec<&'static str>,
}

impl Judgement {
    /// Records that a rule judges the response.
    pub fn check(&mut self, rule: &'static str) {
        self.checked.push(rule);
    }
}
