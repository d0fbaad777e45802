//! What all jobs of a run share: counts, findings, limits, sessions.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::ThreadId,
};

use super::Driver;
use crate::{
    accounts::Account,
    answer::Answer,
    case::{Case, Request},
    check::{Judge, security::Leaks},
    failure::{Evidence, Finding},
    guard::{Ledger, LockOutGuard, Pace, Session},
    half::Half,
    lent::Lent,
    rule::{RULES, Rule},
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
    not_run: Mutex<BTreeMap<&'static str, String>>,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    user_ids: Mutex<BTreeMap<String, String>>,
    pub(super) cases: AtomicU64,
    pub(super) exchanges: AtomicU64,
    /// Requests on the wire, logouts at the end included.
    pub(super) sent: AtomicU64,
    pub(super) quiet: AtomicBool,
    /// What was sent, by thread, where somebody wants to send it again.
    pub(super) sent_by: Option<Mutex<Vec<(ThreadId, Request)>>>,
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Run<'a> {
    /// A run that has sent nothing yet.
    pub fn new(
        options: &'a Options,
        judge: Judge,
        secrets: &'a Secrets,
        progress: &'a (dyn Fn(u64) + Sync),
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
        if self.wants(rule) {
            lock(&self.not_run).entry(rule).or_insert_with(|| needs.to_owned());
        }
    }

    /// A rule was asked once more.
    pub fn asked(&self, rule: &'static str) {
        *lock(&self.counts).entry(rule).or_default() += 1;
    }

    /// One exchange of one case, for a half that does not send over a [`Driver`].
    pub(crate) fn exchanged(&self) {
        self.cases.fetch_add(1, Ordering::Relaxed);
        let count = self.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(count);
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

    /// The rules that could not be asked, and what each needs.
    pub fn not_run_rules(&self) -> BTreeMap<&'static str, String> {
        lock(&self.not_run).clone()
    }

    /// How many rules of a half were asked.
    pub fn checks(&self, half: Half) -> usize {
        let not_run = lock(&self.not_run);
        let asked = |rule: &&Rule| self.wants(rule.id) && !not_run.contains_key(rule.id);
        RULES.iter().filter(|rule| rule.half() == half).filter(asked).count()
    }

    /// How often each rule was asked.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.counts).clone()
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
        let Some(budget) = self.options.budget else { return u64::MAX };
        let reserved = lock(&self.ledger).live().len() as u64;
        budget.saturating_sub(self.sent.load(Ordering::Relaxed) + reserved)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no job panics while it holds a lock")
}
