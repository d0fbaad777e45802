//! The second factor: it is required, and a code is compared whole, works once, expires, and is checked
//! last.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::Scenario;
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    steps::{log_out, step_and_log_out},
    totp,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Broken, Case, Expect},
        response::Response,
    },
    runner::{Step, WaitReason},
};
use specfirst_model::Pointer;

/// The scenarios of the second factor.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "factor-required",
            rules: &["code_is_required", "second_factor_comes_last"],
            production: true,
            run: required,
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
    let mut accounts = driver.run.suite.accounts.iter();
    let found = accounts.find(|account| account.totp_secret.is_some() && account.active);
    if found.is_none() {
        for rule in rules {
            driver.run.not_run(rule, "an account with `totp_secret`");
        }
    }
    found
}

const NEXT_CODE: WaitReason = WaitReason::Suite("next code in");

fn seconds(driver: &Driver<'_, '_>) -> u64 {
    driver.run.environment.clock.wall().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

fn now(driver: &Driver<'_, '_>) -> u64 {
    totp::step(seconds(driver))
}

fn code(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let code = account.totp_secret.as_ref().map(|secret| secret.code(step)).unwrap_or_default();
    driver.run.environment.secrets.learn("code", &code);
    code
}

/// Waits until the present step does not end soon. Otherwise a server that accepts only the present code
/// could refuse it, which would be a false positive.
fn await_safe_moment(driver: &Driver<'_, '_>) -> Step<()> {
    while seconds(driver) % totp::STEP >= totp::STEP - 1 {
        driver.rest(Duration::from_millis(50), NEXT_CODE)?;
    }
    Ok(())
}

/// The present code of an account. Waits if the code is about to expire.
///
/// # Errors
///
/// [`specfirst_engine::runner::Halt::Interrupted`] if the run is interrupted while it waits.
pub(crate) fn present_code(driver: &Driver<'_, '_>, account: &Account) -> Step<String> {
    await_safe_moment(driver)?;
    Ok(code(driver, account, now(driver)))
}

/// Checks that the right password alone does not log in, and that a wrong password does not learn of
/// the code.
fn required(driver: &mut Driver<'_, '_>) -> Step<()> {
    const RULES: &[&str] = &["code_is_required", "second_factor_comes_last"];
    let Some(account) = account_with_factor(driver, RULES) else { return Ok(()) };
    let case = requests::password(account, Expect::Unauthorized, "code_is_required");
    let title = "the right password without the code".to_owned();
    let required = step_and_log_out(driver, &Case { title, ..case })?;
    hidden_without_password(driver, account, required.as_ref())
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
    // Each failure counts for the lock-out, and only a fresh code resets the count. Together with
    // `required` there are at most three failures before the fresh code.
    let wrong = zeros(driver, account, step);
    refused(driver, "six zeros", &json!(wrong), "wrong_code_is_refused")?;
    let right = code(driver, account, step);
    if coerced(driver, account, &right)? {
        // The login as a number, which should have been refused, has used up the code. So the rest
        // cannot be judged.
        return Ok(());
    }
    let case = requests::with_code(
        account,
        "the right password and the present code",
        &json!(right),
        Expect::Success,
        "code_logs_in",
    );
    let (right, response) = enter(driver, account, right, case.clone())?;
    let entered = response.as_ref().is_some_and(Response::is_success);
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
    let reveals_factor =
        said.to_lowercase().contains("totp") || (!named.is_empty() && said == named);
    let differs_from_plain_refusal = named != "Unauthorized" && named != "unauthorized";
    if reveals_factor && differs_from_plain_refusal {
        let finding = Finding::new(
            rule,
            "/error",
            "the refusal of a wrong password reveals a second factor",
            "the refusal of a wrong password for any account",
            said,
        );
        driver.run.report(finding, &case, response.as_ref());
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
    // Once more, because the first code may have had a leading zero, which a number loses.
    if coerced(driver, account, &next)? {
        return Ok(());
    }
    // A server need not accept the code of the next step. If it does, it resets its count of failures.
    let title = "the right password and the code of the next step";
    let case = requests::with_code(account, title, &json!(next), Expect::Anything, "code_logs_in");
    let reset = step_and_log_out(driver, &case)?.is_some_and(|response| response.is_success());
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

/// Whether the code logs in as a JSON number. If it does, that is reported.
///
/// The request is sent even if the code has leading zeros, which the number lacks. Whether it has depends
/// on the clock, and the requests of a run must depend on its seed alone.
fn coerced(driver: &mut Driver<'_, '_>, account: &Account, code: &str) -> Step<bool> {
    const SCHEMA: &str = "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema\
                          /properties/code/type";
    let Ok(number) = code.parse::<u64>() else { return Ok(false) };
    let title = "valid credentials, but `code` is the right number";
    let (expect, rule) = (Expect::RefusalNotCoercion, "ill_typed_member_is_refused");
    let case = requests::with_code(account, title, &json!(number), expect, rule);
    let broken = Broken {
        mutation: "wrong-type",
        instance: Pointer::root().child("code"),
        schema: Pointer::parse(SCHEMA).unwrap_or_default(),
    };
    let response = step_and_log_out(driver, &Case { broken: Some(broken), ..case })?;
    Ok(response.is_some_and(|response| response.is_success()))
}

/// Six zeros, or another code if six zeros are a right code now.
fn zeros(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let right: Vec<_> =
        (step.saturating_sub(3)..step + 3).map(|s| code(driver, account, s)).collect();
    if right.iter().any(|code| code == "000000") { "111111" } else { "000000" }.to_owned()
}

/// A code that is wrong in every step around the present one.
fn other_code(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let right: Vec<_> =
        (step.saturating_sub(3)..step + 3).map(|s| code(driver, account, s)).collect();
    (0..10)
        .map(|digit| format!("{digit}").repeat(3) + "274")
        .find(|code| !right.contains(code))
        .unwrap_or_default()
}
