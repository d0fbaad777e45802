//! How long the account of a token takes at the beginning of a run.

use std::time::Duration;

use super::{Login, lock};
use specfirst_engine::http::{case::Case, response::Response};

/// How many responses a sample holds.
pub(crate) const SAMPLE: usize = 8;

impl Login {
    /// Notes how long the first responses with the account of a token took.
    pub(super) fn note_latency(&self, case: &Case, response: &Response) {
        let mut early = lock(&self.early_latency);
        if case.operation == "me" && response.is_success() && early.len() < SAMPLE {
            early.push(response.duration);
        }
    }

    /// The longest of the first [`SAMPLE`] durations. `None` if there were fewer.
    pub(crate) fn early_latency(&self) -> Option<Duration> {
        let early = lock(&self.early_latency);
        early.iter().max().copied().filter(|_| early.len() == SAMPLE)
    }
}
