//! One job: sends cases, judges the responses, and reports findings.

use super::{Halt, Outlasted, Run, Step};
use crate::{
    check::{Judgement, finding::Finding},
    http::{
        case::Case,
        response::Response,
        transport::{Transport, TransportError},
    },
    runner::suite::Suite,
};

/// One job, with its own connection.
pub struct Driver<'r, 'a, S: Suite> {
    /// The state that all jobs share.
    pub run: &'r Run<'a, S>,
    pub(super) transport: Transport,
}

impl<S: Suite> Driver<'_, '_, S> {
    /// Sends a case, judges the response, and reports findings. Returns `None` if there was no response
    /// although the target is alive, which is reported, or if the response says nothing about the case.
    ///
    /// # Errors
    ///
    /// [`Halt`] if the run must end.
    pub fn step(&mut self, case: &Case) -> Step<Option<Response>> {
        let (findings, response) = self.judged(case)?;
        for finding in findings {
            self.run.report(finding, case, response.as_ref());
        }
        self.stop_at_failure()?;
        Ok(response)
    }

    /// Sends a case and returns the findings without reporting them, for shrinking.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn judged(&mut self, case: &Case) -> Step<(Vec<Finding>, Option<Response>)> {
        match self.carry_out(case)? {
            Outlasted::Response(response) => {
                let findings = self.findings(case, &response);
                self.learn(case, &response)?;
                Ok((findings, Some(response)))
            }
            Outlasted::Provoked { response, plain } => {
                // Reported here, because a scenario must not compare this response with others.
                for finding in self.provoked(case, &response, plain) {
                    self.run.report(finding, case, Some(&response));
                }
                self.learn(case, &response)?;
                self.stop_at_failure()?;
                Ok((Vec::new(), None))
            }
            Outlasted::NoVerdict(reason) => {
                self.run.no_verdict(case, &reason);
                Ok((Vec::new(), None))
            }
            Outlasted::NoResponse(error) => {
                let finding = Finding::new(
                    "not_a_server_error",
                    format!("{} {}", case.request.method, case.request.path),
                    format!("{}: the request got no response", case.title),
                    "a response",
                    error.to_string(),
                );
                Ok((vec![finding], None))
            }
        }
    }

    /// Sends a case and returns the response, if there is one, without judging it.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn response(&mut self, case: &Case) -> Step<Option<Response>> {
        match self.carry_out(case)? {
            Outlasted::Response(response) | Outlasted::Provoked { response, .. } => {
                self.learn(case, &response)?;
                Ok(Some(response))
            }
            Outlasted::NoResponse(_) | Outlasted::NoVerdict(_) => Ok(None),
        }
    }

    /// Sends a case, unless it could do harm.
    fn carry_out(&mut self, case: &Case) -> Step<Outlasted<Response>> {
        self.run.traffic.add_cases(1);
        match self.send(case) {
            Err(left_out @ Halt::LeftOut(_)) => Ok(Outlasted::NoVerdict(left_out.to_string())),
            Err(Halt::Target(
                error @ (TransportError::NoResponse { .. } | TransportError::Silence { .. }),
            )) => {
                // A request without a response is a finding if the target is alive, else an error.
                self.lives_after(&error)?;
                Ok(Outlasted::NoResponse(error))
            }
            sent => sent,
        }
    }

    /// The findings of the rules that judge every response.
    pub(super) fn findings(&self, case: &Case, response: &Response) -> Vec<Finding> {
        let mut judgement = Judgement::default();
        self.run.suite.documents().judge(case, response, &mut judgement);
        self.run.suite.check(case, response, &mut judgement);
        self.run.suite.check_any(case, response, &mut judgement);
        self.run.take(judgement)
    }

    /// The findings about a response that says nothing about its request. The page of an intermediary has
    /// its own form, but no page may hold a secret.
    pub(super) fn form_findings(&self, case: &Case, response: &Response) -> Vec<Finding> {
        if self.run.suite.is_own_error(response) {
            return self.findings(case, response);
        }
        let mut judgement = Judgement::default();
        self.run.suite.check_any(case, response, &mut judgement);
        self.run.take(judgement)
    }

    /// The findings about a request that makes the target fail.
    fn provoked(&self, case: &Case, response: &Response, plain: u16) -> Vec<Finding> {
        let mut findings = self.form_findings(case, response);
        let is_told = |finding: &Finding| {
            finding.rule == "not_a_server_error" || Some(finding.rule) == case.rule
        };
        if !findings.iter().any(is_told) && self.run.wants("not_a_server_error") {
            findings.push(Finding::new(
                "not_a_server_error",
                format!("{} {}", case.request.method, case.request.path),
                format!(
                    "{}: got {} again and again, while plain requests in between got {plain}",
                    case.title, response.status
                ),
                "a status below 500",
                response.status.to_string(),
            ));
        }
        findings
    }

    /// Sends cases at once, each over its own connection. Only for a run with an unlimited rate.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn step_all(&mut self, cases: &[Case]) -> Step<Vec<Option<Response>>> {
        self.check_budget(cases.iter().map(|case| self.run.suite.cost(case)).sum())?;
        self.check_interrupted()?;
        let requests: Vec<_> = cases.iter().map(|case| case.request.clone()).collect();
        self.run.traffic.add_sent(cases.len() as u64);
        self.run.traffic.add_cases(cases.len() as u64);
        let mut responses = Vec::new();
        let mut failures = Vec::new();
        for (case, response) in cases.iter().zip(self.transport.send_all(&requests)) {
            let response = match response {
                Ok(response) => response,
                Err(error) => {
                    self.lives_after(&error)?;
                    self.run.report(
                        Finding::new(
                            "not_a_server_error",
                            format!("{} {}", case.request.method, case.request.path),
                            format!("{}, sent with others at once: no response", case.title),
                            "a response",
                            error.to_string(),
                        ),
                        case,
                        None,
                    );
                    responses.push(None);
                    continue;
                }
            };
            self.run.traffic.add_exchange();
            self.run.show(None);
            self.note_rate_limit(case, &response);
            if response.is_transient() {
                // A request that is sent again alone would not check the rule.
                let status = response.status;
                self.run.no_verdict(
                    case,
                    &format!(
                        "no verdict: {} requests at once meet a limit ({status})",
                        cases.len()
                    ),
                );
                responses.push(None);
                continue;
            }
            for finding in self.findings(case, &response) {
                self.run.report(finding, case, Some(&response));
            }
            if response.is_success() {
                self.learn(case, &response)?;
            } else {
                failures.push((case, responses.len()));
            }
            responses.push(Some(response));
        }
        // The target may have carried out a success before the failures, which then still count.
        for (case, at) in failures {
            if let Some(response) = &responses[at] {
                self.learn(case, response)?;
            }
        }
        self.stop_at_failure()?;
        Ok(responses)
    }

    /// Ends the run at its first failure, if `fail_fast` is set.
    ///
    /// # Errors
    ///
    /// [`Halt::FailFast`] at the first failure.
    pub fn stop_at_failure(&self) -> Step<()> {
        if self.run.options.fail_fast && self.run.verdicts.has_failure() {
            return Err(Halt::FailFast);
        }
        Ok(())
    }
}
