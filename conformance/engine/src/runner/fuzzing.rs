//! The fuzzing phase: conforming and broken data, generated from the schemas of the document.

use std::sync::Mutex;

use proptest::strategy::{BoxedStrategy, Strategy as _};
use specfirst_model::{Document, DocumentError, Operation};

use crate::{
    http::case::{Case, Expect},
    runner::{
        Driver, Halt, Step,
        search::{Counterexample, search},
        suite::{Authorization, Suite},
    },
    strategy,
};

/// The rules of the fuzzing phase, besides those that judge every response.
pub(crate) const RULES: [&str; 2] = ["positive_data_acceptance", "negative_data_rejection"];

/// One strategy of generated cases. It is built on the thread that uses it, since strategies are not
/// `Send`.
#[derive(Clone, Copy, Debug)]
struct Part<'r> {
    operation: &'r Operation,
    kind: Kind,
}

/// The kind of the cases of a part.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Conforming,
    Broken,
    Authenticated,
}

/// Runs the fuzzing phase: every operation with conforming and broken data, spread over the jobs.
///
/// # Errors
///
/// [`Halt`] if the run must end.
pub fn run<S: Suite>(driver: &mut Driver<'_, '_, S>) -> Step<()> {
    let run = driver.run;
    let options = run.options;
    let generic = ["not_a_server_error", "response_schema_conformance", "status_code_conformance"];
    if options.cases == 0 || !RULES.iter().chain(&generic).any(|rule| run.wants(rule)) {
        return Ok(());
    }
    let authorization = S::authorize(driver)?;
    let mut parts = Vec::new();
    for operation in run.suite.documents().operations() {
        parts.push(Part { operation, kind: Kind::Conforming });
        parts.push(Part { operation, kind: Kind::Broken });
        if authorization.is_some() && run.suite.is_repeatable(operation) {
            parts.push(Part { operation, kind: Kind::Authenticated });
        }
    }
    let queue = Mutex::new(parts.into_iter());
    let next = || queue.lock().expect("no job panics while it takes a part").next();
    let halt: Mutex<Option<Halt>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                let mut driver = match run.driver() {
                    Ok(driver) => driver,
                    Err(error) => {
                        *halt.lock().expect("nobody panics holding it") = Some(error.into());
                        return;
                    }
                };
                while let Some(part) = next() {
                    if halt.lock().expect("nobody panics holding it").is_some() {
                        return;
                    }
                    if let Err(stop) = drive(&mut driver, part, authorization.as_ref()) {
                        *halt.lock().expect("nobody panics holding it") = Some(stop);
                        return;
                    }
                }
            });
        }
    });
    if let Some(authorization) = authorization {
        S::revoke(driver, authorization)?;
    }
    halt.into_inner().expect("nobody panics holding it").map_or(Ok(()), Err)
}

fn drive<S: Suite>(
    driver: &mut Driver<'_, '_, S>,
    part: Part<'_>,
    authorization: Option<&Authorization>,
) -> Step<()> {
    let cases = part
        .cases(driver.run.suite.documents().document(), authorization)
        .map_err(|error| Halt::Unusable(format!("the document cannot be used: {error}")))?;
    let Some(cases) = cases else { return Ok(()) };
    let name = format!("{} {:?}", part.operation.id, part.kind);
    let count = driver.run.options.cases;
    search(driver, &name, &cases, count, |driver, case| {
        if !driver.run.suite.may_send(case) {
            return Ok(Vec::new());
        }
        let (findings, response) = driver.judged(case)?;
        if let Some(response) = &response {
            S::undo(driver, case, response)?;
        }
        Ok(Counterexample::of(findings, case, response.as_ref()))
    })
}

impl Part<'_> {
    fn cases(
        self,
        document: &Document,
        authorization: Option<&Authorization>,
    ) -> Result<Option<BoxedStrategy<Case>>, DocumentError> {
        match (self.kind, authorization) {
            (Kind::Broken, _) => strategy::negative_cases(document, self.operation),
            (Kind::Authenticated, Some(authorization)) => {
                let authorization = authorization.clone();
                let cases = strategy::positive_cases(document, self.operation)?;
                let cases = cases.prop_map(move |case| authorized(case, &authorization));
                Ok(Some(cases.boxed()))
            }
            _ => strategy::positive_cases(document, self.operation).map(Some),
        }
    }
}

/// The case with the headers of the authorisation instead of generated ones.
fn authorized(mut case: Case, authorization: &Authorization) -> Case {
    let is_other = |name: &str| {
        authorization.headers.iter().all(|(known, _)| !known.eq_ignore_ascii_case(name))
    };
    case.request.headers.retain(|(name, _)| is_other(name));
    case.request.headers.extend(authorization.headers.iter().cloned());
    case.expect = Expect::Success;
    case.account.clone_from(&authorization.account);
    case
}
