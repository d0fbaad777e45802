//! Backup codes: each logs in once, together with the password, and nothing near it does.
//!
//! A run uses some codes of a sacrificial account, from the end of its list. It also sends one code of another
//! account, which uses it up only if the target is wrong.

use serde_json::json;

use super::{Scenario, totp_codes::next_code, two_factor::race};
use crate::login::{
    Driver,
    accounts::Account,
    attempts::may_fail,
    requests,
    space::guess_code,
    steps::{step_and_log_out, succeeds},
};
use specfirst_engine::{
    http::case::{Case, Expect},
    runner::Step,
};

const RULE: &str = "backup_code_works_once";
/// How many codes of a fresh list the scenario uses.
pub(super) const USED: usize = 3;

/// The scenario of backup codes.
pub(super) fn scenario() -> Scenario {
    Scenario {
        name: "backup-codes",
        rules: &[RULE, "wrong_code_is_refused"],
        production: true,
        run,
    }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let mut accounts = driver.run.suite.accounts.iter();
    let has_codes = |a: &&Account| a.active && a.sacrificial && !a.backup_codes.is_empty();
    let Some(account) = accounts.find(has_codes) else {
        driver.run.not_run(RULE, "an account with `backup_codes` and `sacrificial = true`");
        return Ok(());
    };
    let mut codes = account.backup_codes.iter().rev();
    let mut used = None;
    // An earlier run has used some of them up.
    for code in codes.by_ref() {
        if !may_fail(driver, account)? {
            break;
        }
        let title = "the right password and a backup code";
        let case = with_code(account, title, code, Expect::Anything);
        if succeeds(driver, &case)? {
            used = Some(code);
            break;
        }
    }
    let Some(used) = used else {
        driver.run.not_run(RULE, "a backup code that was not used yet");
        return Ok(());
    };
    let Some(next) = codes.next() else { return replays(driver, account, used) };
    without_password(driver, account, next)?;
    // The account has few failures here, so a server that locks accounts out lets it in.
    let title =
        "the right password and another backup code, which came with a wrong password before";
    step_and_log_out(driver, &with_code(account, title, next, Expect::Success))?;
    replays(driver, account, used)?;
    in_header(driver, account, used)?;
    of_another(driver, account)?;
    after_totp(driver, account, used)?;
    let Some(fresh) = codes.next() else { return Ok(()) };
    guess_code(driver, account, fresh, "a backup code", "backup codes")?;
    race(driver, account, &with_code(account, "a backup code", fresh, Expect::Anything), RULE)?;
    Ok(())
}

fn with_code(account: &Account, title: &str, code: &str, expect: Expect) -> Case {
    requests::with_code(account, title, &json!(code), expect, RULE)
}

/// Sends a backup code with a wrong password, and as the password. Neither uses it up.
fn without_password(driver: &mut Driver<'_, '_>, account: &Account, code: &str) -> Step<()> {
    let user = &account.username;
    for (title, body) in [
        (
            "a wrong password and a backup code",
            json!({"user": user, "password": "not-the-password", "code": code}),
        ),
        ("a backup code as password", json!({"user": user, "password": code})),
    ] {
        if may_fail(driver, account)? {
            let rule = "wrong_password_is_refused";
            let case = requests::login(title, &body, Expect::Unauthorized, rule);
            step_and_log_out(driver, &case.of(user))?;
        }
    }
    Ok(())
}

/// Sends a backup code of another account.
fn of_another(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let mut others = driver.run.suite.accounts.iter();
    let other = others.find(|other| {
        other.username != account.username
            && other.backup_codes.iter().any(|code| !account.backup_codes.contains(code))
    });
    let Some(code) = other.and_then(|other| other.backup_codes.first()) else { return Ok(()) };
    if may_fail(driver, account)? {
        let title = "the right password and a backup code of another account";
        step_and_log_out(driver, &with_code(account, title, code, Expect::Refusal))?;
    }
    Ok(())
}

/// Sends a backup code that has logged in, after a login with a TOTP code.
fn after_totp(driver: &mut Driver<'_, '_>, account: &Account, used: &str) -> Step<()> {
    let Some(code) = next_code(driver, account) else { return Ok(()) };
    let title = "the right password and a TOTP code";
    if succeeds(driver, &with_code(account, title, &code, Expect::Anything))? {
        let title = "a used backup code after a login with a TOTP code";
        step_and_log_out(driver, &with_code(account, title, used, Expect::Refusal))?;
    }
    Ok(())
}

/// Sends a backup code that has logged in once more: in the same way, and in others.
fn replays(driver: &mut Driver<'_, '_>, account: &Account, used: &str) -> Step<()> {
    let by = |user: &str| json!({"user": user, "password": account.password, "code": used});
    let by_name = by(&account.username);
    let mut replays = vec![
        ("a used backup code", requests::in_json(&by_name)),
        ("a used backup code as a form", requests::in_form(&by_name)),
    ];
    if let Some(email) = &account.email {
        replays.push(("a used backup code with the e-mail address", requests::in_json(&by(email))));
    }
    for (title, request) in replays {
        if !may_fail(driver, account)? {
            break;
        }
        let case = Case::new("login", title, request, Expect::Refusal).rule(RULE);
        step_and_log_out(driver, &case.of(&account.username))?;
    }
    Ok(())
}

/// Sends a backup code that has logged in in a header, which real servers read.
fn in_header(driver: &mut Driver<'_, '_>, account: &Account, used: &str) -> Step<()> {
    if !may_fail(driver, account)? {
        return Ok(());
    }
    // If no code is needed, that is one finding and not one for each code.
    let without = requests::password(account, Expect::Anything, "code_is_required");
    if succeeds(driver, &without)? || !may_fail(driver, account)? {
        return Ok(());
    }
    let request = without.request.header("x-2fa-code", used).header("x-2fa-method", "totp");
    let case = Case::new("login", "a used backup code in a header", request, Expect::Refusal);
    step_and_log_out(driver, &case.rule(RULE).of(&account.username))?;
    Ok(())
}
