//! What all jobs of a run share: counts, findings, limits, sessions.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::ThreadId,
    time::Duration,
};

use super::{Activity, Driver, Halt, Wait};
use crate::{
    accounts::Account,
    answer::Answer,
    case::{Case, Request},
    check::{Judge, Judgement, security::Leaks},
    failure::{Evidence, Finding},
    guard::{ADDRESS_LIMIT, Ledger, LockOutGuard, Pace, Session},
    lent::Lent,
    run::Options,
    secrets::Secrets,
    stage::Stages,
    transport::{Transport, TransportError},
};

/// What makes two findings the same one.
pub type Key = (&'static str, String, Option<String>);

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
    /// What scenarios share.
    pub lent: Lent,
    /// What each part of the plan cost and found.
    pub stages: Stages,
    pub(super) guard: Mutex<LockOutGuard>,
    pub(super) pace: Mutex<Pace>,
    pub(super) ledger: Mutex<Ledger>,
    known: Mutex<HashSet<Key>>,
    pub(super) evidence: Mutex<Vec<Evidence>>,
    unjudged: Mutex<BTreeMap<&'static str, Unjudged>>,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    user_ids: Mutex<BTreeMap<String, String>>,
    pub(super) cases: AtomicU64,
    pub(super) exchanges: AtomicU64,
    /// Requests on the wire, logouts at the end included.
    pub(super) sent: AtomicU64,
    pub(super) quiet: AtomicBool,
    /// Whether a request was found that makes the target fail.
    pub(super) provoked: AtomicBool,
    /// What was sent, by thread, where somebody wants to send it again.
    pub(super) sent_by: Option<Mutex<Vec<(ThreadId, Request)>>>,
    progress: &'a (dyn Fn(&Activity) + Sync),
}

/// Why a run cannot say whether a rule is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unjudged {
    /// It was not asked, or not to the end, for this reason.
    NotRun(String),
    /// The run ended by this error before it was asked to the end.
    CouldNotRun(String),
}

impl<'a> Run<'a> {
    /// A run that has sent nothing yet.
    pub fn new(
        options: &'a Options,
        judge: Judge,
        secrets: &'a Secrets,
        progress: &'a (dyn Fn(&Activity) + Sync),
    ) -> Self {
        for header in options.target.headers() {
            header.learn(secrets);
        }
        for account in &options.accounts {
            secrets.learn("password", &account.password);
            if let Some(secret) = &account.totp_secret {
                secrets.learn("totp-secret", secret.as_base32());
            }
        }
        Self {
            options,
            judge,
            secrets,
            leaks: Leaks::new(&options.accounts),
            lent: Lent::default(),
            stages: Stages::default(),
            guard: Mutex::default(),
            pace: Mutex::new(Pace::new(
                options.rate,
                options.when_limited.map(|limits| limits.rate),
            )),
            ledger: Mutex::default(),
            known: Mutex::default(),
            evidence: Mutex::default(),
            unjudged: Mutex::default(),
            counts: Mutex::default(),
            user_ids: Mutex::default(),
            cases: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            quiet: AtomicBool::new(false),
            provoked: AtomicBool::new(false),
            sent_by: None,
            progress,
        }
    }

    /// Keeps what is sent from now on, for [`Run::kept`].
    pub fn keep_requests(&mut self) {
        self.sent_by = Some(Mutex::default());
    }

    /// What was sent since [`Run::keep_requests`], in the order of sending, with the thread of its job.
    pub fn kept(&self) -> Vec<(ThreadId, Request)> {
        self.sent_by.as_ref().map_or_else(Vec::new, |kept| lock(kept).clone())
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
        let Some(rule) = crate::rule::find(rule) else { return false };
        (only.is_empty() || only.iter().any(|id| id == rule.id))
            && tier.is_none_or(|tier| rule.tier == tier)
            && self.options.halves.include(rule.half())
    }

    /// A rule that this run cannot ask, and what it needs.
    pub fn not_run(&self, rule: &'static str, needs: &str) {
        self.leave(rule, || Unjudged::NotRun(format!("needs {needs}")));
    }

    /// Nothing followed from the responses to a case, for this reason: there is no verdict about its rule.
    pub(super) fn no_verdict(&self, case: &Case, reason: &str) {
        if let Some(rule) = case.rule.or(case.expect.rule()) {
            self.no_verdict_about(rule, reason);
        }
    }

    /// There is no verdict about a rule, for this reason.
    pub fn no_verdict_about(&self, rule: &'static str, reason: &str) {
        self.leave(rule, || Unjudged::NotRun(reason.to_owned()));
    }

    /// The run ends before these rules were asked to the end. Where it had to, none of them is judged;
    /// where it was asked to, those are that were asked at all.
    pub(crate) fn cut_short(&self, rules: impl IntoIterator<Item = &'static str>, halt: &Halt) {
        let reason = match halt {
            Halt::Budget(_) => "needs a larger `--budget`".to_owned(),
            Halt::AddressGuard => format!(
                "needs more than {ADDRESS_LIMIT} refused logins in five minutes: pass \
                 `--no-address-lockout` if the server locks out no address, or `--rate` to wait"
            ),
            Halt::FailFast => "needs a run without `--fail-fast`".to_owned(),
            error => self.secrets.redact(&error.to_string()),
        };
        for rule in rules {
            if halt.is_error() {
                self.leave(rule, || Unjudged::CouldNotRun(reason.clone()));
            } else if self.count(rule) == 0 {
                self.leave(rule, || Unjudged::NotRun(reason.clone()));
            }
        }
    }

