//! The second factor: it is required, and a code is compared whole, works once, expires, and is checked
//! last.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Scenario,
    code_guesses::MAX_GUESSES,
    totp_codes::{NEXT_CODE, await_safe_moment, code, now, other_code, seconds, zeros},
};
use crate::login::{
    Driver, Session,
    accounts::Account,
    attempts::may_fail,
    identity::check_identity,
    lock, requests,
    space::Way,
    steps::{log_out, step_and_log_out},
    totp,
};
use specfirst_engine::{
    check::{finding::Finding, noise::Features},
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

const TOLD: &str = "missing_code_is_told";

/// The scenarios of the second factor.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "factor-required",
            rules: &["code_is_required", "second_factor_comes_last", TOLD],
            production: true,
            run: required,
        },
        Scenario {
            name: "factor-ways",
            rules: &["code_is_required", "inactive_account_is_refused"],
            production: true,
            run: other_ways,
        },
        Scenario {
            name: "two-factor",
            rules: &[
                "code_logs_in",
                "wrong_code_is_refused",
                "old_code_is_refused",
                "code_works_once",
            ],
            production: true,
            run,
        },
        Scenario {
            name: "two-factor-late",
            rules: &["old_code_is_refused", "wrong_code_is_refused"],
            production: true,
            run: late,
        },
    ]
}

/// The account with a second factor. If there is none, these rules are reported as not run.
fn account_with_factor<'a>(
    driver: &Driver<'_, 'a>,
    rules: &'static [&'static str],
) -> Option<&'a Account> {
    let accounts = driver.run.suite.accounts.iter();
    let with_factor = accounts.filter(|account| account.totp_secret.is_some() && account.active);
    // The guesses need the codes of a sacrificial account.
    let found = with_factor.min_by_key(|account| account.sacrificial);
    if found.is_none() {
        for rule in rules {
            driver.run.not_run(rule, "an account with `totp_secret`");
        }
    }
    found
}

/// Checks that the right password alone does not log in, and that a wrong password does not learn of
/// the code.
fn required(driver: &mut Driver<'_, '_>) -> Step<()> {
    const RULES: &[&str] = &["code_is_required", "second_factor_comes_last", TOLD];
    let Some(account) = account_with_factor(driver, RULES) else { return Ok(()) };
    let case = requests::password(account, Expect::Unauthorized, "code_is_required");
    let title = "the right password without the code".to_owned();
    let required = step_and_log_out(driver, &Case { title, ..case })?;
    hidden_without_password(driver, account, required.as_ref())
}

