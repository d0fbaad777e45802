//! One request for several questions: whoever answers it rightly has answered all of them.

use crate::login::{
    Driver, Session,
    steps::{log_out, step_and_log_out},
};
use specfirst_engine::{
    http::{case::Case, response::Answer},
    runner::Step,
};

/// One request that asks several rules, and the requests that ask them apart.
pub(super) struct AtOnce<'c> {
    /// The request; its own rule is blamed where nothing apart tells what is wrong.
    pub(super) case: &'c Case,
    /// The rules that its right answer shows.
    pub(super) shows: &'c [&'static str],
    /// Whether an answer is the right one.
    pub(super) is_right: fn(&Answer) -> bool,
    /// The same questions, one a request; a session that one begins is ended.
    pub(super) apart: &'c [Case],
}

impl AtOnce<'_> {
    /// Asks at once, and only where that is answered wrongly, apart. The answer to the one request
    /// where it is right; else the answers to the others, in their order.
    pub(super) fn ask(&self, driver: &mut Driver<'_, '_>) -> Step<Asked> {
        let (findings, answer) = driver.judged(self.case)?;
        let report = |driver: &Driver<'_, '_>, answer: Option<&Answer>| {
            for finding in findings {
                driver.run.report(finding, self.case, answer);
            }
            driver.stop_at_failure()
        };
        if let Some(answer) = answer.clone().filter(self.is_right) {
            for rule in self.shows {
                driver.run.count_check(rule);
            }
            report(driver, Some(&answer))?;
            return Ok(Asked::AtOnce(answer));
        }
        if let Some(begun) = answer.as_ref().and_then(|answer| Session::begun_by(self.case, answer))
        {
            log_out(driver, &begun)?;
        }
        let (mut answers, mut is_told) = (Vec::new(), false);
        let mut ended = Ok(());
        for case in self.apart {
            match step_and_log_out(driver, case) {
                Ok(answer) => {
                    is_told |= !answer.as_ref().is_some_and(self.is_right);
                    answers.push(answer);
                }
                Err(halt) => {
                    ended = Err(halt);
                    break;
                }
            }
        }
        if !is_told {
            // Each alone is right, and all at once are not; or there was no budget to find out which.
            report(driver, answer.as_ref())?;
        }
        ended.map(|()| Asked::Apart(answers))
    }
}

/// How it was asked, and what came back.
pub(super) enum Asked {
    /// By one request, which was answered rightly.
    AtOnce(Answer),
    /// By one request for each question, in the order of [`AtOnce::apart`].
    Apart(Vec<Option<Answer>>),
}

impl Asked {
    /// The answer to the request for everything, else that to the first of the others.
    pub(super) fn first(self) -> Option<Answer> {
        match self {
            Self::AtOnce(answer) => Some(answer),
            Self::Apart(answers) => answers.into_iter().next().flatten(),
        }
    }
}