    fn leave(&self, rule: &'static str, why: impl FnOnce() -> Unjudged) {
        lock(&self.unjudged).entry(rule).or_insert_with(why);
    }

    /// Why the run cannot say whether a rule is kept, where it cannot.
    pub fn unjudged(&self, rule: &str) -> Option<Unjudged> {
        lock(&self.unjudged).get(rule).cloned()
    }

    /// A response, or several together, were judged by a rule.
    pub fn count_check(&self, rule: &'static str) {
        self.count_checks(&[rule]);
    }

    /// A response was judged by these rules.
    pub fn count_checks(&self, rules: &[&'static str]) {
        let mut counts = lock(&self.counts);
        for rule in rules {
            *counts.entry(rule).or_default() += 1;
        }
    }

    /// How often responses were judged by a rule.
    pub fn count(&self, rule: &str) -> u64 {
        lock(&self.counts).get(rule).copied().unwrap_or(0)
    }

    /// Counts what was judged; what is wrong by the rules that are wanted.
    pub(super) fn take(&self, judgement: Judgement) -> Vec<Finding> {
        let Judgement { mut findings, checked } = judgement;
        self.count_checks(&checked);
        findings.retain(|finding| self.wants(finding.rule));
        findings
    }

    /// One exchange of one case, for a half that does not send over a [`Driver`].
    pub(crate) fn exchanged(&self) {
        self.cases.fetch_add(1, Ordering::Relaxed);
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        self.show(None);
    }

    /// Shows what the run is doing.
    pub(super) fn show(&self, wait: Option<Wait>) {
        let exchanges = self.exchanges.load(Ordering::Relaxed);
        (self.progress)(&Activity { exchanges, stage: self.stages.current(), wait });
    }

    /// About how long the run still takes, where its rate and its budget say so.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let left = self.budget()?.saturating_sub(self.sent());
        lock(&self.pace).time_for(left)
    }

    /// How many requests may be sent: a run that no limit was chosen for has one from the moment on that
    /// the target limits requests.
    pub fn budget(&self) -> Option<u64> {
        let when_limited = || {
            let limits = self.options.when_limited?;
            lock(&self.pace).is_limited().then_some(limits.budget)
        };
        self.options.budget.or_else(when_limited)
    }

    /// Whether requests are limited: by the run's own rate, or by the target as it has shown.
    pub fn is_limited(&self) -> bool {
        lock(&self.pace).is_limited()
    }

    /// What makes two findings the same one: the rule and the place, not the data that showed it; and
    /// the deviation that explains it, so that a known one hides no other.
    pub fn key(&self, finding: &Finding, case: &Case) -> Key {
        let deviation = self.options.deviations.explaining(finding, case);
        (finding.rule, finding.place.clone(), deviation.map(|deviation| deviation.id.clone()))
    }

    /// Whether this finding is one that was reported already.
    pub fn is_known(&self, finding: &Finding, case: &Case) -> bool {
        lock(&self.known).contains(&self.key(finding, case))
    }

    /// Reports a finding, once.
    pub fn report(&self, finding: Finding, case: &Case, answer: Option<&Answer>) {
        if self.quiet.load(Ordering::Relaxed) || !self.wants(finding.rule) {
            return;
        }
        let deviation = self.options.deviations.explaining(&finding, case).cloned();
        if deviation.is_none() {
            self.stages.found();
        }
        let key = self.key(&finding, case);
        if !lock(&self.known).insert(key) {
            return;
        }
        let evidence = Evidence { finding, case: case.clone(), answer: answer.cloned(), deviation };
        lock(&self.evidence).push(evidence);
    }

    /// What was found so far.
    pub fn evidence(&self) -> Vec<Evidence> {
        lock(&self.evidence).clone()
    }

    /// Cases made and exchanges seen.
    pub fn totals(&self) -> (u64, u64) {
        (self.cases.load(Ordering::Relaxed), self.exchanges.load(Ordering::Relaxed))
    }

    /// Whether one more failure of an account must wait for a success of it.
    pub fn is_near_lock(&self, account: &str) -> bool {
        lock(&self.guard).is_near(account)
    }

    /// How many failures in a row an account has.
    pub fn failures(&self, account: &str) -> u32 {
        lock(&self.guard).failures(account)
    }

    /// How many requests were sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
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

    pub(super) fn remaining(&self) -> u64 {
        let Some(budget) = self.budget() else { return u64::MAX };
        let reserved = lock(&self.ledger).live().len() as u64;
        budget.saturating_sub(self.sent.load(Ordering::Relaxed) + reserved)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no job panics while it holds a lock")
}
