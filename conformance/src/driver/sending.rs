//! Sending within everything that keeps a run harmless: budget, rate, lock-outs, logouts.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{
    Driver, Halt, INTERRUPTED, Outlasted, Step, Transient, Wait, WaitReason, shared::lock,
};
use crate::{
    answer::Answer,
    case::{Case, Expect, Request},
    guard::Session,
    scenario::requests,
    transport::TransportError,
};

impl Driver<'_, '_> {
    /// Whether the target answers at all.
    ///
    /// # Errors
    ///
    /// [`Halt::Target`] where it does not.
    pub fn alive(&mut self) -> Step<Answer> {
        let request = Request::new("GET", requests::ME);
        let nobody = Case::new("me", "the account of nobody", request, Expect::Unauthorized);
        let sent = match self.send(&nobody) {
            // The connection may be one that the answer that never came had to share; but who has been
            // waited for in vain was waited for on a new one.
            Err(Halt::Target(error)) if !matches!(error, TransportError::Silence { .. }) => {
                self.send(&nobody)
            }
            other => other,
        };
        match sent? {
            Outlasted::Response(answer) | Outlasted::Provoked { response: answer, .. } => {
                Ok(answer)
            }
            Outlasted::Unanswered(error) => Err(error.into()),
            Outlasted::NoVerdict(reason) => Err(Halt::Unusable(reason)),
        }
    }

    /// A request got no answer: whether the target lives all the same.
    pub(super) fn lives_after(&mut self, error: &TransportError) -> Step<()> {
        self.alive().map(drop).map_err(|halt| match halt {
            Halt::Target(_) => Halt::Target(error.clone()),
            other => other,
        })
    }

