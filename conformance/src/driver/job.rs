//! One job: sends a case, judges the answer, reports what is wrong.

use std::sync::atomic::Ordering;

use super::{Halt, Outlasted, Run, Step, sending::session, shared::lock};
use crate::{
    answer::Answer,
    case::{Case, Expect},
    check::{self, Judgement},
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
    /// the target lives, which is reported too, or where nothing follows from the answer.
    ///
    /// # Errors
    ///
    /// [`Halt`] where the run must end.
    pub fn step(&mut self, case: &Case) -> Step<Option<Answer>> {
        let (findings, answer) = self.judged(case)?;
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
        match self.carry_out(case)? {
            Outlasted::Response(answer) => {
                let findings = self.findings(case, &answer);
                self.learn(case, &answer)?;
                Ok((findings, Some(answer)))
            }
            Outlasted::Provoked { response: answer, plain } => {
                // Reported here: it is no answer that a scenario could compare with others.
                for finding in self.provoked(case, &answer, plain) {
                    self.run.report(finding, case, Some(&answer));
                }
                self.learn(case, &answer)?;
                self.stop_at_failure()?;
                Ok((Vec::new(), None))
            }
            Outlasted::NoVerdict(reason) => {
                self.run.no_verdict(case, &reason);
                Ok((Vec::new(), None))
            }
            Outlasted::Unanswered(error) => {
                let finding = Finding::new(
                    "not_a_server_error",
                    format!("{} {}", case.request.method, case.request.path),
                    format!("{}: the request was not answered", case.title),
                    "an answer",
                    error.to_string(),
                );
                Ok((vec![finding], None))
            }
        }
    }

    /// Sends a case and judges nothing: the answer, whatever it says, where there is one.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn answered(&mut self, case: &Case) -> Step<Option<Answer>> {
        match self.carry_out(case)? {
            Outlasted::Response(answer) | Outlasted::Provoked { response: answer, .. } => {
                self.learn(case, &answer)?;
                Ok(Some(answer))
            }
            Outlasted::Unanswered(_) | Outlasted::NoVerdict(_) => Ok(None),
        }
    }

    /// Sends a case without nearing a lock-out.
    fn carry_out(&mut self, case: &Case) -> Step<Outlasted<Answer>> {
        self.run.cases.fetch_add(1, Ordering::Relaxed);
        match self.send_with_room(case) {
            Err(guard @ Halt::AccountGuard(_)) => Ok(Outlasted::NoVerdict(guard.to_string())),
            Err(Halt::Target(
                error @ (TransportError::NoAnswer { .. } | TransportError::Silence { .. }),
            )) => {
                // A request that is not answered is a failure where the target lives, else an error.
                self.lives_after(&error)?;
                Ok(Outlasted::Unanswered(error))
            }
            sent => sent,
        }
    }

    fn send_with_room(&mut self, case: &Case) -> Step<Outlasted<Answer>> {
        // Right credentials reset the count themselves.
        if case.operation == "login" && case.expect != Expect::Success {
            self.make_room(case.account.as_deref())?;
        }
        self.send(case)
    }

    /// What is wrong with an answer by the rules that are asked of every one.
    pub(super) fn findings(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        let mut judgement = Judgement::default();
        self.run.judge.judge(case, answer, &mut judgement);
        check::documented::judge(case, answer, &mut judgement);
        self.run.leaks.judge(case, answer, &mut judgement);
        self.run.take(judgement)
    }

    /// What is wrong with the form of an answer that says nothing about its request. A page of an
    /// intermediary has a form of its own; but no page may hold a secret.
    pub(super) fn form_findings(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        if answer.has_error_envelope() {
            return self.findings(case, answer);
        }
        let mut judgement = Judgement::default();
        self.run.leaks.judge(case, answer, &mut judgement);
        self.run.take(judgement)
    }

    /// What is wrong where a request itself makes the target fail.
    fn provoked(&self, case: &Case, answer: &Answer, plain: u16) -> Vec<Finding> {
        let mut findings = self.form_findings(case, answer);
        let is_told = |finding: &Finding| {
            finding.rule == "not_a_server_error" || Some(finding.rule) == case.rule
        };
        if !findings.iter().any(is_told) && self.run.wants("not_a_server_error") {
            findings.push(Finding::new(
                "not_a_server_error",
                format!("{} {}", case.request.method, case.request.path),
                format!(
                    "{}: answered {} again and again, and plain requests in between {plain}",
                    case.title, answer.status
                ),
                "a status below 500",
                answer.status.to_string(),
            ));
        }
        findings
    }

    /// Sends cases at once, each over its own connection; only where the rate is unlimited.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn step_all(&mut self, cases: &[Case]) -> Step<Vec<Option<Answer>>> {
        if self.run.remaining() < 2 * cases.len() as u64 {
            return Err(Halt::Budget(self.run.budget().unwrap_or(0)));
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
            self.run.exchanges.fetch_add(1, Ordering::Relaxed);
            self.run.show(None);
            self.note_rate_limit(case, &answer);
            if answer.is_transient() {
                // Sent again, alone, it would not be what the rule asks.
                let status = answer.status;
                self.run.no_verdict(
                    case,
                    &format!(
                        "no verdict: {} requests at once meet a limit ({status})",
                        cases.len()
                    ),
                );
                answers.push(None);
                continue;
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
