//! The requests, findings and duration of each part of the plan.

use std::{
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use serde::Serialize;

/// A part of the plan: a scenario, or the fuzzing phase.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Stage {
    /// The name of the part.
    pub name: &'static str,
    /// How many requests it sent.
    pub requests: u64,
    /// How many findings it had, including those that an earlier stage had reported.
    pub found: u64,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub duration: Duration,
}

/// The stages of a run, in the order they were begun.
#[derive(Debug, Default)]
pub(crate) struct Stages(Mutex<Vec<Open>>);

/// A stage, with the counts at its beginning.
#[derive(Debug)]
struct Open {
    stage: Stage,
    sent: u64,
    began: Instant,
}

/// A duration as seconds, for reports.
pub(crate) fn seconds<S: serde::Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    // Whole milliseconds. More digits of a float are noise, and six zeros among them would look like a
    // code of six zeros, which the run must not print.
    let milliseconds = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
    serializer.serialize_f64(f64::from(milliseconds) / 1e3)
}

impl Stages {
    /// Begins a stage now, and ends the one before it; `sent` is how many requests the run has sent.
    pub(crate) fn begin(&self, name: &'static str, sent: u64, now: Instant) {
        let mut stages = self.lock();
        end(&mut stages, sent, now);
        let stage = Stage { name, requests: 0, found: 0, duration: Duration::ZERO };
        stages.push(Open { stage, sent, began: now });
    }

    /// The name of the current stage.
    pub(crate) fn current(&self) -> &'static str {
        self.lock().last().map_or("start", |open| open.stage.name)
    }

    /// Counts a finding of the current stage.
    pub(crate) fn found(&self) {
        if let Some(open) = self.lock().last_mut() {
            open.stage.found += 1;
        }
    }

    /// Ends the current stage and returns all of them. `sent` is how many requests the run has sent.
    pub(crate) fn finish(&self, sent: u64, now: Instant) -> Vec<Stage> {
        let mut stages = self.lock();
        end(&mut stages, sent, now);
        stages.iter().map(|open| open.stage.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Open>> {
        self.0.lock().expect("no job panics while it holds the stages")
    }
}

fn end(stages: &mut [Open], sent: u64, now: Instant) {
    if let Some(open) = stages.last_mut() {
        open.stage.requests += sent - open.sent;
        open.stage.duration += now - open.began;
        (open.sent, open.began) = (sent, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_findings_are_counted_for_their_stage() {
        let stages = Stages::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        stages.found();
        stages.begin("one", 1, start);
        stages.found();
        stages.begin("two", 4, after(2));
        let finish = || {
            let stages = stages.finish(9, after(5)).into_iter();
            let told =
                |stage: Stage| (stage.name, stage.requests, stage.found, stage.duration.as_secs());
            stages.map(told).collect::<Vec<_>>()
        };
        assert_eq!(finish(), [("one", 3, 1, 2), ("two", 5, 0, 3)]);
        // A second call changes nothing.
        assert_eq!(finish(), [("one", 3, 1, 2), ("two", 5, 0, 3)]);
    }
}
