//! The generated phase: data from the document's schemas, conforming and broken.

use std::sync::Mutex;

use aho_corasick::AhoCorasick;
use proptest::strategy::{BoxedStrategy, Strategy as _};
use specfirst_model::{Document, DocumentError, Operation};

use crate::{
    accounts::Account,
    case::{Case, Expect},
    driver::{Driver, Halt, Step},
    guard::Session,
    hunt::hunt,
    scenario::requests,
    strategy,
};

/// The rules of the generated phase beside those of every answer.
pub(crate) const RULES: [&str; 2] = ["positive_data_acceptance", "negative_data_rejection"];

/// One strategy of generated cases; made where it is used, as strategies stay on their thread.
#[derive(Clone, Copy, Debug)]
struct Part<'r> {
    operation: &'r Operation,
    kind: Kind,
}

/// What the cases of a part are.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Conforming,
    Broken,
    Authenticated,
}

/// The generated phase: every operation, conforming and broken, spread over the jobs.
pub fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let run = driver.run;
    let options = run.options;
    let generic = ["not_a_server_error", "response_schema_conformance", "status_code_conformance"];
    if options.cases == 0 || !RULES.iter().chain(&generic).any(|rule| run.wants(rule)) {
        return Ok(());
    }
    let mut session = None;
    if let Some(account) = run.plain_accounts().next() {
        let case = requests::password(account, Expect::Success, "password_logs_in");
        let answer = driver.step(&case)?;
        session = answer.and_then(|answer| crate::driver::session(&case, &answer));
    }
    let mut parts = Vec::new();
    for operation in run.judge.operations() {
        parts.push(Part { operation, kind: Kind::Conforming });
        parts.push(Part { operation, kind: Kind::Broken });
        if session.is_some() && is_read(operation) {
            parts.push(Part { operation, kind: Kind::Authenticated });
        }
    }
    let names = &names(&options.accounts);
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
                    if let Err(stop) = drive(&mut driver, part, session.as_ref(), names) {
                        *halt.lock().expect("nobody panics holding it") = Some(stop);
                        return;
                    }
                }
            });
        }
    });
    if let Some(session) = session {
        driver.logout(&session)?;
    }
    halt.into_inner().expect("nobody panics holding it").map_or(Ok(()), Err)
}

fn drive(
    driver: &mut Driver<'_, '_>,
    part: Part<'_>,
    session: Option<&Session>,
    names: &AhoCorasick,
) -> Step<()> {
    let cases = part
        .cases(driver.run.judge.document(), session)
        .map_err(|error| Halt::Unusable(format!("the document cannot be used: {error}")))?;
    let Some(cases) = cases else { return Ok(()) };
    let name = format!("{} {:?}", part.operation.id, part.kind);
    let count = driver.run.options.cases;
    hunt(driver, &name, &cases, count, |driver, case| {
        if names_an_account(names, case) {
            return Ok(Vec::new());
        }
        let (findings, answer) = driver.judged(case)?;
        if let Some(begun) = answer.as_ref().and_then(|a| crate::driver::session(case, a)) {
            driver.judged(&requests::logout(&begun, Expect::Anything))?;
        }
        Ok(findings.into_iter().map(|f| (f, case.clone(), answer.clone())).collect())
    })
}

impl Part<'_> {
    fn cases(
        self,
        document: &Document,
        session: Option<&Session>,
    ) -> Result<Option<BoxedStrategy<Case>>, DocumentError> {
        match (self.kind, session) {
            (Kind::Broken, _) => strategy::negative_cases(document, self.operation),
            (Kind::Authenticated, Some(session)) => {
                let session = session.clone();
                let cases = strategy::positive_cases(document, self.operation)?;
                let cases = cases.prop_map(move |mut case| {
                    case.request.headers.retain(|(name, _)| !name.to_lowercase().starts_with("x-"));
                    case.request = case
                        .request
                        .header("X-Auth-Token", &session.token)
                        .header("X-User-Id", &session.user_id);
                    case.expect = Expect::Success;
                    case.account.clone_from(&session.account);
                    case
                });
                Ok(Some(cases.boxed()))
            }
            _ => strategy::positive_cases(document, self.operation).map(Some),
        }
    }
}

/// Finds the names of accounts in a body, written small.
fn names(accounts: &[Account]) -> AhoCorasick {
    let names = accounts.iter().flat_map(|account| {
        let name = account.username.to_lowercase();
        let email = account.email.as_deref().unwrap_or(&name).to_lowercase();
        [format!("\"{name}\""), format!("={name}"), email]
    });
    AhoCorasick::new(names).expect("accounts have some dozens of names")
}

/// Whether a made-up request happens to name an account: that would be a wrong password that nobody
/// counted.
fn names_an_account(names: &AhoCorasick, case: &Case) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    names.is_match(&String::from_utf8_lossy(body).to_lowercase())
}

/// Whether an operation can be called again and again with the same session.
fn is_read(operation: &Operation) -> bool {
    operation.method.eq_ignore_ascii_case("get")
        && !operation.security.is_empty()
        && operation.id == "me"
}
