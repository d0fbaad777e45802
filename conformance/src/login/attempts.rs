//! Failed logins: which responses count as one, and the logins in between that keep an account and the
//! address below their lockout.

use serde_json::{Value, json};

use super::{
    Driver, Login, Session,
    accounts::Account,
    guard::{ACCOUNT_LIMIT, ADDRESS_LIMIT},
    lock,
    observed::present_step,
    requests::{self, body_of},
    steps,
};
use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::{Halt, Outlasted, Step, WaitReason, environment::Environment},
};

/// The rule about accounts that are locked out too soon.
const EARLY: &str = "lockout_takes_some_failures";

impl Login {
    /// Whether a login holds the password of its account.
    pub(super) fn gives_right_password(&self, case: &Case) -> bool {
        let body = body_of(&case.request);
        self.account_of(case).is_some_and(|account| body["password"] == account.password.as_str())
    }

    /// Whether a login gives a name of its account, in whatever member. A server may ignore the case of names.
    pub(super) fn names_account(&self, case: &Case) -> bool {
        let body = body_of(&case.request);
        let members = ["/user", "/username", "/email", "/user/username", "/user/email"];
        let mut given = members.iter().filter_map(|member| body.pointer(member)?.as_str());
        self.account_of(case).is_some_and(|account| {
            given.any(|name| {
                let is = |own: &str| own.to_lowercase() == name.to_lowercase();
                is(&account.username) || account.email.as_deref().is_some_and(is)
            })
        })
    }

    /// The account of the file that a case is about.
    fn account_of(&self, case: &Case) -> Option<&Account> {
        self.accounts.iter().find(|account| Some(&account.username) == case.account.as_ref())
    }

    /// Reports an account that is locked out after few failures.
    pub(super) fn judge_lockout(
        &self,
        case: &Case,
        response: &Response,
        judgement: &mut Judgement,
    ) {
        let Some(name) = case.account.as_deref().filter(|_| case.operation == "login") else {
            return;
        };
        judgement.check(EARLY);
        let is_locked = matches!(locked_out(case, response), Some(LockedOut::Account(_)));
        if is_locked && lock(&self.guard).has_few(name) {
            judgement.findings.push(Finding::new(
                EARLY,
                "/",
                format!(
                    "the account `{name}` is locked out after at most {ACCOUNT_LIMIT} failed logins in a row"
                ),
                "a lockout after more failures",
                response.text(),
            ));
        }
    }

    /// Reports a refusal that asks for a code although the password is wrong: it says that the account has a
    /// second factor, or even that the text is taken for the password.
    pub(super) fn judge_second_factor(
        &self,
        case: &Case,
        response: &Response,
        judgement: &mut Judgement,
    ) {
        const RULE: &str = "second_factor_comes_last";
        let account = self.account_of(case).filter(|account| account.totp_secret.is_some());
        let is_wrong = matches!(case.expect, Expect::Unauthorized | Expect::Refusal);
        let Some(account) = account.filter(|_| is_wrong && case.operation == "login") else {
            return;
        };
        // Only a text, because another way to log in may carry the right password otherwise.
        let body = body_of(&case.request);
        if body["password"].as_str().is_none_or(|password| password == account.password) {
            return;
        }
        judgement.check(RULE);
        let error = response.string_at("/error").unwrap_or_default();
        if error.to_lowercase().contains("totp") {
            judgement.findings.push(Finding::new(
                RULE,
                "/error",
                format!("{}: the refusal asks for a code", case.title),
                "the refusal of a wrong password for any account",
                error,
            ));
        }
    }

    /// Counts the response to a login as a server would.
    pub(super) fn count_login(
        &self,
        environment: &Environment<'_>,
        case: &Case,
        response: &Response,
    ) {
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

/// Whom a refusal says is locked out.
pub(super) enum LockedOut<'c> {
    /// The account of the case.
    Account(&'c str),
    /// The address of the suite.
    Address,
}

/// Whether a response says that logins of somebody are blocked for some time.
pub(super) fn says_blocked(response: &Response) -> bool {
    response.string_at("/error").is_some_and(|error| error.contains("login-blocked"))
}

/// Whom the response to a login says is locked out. A server may also lock a name that nobody has, such as
/// `*`, which says nothing.
pub(super) fn locked_out<'c>(case: &'c Case, response: &Response) -> Option<LockedOut<'c>> {
    let error = response.string_at("/error").filter(|_| says_blocked(response))?;
    if error.ends_with("ip") {
        return Some(LockedOut::Address);
    }
    case.account.as_deref().filter(|_| is_about_account(case)).map(LockedOut::Account)
}

/// Whether a case is a login that should fail. Right credentials reset the count themselves.
pub(super) fn is_attempt(case: &Case) -> bool {
    case.operation == "login" && case.expect != Expect::Success
}

/// Waits if one more failure could lock this address out. A run without a rate ends instead, because it
/// still has thousands of requests to send.
pub(super) fn wait_for_address(driver: &Driver<'_, '_>) -> Step<()> {
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
    let Some(step) = suite.next_code_step(name, present_step(driver.run.environment)) else {
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
pub(super) fn reset_address(driver: &mut Driver<'_, '_>) -> Step<()> {
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
pub(super) fn reset_count(driver: &mut Driver<'_, '_>, name: &str) -> Step<()> {
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
        let failures = lock(&suite.guard).failures(name);
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
        let finding = Finding::new(
            EARLY,
            "/",
            format!(
                "the right password of `{name}` is refused after {failures} failed logins in a row"
            ),
            "a login",
            response.status.to_string(),
        );
        driver.run.report(finding, &case, Some(&response));
    }
    lock(&suite.guard).lock_out(name);
    driver.stop_at_failure()?;
    Err(Halt::LeftOut(format!("the target refuses the right password of {name}")))
}

/// Resets the failure counts that are high. The next run counts from zero and the server does not, so the
/// failures of both runs together must not lock an account out.
pub(super) fn reset_failures(driver: &mut Driver<'_, '_>) {
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
pub(super) fn may_count(case: &Case, status: u16) -> bool {
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
    let body = body_of(&case.request);
    ["user", "password"].iter().all(|member| body[member].is_string())
}

/// Whether a login holds a password and exactly the user name of its account.
fn gives_password_and_name(case: &Case) -> bool {
    let body = body_of(&case.request);
    let user = body.get("user").and_then(Value::as_str);
    body.get("password").is_some() && user.is_some() && user == case.account.as_deref()
}
