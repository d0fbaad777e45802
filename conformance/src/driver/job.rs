//! One job: sends a case, judges the answer, reports what is wrong.

use std::sync::atomic::Ordering;

use super::{Halt, Run, Step, sending::session, shared::lock};
use crate::{
    answer::Answer,
    case::{Case, Expect},
    check,
    failure::Finding,
    guard::Session,
    scenario::requests,
    transport::{Transport, TransportError},
};

/// One job.
pub struct Driver<'r, 'a> {
    /// What all jobs share.
    pub run: &'r Run<'a>,
    pub(super) transport: Transport,
}

impl Driver<'_, '_> {
    /// Sends a case, judges the answer, reports what is wrong. `None` where there was no answer but
    /// the target lives, which is reported too.
    ///
    /// # Errors
    ///
    /// [`Halt`] where the run must end.
    pub fn step(&mut self, case: &Case) -> Step<Option<Answer>> {
        let (findings, answer) = self.judged(case)?;
        if let Some(rule) = case.rule {
            self.run.asked(rule);
        }
        for finding in findings {
            self.run.report(finding, case, answer.as_ref());
        }
        self.stop_at_failure()?;
        Ok(answer)
    }

    /// A step whose session, where it has one, ends at once.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn step_and_out(&mut self, case: &Case) -> Step<Option<Answer>> {
        let answer = self.step(case)?;
        if let Some(session) = answer.as_ref().and_then(|answer| session(case, answer)) {
            self.logout(&session)?;
        }
        Ok(answer)
    }

    /// Ends a session without judging more than the answer itself.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn logout(&mut self, session: &Session) -> Step<()> {
        let answer = self.step(&requests::logout(session, Expect::Anything))?;
        // Refused: it is worth nothing already, and need not be ended once more.
        if answer.is_some_and(|answer| answer.status == 401) {
            lock(&self.run.ledger).ended(&session.token);
        }
        Ok(())
    }

    /// Sends a case and says what is wrong, without reporting it: for shrinking.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn judged(&mut self, case: &Case) -> Step<(Vec<Finding>, Option<Answer>)> {
        self.run.cases.fetch_add(1, Ordering::Relaxed);
        // Right credentials reset the count themselves.
        if case.operation == "login" && case.expect != Expect::Success {
            self.make_room(case.account.as_deref())?;
        }
        match self.send(case) {
            Ok(answer) => {
                let findings = self.findings(case, &answer);
                self.learn(case, &answer)?;
                Ok((findings, Some(answer)))
            }
            Err(Halt::Target(
                error @ (TransportError::NoAnswer { .. } | TransportError::Silence { .. }),
            )) => {
                // A request that is not answered is a failure where the target lives, else an error.
                self.lives_after(&error)?;
                let finding = Finding::new(
                    "not_a_server_error",
                    format!("{} {}", case.request.method, case.request.path),
                    format!("{}: the request was not answered", case.title),
                    "an answer",
                    error.to_string(),
                );
                Ok((vec![finding], None))
            }
            Err(halt) => Err(halt),
        }
    }

    /// What is wrong with an answer by the rules that are asked of every one.
    pub(super) fn findings(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        let mut findings = self.run.judge.judge(case, answer);
        findings.extend(check::documented::judge(case, answer));
        findings.extend(self.run.leaks.judge(case, answer));
        findings.retain(|finding| self.run.wants(finding.rule));
        findings
    }

    /// Sends cases at once, each over its own connection; only where the rate is unlimited.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn step_all(&mut self, cases: &[Case]) -> Step<Vec<Option<Answer>>> {
        if self.run.remaining() < 2 * cases.len() as u64 {
            return Err(Halt::Budget(self.run.options.budget.unwrap_or(0)));
        }
        self.check_interrupted()?;
        let requests: Vec<_> = cases.iter().map(|case| case.request.clone()).collect();
        self.run.sent.fetch_add(cases.len() as u64, Ordering::Relaxed);
        self.run.cases.fetch_add(cases.len() as u64, Ordering::Relaxed);
        let mut answers = Vec::new();
        for (case, answer) in cases.iter().zip(self.transport.send_all(&requests)) {
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    self.lives_after(&error)?;
                    self.run.report(
                        Finding::new(
                            "not_a_server_error",
                            format!("{} {}", case.request.method, case.request.path),
                            format!("{}, with others at once: not answered", case.title),
                            "an answer",
                            error.to_string(),
                        ),
                        case,
                        None,
                    );
                    answers.push(None);
                    continue;
                }
            };
            let count = self.run.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
            (self.run.progress)(count);
            self.heed(case, &answer);
            if let Some(rule) = case.rule {
                self.run.asked(rule);
            }
            for finding in self.findings(case, &answer) {
                self.run.report(finding, case, Some(&answer));
            }
            self.learn(case, &answer)?;
            answers.push(Some(answer));
        }
        self.stop_at_failure()?;
        Ok(answers)
    }

    /// Ends the run at its first failure, where it is to.
    ///
    /// # Errors
    ///
    /// [`Halt::FailFast`].
    pub fn stop_at_failure(&self) -> Step<()> {
        let is_failed = || lock(&self.run.evidence).iter().any(|found| found.deviation.is_none());
        if self.run.options.fail_fast && is_failed() {
            return Err(Halt::FailFast);
        }
        Ok(())
    }
}
