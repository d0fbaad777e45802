//! One request for several questions: whoever answers it rightly has answered all of them.

use crate::login::{
    Driver, Session,
    steps::{log_out, step_and_log_out},
};
use specfirst_engine::{
    http::{case::Case, response::Response},
    runner::Step,
};

/// One request that asks several rules, and the requests that ask them apart.
pub(super) struct AtOnce<'c> {
    /// The request; its own rule is blamed where nothing apart tells what is wrong.
    pub(super) case: &'c Case,
    /// The rules that its right response shows.
    pub(super) shows: &'c [&'static str],
    /// Whether a response is the right one.
    pub(super) is_right: fn(&Response) -> bool,
    /// The same questions, one a request; a session that one begins is ended.
    pub(super) apart: &'c [Case],
}

impl AtOnce<'_> {
    /// Asks at once, and only where that is answered wrongly, apart. The response to the one request
    /// where it is right; else the responses to the others, in their order.
    pub(super) fn ask(&self, driver: &mut Driver<'_, '_>) -> Step<Asked> {
        let (findings, response) = driver.judged(self.case)?;
        let report = |driver: &Driver<'_, '_>, response: Option<&Response>| {
            for finding in findings {
                driver.run.report(finding, self.case, response);
            }
            driver.stop_at_failure()
        };
        if let Some(response) = response.clone().filter(self.is_right) {
            for rule in self.shows {
                driver.run.count_check(rule);
            }
            report(driver, Some(&response))?;
            return Ok(Asked::AtOnce(response));
        }
        if let Some(begun) =
            response.as_ref().and_then(|response| Session::begun_by(self.case, response))
        {
            log_out(driver, &begun)?;
        }
        let (mut responses, mut is_told) = (Vec::new(), false);
        let mut ended = Ok(());
        for case in self.apart {
            match step_and_log_out(driver, case) {
                Ok(response) => {
                    is_told |= !response.as_ref().is_some_and(self.is_right);
                    responses.push(response);
                }
                Err(halt) => {
                    ended = Err(halt);
                    break;
                }
            }
        }
        if !is_told {
            // Each alone is right, and all at once are not; or there was no budget to find out which.
            report(driver, response.as_ref())?;
        }
        ended.map(|()| Asked::Apart(responses))
    }
}

/// How it was asked, and what came back.
pub(super) enum Asked {
    /// By one request, which was answered rightly.
    AtOnce(Response),
    /// By one request for each question, in the order of [`AtOnce::apart`].
    Apart(Vec<Option<Response>>),
}

impl Asked {
    /// The response to the request for everything, else that to the first of the others.
    pub(super) fn first(self) -> Option<Response> {
        match self {
            Self::AtOnce(response) => Some(response),
            Self::Apart(responses) => responses.into_iter().next().flatten(),
        }
    }
}
