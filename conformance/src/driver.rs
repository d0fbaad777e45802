//! Sends cases and judges the answers, within everything that keeps a run harmless.
//!
//! A [`Run`] is what all jobs share; a [`Driver`] is one job's, with a connection of its own.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    accounts::Account,
    case::Case,
    check::{self, Judge, security::Leaks},
    exchange::Answer,
    failure::{Evidence, Finding},
    guard::{LONGEST_WAIT, Ledger, LockOutGuard, Pace, Session},
    run::Options,
    scenario::requests,
    secrets::Secrets,
    transport::{Transport, TransportError},
};

/// Set by Ctrl-C; a run looks at it before every request.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What all jobs of a run share.
pub struct Run<'a> {
    /// How to run.
    pub options: &'a Options,
    /// The documents.
    pub judge: Judge,
    /// What must not be printed.
    pub secrets: &'a Secrets,
    /// What no answer may hold.
    pub leaks: Leaks,
    guard: Mutex<LockOutGuard>,
    pace: Mutex<Pace>,
    ledger: Mutex<Ledger>,
    known: Mutex<HashSet<(&'static str, String)>>,
    evidence: Mutex<Vec<Evidence>>,
    not_run: Mutex<BTreeMap<&'static str, String>>,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    user_ids: Mutex<BTreeMap<String, String>>,
    cases: AtomicU64,
    exchanges: AtomicU64,
    /// Requests on the wire, logouts at the end included.
    sent: AtomicU64,
    quiet: AtomicBool,
    progress: &'a (dyn Fn(u64) + Sync),
}

/// One job.
pub struct Driver<'r, 'a> {
    /// What all jobs share.
    pub run: &'r Run<'a>,
    transport: Transport,
}

/// Why a run ends before its plan does.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Halt {
    /// The budget is spent: the plan's most telling part was done.
    #[error("the budget of {0} requests is spent")]
    Budget(u64),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// `--fail-fast`, and there is a failure.
    #[error("stopped at the first failure")]
    FailFast,
    /// The target says that an account or this address is locked out.
    #[error("the target has locked out {0}: nothing more is sent")]
    LockedOut(String),
    /// The target asks to wait for longer than a run can.
    #[error("the target's rate limit asks to wait for {0} seconds: nothing more is sent")]
    RateLimited(u64),
    /// The target is gone.
    #[error(transparent)]
    Target(#[from] TransportError),
    /// What was asked of the suite cannot be done.
    #[error("{0}")]
    Unusable(String),
}

impl Halt {
    /// Whether the run could not do its work: exit code 1, unless it was asked to stop early.
    pub fn is_error(&self) -> bool {
        !matches!(self, Self::Budget(_) | Self::FailFast)
    }
}

/// The result of a step of the plan.
pub type Step<T> = Result<T, Halt>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no job panics while it holds a lock")
}