/// Checks that no way to log in lets an account in that must not log in by the documented one: without its
/// code, or although it is inactive.
fn other_ways(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts = driver.run.suite.accounts.clone();
    let with_factor = accounts.iter().filter(|a| a.active && a.totp_secret.is_some());
    let with_factor = with_factor.max_by_key(|account| account.sacrificial);
    let inactive = accounts.iter().find(|a| !a.active);
    for (account, title, rule) in [
        (with_factor, "the right password without the code", "code_is_required"),
        (inactive, "an inactive account's right password", "inactive_account_is_refused"),
    ] {
        let Some(account) = account else { continue };
        // No login resets the count of an inactive account, and its refusals are compared later.
        let most = match (account.sacrificial, account.active) {
            (true, _) => usize::MAX,
            (false, true) => MAX_GUESSES,
            (false, false) => 1,
        };
        let mut requests = Vec::new();
        for way in Way::ALL {
            let Some(name) = way.name_of(account) else { continue };
            if way != Way::DOCUMENTED && requests.len() < most && way.is_open(driver)? {
                requests.push((way.to_string(), way.request(name, &account.password)));
            }
        }
        if requests.len() < most {
            let name = account.username.to_uppercase();
            let request = Way::DOCUMENTED.request(&name, &account.password);
            requests.push(("by user name in uppercase".to_owned(), request));
        }
        for (way, request) in requests {
            if !may_fail(driver, account)? {
                break;
            }
            let case = Case::new("login", format!("{title}, {way}"), request, Expect::Refusal);
            step_and_log_out(driver, &case.rule(rule).of(&account.username))?;
        }
    }
    Ok(())
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    const RULES: &[&str] =
        &["code_logs_in", "wrong_code_is_refused", "old_code_is_refused", "code_works_once"];
    let Some(account) = account_with_factor(driver, RULES) else { return Ok(()) };
    await_safe_moment(driver)?;
    let step = now(driver);
    let refused = |driver: &mut Driver<'_, '_>, title: &str, code: &Value, rule: &'static str| {
        let case = requests::with_code(account, title, code, Expect::Unauthorized, rule);
        step_and_log_out(driver, &case)
    };
    // Each failure counts for the lockout, and only a fresh code resets the count. Together with
    // `required` there are at most three failures before the fresh code.
    let wrong = zeros(driver, account, step);
    refused(driver, "six zeros", &json!(wrong), "wrong_code_is_refused")?;
    let right = code(driver, account, step);
    let case = requests::with_code(
        account,
        "the right password and the present code",
        &json!(right),
        Expect::Success,
        "code_logs_in",
    );
    // If the requests before were repeated, the guard against a lockout has logged in with the code.
    let is_used = driver.run.suite.has_reset_by_code(&account.username, step);
    let (right, response) = if is_used {
        driver.run.count_check("code_logs_in");
        (right, None)
    } else {
        enter(driver, account, right, case.clone())?
    };
    let entered = is_used || response.as_ref().is_some_and(Response::is_success);
    if let Some(response) = &response {
        check_identity(driver, account, &case, response);
    }
    if let Some(session) = response.as_ref().and_then(|response| Session::begun_by(&case, response))
    {
        let case = requests::resume(&session, Expect::Success, "resume_logs_in");
        let resumed = driver.step(&case)?;
        let session =
            resumed.and_then(|response| Session::begun_by(&case, &response)).unwrap_or(session);
        log_out(driver, &session)?;
    }
    if !entered {
        // The refusals below would prove nothing, and each would count as a failure.
        return Ok(());
    }
    refused(driver, "the code that has just logged in", &json!(right), "code_works_once")?;
    let old = code(driver, account, step.saturating_sub(4));
    refused(driver, "a code of two minutes ago", &json!(old), "old_code_is_refused")?;
    refused(driver, "an empty code", &json!(""), "wrong_code_is_refused")?;
    Ok(())
}

/// Logs in with the present code. On a remote server an earlier run may have used up this code. In that
/// case, waits for a code that is later than every code that the earlier run could have used.
fn enter(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    right: String,
    case: Case,
) -> Step<(String, Option<Response>)> {
    if driver.run.options.remote {
        let tried = driver.step(&Case { expect: Expect::Anything, ..case.clone() })?;
        if tried.as_ref().is_some_and(Response::is_success) {
            driver.run.count_check("code_logs_in");
            return Ok((right, tried));
        }
        if tried.as_ref().is_none_or(|response| response.status != 401) {
            return Ok((right, tried));
        }
        let fresh = (now(driver) + 2) * totp::STEP;
        driver.rest(Duration::from_secs(fresh - seconds(driver)), NEXT_CODE)?;
        let fresh = code(driver, account, now(driver));
        let title = "the right password and the present code";
        let case =
            requests::with_code(account, title, &json!(fresh), Expect::Success, "code_logs_in");
        let response = driver.step(&case)?;
        return Ok((fresh, response));
    }
    let response = driver.step(&case)?;
    Ok((right, response))
}

/// Checks that a wrong password does not learn whether the account has a second factor.
fn hidden_without_password(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    required: Option<&Response>,
) -> Step<()> {
    let rule = "second_factor_comes_last";
    let case = requests::other_password(account, "a wrong password, no code", "not-the-one", rule);
    let response = step_and_log_out(driver, &case)?;
    let said =
        response.as_ref().and_then(|response| response.string_at("/error")).unwrap_or_default();
    let named = required.and_then(|response| response.string_at("/error")).unwrap_or_default();
    let differs_from_plain_refusal = !named.eq_ignore_ascii_case("unauthorized");
    if !named.is_empty() && said == named && differs_from_plain_refusal {
        let finding = Finding::new(
            rule,
            "/error",
            "the refusal of a wrong password reveals a second factor",
            "the refusal of a wrong password for any account",
            said,
        );
        driver.run.report(finding, &case, response.as_ref());
    }
    let (Some(required), Some(response)) = (required, response) else { return Ok(()) };
    driver.run.count_check(TOLD);
    let of = |response| Features::of(response, &[&account.username]);
    if !required.is_success() && of(required).looks_like(&of(&response)) {
        let finding = Finding::new(
            TOLD,
            "/error",
            "the refusal of a right password without its code looks like that of a wrong password",
            "a refusal that asks for the code",
            required.string_at("/error").unwrap_or_default(),
        );
        let case = requests::password(account, Expect::Unauthorized, TOLD);
        driver.run.report(finding, &case, Some(required));
    }
    Ok(())
}

