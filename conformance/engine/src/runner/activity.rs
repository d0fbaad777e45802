//! What a run is doing, for progress messages.

use std::{fmt, time::Duration};

use crate::runner::pace::Hold;

/// What a run is doing.
#[derive(Clone, Debug)]
pub struct Activity {
    /// How many requests have got a response so far.
    pub exchanges: u64,
    /// The part of the plan.
    pub stage: &'static str,
    /// The pause, if the run is waiting.
    pub wait: Option<Wait>,
}

/// A pause of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: WaitReason,
    /// How long the pause still takes.
    pub left: Duration,
    /// The estimated remaining time of the run, if it has a rate and a budget.
    pub run_left: Option<Duration>,
}

/// Why a run is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// The next request has to wait for its turn.
    Turn(Hold),
    /// The target answered with this status: it limits requests, or is unavailable for now.
    Transient(u16),
    /// The suite waits. The text precedes `N s`, such as `next code in`.
    Suite(&'static str),
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage)?;
        let Some(Wait { reason, left, run_left }) = self.wait else { return Ok(()) };
        let seconds = left.as_millis().div_ceil(1_000);
        match reason {
            WaitReason::Turn(Hold::Rate(rate)) => {
                write!(f, ": rate limit {rate}: next request in {seconds} s")?;
            }
            WaitReason::Turn(Hold::Target) => {
                write!(f, ": the target limits requests: next request in {seconds} s")?;
            }
            WaitReason::Transient(status) => {
                write!(f, ": the target answered {status}: next attempt in {seconds} s")?;
            }
            WaitReason::Suite(text) => write!(f, ": {text} {seconds} s")?,
        }
        match run_left.map(|left| left.as_secs()) {
            None => Ok(()),
            Some(left) if left <= 60 => {
                write!(f, ", about {} s left", left.max(1).next_multiple_of(10))
            }
            Some(left) => write!(f, ", about {} min left", left.div_ceil(60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::rate::Rate;

    fn said(reason: WaitReason, left: u64, run_left: Option<u64>) -> String {
        let wait = Wait {
            reason,
            left: Duration::from_millis(left),
            run_left: run_left.map(Duration::from_secs),
        };
        Activity { exchanges: 1, stage: "smoke", wait: Some(wait) }.to_string()
    }

    #[test]
    fn pause_shows_its_reason_and_remaining_time() {
        let rate = Hold::Rate(Rate::Limited { requests: 10, seconds: 60 });
        assert_eq!(
            said(WaitReason::Turn(rate), 3_100, Some(110)),
            "smoke: rate limit 10/60s: next request in 4 s, about 2 min left"
        );
        assert_eq!(
            said(WaitReason::Turn(Hold::Target), 1_000, Some(31)),
            "smoke: the target limits requests: next request in 1 s, about 40 s left"
        );
        assert_eq!(
            said(WaitReason::Transient(503), 2_000, None),
            "smoke: the target answered 503: next attempt in 2 s"
        );
        assert_eq!(
            said(WaitReason::Suite("next code in"), 12_000, None),
            "smoke: next code in 12 s"
        );
        let busy = Activity { exchanges: 1, stage: "model", wait: None };
        assert_eq!(busy.to_string(), "model");
    }
}
