//! One job: sends a case, judges the answer, reports what is wrong.

use super::{Halt, Outlasted, Run, Step};
use crate::{
    check::{Judgement, finding::Finding},
    http::{
        case::Case,
        response::Answer,
        transport::{Transport, TransportError},
    },
    runner::suite::Suite,
};

/// One job.
pub struct Driver<'r, 'a, S: Suite> {
    /// What all jobs share.
    pub run: &'r Run<'a, S>,
    pub(super) transport: Transport,
}

impl<S: Suite> Driver<'_, '_, S> {
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

    /// Sends a case; one that could do harm is left out.
    fn carry_out(&mut self, case: &Case) -> Step<Outlasted<Answer>> {
        self.run.traffic.add_cases(1);
        match self.send(case) {
            Err(left_out @ Halt::LeftOut(_)) => Ok(Outlasted::NoVerdict(left_out.to_string())),
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

    /// What is wrong with an answer by the rules that are asked of every one.
    pub(super) fn findings(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        let mut judgement = Judgement::default();
        self.run.suite.documents().judge(case, answer, &mut judgement);
        self.run.suite.check(case, answer, &mut judgement);
        self.run.suite.check_any(case, answer, &mut judgement);
        self.run.take(judgement)
    }

    /// What is wrong with the form of an answer that says nothing about its request. A page of an
    /// intermediary has a form of its own; but no page may hold a secret.
    pub(super) fn form_findings(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        if self.run.suite.is_own_error(answer) {
            return self.findings(case, answer);
        }
        let mut judgement = Judgement::default();
        self.run.suite.check_any(case, answer, &mut judgement);
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
        self.check_budget(cases.iter().map(|case| self.run.suite.cost(case)).sum())?;
        self.check_interrupted()?;
        let requests: Vec<_> = cases.iter().map(|case| case.request.clone()).collect();
        self.run.traffic.add_sent(cases.len() as u64);
        self.run.traffic.add_cases(cases.len() as u64);
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
            self.run.traffic.add_exchange();
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
        if self.run.options.fail_fast && self.run.verdicts.has_failure() {
            return Err(Halt::FailFast);
        }
        Ok(())
    }
}
