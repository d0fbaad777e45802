//! Waiting for a target that limits requests or is unavailable, and telling that from a request that
//! makes it fail.
//!
//! A response of 429, 502, 503 or 504 may be an intermediary's, and says nothing about the request. After
//! a growing pause, a plain request of the same route tells whether the target answers again; after as
//! long a pause, the request itself is sent again. A limit on requests cannot let the plain one through
//! and refuse the other [`ROUNDS`] times in a row: each pause is twice as long as the one before, so that
//! it soon is longer than any limit that let a plain request through after the shorter one.

use std::time::{Duration, SystemTime};

use super::{Driver, Halt, Step, WaitReason};
use crate::{
    http::{
        response::{Response, is_transient},
        transport::TransportError,
    },
    runner::{
        pace::{MAX_WAIT, asked_wait},
        suite::Suite,
    },
};

/// How often a request must fail after a plain one was answered, until it is held to be the reason.
const ROUNDS: u32 = 4;
/// The longest pause that the target did not ask for.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// How patient a run is with a target that limits requests or is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The first pause; each next one is twice as long.
    pub first_pause: Duration,
    /// The most time spent on pauses for one request.
    pub most: Duration,
}

impl Patience {
    /// With somebody's server: five minutes.
    pub const REMOTE: Self =
        Self { first_pause: Duration::from_secs(1), most: Duration::from_secs(300) };
    /// With a server in this process, which nothing stands before.
    pub const LOCAL: Self =
        Self { first_pause: Duration::from_millis(20), most: Duration::from_secs(5) };
}

/// A response that nothing follows from.
#[derive(Clone, Copy, Debug)]
pub struct Transient {
    /// Its status.
    pub status: u16,
    /// How long it asks to wait.
    pub asked: Option<Duration>,
}

impl Transient {
    /// What is transient of a response that came at this time of day.
    pub(super) fn of(response: &Response, wall: SystemTime) -> Option<Self> {
        let status = response.status;
        is_transient(status).then(|| Self { status, asked: asked_wait(response, wall) })
    }
}

/// What came of a request in the end.
#[derive(Debug)]
pub enum Outlasted<T> {
    /// A response that says something about the request.
    Response(T),
    /// The request itself makes the target fail: plain requests were answered in between.
    Provoked {
        /// The last response.
        response: T,
        /// How a plain request was answered.
        plain: u16,
    },
    /// There was no response, but the target lives.
    Unanswered(TransportError),
    /// There is no telling, for this reason.
    NoVerdict(String),
}

/// The pauses for one request.
struct Pauses {
    /// The next one, where the target does not ask for a longer one.
    next: Duration,
    first: bool,
    spent: Duration,
    most: Duration,
}

/// A pause, and how long it is at least.
struct Pause {
    own: Duration,
    asked: Duration,
}

impl Pauses {
    fn new(patience: Patience) -> Self {
        let Patience { first_pause, most } = patience;
        Self { next: first_pause, first: true, spent: Duration::ZERO, most }
    }

    /// How long the next pause is; `None` where patience ends.
    fn take(&mut self, asked: Option<Duration>) -> Option<Pause> {
        // A target that says how long is believed once.
        let own = if self.first && asked.is_some() { Duration::ZERO } else { self.next };
        self.first = false;
        self.next = (self.next * 2).min(MAX_PAUSE);
        let pause = Pause { own, asked: own.max(asked.unwrap_or_default()) };
        self.spent += pause.asked;
        (self.spent <= self.most).then_some(pause)
    }
}

impl<S: Suite> Driver<'_, '_, S> {
    /// Carries out an attempt until the target answers it, within the run's patience; `transient` says
    /// of a response whether nothing follows from it.
    ///
    /// # Errors
    ///
    /// [`Halt`] where the target as a whole limits requests or is unavailable for too long, or the run
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
            let asked = last.asked.unwrap_or_default();
            if asked > MAX_WAIT {
                return Err(Halt::RateLimited(asked.as_secs()));
            }
            // Who interrupts a run wants it to end.
            if self.run.environment.interrupt.is_set() {
                return Ok(no_verdict(last.status));
            }
            let Some(pause) = pauses.take(last.asked) else { break };
            self.rest(pause.asked, WaitReason::Transient(last.status))?;
            // A limit says itself that it is one.
            if last.status == 429 {
                plain = None;
            } else {
                let plain_response = self.plain(path)?;
                plain =
                    Some(plain_response.status).filter(|status| *status < 500 && *status != 429);
                if plain.is_none() {
                    let asked = asked_wait(&plain_response, clock.wall());
                    last = Transient { status: plain_response.status, asked };
                    continue;
                }
                self.rest(pause.own, WaitReason::Transient(last.status))?;
                pauses.spent += pause.own;
            }
            response = attempt(self)?;
            let Some(again) = transient(&response) else {
                if last.asked.is_none() {
                    self.run.traffic.pace().note_outlasted(pause.own);
                }
                return Ok(Outlasted::Response(response));
            };
            last = again;
            if let Some(plain) = plain {
                rounds += 1;
                // Once it is certain of one request, it is likely of others like it.
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

    /// A plain request of the same route, sent once and judged by nothing.
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
            std::iter::from_fn(|| pauses.take(None).map(|pause| pause.asked.as_secs())).collect();
        assert_eq!(taken[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert!(taken.iter().sum::<u64>() <= 300);
    }

    #[test]
    fn retry_after_is_obeyed_once() {
        let mut pauses = Pauses::new(Patience::REMOTE);
        let mut take = |seconds| {
            pauses.take(Some(Duration::from_secs(seconds))).map(|pause| pause.asked.as_secs())
        };
        assert_eq!(take(0), Some(0));
        // Were it believed again and again, the run would send without a pause for ever.
        assert_eq!((take(0), take(0), take(60)), (Some(2), Some(4), Some(60)));
    }
}
