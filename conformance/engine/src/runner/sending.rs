//! Sending within everything that keeps a run harmless: budget, rate, the suite's own guards.

use std::{sync::atomic::Ordering, time::Duration};

use super::{Driver, Halt, Outlasted, Step, Transient, Wait, WaitReason};
use crate::{
    http::{
        case::{Case, Expect, Request},
        response::Response,
        transport::TransportError,
    },
    runner::suite::Suite,
};

/// The longest that a pause goes on without a look at the interrupt.
const SLICE: Duration = Duration::from_millis(100);

impl<S: Suite> Driver<'_, '_, S> {
    /// Whether the target answers at all.
    ///
    /// # Errors
    ///
    /// [`Halt::Target`] where it does not.
    pub fn alive(&mut self) -> Step<Response> {
        let probe = self.run.suite.probe();
        let sent = match self.send(&probe) {
            // The connection may be one that the response that never came had to share; but who has been
            // waited for in vain was waited for on a new one.
            Err(Halt::Target(error)) if !matches!(error, TransportError::Silence { .. }) => {
                self.send(&probe)
            }
            other => other,
        };
        match sent? {
            Outlasted::Response(response) | Outlasted::Provoked { response, .. } => Ok(response),
            Outlasted::Unanswered(error) => Err(error.into()),
            Outlasted::NoVerdict(reason) => Err(Halt::Unusable(reason)),
        }
    }

    /// A request got no response: whether the target lives all the same.
    pub(super) fn lives_after(&mut self, error: &TransportError) -> Step<()> {
        self.alive().map(drop).map_err(|halt| match halt {
            Halt::Target(_) => Halt::Target(error.clone()),
            other => other,
        })
    }

    /// Whether one more request may go to a path, by budget and rate; waits, and counts it. For what
    /// is sent past the transport.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn reserve(&mut self, path: &str) -> Step<()> {
        self.check_budget(1)?;
        self.wait(path)?;
        self.run.traffic.add_sent(1);
        Ok(())
    }

    /// An error where the budget has no more so many requests left.
    pub(super) fn check_budget(&self, needed: u64) -> Step<()> {
        if self.run.remaining() < needed {
            return Err(Halt::Budget(self.run.budget().unwrap_or(0)));
        }
        Ok(())
    }

    /// Does nothing for a while, and says so.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`].
    pub fn rest(&self, time: Duration, reason: WaitReason) -> Step<()> {
        let clock = self.run.environment.clock;
        let end = clock.now() + time;
        loop {
            let left = end.saturating_duration_since(clock.now());
            self.rest_a_little(left, reason)?;
            if left.is_zero() {
                return Ok(());
            }
        }
    }

    /// Does nothing for a part of a pause of which so much is left, and says so. For whoever looks again
    /// whether the pause must go on.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`].
    pub fn rest_a_little(&self, left: Duration, reason: WaitReason) -> Step<()> {
        self.check_interrupted()?;
        if !left.is_zero() {
            let run_left = self.run.time_left();
            self.run.show(Some(Wait { reason, left, run_left }));
            self.run.environment.clock.sleep(left.min(SLICE));
        }
        Ok(())
    }

    /// Leaves the target as it was, as the suite says; how many sessions could not be ended. What these
    /// responses show is reported where `judges`: a run that ended as it was meant to.
    pub fn clean_up(&mut self, judges: bool) -> usize {
        let run = self.run;
        run.is_tearing_down.store(true, Ordering::Relaxed);
        let exchanges = S::tear_down(self);
        run.is_tearing_down.store(false, Ordering::Relaxed);
        for (case, response) in exchanges.into_iter().filter(|_| judges) {
            for finding in self.findings(&case, &response) {
                run.report(finding, &case, Some(&response));
            }
        }
        run.suite.sessions_left()
    }

    /// Sends a case within budget, rate and the suite's guards, and outlasts a target that limits
    /// requests or is unavailable. Nothing is judged, and nothing is learnt of the response.
    ///
    /// # Errors
    ///
    /// [`Halt`] where the run must end, or this case must not be sent.
    pub fn send(&mut self, case: &Case) -> Step<Outlasted<Response>> {
        let clock = self.run.environment.clock;
        self.outlast(
            &case.request.path,
            |driver| {
                S::before_call(driver, case)?;
                let response = driver.attempt(case)?;
                if response.is_transient() {
                    driver.learn_of_transient(case, &response);
                }
                Ok(response)
            },
            |response| Transient::of(response, clock.wall()),
        )
    }

    /// Sends a case once, within budget and rate.
    pub(super) fn attempt(&mut self, case: &Case) -> Step<Response> {
        let cost = self.run.suite.cost(case);
        if cost > 0 {
            self.check_budget(cost)?;
        }
        self.wait(&case.request.path)?;
        let response = self.transmit(&case.request)?;
        self.note_rate_limit(case, &response);
        Ok(response)
    }

    /// What there is to learn from a response that says nothing about its request: the suite may know,
    /// the form is judged where it is the server's own, and secrets are looked for.
    fn learn_of_transient(&self, case: &Case, response: &Response) {
        self.run.suite.after_transient(self.run.environment, case, response);
        let mut plain = case.clone();
        plain.expect = Expect::Anything;
        for finding in self.form_findings(&plain, response) {
            self.run.report(finding, &plain, Some(response));
        }
    }

    /// Takes note of what a response says about limits.
    pub(super) fn note_rate_limit(&self, case: &Case, response: &Response) {
        let clock = self.run.environment.clock;
        let (now, wall) = (clock.now(), clock.wall());
        self.run.traffic.pace().note_rate_limit(route(&case.request.path), response, now, wall);
    }

    fn transmit(&mut self, request: &Request) -> Step<Response> {
        self.run.traffic.add_sent(1);
        (self.run.environment.on_request)(request);
        let response = self.transport.send(request)?;
        self.run.traffic.add_exchange();
        self.run.show(None);
        Ok(response)
    }

    /// Learns from a response what the suite knows to learn.
    ///
    /// # Errors
    ///
    /// [`Halt`] where the run must end.
    pub fn learn(&self, case: &Case, response: &Response) -> Step<()> {
        self.run.suite.after_response(self.run.environment, case, response)
    }

    fn wait(&self, path: &str) -> Step<()> {
        loop {
            self.check_interrupted()?;
            let now = self.run.environment.clock.now();
            let reserved = self.run.traffic.pace().reserve(route(path), now);
            let Some((left, hold)) = reserved else { return Ok(()) };
            self.rest_a_little(left, WaitReason::Turn(hold))?;
        }
    }

    pub(super) fn check_interrupted(&self) -> Step<()> {
        if self.run.environment.interrupt.is_set() && !self.run.is_tearing_down() {
            return Err(Halt::Interrupted);
        }
        Ok(())
    }
}

/// What a rate limit counts by: the path.
fn route(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}
