//! The implementation of the engine's [`Suite`] for the login.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use specfirst_model::Operation;

use super::{
    Driver, Login, Run, Scenario, Session, accounts::Account, guard::ADDRESS_LIMIT, lock, prose,
    requests, scenario, steps, totp,
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
        Halt, Outlasted, Step, WaitReason,
        environment::Environment,
        suite::{Authorization, Suite},
    },
    sample::Issued,
};

/// The most strings of responses that are tried as credentials.
const MAX_STRINGS: usize = 24;
/// The most tokens of the sample.
const MAX_SAMPLE: usize = 256;

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
        if case.request.path.contains("/logout") {
            0
        } else if case.operation == "login" {
            2
        } else {
            1
        }
    }

    fn reserved(&self) -> u64 {
        lock(&self.ledger).live().len() as u64
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

    /// Records tokens, ended sessions and failed logins, and detects a lock-out.
    fn after_response(
        &self,
        environment: &Environment<'_>,
        case: &Case,
        response: &Response,
    ) -> Step<()> {
        let now = environment.clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.leaks.learn_codes(&self.accounts, totp::step(now.as_secs()));
        self.note_strings(case, response);
        let is_right = case.expect == Expect::Success && case.operation != "login";
        if is_right && matches!(response.status, 404 | 405 | 501) {
            lock(&self.missing).insert(case.operation.clone());
        }
        if case.operation == "login" {
            self.count_login(environment, case, response);
            let error = response.string_at("/error");
            // A server may also lock a name that nobody has, such as `*`.
            let is_lock = |error: &&str| {
                let of_address = error.contains("blocked") && error.ends_with("ip");
                error.contains("login-blocked") && (of_address || is_about_account(case))
            };
            if let Some(kind) = error.filter(is_lock) {
                let name = case.account.as_deref().unwrap_or_default();
                if !kind.ends_with("ip") && self.may_be_locked_out(name) {
                    lock(&self.guard).lock_out(name);
                    return Ok(());
                }
                let whom = if kind.ends_with("ip") { "this address" } else { "an account" };
                return Err(Halt::LockedOut(whom.to_owned()));
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
    }

    fn check_any(&self, case: &Case, response: &Response, judgement: &mut Judgement) {
        self.leaks.judge(case, response, judgement);
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
        !self.names.is_match(&String::from_utf8_lossy(body).to_lowercase())
    }

    fn undo(driver: &mut Driver<'_, '_>, case: &Case, response: &Response) -> Step<()> {
        if let Some(begun) = Session::begun_by(case, response) {
            driver.judged(&requests::logout(&begun, Expect::Anything))?;
        }
        Ok(())
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
        lock(&self.ledger).live().len()
    }
}

impl Login {
    /// Whether a login holds the password of its account.
    fn gives_right_password(&self, case: &Case) -> bool {
        let mut accounts = self.accounts.iter();
        let account = accounts.find(|account| Some(&account.username) == case.account.as_ref());
        let body = case.request.body.as_deref().unwrap_or_default();
        let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
        account.is_some_and(|account| body["password"] == account.password.as_str())
    }

    /// Whether a login gives exactly a name of its account, in whatever member.
    fn names_account(&self, case: &Case) -> bool {
        let mut accounts = self.accounts.iter();
        let account = accounts.find(|account| Some(&account.username) == case.account.as_ref());
        let body = case.request.body.as_deref().unwrap_or_default();
        let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
        let members = ["/user", "/username", "/email", "/user/username", "/user/email"];
        let mut given = members.iter().filter_map(|member| body.pointer(member)?.as_str());
        account.is_some_and(|account| {
            given.any(|name| name == account.username || Some(name) == account.email.as_deref())
        })
    }

    /// Notes that a code was sent, because each works only once.
    pub(crate) fn note_code(&self, environment: &Environment<'_>, case: &Case) {
        let Some(name) = &case.account else { return };
        let mut accounts = self.accounts.iter().filter(|account| account.username == *name);
        let Some(secret) = accounts.find_map(|account| account.totp_secret.as_ref()) else {
            return;
        };
        let body = case.request.body.as_deref().unwrap_or_default();
        let body = String::from_utf8_lossy(body);
        let now = environment.clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
        let step = totp::step(now.as_secs());
        for step in [step.saturating_sub(1), step, step + 1] {
            if body.contains(&secret.code(step)) {
                lock(&self.used_codes).entry((name.clone(), step)).or_default();
            }
        }
    }

    /// Notes the long strings of a response, which must not be credentials.
    fn note_strings(&self, case: &Case, response: &Response) {
        let mut strings = lock(&self.strings);
        if strings.len() >= MAX_STRINGS || case.account.is_none() {
            return;
        }
        let mut found = Vec::new();
        let is_own =
            |at: &str| matches!(at, "/data/authToken" | "/data/userId" | "/data/me/_id" | "/_id");
        if let Some(body) = response.json() {
            collect_strings(body, "", &mut found);
        }
        let headers = response.headers.iter().flat_map(|(name, value)| {
            let values = value.split([';', ',', ' ']).map(|part| {
                let part = part.trim();
                part.split_once('=').map_or(part, |(_, value)| value).trim_matches('"')
            });
            values.map(|value| (format!("header {name}"), value.to_owned())).collect::<Vec<_>>()
        });
        found.extend(headers);
        let account = case.account.clone().unwrap_or_default();
        for (at, text) in found {
            let is_token = text.len() >= 16
                && text.len() <= 512
                && text.chars().all(is_of_token)
                && !text.contains("://")
                && text.chars().any(|c| c.is_ascii_digit());
            let is_new = !strings.iter().any(|(place, known, _)| *place == at || *known == text);
            if is_token && is_new && !is_own(&at) && strings.len() < MAX_STRINGS {
                strings.push((at, text, account.clone()));
            }
        }
    }

    /// Notes a token for the sample that is judged, with what an attacker may know about it.
    fn note_issued(&self, environment: &Environment<'_>, session: &Session, response: &Response) {
        let mut issued = lock(&self.issued);
        if issued.len() >= MAX_SAMPLE {
            return;
        }
        let received = environment.clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
        let account = self.accounts.iter().find(|a| Some(&a.username) == session.account.as_ref());
        let mut facts = vec![("user id", session.user_id.clone())];
        if let Some(account) = account {
            facts.push(("user name", account.username.clone()));
            facts.push(("password", account.password.clone()));
            facts.extend(account.email.iter().map(|email| ("e-mail address", email.clone())));
        }
        facts.push(("number of the login", (issued.len() + 1).to_string()));
        facts.push(("number of the login before", issued.len().to_string()));
        issued.push(Issued {
            secret: session.token.clone(),
            facts,
            between: (received.saturating_sub(response.duration), received),
        });
    }

    /// Counts the response to a login as a server would.
    fn count_login(&self, environment: &Environment<'_>, case: &Case, response: &Response) {
        let mut guard = lock(&self.guard);
        let (account, now) = (case.account.as_deref(), environment.clock.now());
        // If right credentials get a success without a session, the server accepted them all the same. If
        // wrong credentials get no session, the server refused them, whatever the status says.
        let is_right = case.expect == Expect::Success
            || case.expect == Expect::Anything && self.gives_right_password(case);
        let is_accepted =
            response.is_success() && (is_right || Session::begun_by(case, response).is_some());
        // A server may count failures by the name in the request. A resume, or a login by another name of
        // the account, need not reset that count.
        if is_accepted {
            if gives_password_and_name(case) {
                guard.record(account, true, now);
            }
        } else if may_count(case, response.status) {
            // The right password with another name: a server that takes the name for that of the account
            // would let it in, so the refusal is no failure of the account.
            let is_other_name = self.gives_right_password(case) && !self.names_account(case);
            guard.record(account.filter(|_| !is_other_name), false, now);
        }
    }
}

/// Whether a bearer token may hold the character (RFC 6750, section 2.1), or some server's token does.
fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/=:".contains(c)
}

/// Every string of a value, with its pointer.
fn collect_strings(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((at.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect_strings(item, at, found)),
        Value::Object(object) => {
            for (name, member) in object {
                collect_strings(member, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Whether a case is a login that should fail. Right credentials reset the count themselves.
fn is_attempt(case: &Case) -> bool {
    case.operation == "login" && case.expect != Expect::Success
}

/// Waits if one more failure could lock this address out. A run without a rate ends instead, because it
/// still has thousands of requests to send.
fn wait_for_address(driver: &Driver<'_, '_>) -> Step<()> {
    let suite = driver.run.suite;
    while suite.address_lockout
        && let Some(left) = lock(&suite.guard).address_wait(driver.run.environment.clock.now())
    {
        if !driver.run.is_limited() {
            return Err(Halt::Guard {
                reason: format!(
                    "{ADDRESS_LIMIT} logins were refused within five minutes, and one more could \
                     lock this address out"
                ),
                needs: format!(
                    "needs more than {ADDRESS_LIMIT} refused logins in five minutes: pass \
                     `--no-address-lockout` if the server locks out no address, or `--rate` to wait"
                ),
            });
        }
        let reason = WaitReason::Suite("not to lock this address out: next login in");
        driver.rest_a_little(left, reason)?;
    }
    Ok(())
}

/// Whether one more login of an account may fail. If its count of failures is near the limit, a fresh code
/// resets it first.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(super) fn may_fail(driver: &mut Driver<'_, '_>, account: &Account) -> Step<bool> {
    let suite = driver.run.suite;
    let is_plain = account.active && account.totp_secret.is_none();
    // The guard itself resets the count of a plain account.
    if is_plain || !suite.is_near_lock(&account.username) {
        return Ok(true);
    }
    reset_by_code(driver, &account.username)
}

/// Logs in with the right password and a code that was not sent yet, if there is one.
fn reset_by_code(driver: &mut Driver<'_, '_>, name: &str) -> Step<bool> {
    let suite = driver.run.suite;
    let mut accounts = suite.accounts.iter().filter(|account| account.active);
    let Some(account) = accounts.find(|account| account.username == name) else { return Ok(false) };
    let Some(secret) = &account.totp_secret else { return Ok(false) };
    let now = driver.run.environment.clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default();
    let Some(step) = suite.next_code_step(name, totp::step(now.as_secs())) else {
        return Ok(false);
    };
    let code = secret.code(step);
    driver.run.environment.secrets.learn("code", &code);
    let title = "the right password and a fresh code";
    let case = requests::with_code(account, title, &json!(code), Expect::Success, "code_logs_in");
    suite.note_code(driver.run.environment, &case);
    let Outlasted::Response(response) = driver.send(&case)? else { return Ok(false) };
    driver.learn(&case, &response)?;
    let Some(session) = Session::begun_by(&case, &response) else { return Ok(false) };
    lock(&suite.used_codes).insert((name.to_owned(), step), true);
    steps::log_out(driver, &session)?;
    Ok(true)
}

/// Logs in with a right password, which for most servers resets the failure count of the address.
fn reset_address(driver: &mut Driver<'_, '_>) -> Step<()> {
    let suite = driver.run.suite;
    // Not again at once, if no account logs in.
    lock(&suite.guard).forget_row();
    for account in suite.plain_accounts() {
        let case = requests::password(account, Expect::Success, "password_logs_in");
        let Outlasted::Response(response) = driver.send(&case)? else { break };
        driver.learn(&case, &response)?;
        if let Some(session) = Session::begun_by(&case, &response) {
            return steps::log_out(driver, &session);
        }
    }
    Ok(())
}

/// Logs in with the right password, which resets the failure count of an account near its limit.
fn reset_count(driver: &mut Driver<'_, '_>, name: &str) -> Step<()> {
    if reset_by_code(driver, name)? {
        return Ok(());
    }
    let suite = driver.run.suite;
    // The password of an account with a second factor does not log in alone.
    let mut helpers = suite.plain_accounts().filter(|account| account.username == name).peekable();
    if helpers.peek().is_none() {
        return Err(Halt::LeftOut(format!(
            "one more failed login of {name} could lock the account out, and the accounts file has no \
             login that resets the count"
        )));
    }
    for helper in helpers {
        let case = requests::password(helper, Expect::Success, "password_logs_in");
        let response = match driver.send(&case)? {
            Outlasted::Response(response) | Outlasted::Provoked { response, .. } => response,
            Outlasted::NoResponse(error) => return Err(error.into()),
            Outlasted::NoVerdict(reason) => return Err(Halt::Unusable(reason)),
        };
        driver.learn(&case, &response)?;
        if response.status >= 500 {
            return Err(Halt::Unusable(format!(
                "the target responded with status {} to a correct login that was to reset the failure \
                 count of {name}",
                response.status
            )));
        }
        if response.is_success() {
            if let Some(session) = Session::begun_by(&case, &response) {
                steps::log_out(driver, &session)?;
            }
            return Ok(());
        }
    }
    Err(Halt::LockedOut(format!(
        "nobody yet, but one more failure of {name} could, and no login resets the count"
    )))
}

/// Resets the failure counts that are high. The next run counts from zero and the server does not, so the
/// failures of both runs together must not lock an account out.
fn reset_failures(driver: &mut Driver<'_, '_>) {
    let suite = driver.run.suite;
    for account in suite.plain_accounts() {
        if !lock(&suite.guard).has_many(&account.username) || driver.run.remaining() < 2 {
            continue;
        }
        let case = requests::password(account, Expect::Success, "password_logs_in");
        match driver.send(&case) {
            Ok(Outlasted::Response(response)) if driver.learn(&case, &response).is_ok() => {}
            _ => return,
        }
    }
}

/// Whether a server may have counted a login as a failure, given the status of a response without a
/// session. Wrong credentials may count with any status, even with 200, except where the method or the rate
/// is refused. A login whose name or password is malformed counts only if it is refused with 401 or 403.
fn may_count(case: &Case, status: u16) -> bool {
    let is_ill_formed = case.expect == Expect::RefusalNotCoercion && !gives_texts(case);
    let is_credentials =
        !is_ill_formed && case.account.is_some() && !matches!(status, 405 | 429 | 501);
    matches!(status, 401 | 403) || is_credentials
}

/// Whether a login is about an account of the file: its credentials are right, or it gives exactly the name.
fn is_about_account(case: &Case) -> bool {
    case.account.is_some() && case.expect == Expect::Success || gives_password_and_name(case)
}

/// Whether the name and the password of a login are texts.
fn gives_texts(case: &Case) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    ["user", "password"].iter().all(|member| body[member].is_string())
}

/// Whether a login holds a password and exactly the user name of its account.
fn gives_password_and_name(case: &Case) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return false };
    let user = body.get("user").and_then(Value::as_str);
    body.get("password").is_some() && user.is_some() && user == case.account.as_deref()
}
