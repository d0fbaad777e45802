//! One request that checks several rules at once, and separate requests if it fails.

use crate::login::{
    Driver, Session,
    steps::{log_out, step_and_log_out},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{case::Case, response::Response},
    runner::Step,
};

/// A request that checks several rules, and the requests that check one rule each.
pub(crate) struct CombinedCase<'c> {
    /// The combined request. Its own rule fails if no separate request finds what is wrong.
    pub(crate) case: &'c Case,
    /// The rules that a right response to the combined request checks.
    pub(crate) rules: &'c [&'static str],
    /// Whether a response is the right one.
    pub(crate) is_right: fn(&Response) -> bool,
    /// The separate requests. A session that one of them begins is logged out at once.
    pub(crate) separate: &'c [Case],
}

impl CombinedCase<'_> {
    /// Sends the combined request, and the separate requests only if its response is wrong.
    pub(crate) fn run(&self, driver: &mut Driver<'_, '_>) -> Step<CombinedOutcome> {
        let (findings, response) = driver.judged(self.case)?;
        if let Some(response) = response.clone().filter(self.is_right) {
            self.pass(driver, findings, &response)?;
            return Ok(CombinedOutcome::Combined(response));
        }
        if let Some(begun) =
            response.as_ref().and_then(|response| Session::begun_by(self.case, response))
        {
            log_out(driver, &begun)?;
        }
        self.run_separate(driver, findings, response.as_ref())
    }

    /// Counts the rules that a right response to the combined request checks, and reports what else is wrong
    /// with it.
    pub(crate) fn pass(
        &self,
        driver: &mut Driver<'_, '_>,
        findings: Vec<Finding>,
        response: &Response,
    ) -> Step<()> {
        for rule in self.rules {
            driver.run.count_check(rule);
        }
        self.report(driver, findings, Some(response))
    }

    /// Sends the separate requests. `findings` are those about the response to the combined request.
    pub(crate) fn run_separate(
        &self,
        driver: &mut Driver<'_, '_>,
        findings: Vec<Finding>,
        response: Option<&Response>,
    ) -> Step<CombinedOutcome> {
        let (mut responses, mut is_found) = (Vec::new(), false);
        let mut ended = Ok(());
        for case in self.separate {
            match step_and_log_out(driver, case) {
                Ok(response) => {
                    is_found |= !response.as_ref().is_some_and(self.is_right);
                    responses.push(response);
                }
                Err(halt) => {
                    ended = Err(halt);
                    break;
                }
            }
        }
        if !is_found {
            // Only the combination is wrong, or the budget did not suffice for the separate requests.
            self.report(driver, findings, response)?;
        }
        ended.map(|()| CombinedOutcome::Separate(responses))
    }

    fn report(
        &self,
        driver: &mut Driver<'_, '_>,
        findings: Vec<Finding>,
        response: Option<&Response>,
    ) -> Step<()> {
        for finding in findings {
            driver.run.report(finding, self.case, response);
        }
        driver.stop_at_failure()
    }
}

/// The responses that a [`CombinedCase`] got.
pub(crate) enum CombinedOutcome {
    /// The right response to the combined request.
    Combined(Response),
    /// The responses to the separate requests, in the order of [`CombinedCase::separate`].
    Separate(Vec<Option<Response>>),
}

impl CombinedOutcome {
    /// The response to the combined request, or to the first of the separate ones.
    pub(crate) fn first(self) -> Option<Response> {
        match self {
            Self::Combined(response) => Some(response),
            Self::Separate(responses) => responses.into_iter().next().flatten(),
        }
    }
}
