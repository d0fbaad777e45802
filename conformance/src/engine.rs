//! Drives cases over proptest's `TestRunner`: sends, judges, shrinks, counts.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    time::Instant,
};

use login_spec::{Document, DocumentError, embedded};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};
use tokio::runtime::Runtime;

use crate::{
    accounts::Account,
    case::{Case, Expect},
    check::{CHECKS, Finding, Judge, NOT_A_SERVER_ERROR},
    exchange::Answer,
    rate::Rate,
    report::{Failure, Report},
    scenario::{self, Session},
    secrets::Secrets,
    strategy,
    transport::{Target, TransportError},
};

/// How many different failures of one strategy are looked for.
const ROUNDS: usize = 5;
/// How many wrong passwords an account far away gets, so that nobody is locked out.
const WRONG_PASSWORDS: u32 = 5;

/// What a run is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// The target.
    pub base_url: String,
    /// With whom to log in.
    pub accounts: Vec<Account>,
    /// What makes the run repeatable.
    pub seed: u64,
    /// How fast.
    pub rate: Rate,
    /// How many cases per operation and kind of data.
    pub cases: u32,
    /// Whether cases are sent that may burden the target.
    pub allow_unsafe: bool,
    /// Whether the target is somebody's: few wrong passwords, little shrinking.
    pub remote: bool,
}

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A document cannot be read.
    #[error("the document cannot be used")]
    Document(#[from] DocumentError),
    /// The target does not answer.
    #[error("the target does not answer")]
    Target(#[from] TransportError),
    /// There is nobody to log in with.
    #[error("an account is needed, and there is none")]
    NoAccount,
    /// proptest gave up.
    #[error("{operation}: no case could be made: {reason}")]
    NoCase {
        /// The operation.
        operation: String,
        /// What proptest says.
        reason: String,
    },
}

/// Runs the suite against a target; what is wrong is in the report.
///
/// # Errors
///
/// [`EngineError`] where the suite could not run.
pub fn run(runtime: &Runtime, options: &Options) -> Result<Report, EngineError> {
    let openapi = Document::parse("openapi.json", embedded::OPENAPI)?;
    let documented = Document::parse("documented.json", embedded::DOCUMENTED)?;
    let judge = Judge::new(vec![openapi.clone(), documented])?;
    let engine = Engine {
        runtime,
        options,
        target: Target::new(&options.base_url, options.rate)?,
        judge,
        secrets: Secrets::default(),
        rng: RefCell::new(StdRng::seed_from_u64(options.seed)),
        cases: Cell::new(0),
        exchanges: Cell::new(0),
        known: RefCell::new(HashSet::new()),
        failures: RefCell::new(Vec::new()),
    };
    for account in &options.accounts {
        engine.secrets.learn(&account.password);
        if let Some(secret) = &account.totp_secret {
            engine.secrets.learn(secret);
        }
    }
    let began = Instant::now();
    let operations = openapi.operations()?;
    engine.scenarios()?;
    for operation in &operations {
        engine.drive(&strategy::positive_cases(&openapi, operation)?, options.cases)?;
        if let Some(cases) = strategy::negative_cases(&openapi, operation)? {
            engine.drive(&cases, options.cases)?;
        }
    }
    Ok(Report {
        base_url: options.base_url.clone(),
        seed: options.seed,
        operations: operations.len(),
        checks: CHECKS.len() + scenario::RULES.len(),
        cases: engine.cases.get(),
        exchanges: engine.exchanges.get(),
        duration: began.elapsed(),
        failures: engine.failures.into_inner(),
    })
}

struct Engine<'a> {
    runtime: &'a Runtime,
    options: &'a Options,
    target: Target,
    judge: Judge,
    secrets: Secrets,
    rng: RefCell<StdRng>,
    cases: Cell<u64>,
    exchanges: Cell<u64>,
    /// Rule, document and place of each failure, as one is reported once.
    known: RefCell<HashSet<(&'static str, String, String)>>,
    failures: RefCell<Vec<Failure>>,
}

impl Engine<'_> {
    fn drive(&self, cases: &BoxedStrategy<Case>, count: u32) -> Result<(), EngineError> {
        for _ in 0..ROUNDS {
            if !self.round(cases, count)? {
                break;
            }
        }
        Ok(())
    }

    /// One run of proptest; whether it found a failure that was not known.
    fn round(&self, cases: &BoxedStrategy<Case>, count: u32) -> Result<bool, EngineError> {
        let config = Config {
            cases: count,
            failure_persistence: None,
            max_shrink_iters: if self.options.remote { 8 } else { 256 },
            ..Config::default()
        };
        let mut seed = [0; 32];
        self.rng.borrow_mut().fill_bytes(&mut seed);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let fatal = RefCell::new(None);
        // The first failure decides which rule the shrunk case must break too.
        let found: RefCell<Option<(Case, Finding)>> = RefCell::new(None);
        let result = runner.run(cases, |case| {
            if fatal.borrow().is_some() || self.names_an_account(&case) {
                return Ok(());
            }
            let finding = match self.judged(&case) {
                Ok((findings, _)) => findings.into_iter().find(|finding| {
                    let known = self.known.borrow().contains(&key(finding));
                    let same = found.borrow().as_ref().is_none_or(|(_, first)| {
                        (first.rule, &first.pointer) == (finding.rule, &finding.pointer)
                    });
                    same && !known
                }),
                Err(error) => {
                    *fatal.borrow_mut() = Some(error);
                    return Ok(());
                }
            };
            let Some(finding) = finding else { return Ok(()) };
            let reason = finding.rule;
            *found.borrow_mut() = Some((case, finding));
            Err(TestCaseError::fail(reason))
        });
        if let Some(error) = fatal.into_inner() {
            return Err(error.into());
        }
        match (result, found.into_inner()) {
            (Err(TestError::Fail(..)), Some((case, finding))) => {
                self.report(&case, finding);
                Ok(true)
            }
            (Err(TestError::Abort(reason)), _) => Err(EngineError::NoCase {
                operation: "the document's data".to_owned(),
                reason: reason.to_string(),
            }),
            _ => Ok(false),
        }
    }

    /// Whether a made-up request happens to name an account of somebody's server: that would be a
    /// wrong password nobody counted.
    fn names_an_account(&self, case: &Case) -> bool {
        let Some(body) = case.request.body.as_ref().filter(|_| self.options.remote) else {
            return false;
        };
        let body = String::from_utf8_lossy(body).to_lowercase();
        self.options.accounts.iter().any(|account| {
            let email = account.email.as_deref().unwrap_or(&account.username);
            body.contains(&account.username.to_lowercase()) || body.contains(&email.to_lowercase())
        })
    }

    /// Sends a case and judges the answer. A dropped connection is a failure where the target is
    /// there to answer another request, else an error.
    fn judged(&self, case: &Case) -> Result<(Vec<Finding>, Option<Answer>), TransportError> {
        self.cases.set(self.cases.get() + 1);
        let mut last = None;
        // Once only where the request may count as a wrong password.
        for _ in 0..if self.options.remote { 1 } else { 2 } {
            match self.runtime.block_on(self.target.send(&case.request)) {
                Ok(exchange) => {
                    self.exchanges.set(self.exchanges.get() + 1);
                    let answer = exchange.answer;
                    if let Some(token) = answer.string_at("/data/authToken") {
                        self.secrets.learn(&token);
                    }
                    return Ok((self.judge.judge(case, &answer), Some(answer)));
                }
                Err(error @ TransportError::NoAnswer { .. }) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        let probe = crate::case::Request::new("GET", "/");
        self.runtime.block_on(self.target.send(&probe))?;
        let finding = Finding {
            rule: NOT_A_SERVER_ERROR,
            document: "openapi.json".to_owned(),
            pointer: login_spec::Pointer::root().child("paths"),
            message: "the request was not answered".to_owned(),
            expected: "an answer".to_owned(),
            got: last.map(|error| error.to_string()).unwrap_or_default(),
        };
        Ok((vec![finding], None))
    }

    fn report(&self, case: &Case, finding: Finding) {
        if !self.known.borrow_mut().insert(key(&finding)) {
            return;
        }
        let redact = |text: String| self.secrets.redact(&text);
        self.failures.borrow_mut().push(Failure {
            rule: finding.rule.to_owned(),
            operation: format!("{} {}", case.request.method, case.request.path),
            case: redact(case.title.clone()),
            pointer: format!("{}#{}", finding.document, finding.pointer),
            message: redact(finding.message),
            expected: redact(finding.expected),
            got: redact(finding.got),
            curl: redact(case.request.curl(self.target.base_url())),
        });
    }

    /// Sends one case of a scenario; the session where it began one.
    fn step(&self, case: &Case) -> Result<Option<Session>, EngineError> {
        let (findings, answer) = self.judged(case)?;
        for finding in findings {
            self.report(case, finding);
        }
        let answer = answer.filter(Answer::is_success);
        Ok(answer.and_then(|answer| {
            let token = answer.string_at("/data/authToken")?;
            Some(Session { token, user_id: answer.string_at("/data/userId")? })
        }))
    }

    /// A step whose session, where there is one, ends at once.
    fn step_and_out(&self, case: &Case) -> Result<(), EngineError> {
        if let Some(session) = self.step(case)? {
            self.step(&scenario::logout(&session))?;
        }
        Ok(())
    }

    fn scenarios(&self) -> Result<(), EngineError> {
        if self.options.accounts.is_empty() {
            return Err(EngineError::NoAccount);
        }
        for case in scenario::without_credentials(self.options.allow_unsafe) {
            self.step_and_out(&case)?;
        }
        for account in self.options.accounts.iter().filter(|a| a.totp_secret.is_none()) {
            for case in scenario::right_password(account) {
                let Some(session) = self.step(&case)? else { continue };
                let resumed = self.step(&scenario::resume(&session, Expect::Success))?;
                if let Some(resumed) = resumed.filter(|resumed| resumed.token != session.token) {
                    self.step(&scenario::logout(&resumed))?;
                }
                self.step(&scenario::me(&session, Expect::Success))?;
                self.step(&scenario::logout(&session))?;
                self.step(&scenario::me(&session, Expect::Status(401)))?;
                self.step(&scenario::resume(&session, Expect::Status(401)))?;
            }
            self.wrong_passwords(account)?;
            // Where a member is ill-typed, a server may count the attempt as a wrong password: the
            // account's right password comes between them, and far away only some are sent.
            let shown = if self.options.remote { 4 } else { usize::MAX };
            for case in scenario::ill_typed(account).into_iter().rev().take(shown) {
                self.step_and_out(&case)?;
            }
        }
        Ok(())
    }

    fn wrong_passwords(&self, account: &Account) -> Result<(), EngineError> {
        if self.options.remote {
            for number in 1..WRONG_PASSWORDS.min(2) {
                let wrong = format!("{}-{number}", account.password);
                self.secrets.learn(&wrong);
                self.step_and_out(&scenario::wrong_password(account, &wrong))?;
            }
            return Ok(());
        }
        let owner = account.clone();
        let cases = "[a-z0-9]{1,12}"
            .prop_filter("the right password", move |wrong| *wrong != owner.password)
            .prop_map({
                let account = account.clone();
                move |wrong| scenario::wrong_password(&account, &wrong)
            });
        self.drive(&cases.boxed(), 16)
    }
}

fn key(finding: &Finding) -> (&'static str, String, String) {
    (finding.rule, finding.document.clone(), finding.pointer.to_string())
}
