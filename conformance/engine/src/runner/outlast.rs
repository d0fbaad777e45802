//! Waits for a target that limits requests or is unavailable, and distinguishes that from a request that
//! makes the target fail.
//!
//! A response of 429, 502, 503 or 504 may come from an intermediary and says nothing about the request.
//! After a growing pause, a plain request of the same route shows whether the target responds again.
//! After a pause of the same length, the request itself is sent again.
//!
//! A rate limit cannot accept the plain request and refuse the other one [`ROUNDS`] times in a row. Each
//! pause is twice as long as the one before, so it is soon longer than any limit that accepted a plain
//! request after a shorter pause.

use std::time::{Duration, SystemTime};

use super::{Driver, Halt, Step, WaitReason};
use crate::{
    http::{
        response::{Response, is_transient},
        transport::TransportError,
    },
    runner::{
        pace::{MAX_WAIT, requested_wait},
        suite::Suite,
    },
};

/// How often a request must fail after a successful plain one until it counts as the cause.
const ROUNDS: u32 = 4;
/// The longest pause that the target did not ask for.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// How patient a run is with a target that limits requests or is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The first pause. Each next one is twice as long.
    pub first_pause: Duration,
    /// The maximum total of pauses for one request.
    pub most: Duration,
}

impl Patience {
    /// For a remote server: five minutes.
    pub const REMOTE: Self =
        Self { first_pause: Duration::from_secs(1), most: Duration::from_secs(300) };
    /// For a server in this process, without an intermediary.
    pub const LOCAL: Self =
        Self { first_pause: Duration::from_millis(20), most: Duration::from_secs(5) };
}

/// A response that says nothing about its request.
#[derive(Clone, Copy, Debug)]
pub struct Transient {
    /// The status.
    pub status: u16,
    /// How long the response asks to wait.
    pub retry_after: Option<Duration>,
}

impl Transient {
    /// The transient part of a response that came at this time of day.
    pub(super) fn of(response: &Response, wall: SystemTime) -> Option<Self> {
        let status = response.status;
        is_transient(status).then(|| Self { status, retry_after: requested_wait(response, wall) })
    }
}

/// The final result of a request.
#[derive(Debug)]
pub enum Outlasted<T> {
    /// A response that says something about the request.
    Response(T),
    /// The request itself makes the target fail: plain requests in between succeeded.
    Provoked {
        /// The last response.
        response: T,
        /// The status of a plain request.
        plain: u16,
    },
    /// There was no response, but the target is alive.
    NoResponse(TransportError),
    /// There is no verdict, for this reason.
    NoVerdict(String),
}

/// The pauses for one request.
struct Pauses {
    /// The next pause, if the target does not ask for a longer one.
    next: Duration,
    first: bool,
    spent: Duration,
    most: Duration,
}

/// A pause: the run's own length, and the length with what the target asks for.
struct Pause {
    own: Duration,
    length: Duration,
}

impl Pauses {
    fn new(patience: Patience) -> Self {
        let Patience { first_pause, most } = patience;
        Self { next: first_pause, first: true, spent: Duration::ZERO, most }
    }

    /// The next pause. `None` if the total would exceed the maximum.
    fn take(&mut self, retry_after: Option<Duration>) -> Option<Pause> {
        // The first `Retry-After` of the target replaces the run's own pause.
        let own = if self.first && retry_after.is_some() { Duration::ZERO } else { self.next };
        self.first = false;
        self.next = (self.next * 2).min(MAX_PAUSE);
        let pause = Pause { own, length: own.max(retry_after.unwrap_or_default()) };
        self.spent += pause.length;
        (self.spent <= self.most).then_some(pause)
    }
}

impl<S: Suite> Driver<'_, '_, S> {
    /// Repeats an attempt until its response is not transient, within the patience of the run.
    /// `transient` returns the transient part of a response.
    ///
    /// # Errors
    ///
    /// [`Halt`] if the target as a whole limits requests or is unavailable for too long, or if the run
    /// must end.
    pub fn outlast<T>(
        &mut self,
        path: &str,
        mut attempt: impl FnMut(&mut Self) -> Step<T>,
        transient: impl Fn(&T) -> Option<Transient>,
    ) -> Step<Outlasted<T>> {
        let mut response = attempt(self)?;
        let Some(mut last) = transient(&response) else {
            return Ok(Outlasted::Response(response));
        };
        let clock = self.run.environment.clock;
        let began = clock.now();
        let mut pauses = Pauses::new(self.run.options.patience);
        let (mut rounds, mut plain) = (0, None);
        loop {
            let retry_after = last.retry_after.unwrap_or_default();
            if retry_after > MAX_WAIT {
                return Err(Halt::RateLimited(retry_after.as_secs()));
            }
            // An interrupted run must not wait any longer.
            if self.run.environment.interrupt.is_set() {
                return Ok(no_verdict(last.status));
            }
            let Some(pause) = pauses.take(last.retry_after) else { break };
            self.rest(pause.length, WaitReason::Transient(last.status))?;
            // A 429 is a rate limit, so a plain request would show nothing more.
            if last.status == 429 {
                plain = None;
            } else {
                let plain_response = self.plain(path)?;
                plain =
                    Some(plain_response.status).filter(|status| *status < 500 && *status != 429);
                if plain.is_none() {
                    let retry_after = requested_wait(&plain_response, clock.wall());
                    last = Transient { status: plain_response.status, retry_after };
                    continue;
                }
                self.rest(pause.own, WaitReason::Transient(last.status))?;
                pauses.spent += pause.own;
            }
            response = attempt(self)?;
            let Some(again) = transient(&response) else {
                if last.retry_after.is_none() {
                    self.run.traffic.pace().note_outlasted(pause.own);
                }
                return Ok(Outlasted::Response(response));
            };
            last = again;
            if let Some(plain) = plain {
                rounds += 1;
                // After one such request, others like it need fewer rounds.
                let enough = if self.run.traffic.is_provoked() { 1 } else { ROUNDS };
                if rounds >= enough {
                    self.run.traffic.set_provoked();
                    return Ok(Outlasted::Provoked { response, plain });
                }
            }
        }
        let status = last.status;
        if plain.is_none() && self.plain(path)?.is_transient() {
            return Err(Halt::Unavailable { status, seconds: (clock.now() - began).as_secs() });
        }
        Ok(no_verdict(status))
    }

    /// Sends a plain request of the same route once, without judging the response.
    fn plain(&mut self, path: &str) -> Step<Response> {
        let case = self.run.suite.plain(path, self.run.options.seed);
        let response = self.attempt(&case)?;
        self.learn(&case, &response)?;
        Ok(response)
    }
}

fn no_verdict<T>(status: u16) -> Outlasted<T> {
    Outlasted::NoVerdict(format!(
        "no verdict: the target limits requests or is unavailable (status {status})"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_maximum() {
        let mut pauses = Pauses::new(Patience::REMOTE);
        let taken: Vec<_> =
            std::iter::from_fn(|| pauses.take(None).map(|pause| pause.length.as_secs())).collect();
        assert_eq!(taken[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert!(taken.iter().sum::<u64>() <= 300);
    }

    #[test]
    fn retry_after_is_obeyed_once() {
        let mut pauses = Pauses::new(Patience::REMOTE);
        let mut take = |seconds| {
            pauses.take(Some(Duration::from_secs(seconds))).map(|pause| pause.length.as_secs())
        };
        assert_eq!(take(0), Some(0));
        // If every `Retry-After: 0` replaced the own pause, the run would send forever without a pause.
        assert_eq!((take(0), take(0), take(60)), (Some(2), Some(4), Some(60)));
    }
}
