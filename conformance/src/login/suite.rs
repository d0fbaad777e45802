//! The implementation of the engine's [`Suite`] for the login.

use std::sync::atomic::Ordering;

use serde_json::json;
use specfirst_model::Operation;

use super::{
    Driver, Login, Run, Scenario, Session, access_tokens,
    attempts::{
        LockedOut, is_attempt, locked_out, may_count, reset_address, reset_count, reset_failures,
        says_blocked, wait_for_address,
    },
    content_coding, foreign_host, lock,
    observed::present_step,
    prose, requests, scenario, steps,
};
use crate::client;
use specfirst_engine::{
    check::{Judge, Judgement},
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    redact::Secrets,
    rule::Catalogue,
    runner::{
        Halt, Outlasted, Step,
        environment::Environment,
        suite::{Authorization, Suite},
    },
};

impl Suite for Login {
    const TARGET: &'static str = "a login server";

    fn documents(&self) -> &Judge {
        &self.documents
    }

    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn probe(&self) -> Case {
        let request = Request::new("GET", requests::ME);
        Case::new("me", "the account of nobody", request, Expect::Unauthorized)
    }

    fn plain(&self, path: &str, seed: u64) -> Case {
        let (token, user_id) = ("Q".repeat(43), "23456789ABCDEFGHJ");
        let with_token = |method, path| requests::authenticated(method, path, &token, user_id);
        let (operation, request) = match path.split('?').next().unwrap_or(path) {
            requests::LOGIN => {
                let user = requests::nobody(seed, "plain");
                let body = json!({"user": user, "password": "Wr0ng-but-plausible"});
                ("login", Request::new("POST", requests::LOGIN).json(&body))
            }
            requests::LOGOUT => ("logout", with_token("POST", requests::LOGOUT)),
            path if access_tokens::is_path(path) => access_tokens::plain(path, &token, user_id),
            _ => ("me", with_token("GET", requests::ME)),
        };
        Case::new(operation, "a plain request", request, Expect::Unauthorized)
    }

    fn second_probe(&self, seed: u64) -> Option<Case> {
        // The page does not document the account of a token.
        Some(self.plain(requests::LOGIN, seed))
    }

