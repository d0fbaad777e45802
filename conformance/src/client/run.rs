//! The client's part of a run, in the same engine and the same report as the server's.

use std::sync::Mutex;

use proptest::{prelude::*, strategy::Strategy};
use serde_json::json;

use super::{
    Call, ClientFault, Ended, Given, Outcome, Subject, Way, broken,
    demands::{Demands, Documented},
    read, refusals, sent,
    shapes::shapes,
    subject::SESSION,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Answer,
    },
    runner::{
        Halt, Run, Step,
        search::{Shown, hunt_over},
        suite::Suite,
    },
    strategy::negative,
};

/// A piece of work: one job does it from beginning to end.
enum Part<'d> {
    Sent(&'static str),
    Read(&'d Documented),
    Broken(&'d Documented),
    Refusals(&'static str),
    Anything(&'static str),
    Shapes,
}

const OPERATIONS: [&str; 4] = ["login", "me", "logout", "logout_by_get"];

/// Calls the client in every way, or a faulty one, and judges what it sends and reads.
///
/// # Errors
///
/// [`Halt`] where the run must end.
pub fn run<S: Suite>(run: &Run<'_, S>, fault: Option<&'static ClientFault>) -> Step<()> {
    let unusable = |error| Halt::Unusable(format!("the document cannot be used: {error}"));
    let demands = Demands::embedded().map_err(unusable)?;
    let documented = demands.answers().map_err(unusable)?;
    let parts = parts(run, &documented);
    let queue = Mutex::new(parts.into_iter());
    let next = || queue.lock().expect("no job panics while it takes a part").next();
    let halt: Mutex<Option<Halt>> = Mutex::new(None);
    let stop = |reason| *halt.lock().expect("nobody panics holding it") = Some(reason);
    std::thread::scope(|scope| {
        for _ in 0..run.options.jobs.max(1) {
            scope.spawn(|| {
                let job = match Subject::start(fault) {
                    Ok(subject) => Job { run, demands: &demands, subject },
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

/// Everything there is to do, leaving out what no wanted rule judges.
fn parts<'d, S: Suite>(run: &Run<'_, S>, documented: &'d [Documented]) -> Vec<Part<'d>> {
    let mut parts = vec![Part::Shapes];
    for operation in OPERATIONS {
        parts.push(Part::Sent(operation));
        if operation != "logout_by_get" {
            parts.push(Part::Refusals(operation));
        }
        parts.push(Part::Anything(operation));
    }
    parts.extend(documented.iter().flat_map(|answer| [Part::Read(answer), Part::Broken(answer)]));
    parts.retain(|part| part.rules().iter().chain(&EVERYWHERE).any(|rule| run.wants(rule)));
    parts
}

/// The rules that every call is judged by.
const EVERYWHERE: [&str; 2] = ["client_never_panics", "client_shows_no_secret"];

impl Part<'_> {
    /// The rules that its calls are judged by, beside those of every call.
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
                &["client_reads_conforming_answers", "client_keeps_documented_members"]
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
    demands: &'j Demands,
    subject: Subject,
}

impl<S: Suite> Job<'_, '_, S> {
    fn part(&self, part: &Part<'_>) -> Step<()> {
        match *part {
            Part::Sent(operation) => {
                let answer = plain_answer(operation);
                self.hunt(
                    &format!("client sends {operation}"),
                    2,
                    &sent::calls(operation),
                    |call| {
                        let (requests, outcome) = self.subject.call(call, &answer);
                        let findings = sent::judge(self.demands, call, &requests);
                        self.run.count_checks(part.rules());
                        self.shown(call, &answer, &requests, &outcome, findings)
                    },
                )
            }
            Part::Read(documented) => {
                let bodies = (ways(&documented.operation), read::bodies(&documented.schema));
                let name = format!("client reads {} {}", documented.operation, documented.status);
                // Refusals share one schema, and successes are what clients are for.
                let share = if documented.status < 400 { 2 } else { 1 };
                self.hunt(&name, share, &bodies, |(way, body)| {
                    let answer = Answer::of_json(documented.status, body);
                    self.exchange(part, &documented.operation, *way, &answer, |outcome| {
                        read::judge(documented, *way, body, outcome)
                    })
                })
            }
            Part::Broken(documented) => {
                let bodies = (ways(&documented.operation), negative::values(&documented.schema));
                let name = format!("client refuses {} {}", documented.operation, documented.status);
                let share = if documented.status < 400 { 2 } else { 1 };
                self.hunt(&name, share, &bodies, |(way, (body, broken))| {
                    let answer = Answer::of_json(documented.status, body);
                    self.exchange(part, &documented.operation, *way, &answer, |outcome| {
                        broken::judge(documented, *way, (body, broken), outcome)
                    })
                })
            }
            Part::Refusals(operation) => {
                let refusals = (Just(Way::Facade), refusals::refusals());
                self.hunt(&format!("refusals of {operation}"), 2, &refusals, |(way, refusal)| {
                    self.exchange(part, operation, *way, &refusal.answer(), |outcome| {
                        refusal.judge(operation, outcome)
                    })
                })
            }
            Part::Anything(operation) => {
                let answers = (ways(operation), broken::anything());
                let name = format!("any answer to {operation}");
                self.hunt(&name, 2, &answers, |(way, (status, media_type, body))| {
                    let answer = Answer::of(*status, media_type, body.clone());
                    self.exchange(part, operation, *way, &answer, |outcome| {
                        broken::judge_anything(operation, *way, *status, body, outcome)
                    })
                })
            }
            Part::Shapes => {
                for shape in shapes() {
                    for way in [Way::Facade, Way::Form, Way::Generated] {
                        let shown =
                            self.exchange(part, shape.operation, way, &shape.answer, |outcome| {
                                // The generated client promises no more than not to panic.
                                if way == Way::Generated {
                                    Vec::new()
                                } else {
                                    shape.judge(outcome)
                                }
                            })?;
                        for (finding, case, answer) in shown {
                            self.run.report(finding, &case, answer.as_ref());
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn hunt<V: Strategy>(
        &self,
        part: &str,
        share: u32,
        strategy: &V,
        judge: impl FnMut(&V::Value) -> Step<Vec<Shown>>,
    ) -> Step<()> {
        // A fraction of the server's cases for each part, as there are many parts.
        let count = (self.run.options.cases * share / 2).max(8);
        hunt_over(self.run, part, strategy, count, judge)
    }

    /// One call of an operation, answered and judged.
    fn exchange(
        &self,
        part: &Part<'_>,
        operation: &str,
        way: Way,
        answer: &Answer,
        judge: impl FnOnce(&Outcome) -> Vec<Finding>,
    ) -> Step<Vec<Shown>> {
        let operation = OPERATIONS.into_iter().find(|id| *id == operation).unwrap_or("login");
        let given = if operation == "login" {
            Given::Members(vec![
                ("user", "ana".to_owned()),
                ("password", "made-up-pa55word".to_owned()),
            ])
        } else {
            Given::Session(SESSION.0.to_owned(), SESSION.1.to_owned())
        };
        let call = Call { operation, way, given };
        let (requests, outcome) = self.subject.call(&call, answer);
        let findings = judge(&outcome);
        self.run.count_checks(part.rules());
        self.shown(&call, answer, &requests, &outcome, findings)
    }

    /// Adds what is judged of every call, and what is needed to show it.
    fn shown(
        &self,
        call: &Call,
        answer: &Answer,
        requests: &[Request],
        outcome: &Outcome,
        mut findings: Vec<Finding>,
    ) -> Step<Vec<Shown>> {
        if self.run.environment.interrupt.is_set() {
            return Err(Halt::Interrupted);
        }
        self.run.exchanged();
        self.run.count_checks(&EVERYWHERE);
        if outcome.ended == Ended::Panicked {
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
            Way::Generated => format!("the generated client calls {}", call.operation),
            Way::Facade => format!("the façade calls {}", call.operation),
            Way::Form => format!("the façade calls {} with a form", call.operation),
        };
        let request = requests.first().cloned().unwrap_or_else(|| Request::new("?", "/"));
        let case = Case::new(call.operation, title, request, Expect::Anything);
        Ok(findings.into_iter().map(|f| (f, case.clone(), Some(answer.clone()))).collect())
    }
}

/// The ways to call an operation.
fn ways(operation: &str) -> BoxedStrategy<Way> {
    match operation {
        "login" => prop::sample::select(vec![Way::Generated, Way::Facade, Way::Form]).boxed(),
        // The façade ends sessions by POST.
        "logout_by_get" => Just(Way::Generated).boxed(),
        _ => prop::sample::select(vec![Way::Generated, Way::Facade]).boxed(),
    }
}

/// An answer that every way reads, for calls whose request is judged.
fn plain_answer(operation: &str) -> Answer {
    let (user_id, token) = SESSION;
    Answer::of_json(
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