/// Further refusals, after a second fresh code has reset the count of failures.
fn late(driver: &mut Driver<'_, '_>) -> Step<()> {
    const RULES: &[&str] = &["old_code_is_refused", "wrong_code_is_refused"];
    let Some(account) = account_with_factor(driver, RULES) else { return Ok(()) };
    if driver.run.suite.user_id(&account.username).is_none() {
        // The account has never logged in. The refusals below would prove nothing, and each would count
        // as a failure.
        return Ok(());
    }
    let step = now(driver) + 1;
    let next = code(driver, account, step);
    // A server need not accept the code of the next step. If it does, it resets its count of failures.
    let title = "the right password and the code of the next step";
    let case = requests::with_code(account, title, &json!(next), Expect::Anything, "code_logs_in");
    let reset = race(driver, account, &case, "code_works_once")?.is_some();
    if !reset {
        return Ok(());
    }
    for (title, wrong, rule) in [
        ("a code of two minutes to come", code(driver, account, step + 4), "old_code_is_refused"),
        ("a code of five digits", next.chars().take(5).collect(), "wrong_code_is_refused"),
        ("another code of six digits", other_code(driver, account, step), "wrong_code_is_refused"),
    ] {
        driver.run.environment.secrets.learn("code", &wrong);
        let case = requests::with_code(account, title, &json!(wrong), Expect::Unauthorized, rule);
        step_and_log_out(driver, &case)?;
    }
    Ok(())
}

/// Sends a code several times at once. At most one request may log in. Returns the response of that one.
pub(super) fn race(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    case: &Case,
    rule: &'static str,
) -> Step<Option<Response>> {
    // Requests at once do not pass the guard against a lockout, and all but one fail.
    let at_once = if account.sacrificial { 4 } else { 2 };
    if !driver.run.options.allow_unsafe
        || driver.run.is_limited()
        || driver.run.suite.failures_left(&account.username) == 0
    {
        let response = driver.step(case)?;
        let session = response.as_ref().and_then(|response| Session::begun_by(case, response));
        if let Some(session) = session {
            look_and_log_out(driver, account, &session)?;
        }
        return Ok(response);
    }
    driver.run.suite.note_code(driver.run.environment, case);
    let responses = driver.step_all(&vec![case.clone(); at_once])?;
    driver.run.count_check(rule);
    let mut sessions = Vec::new();
    for response in responses.iter().flatten() {
        sessions.extend(Session::begun_by(case, response));
    }
    let refused = u32::try_from(responses.len() - sessions.len()).unwrap_or(u32::MAX);
    lock(&driver.run.suite.guard).count_at_least(&account.username, refused);
    if sessions.len() > 1 {
        let finding = Finding::new(
            rule,
            "/code",
            format!("{}, sent several times at once, logs in {} times", case.title, sessions.len()),
            "one login",
            sessions.len().to_string(),
        );
        driver.run.report(finding, case, responses.iter().flatten().next());
    }
    for session in &sessions {
        look_and_log_out(driver, account, session)?;
    }
    Ok(responses.into_iter().flatten().find(Response::is_success))
}

/// Asks for the account of a session, whose profile may hold the secret of the second factor, and ends it.
fn look_and_log_out(driver: &mut Driver<'_, '_>, account: &Account, session: &Session) -> Step<()> {
    let case = requests::me(session, Expect::Success, "token_authenticates");
    if let Some(response) = driver.step(&case)? {
        check_identity(driver, account, &case, &response);
    }
    log_out(driver, session)
}