    fn unusable(&self) -> Option<&'static str> {
        self.accounts.is_empty().then_some("an account is needed, and there is none")
    }

    fn learn_secrets(&self, secrets: &Secrets) {
        for account in &self.accounts {
            secrets.learn("password", &account.password);
            if let Some(secret) = &account.totp_secret {
                secrets.learn("totp-secret", secret.as_base32());
            }
            for code in &account.backup_codes {
                secrets.learn("code", code);
            }
        }
    }

    fn scenarios(&self) -> Vec<Scenario> {
        scenario::plan()
    }

    fn cost(&self, case: &Case) -> u64 {
        if case.request.path.contains("/logout") || access_tokens::is_removal(case) {
            0
        } else if case.operation == "login" || access_tokens::makes_token(case) {
            2
        } else {
            1
        }
    }

    fn reserved(&self) -> u64 {
        (lock(&self.ledger).live().len() + lock(&self.made_tokens).len()) as u64
    }

    /// Waits if one more failure could lock this address out. Logs in with the right password if the
    /// account is near its limit.
    fn before_call(driver: &mut Driver<'_, '_>, case: &Case) -> Step<()> {
        let suite = driver.run.suite;
        // What a target does not offer is one finding, and not one for each rule that uses it.
        if case.rule.is_some() && lock(&suite.missing).contains(&case.operation) {
            let reason = format!("needs a target that offers the operation `{}`", case.operation);
            return Err(Halt::LeftOut(reason));
        }
        suite.note_code(driver.run.environment, case);
        let name = case.account.as_deref().unwrap_or_default();
        if case.operation == "login" && lock(&suite.guard).is_locked_out(name) {
            return Err(Halt::LeftOut(format!("the target has locked out the account `{name}`")));
        }
        if !is_attempt(case) {
            return Ok(());
        }
        wait_for_address(driver)?;
        if lock(&suite.guard).is_address_near_lock() {
            reset_address(driver)?;
        }
        // The right password with another name is no failure of the account.
        let is_other_name = suite.gives_right_password(case) && !suite.names_account(case);
        match case.account.as_deref().filter(|name| !is_other_name && suite.is_near_lock(name)) {
            Some(name) => reset_count(driver, name),
            None => Ok(()),
        }
    }

    /// Records tokens, ended sessions and failed logins, and detects a lockout.
    fn after_response(
        &self,
        environment: &Environment<'_>,
        case: &Case,
        response: &Response,
    ) -> Step<()> {
        self.leaks.learn_codes(&self.accounts, present_step(environment));
        self.note_strings(case, response);
        self.note_latency(case, response);
        let is_right = case.expect == Expect::Success && case.operation != "login";
        if is_right && matches!(response.status, 404 | 405 | 501) {
            lock(&self.missing).insert(case.operation.clone());
        }
        if case.operation == "login" {
            self.count_login(environment, case, response);
            match locked_out(case, response) {
                Some(LockedOut::Account(name)) => {
                    lock(&self.guard).lock_out(name);
                    return Ok(());
                }
                Some(LockedOut::Address) => {
                    return Err(Halt::LockedOut("this address".to_owned()));
                }
                None if case.account.is_none() && says_blocked(response) => {
                    self.locked_names.fetch_add(1, Ordering::Relaxed);
                }
                None => {}
            }
        }
        if let Some(session) = Session::begun_by(case, response) {
            environment.secrets.learn("token", &session.token);
            self.leaks.learn_token(&session.token);
            if case.request.path == requests::LOGIN && requests::is_by_password(case) {
                self.note_issued(environment, &session, response);
            }
            lock(&self.ledger).issued(session);
        }
        if let Some(secret) = lock(&self.made_tokens).note(case, response) {
            environment.secrets.learn("token", &secret);
        }
        let is_logout = case.request.path.ends_with("/logout") && response.is_success();
        if is_logout && let Some(token) = case.request.header_value("X-Auth-Token") {
            lock(&self.ledger).ended(token);
        }
        Ok(())
    }

    /// A server may have counted the attempt.
    fn after_transient(&self, environment: &Environment<'_>, case: &Case, response: &Response) {
        if is_attempt(case) && may_count(case, response.status) {
            let now = environment.clock.now();
            lock(&self.guard).record(case.account.as_deref(), false, now);
        }
    }

    fn check(&self, case: &Case, response: &Response, judgement: &mut Judgement) {
        prose::judge(case, response, judgement);
        self.judge_second_factor(case, response, judgement);
    }

    fn check_any(&self, case: &Case, response: &Response, judgement: &mut Judgement) {
        self.leaks.judge(case, response, judgement);
        self.judge_lockout(case, response, judgement);
        foreign_host::judge(case, response, judgement);
        content_coding::judge(case, response, judgement);
    }

    fn is_own_error(&self, response: &Response) -> bool {
        let Some(body) = response.json() else { return false };
        let says_error = body.get("status").is_some_and(|status| status == "error");
        let says_failure = body.get("success").is_some_and(|success| success == false);
        body.get("error").is_some() && (says_error || says_failure)
    }

    fn authorize(driver: &mut Driver<'_, '_>) -> Step<Option<Authorization>> {
        let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(None) };
        let case = requests::password(account, Expect::Success, "password_logs_in");
        let response = driver.step(&case)?;
        let session = response.and_then(|response| Session::begun_by(&case, &response));
        Ok(session.map(|session| Authorization {
            headers: vec![
                (requests::TOKEN_HEADER.to_owned(), session.token),
                (requests::USER_HEADER.to_owned(), session.user_id),
            ],
            account: session.account,
        }))
    }

    fn is_repeatable(&self, operation: &Operation) -> bool {
        // Not the logout by GET, which ends the session.
        operation.id == "me"
    }

    fn revoke(driver: &mut Driver<'_, '_>, authorization: Authorization) -> Step<()> {
        let header = |name: &str| {
            let mut headers = authorization.headers.iter();
            headers.find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let session = Session {
            token: header(requests::TOKEN_HEADER).unwrap_or_default(),
            user_id: header(requests::USER_HEADER).unwrap_or_default(),
            account: authorization.account.clone(),
        };
        steps::log_out(driver, &session)
    }

    /// A generated request that happens to name an account would be a failed login that is not counted.
    fn may_send(&self, case: &Case) -> bool {
        let body = case.request.body.as_deref().unwrap_or_default();
        // The page asks for a password or only a `resume`, so both together may be refused.
        let text = String::from_utf8_lossy(body);
        let has = |name: &str| {
            text.contains(&format!("\"{name}\"")) || text.contains(&format!("{name}="))
        };
        let is_conforming = case.expect == Expect::SuccessOrUnauthorized;
        if is_conforming && has("resume") && (has("user") || has("password")) {
            return false;
        }
        // A scenario has found that the target does not offer it, and has said so.
        let is_missing = lock(&self.missing).contains(&case.operation);
        !is_missing && !self.names.is_match(&String::from_utf8_lossy(body).to_lowercase())
    }

    fn undo(driver: &mut Driver<'_, '_>, case: &Case, response: &Response) -> Step<()> {
        if let Some(begun) = Session::begun_by(case, response) {
            driver.judged(&requests::logout(&begun, Expect::Anything))?;
        }
        Ok(())
    }

    fn client_operations(&self) -> usize {
        client::OPERATIONS.len()
    }

    fn check_client(run: &Run<'_>) -> Step<()> {
        client::run(run, None)
    }

    /// Resets counts of failures that are high, and ends every live session.
    fn tear_down(driver: &mut Driver<'_, '_>) -> Vec<(Case, Response)> {
        let suite = driver.run.suite;
        // An interrupted run must end soon.
        if !driver.run.environment.interrupt.is_set() {
            reset_failures(driver);
        }
        let mut exchanges = Vec::new();
        // Before their sessions end.
        let removals = lock(&suite.made_tokens).removals();
        for case in removals {
            match driver.send(&case) {
                // If it is refused, the token or the session has ended already.
                Ok(Outlasted::Response(response)) if !response.is_transient() => {
                    lock(&suite.made_tokens).forget(&case);
                    exchanges.push((case, response));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        let live = lock(&suite.ledger).live().to_vec();
        for session in live {
            let case = requests::logout(&session, Expect::Anything);
            match driver.send(&case) {
                // If it is refused with 401, the session has ended already.
                Ok(Outlasted::Response(response))
                    if response.is_success() || response.status == 401 =>
                {
                    lock(&suite.ledger).ended(&session.token);
                    exchanges.push((case, response));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        exchanges
    }

    fn sessions_left(&self) -> usize {
        lock(&self.ledger).live().len() + lock(&self.made_tokens).len()
    }
}