    /// Whether one more request may go to a path, by budget and rate; waits, and counts it. For what
    /// is sent past the transport.
    ///
    /// # Errors
    ///
    /// As [`Driver::step`].
    pub fn reserve(&mut self, path: &str) -> Step<()> {
        if self.run.remaining() < 1 {
            return Err(Halt::Budget(self.run.budget().unwrap_or(0)));
        }
        self.wait(path)?;
        self.run.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Does nothing for a while, and says so.
    ///
    /// # Errors
    ///
    /// [`Halt::Interrupted`].
    pub fn rest(&self, time: Duration, reason: WaitReason) -> Step<()> {
        let end = Instant::now() + time;
        loop {
            self.check_interrupted()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.slice(left, reason);
        }
    }

    /// A little of a pause, so that Ctrl-C ends it soon.
    fn slice(&self, left: Duration, reason: WaitReason) {
        let run_left = self.run.time_left();
        self.run.show(Some(Wait { reason, left, run_left }));
        std::thread::sleep(left.min(Duration::from_millis(100)));
    }

    /// Leaves the target as it was: counts of failures are reset where many are left, and every
    /// session that lives is ended; says how many could not be. What these answers show is reported
    /// where `judges`: a run that ended as it was meant to.
    pub fn clean_up(&mut self, judges: bool) -> usize {
        self.run.quiet.store(true, Ordering::Relaxed);
        let mut answers = Vec::new();
        // An interrupted run is to end soon.
        if !INTERRUPTED.load(Ordering::Relaxed) {
            self.reset_failures();
        }
        for session in self.run.live() {
            let case = requests::logout(&session, Expect::Anything);
            match self.send(&case) {
                // Refused: it is worth nothing already.
                Ok(Outlasted::Response(answer)) if answer.is_success() || answer.status == 401 => {
                    lock(&self.run.ledger).ended(&session.token);
                    answers.push((case, answer));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        self.run.quiet.store(false, Ordering::Relaxed);
        for (case, answer) in answers.into_iter().filter(|_| judges) {
            for finding in self.findings(&case, &answer) {
                self.run.report(finding, &case, Some(&answer));
            }
        }
        self.run.live().len()
    }

    /// The run after this one counts from zero, and the server does not: what both leave together must
    /// not lock anybody out.
    fn reset_failures(&mut self) {
        let accounts: Vec<_> = self.run.plain_accounts().collect();
        for account in accounts {
            if !lock(&self.run.guard).has_many(&account.username) || self.run.remaining() < 2 {
                continue;
            }
            let case = requests::password(account, Expect::Success, "password_logs_in");
            match self.send(&case) {
                Ok(Outlasted::Response(answer)) if self.learn(&case, &answer).is_ok() => {}
                _ => return,
            }
        }
    }

    /// Sends a case within budget and rate, and outlasts a target that limits requests or is unavailable.
    pub(super) fn send(&mut self, case: &Case) -> Step<Outlasted<Answer>> {
        let is_attempt = case.operation == "login" && case.expect != Expect::Success;
        let mut tries = 0;
        self.outlast(
            &case.request.path,
            |driver| {
                tries += 1;
                if tries > 1 && is_attempt {
                    driver.make_room(case.account.as_deref())?;
                }
                let answer = driver.attempt(case)?;
                if answer.is_transient() {
                    driver.learn_of_transient(case, &answer, is_attempt);
                }
                Ok(answer)
            },
            Transient::of,
        )
    }

    /// Sends a case once, within budget and rate.
    pub(super) fn attempt(&mut self, case: &Case) -> Step<Answer> {
        let needed = if case.operation == "login" { 2 } else { 1 };
        let is_logout = case.request.path.contains("/logout");
        if !is_logout && self.run.remaining() < needed {
            return Err(Halt::Budget(self.run.budget().unwrap_or(0)));
        }
        self.wait(&case.request.path)?;
        let answer = self.transmit(&case.request)?;
        self.note_rate_limit(case, &answer);
        Ok(answer)
    }

    /// What there is to learn from a response that says nothing about its request: a server may have
    /// counted the attempt, the form is judged where it is the server's own, and secrets are looked for.
    fn learn_of_transient(&self, case: &Case, answer: &Answer, is_attempt: bool) {
        if is_attempt && may_count(case, answer.status) {
            lock(&self.run.guard).record(case.account.as_deref(), false, Instant::now());
        }
        let mut plain = case.clone();
        plain.expect = Expect::Anything;
        for finding in self.form_findings(&plain, answer) {
            self.run.report(finding, &plain, Some(answer));
        }
    }

    /// Takes note of what a response says about limits.
    pub(super) fn note_rate_limit(&self, case: &Case, answer: &Answer) {
        let (route, now) = (route(&case.request.path), Instant::now());
        lock(&self.run.pace).note_rate_limit(route, answer, now);
    }

    pub(super) fn transmit(&mut self, request: &Request) -> Step<Answer> {
        self.run.sent.fetch_add(1, Ordering::Relaxed);
        if let Some(kept) = &self.run.sent_by {
            lock(kept).push((std::thread::current().id(), request.clone()));
        }
        let answer = self.transport.send(request)?;
        self.run.exchanges.fetch_add(1, Ordering::Relaxed);
        self.run.show(None);
        Ok(answer)
    }

    /// Learns tokens and lock-outs from an answer.
    pub(super) fn learn(&self, case: &Case, answer: &Answer) -> Step<()> {
        if case.operation == "login" {
            let mut guard = lock(&self.run.guard);
            // Right credentials that are answered by a success without a session were accepted all the same;
            // wrong ones were refused, whatever the status says.
            let is_right = matches!(case.expect, Expect::Success | Expect::Anything);
            let is_accepted = answer.is_success() && (is_right || session(case, answer).is_some());
            // A server may count by the name that was typed, and need not take a resume, or a login by
            // another name of the account, for a reason to forget.
            if is_accepted {
                if gives_password_and_name(case) {
                    guard.record(case.account.as_deref(), true, Instant::now());
                }
            } else if may_count(case, answer.status) {
                guard.record(case.account.as_deref(), false, Instant::now());
            }
            drop(guard);
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

    /// Waits where one more failure could lock this address out. A run without a rate ends there: it has
    /// thousands of requests to go.
    fn wait_for_address(&self) -> Step<()> {
        while self.run.options.address_lockout
            && let Some(left) = lock(&self.run.guard).address_wait(Instant::now())
        {
            if !lock(&self.run.pace).is_limited() {
                return Err(Halt::AddressGuard);
            }
            self.check_interrupted()?;
            self.slice(left, WaitReason::AddressGuard);
        }
        Ok(())
    }

    /// Sees to it that one more failure locks nobody out: waits for the address, and logs in rightly where
    /// the account is near its limit.
    ///
    /// # Errors
    ///
    /// [`Halt::AccountGuard`] where no such login is known; another case may still be sent.
    pub(super) fn make_room(&mut self, account: Option<&str>) -> Step<()> {
        self.wait_for_address()?;
        let near = account.filter(|name| lock(&self.run.guard).is_near(name));
        let Some(name) = near else { return Ok(()) };
        let helpers = self.run.options.accounts.iter().filter(|account| {
            account.totp_secret.is_none() && account.active && account.username == name
        });
        // An account with a second factor has no password that logs in alone.
        if helpers.clone().next().is_none() {
            return Err(Halt::AccountGuard(name.to_owned()));
        }
        for helper in helpers {
            let case = requests::password(helper, Expect::Success, "password_logs_in");
            let answer = match self.send(&case)? {
                Outlasted::Response(answer) | Outlasted::Provoked { response: answer, .. } => {
                    answer
                }
                Outlasted::Unanswered(error) => return Err(error.into()),
                Outlasted::NoVerdict(reason) => return Err(Halt::Unusable(reason)),
            };
            self.learn(&case, &answer)?;
            if answer.is_success() {
                if let Some(session) = session(&case, &answer) {
                    self.logout(&session)?;
                }
                return Ok(());
            }
        }
        Err(Halt::LockedOut(format!(
            "nobody yet, but one more failure of {name} could, and no login resets the count"
        )))
    }

    fn wait(&self, path: &str) -> Step<()> {
        loop {
            self.check_interrupted()?;
            let reserved = lock(&self.run.pace).reserve(route(path), Instant::now());
            let Some((left, hold)) = reserved else { return Ok(()) };
            self.slice(left, WaitReason::Turn(hold));
        }
    }

    pub(super) fn check_interrupted(&self) -> Step<()> {
        if INTERRUPTED.load(Ordering::Relaxed) && !self.run.quiet.load(Ordering::Relaxed) {
            return Err(Halt::Interrupted);
        }
        Ok(())
    }
}

/// Whether a server may have counted a login as a failure that it answered with this status and no session.
/// Whoever names a refusal of credentials otherwise than 401, or says 200, counts all the same; only what
/// is no login by its form, and is called so, counts for nothing.
fn may_count(case: &Case, status: u16) -> bool {
    let is_ill_formed = matches!(case.expect, Expect::Refusal | Expect::RefusalNotCoercion);
    let is_credentials = !is_ill_formed && case.account.is_some() && status != 429;
    matches!(status, 401 | 403) || is_credentials
}

/// Whether a login gives a password and the very name of its account.
fn gives_password_and_name(case: &Case) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
    let user = body.get("user").and_then(serde_json::Value::as_str);
    body.get("password").is_some() && user.is_some() && user == case.account.as_deref()
}

/// The longest token; servers take headers of 8 KiB.
const LONGEST_TOKEN: usize = 4 << 10;

/// The session that an answer begins.
pub fn session(case: &Case, answer: &Answer) -> Option<Session> {
    let json = answer.json()?;
    let token = json.pointer("/data/authToken")?.as_str()?.to_owned();
    // What no header can hold is no token: nobody could use it, and a megabyte of it would be looked for
    // in every output.
    if token.is_empty() || token.len() > LONGEST_TOKEN || token.chars().any(char::is_control) {
        return None;
    }
    let user_id = json.pointer("/data/userId").and_then(|id| id.as_str()).unwrap_or_default();
    let user_id = if user_id.chars().any(char::is_control) { "" } else { user_id };
    Some(Session { token, user_id: user_id.to_owned(), account: case.account.clone() })
}

/// What a rate limit counts by: the path.
pub(super) fn route(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}
