//! The client side of a run, with the same engine and report as the server side.

use std::sync::Mutex;

use proptest::{prelude::*, strategy::Strategy};
use serde_json::json;

use super::{
    Call, CallInput, CallResult, ClientMutant, Entrypoint, Outcome, Subject, broken,
    contract::{ClientContract, Documented},
    read, refusals, sent,
    shapes::shapes,
    subject::SESSION,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::{
        Halt, Run, Step,
        search::{Counterexample, search_over},
        suite::Suite,
    },
    strategy::negative,
};

/// A unit of work, which one job carries out.
enum Part<'d> {
    Sent(&'static str),
    Read(&'d Documented),
    Broken(&'d Documented),
    Refusals(&'static str),
    Anything(&'static str),
    Shapes,
}

/// The operations that [`Subject`] calls. Those on personal access tokens are only checked by the client's tests.
pub const OPERATIONS: [&str; 4] = ["login", "me", "logout", "logout_by_get"];

/// Calls the client, or a mutant of it, in every way, and judges its requests and results.
///
/// # Errors
///
/// [`Halt`] if the run must end.
pub fn run<S: Suite>(run: &Run<'_, S>, mutant: Option<&'static ClientMutant>) -> Step<()> {
    let unusable = |error| Halt::Unusable(format!("the document cannot be used: {error}"));
    let contract = ClientContract::embedded().map_err(unusable)?;
    let mut documented = contract.responses().map_err(unusable)?;
    documented.retain(|response| OPERATIONS.contains(&response.operation.as_str()));
    let parts = parts(run, &documented);
    let queue = Mutex::new(parts.into_iter());
    let next = || queue.lock().expect("no job panics while it takes a part").next();
    let halt: Mutex<Option<Halt>> = Mutex::new(None);
    let stop = |reason| *halt.lock().expect("nobody panics holding it") = Some(reason);
    std::thread::scope(|scope| {
        for _ in 0..run.options.jobs.max(1) {
            scope.spawn(|| {
                let job = match Subject::start(mutant) {
                    Ok(subject) => Job { run, contract: &contract, subject },
                    Err(reason) => return stop(reason),
                };
                while let Some(part) = next() {
                    if halt.lock().expect("nobody panics holding it").is_some() {
                        return;
                    }
                    if let Err(reason) = job.part(&part) {
                        return stop(reason);
                    }
                }
            });
        }
    });
    halt.into_inner().expect("nobody panics holding it").map_or(Ok(()), Err)
}

/// All units of work that a selected rule judges.
fn parts<'d, S: Suite>(run: &Run<'_, S>, documented: &'d [Documented]) -> Vec<Part<'d>> {
    let mut parts = vec![Part::Shapes];
    for operation in OPERATIONS {
        parts.push(Part::Sent(operation));
        if operation != "logout_by_get" {
            parts.push(Part::Refusals(operation));
        }
        parts.push(Part::Anything(operation));
    }
    parts.extend(
        documented.iter().flat_map(|response| [Part::Read(response), Part::Broken(response)]),
    );
    parts.retain(|part| part.rules().iter().chain(&EVERYWHERE).any(|rule| run.wants(rule)));
    parts
}

/// The rules that judge every call.
const EVERYWHERE: [&str; 2] = ["client_never_panics", "client_shows_no_secret"];

impl Part<'_> {
    /// The rules that judge its calls, besides those that judge every call.
    fn rules(&self) -> &'static [&'static str] {
        match self {
            Self::Sent(_) => &[
                "client_calls_the_operation",
                "client_content_type",
                "client_request_conforms",
                "client_sends_what_it_is_given",
                "client_sends_credentials",
            ],
            Self::Read(_) => {
                &["client_reads_conforming_responses", "client_keeps_documented_members"]
            }
            Self::Broken(_) => {
                &["client_refuses_broken_envelopes", "client_tolerates_odd_profiles"]
            }
            Self::Refusals(_) => &["client_tells_refusals_apart"],
            Self::Anything(_) => &["client_refuses_broken_envelopes"],
            Self::Shapes => &["client_understands_real_servers"],
        }
    }
}

struct Job<'j, 'a, S: Suite> {
    run: &'j Run<'a, S>,
    contract: &'j ClientContract,
    subject: Subject,
}

impl<S: Suite> Job<'_, '_, S> {
    fn part(&self, part: &Part<'_>) -> Step<()> {
        match *part {
            Part::Sent(operation) => {
                let response = plain_response(operation);
                self.search(
                    &format!("client sends {operation}"),
                    2,
                    &sent::calls(operation),
                    |call| {
                        let (requests, outcome) = self.subject.call(call, &response);
                        let findings = sent::judge(self.contract, call, &requests);
                        self.run.count_checks(part.rules());
                        self.shown(call, &response, &requests, &outcome, findings)
                    },
                )
            }
            Part::Read(documented) => {
                let bodies = (ways(&documented.operation), read::bodies(&documented.schema));
                let name = format!("client reads {} {}", documented.operation, documented.status);
                // Most cases are successes, because refusals share one schema.
                let share = if documented.status < 400 { 2 } else { 1 };
                self.search(&name, share, &bodies, |(way, body)| {
                    let response = Response::of_json(documented.status, body);
                    self.exchange(part, &documented.operation, *way, &response, |outcome| {
                        read::judge(documented, *way, body, outcome)
                    })
                })
            }
            Part::Broken(documented) => {
                let bodies = (ways(&documented.operation), negative::values(&documented.schema));
                let name = format!("client refuses {} {}", documented.operation, documented.status);
                let share = if documented.status < 400 { 2 } else { 1 };
                self.search(&name, share, &bodies, |(way, (body, broken))| {
                    let response = Response::of_json(documented.status, body);
                    self.exchange(part, &documented.operation, *way, &response, |outcome| {
                        broken::judge(documented, *way, (body, broken), outcome)
                    })
                })
            }
            Part::Refusals(operation) => {
                let refusals = (Just(Entrypoint::Facade), refusals::refusals());
                self.search(&format!("refusals of {operation}"), 2, &refusals, |(way, refusal)| {
                    self.exchange(part, operation, *way, &refusal.response(), |outcome| {
                        refusal.judge(operation, outcome)
                    })
                })
            }
            Part::Anything(operation) => {
                let responses = (ways(operation), broken::anything());
                let name = format!("any response to {operation}");
                self.search(&name, 2, &responses, |(way, (status, media_type, body))| {
                    let response = Response::of(*status, media_type, body.clone());
                    self.exchange(part, operation, *way, &response, |outcome| {
                        broken::judge_anything(operation, *way, *status, body, outcome)
                    })
                })
            }
            Part::Shapes => {
                for shape in shapes() {
                    for way in [Entrypoint::Facade, Entrypoint::Form, Entrypoint::Generated] {
                        let shown = self.exchange(
                            part,
                            shape.operation,
                            way,
                            &shape.response,
                            |outcome| {
                                // The generated client only promises not to panic.
                                if way == Entrypoint::Generated {
                                    Vec::new()
                                } else {
                                    shape.judge(outcome)
                                }
                            },
                        )?;
                        for Counterexample { finding, case, response } in shown {
                            self.run.report(finding, &case, response.as_ref());
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn search<V: Strategy>(
        &self,
        part: &str,
        share: u32,
        strategy: &V,
        judge: impl FnMut(&V::Value) -> Step<Vec<Counterexample>>,
    ) -> Step<()> {
        // A fraction of the server's number of cases, because there are many parts.
        let count = (self.run.options.cases * share / 2).max(8);
        search_over(self.run, part, strategy, count, judge)
    }

    /// Calls an operation, sends it a response, and judges the result.
    fn exchange(
        &self,
        part: &Part<'_>,
        operation: &str,
        way: Entrypoint,
        response: &Response,
        judge: impl FnOnce(&Outcome) -> Vec<Finding>,
    ) -> Step<Vec<Counterexample>> {
        let operation = OPERATIONS.into_iter().find(|id| *id == operation).unwrap_or("login");
        let given = if operation == "login" {
            CallInput::Members(vec![
                ("user", "ana".to_owned()),
                ("password", "made-up-pa55word".to_owned()),
            ])
        } else {
            CallInput::Session(SESSION.0.to_owned(), SESSION.1.to_owned())
        };
        let call = Call { operation, way, given };
        let (requests, outcome) = self.subject.call(&call, response);
        let findings = judge(&outcome);
        self.run.count_checks(part.rules());
        self.shown(&call, response, &requests, &outcome, findings)
    }

    /// Adds the checks of every call, and the evidence for findings.
    fn shown(
        &self,
        call: &Call,
        response: &Response,
        requests: &[Request],
        outcome: &Outcome,
        mut findings: Vec<Finding>,
    ) -> Step<Vec<Counterexample>> {
        if self.run.environment.interrupt.is_set() {
            return Err(Halt::Interrupted);
        }
        self.run.exchanged();
        self.run.count_checks(&EVERYWHERE);
        if outcome.result == CallResult::Panicked {
            findings = vec![Finding::new(
                "client_never_panics",
                format!("{:?} {}", call.way, call.operation),
                "the client panics",
                "an error",
                format!("a panic: {}", outcome.shown),
            )];
        }
        findings.extend(sent::shown(call, outcome));
        findings.retain(|finding| self.run.wants(finding.rule));
        let title = match call.way {
            Entrypoint::Generated => format!("the generated client calls {}", call.operation),
            Entrypoint::Facade => format!("the façade calls {}", call.operation),
            Entrypoint::Form => format!("the façade calls {} with a form", call.operation),
        };
        let request = requests.first().cloned().unwrap_or_else(|| Request::new("?", "/"));
        let case = Case::new(call.operation, title, request, Expect::Anything);
        Ok(Counterexample::of(findings, &case, Some(response)))
    }
}

/// The ways to call an operation.
fn ways(operation: &str) -> BoxedStrategy<Entrypoint> {
    match operation {
        "login" => {
            prop::sample::select(vec![Entrypoint::Generated, Entrypoint::Facade, Entrypoint::Form])
                .boxed()
        }
        // The façade logs out by POST only.
        "logout_by_get" => Just(Entrypoint::Generated).boxed(),
        _ => prop::sample::select(vec![Entrypoint::Generated, Entrypoint::Facade]).boxed(),
    }
}

/// A response that every entry point reads, for calls whose request is judged.
fn plain_response(operation: &str) -> Response {
    let (user_id, token) = SESSION;
    Response::of_json(
        200,
        &match operation {
            "login" => json!({
                "status": "success",
                "data": {"userId": user_id, "authToken": token, "me": {"_id": user_id}},
            }),
            "me" => json!({"_id": user_id, "success": true}),
            _ => json!({"status": "success", "data": {"message": "Bye"}}),
        },
    )
}
