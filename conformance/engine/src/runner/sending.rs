//! Sends requests within the budget, the rate and the guards of the suite.

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

/// The longest time between two checks of the interrupt during a pause.
const SLICE: Duration = Duration::from_millis(100);

impl<S: Suite> Driver<'_, '_, S> {
    /// Sends the probe to check that the target responds at all.
    ///
    /// # Errors
    ///
    /// [`Halt::Target`] if the target does not respond.
    pub fn alive(&mut self) -> Step<Response> {
        let probe = self.run.suite.probe();
        let sent = match self.send(&probe) {
            // The error may come from a connection that an earlier request has broken, so the probe is
            // sent again. After a timeout the connection is a new one already.
            Err(Halt::Target(error)) if !matches!(error, TransportError::Silence { .. }) => {
                self.send(&probe)
            }
            other => other,
        };
        match sent? {
            Outlasted::Response(response) | Outlasted::Provoked { response, .. } => Ok(response),
            Outlasted::NoResponse(error) => Err(error.into()),
            Outlasted::NoVerdict(reason) => Err(Halt::Unusable(reason)),
        }
    }

    /// Checks that the target is alive after a request without a response.
    pub(super) fn lives_after(&mut self, error: &TransportError) -> Step<()> {
        self.alive().map(drop).map_err(|halt| match halt {
            Halt::Target(_) => Halt::Target(error.clone()),
            other => other,
        })
    }

    /// Waits until the budget and the rate allow one more request to a path, and counts it. For requests
    /// that do not use the transport.
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

    /// An error if the budget has fewer requests left.
    pub(super) fn check_budget(&self, needed: u64) -> Step<()> {
        if self.run.remaining() < needed {
            return Err(Halt::Budget(self.run.budget().unwrap_or(0)));
        }
        Ok(())
    }

    /// Pauses for a time, and reports that as progress.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`] if the run is interrupted.
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

    /// Pauses for a slice of the remaining time, and reports that as progress. For callers that check
    /// repeatedly whether the pause must go on.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`] if the run is interrupted.
    pub fn rest_a_little(&self, left: Duration, reason: WaitReason) -> Step<()> {
        self.check_interrupted()?;
        if !left.is_zero() {
            let run_left = self.run.time_left();
            self.run.show(Some(Wait { reason, left, run_left }));
            self.run.environment.clock.sleep(left.min(SLICE));
        }
        Ok(())
    }

    /// Restores the target with the tear-down of the suite. Returns how many sessions could not be ended.
    /// If `judges` is set, findings about the responses are reported.
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

    /// Sends a case within the budget, the rate and the guards of the suite, and waits for a target that
    /// limits requests or is unavailable. The response is neither judged nor recorded.
    ///
    /// # Errors
    ///
    /// [`Halt`] if the run must end, or if this case must not be sent.
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

    /// Sends a case once, within the budget and the rate.
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

    /// Handles a response that says nothing about its request. The suite records it, the form of the
    /// server's own error is judged, and the text is searched for secrets.
    fn learn_of_transient(&self, case: &Case, response: &Response) {
        self.run.suite.after_transient(self.run.environment, case, response);
        let mut plain = case.clone();
        plain.expect = Expect::Anything;
        for finding in self.form_findings(&plain, response) {
            self.run.report(finding, &plain, Some(response));
        }
    }

    /// Records what a response says about rate limits.
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

    /// Lets the suite record a response.
    ///
    /// # Errors
    ///
    /// [`Halt`] if the run must end.
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

/// The route by which rate limits count: the path without the query.
fn route(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}
