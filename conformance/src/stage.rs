//! What each part of the plan cost and found.

use std::sync::{Mutex, MutexGuard};

use serde::Serialize;

/// A part of the plan: a scenario, or the generated phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// How many requests it sent.
    pub requests: u64,
    /// How many findings it had, those included that an earlier stage had reported.
    pub found: u64,
}

/// The stages of a run, in the order they were begun.
#[derive(Debug, Default)]
pub struct Stages(Mutex<Vec<(Stage, u64)>>);

impl Stages {
    /// Begins a stage, and ends the one before it; `sent` is how many requests the run has sent.
    pub fn begin(&self, name: &'static str, sent: u64) {
        let mut stages = self.lock();
        end(&mut stages, sent);
        stages.push((Stage { name, requests: 0, found: 0 }, sent));
    }

    /// One more finding.
    pub fn found(&self) {
        if let Some((stage, _)) = self.lock().last_mut() {
            stage.found += 1;
        }
    }

    /// All stages, of a run that has sent so many requests.
    pub fn finish(&self, sent: u64) -> Vec<Stage> {
        let mut stages = self.lock();
        end(&mut stages, sent);
        stages.iter().map(|(stage, _)| stage.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Stage, u64)>> {
        self.0.lock().expect("no job panics while it holds the stages")
    }
}

fn end(stages: &mut [(Stage, u64)], sent: u64) {
    if let Some((stage, began)) = stages.last_mut() {
        stage.requests += sent - *began;
        *began = sent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_findings_count_for_the_stage_they_fell_in() {
        let stages = Stages::default();
        stages.found();
        stages.begin("one", 1);
        stages.found();
        stages.begin("two", 4);
        let one = Stage { name: "one", requests: 3, found: 1 };
        let two = Stage { name: "two", requests: 5, found: 0 };
        assert_eq!(stages.finish(9), [one.clone(), two.clone()]);
        // Once more is no more.
        assert_eq!(stages.finish(9), [one, two]);
    }
}