impl<'a> Run<'a> {
    /// A run that has sent nothing yet.
    pub fn new(
        options: &'a Options,
        judge: Judge,
        secrets: &'a Secrets,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        for account in &options.accounts {
            secrets.learn("password", &account.password);
            if let Some(secret) = &account.totp_secret {
                secrets.learn("totp-secret", secret);
            }
        }
        Self {
            options,
            judge,
            secrets,
            leaks: Leaks::new(&options.accounts),
            guard: Mutex::default(),
            pace: Mutex::new(Pace::new(options.rate)),
            ledger: Mutex::default(),
            known: Mutex::default(),
            evidence: Mutex::default(),
            not_run: Mutex::default(),
            counts: Mutex::default(),
            user_ids: Mutex::default(),
            cases: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            quiet: AtomicBool::new(false),
            progress,
        }
    }

    /// A job with a connection of its own.
    ///
    /// # Errors
    ///
    /// [`TransportError::Tls`].
    pub fn driver(&self) -> Result<Driver<'_, 'a>, TransportError> {
        let transport = Transport::new(&self.options.target, self.options.timeout)?;
        Ok(Driver { run: self, transport })
    }

    /// Whether a rule was asked for.
    pub fn wants(&self, rule: &str) -> bool {
        let (only, tier) = (&self.options.only, self.options.tier);
        (only.is_empty() || only.iter().any(|id| id == rule))
            && tier.is_none_or(|tier| crate::rule::find(rule).is_some_and(|r| r.tier == tier))
    }

    /// A rule that this run cannot ask, and what it needs.
    pub fn not_run(&self, rule: &'static str, needs: &str) {
        if self.wants(rule) {
            lock(&self.not_run).entry(rule).or_insert_with(|| needs.to_owned());
        }
    }

    /// A rule was asked once more.
    pub fn asked(&self, rule: &'static str) {
        *lock(&self.counts).entry(rule).or_default() += 1;
    }

    /// Whether this finding is one that was reported already.
    pub fn is_known(&self, finding: &Finding) -> bool {
        lock(&self.known).contains(&finding.key())
    }

    /// Reports a finding, once.
    pub fn report(&self, finding: Finding, case: &Case, answer: Option<&Answer>) {
        if self.quiet.load(Ordering::Relaxed)
            || !self.wants(finding.rule)
            || !lock(&self.known).insert(finding.key())
        {
            return;
        }
        let evidence = Evidence { finding, case: case.clone(), answer: answer.cloned() };
        lock(&self.evidence).push(evidence);
    }

    /// What was found so far.
    pub fn evidence(&self) -> Vec<Evidence> {
        lock(&self.evidence).clone()
    }

    /// The rules that could not be asked, and what each needs.
    pub fn not_run_rules(&self) -> BTreeMap<&'static str, String> {
        lock(&self.not_run).clone()
    }

    /// How often each rule was asked.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.counts).clone()
    }

    /// Cases made and exchanges seen.
    pub fn totals(&self) -> (u64, u64) {
        (self.cases.load(Ordering::Relaxed), self.exchanges.load(Ordering::Relaxed))
    }

    /// Sessions that live.
    pub fn live(&self) -> Vec<Session> {
        lock(&self.ledger).live().to_vec()
    }

    /// The user id that an account showed first.
    pub fn user_id(&self, account: &str) -> Option<String> {
        lock(&self.user_ids).get(account).cloned()
    }

    /// Remembers the user id of an account; the first one stands.
    pub fn learn_user_id(&self, account: &str, id: &str) {
        lock(&self.user_ids).entry(account.to_owned()).or_insert_with(|| id.to_owned());
    }

    /// An account without a second factor, as most scenarios need; the first is the main one.
    pub fn plain_accounts(&self) -> impl Iterator<Item = &'a Account> {
        self.options.accounts.iter().filter(|a| a.totp_secret.is_none() && a.active)
    }

    fn remaining(&self) -> u64 {
        let Some(budget) = self.options.budget else { return u64::MAX };
        let reserved = lock(&self.ledger).live().len() as u64;
        budget.saturating_sub(self.sent.load(Ordering::Relaxed) + reserved)
    }
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
        self.step(&requests::logout(session, crate::case::Expect::Anything)).map(drop)
    }

    /// Sends a case and says what is wrong, without reporting it: for shrinking.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn judged(&mut self, case: &Case) -> Step<(Vec<Finding>, Option<Answer>)> {
        self.run.cases.fetch_add(1, Ordering::Relaxed);
        if case.operation == "login" {
            self.make_room(case.account.as_deref())?;
        }
        match self.send(case) {
            Ok(answer) => {
                let mut findings = self.run.judge.judge(case, &answer);
                findings.extend(check::documented::judge(case, &answer));
                findings.extend(self.run.leaks.judge(case, &answer));
                self.learn(case, &answer)?;
                findings.retain(|finding| self.run.wants(finding.rule));
                Ok((findings, Some(answer)))
            }
            Err(Halt::Target(error @ TransportError::NoAnswer { .. })) => {
                // A request that is not answered is a failure where the target lives, else an error.
                self.alive().map_err(|_| Halt::Target(error.clone()))?;
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

    /// Sends a request within budget and rate, and obeys a 429 before it tries again.
    fn send(&mut self, case: &Case) -> Step<Answer> {
        for _ in 0..4 {
            let needed = if case.operation == "login" { 2 } else { 1 };
            let is_logout = case.request.path.contains("/logout");
            if !is_logout && self.run.remaining() < needed {
                return Err(Halt::Budget(self.run.options.budget.unwrap_or(0)));
            }
            self.wait(&case.request.path)?;
            let answer = self.transmit(&case.request)?;
            let wait =
                lock(&self.run.pace).heed(route(&case.request.path), &answer, Instant::now());
            match wait {
                Some(wait) if answer.status == 429 && wait > LONGEST_WAIT => {
                    return Err(Halt::RateLimited(wait.as_secs()));
                }
                Some(_) if answer.status == 429 => {
                    // Its form is judged like any other's; its case goes out again.
                    let mut plain = case.clone();
                    plain.expect = crate::case::Expect::Anything;
                    for finding in self.run.judge.judge(&plain, &answer) {
                        self.run.report(finding, &plain, Some(&answer));
                    }
                }
                _ => return Ok(answer),
            }
        }
        Err(Halt::RateLimited(LONGEST_WAIT.as_secs()))
    }

    fn transmit(&mut self, request: &crate::case::Request) -> Step<Answer> {
        self.run.sent.fetch_add(1, Ordering::Relaxed);
        let exchange = self.transport.send(request)?;
        let count = self.run.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
        (self.run.progress)(count);
        Ok(exchange.answer)
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
        for (case, exchange) in cases.iter().zip(self.transport.send_all(&requests)) {
            let answer = match exchange {
                Ok(exchange) => exchange.answer,
                Err(error) => {
                    self.alive().map_err(|_| Halt::Target(error.clone()))?;
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
            if let Some(rule) = case.rule {
                self.run.asked(rule);
            }
            let mut findings = self.run.judge.judge(case, &answer);
            findings.extend(check::documented::judge(case, &answer));
            findings.extend(self.run.leaks.judge(case, &answer));
            for finding in findings {
                self.run.report(finding, case, Some(&answer));
            }
            self.learn(case, &answer)?;
            answers.push(Some(answer));
        }
        self.stop_at_failure()?;
        Ok(answers)
    }

    /// Whether the target answers at all.
    ///
    /// # Errors
    ///
    /// [`Halt::Target`] where it does not.
    pub fn alive(&mut self) -> Step<Answer> {
        let request = crate::case::Request::new("GET", requests::ME);
        match self.transmit(&request) {
            Ok(answer) => Ok(answer),
            // The connection may be one that the answer that never came had to share.
            Err(_) => self.transmit(&request),
        }
    }

    /// Learns tokens and lock-outs from an answer.
    fn learn(&self, case: &Case, answer: &Answer) -> Step<()> {
        if case.operation == "login" {
            match answer.status {
                200 => lock(&self.run.guard).record(case.account.as_deref(), true),
                401 | 403 => lock(&self.run.guard).record(case.account.as_deref(), false),
                _ => {}
            }
            if let Some(kind) = answer.string_at("/error").filter(|e| e.contains("login-blocked")) {
                let whom = if kind.ends_with("ip") { "this address" } else { "an account" };
                return Err(Halt::LockedOut(whom.to_owned()));
            }
        }
        if let Some(session) = session(case, answer) {
            self.run.secrets.learn("token", &session.token);
            self.run.leaks.learn_token(&session.token);
            lock(&self.run.ledger).issued(session);
        }
        let is_logout = case.request.path.ends_with("/logout") && answer.is_success();
        if is_logout && let Some(token) = case.request.header_value("X-Auth-Token") {
            lock(&self.run.ledger).ended(token);
        }
        Ok(())
    }

    /// Logs in rightly where one more failure could lock somebody out.
    fn make_room(&mut self, account: Option<&str>) -> Step<()> {
        if !lock(&self.run.guard).needs_success(account) {
            return Ok(());
        }
        let own = account.filter(|name| lock(&self.run.guard).is_near(name));
        let helpers = self.run.options.accounts.iter().filter(|account| {
            account.totp_secret.is_none()
                && account.active
                && own.is_none_or(|name| account.username == name)
        });
        for helper in helpers {
            let case = requests::password(helper, crate::case::Expect::Success, "password_logs_in");
            let answer = self.send(&case)?;
            self.learn(&case, &answer)?;
            if answer.is_success() {
                if let Some(session) = session(&case, &answer) {
                    self.logout(&session)?;
                }
                return Ok(());
            }
        }
        let whom = account.unwrap_or("this address");
        Err(Halt::LockedOut(format!(
            "nobody yet, but one more failure of {whom} could, and no login resets the count"
        )))
    }

    fn wait(&self, path: &str) -> Step<()> {
        loop {
            self.check_interrupted()?;
            let wait = lock(&self.run.pace).reserve(route(path), Instant::now());
            if wait.is_zero() {
                return Ok(());
            }
            // In slices, so that Ctrl-C is heeded.
            std::thread::sleep(wait.min(Duration::from_millis(100)));
        }
    }

    /// Does nothing for a while.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`].
    pub fn pause(&self, time: Duration) -> Step<()> {
        std::thread::sleep(time);
        self.check_interrupted()
    }

    fn check_interrupted(&self) -> Step<()> {
        if INTERRUPTED.load(Ordering::Relaxed) && !self.run.quiet.load(Ordering::Relaxed) {
            return Err(Halt::Interrupted);
        }
        Ok(())
    }

    fn stop_at_failure(&self) -> Step<()> {
        if self.run.options.fail_fast && !lock(&self.run.evidence).is_empty() {
            return Err(Halt::FailFast);
        }
        Ok(())
    }

    /// Ends every session that lives; says how many could not be ended. Reports nothing: the plan
    /// has judged logouts already, or had no budget to.
    pub fn clean_up(&mut self) -> usize {
        self.run.quiet.store(true, Ordering::Relaxed);
        for session in self.run.live() {
            let case = requests::logout(&session, crate::case::Expect::Anything);
            match self.send(&case) {
                // Refused: it is worth nothing already.
                Ok(answer) if answer.is_success() || answer.status == 401 => {
                    lock(&self.run.ledger).ended(&session.token);
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        self.run.live().len()
    }
}

/// The session that an answer begins.
pub fn session(case: &Case, answer: &Answer) -> Option<Session> {
    let json = answer.json()?;
    let token = json.pointer("/data/authToken")?.as_str()?.to_owned();
    let user_id = json.pointer("/data/userId").and_then(|id| id.as_str()).unwrap_or_default();
    Some(Session { token, user_id: user_id.to_owned(), account: case.account.clone() })
}

/// What a rate limit counts by: the path.
fn route(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}
