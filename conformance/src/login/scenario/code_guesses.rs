//! Codes that are almost right: of another time, of another type, changed, or used.

use serde_json::{Value, json};

use super::{
    Scenario,
    totp_codes::{code, next_code, now},
};
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

/// The scenario of codes that are almost right.
pub(super) fn scenario() -> Scenario {
    Scenario {
        name: "codes",
        rules: &["wrong_code_is_refused", "old_code_is_refused", "code_works_once"],
        production: true,
        run,
    }
}

/// How many guesses of one kind an account gets that must not be locked out. It has few fresh codes.
pub(super) const MAX_GUESSES: usize = 2;

/// Sends codes that are almost right, as text and as other values. The guard against a lockout logs in with
/// a fresh code in between, as long as there is one.
fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver
        .run
        .suite
        .accounts
        .iter()
        .filter(|a| a.active && a.totp_secret.is_some())
        .cloned()
        .collect();
    let Some(account) = accounts.iter().max_by_key(|account| account.sacrificial) else {
        return Ok(());
    };
    let other = accounts.iter().find(|other| other.username != account.username);
    let step = now(driver);
    // Not the present code, which must stay fresh for a login.
    let right = code(driver, account, step + 1);
    let wrong = "wrong_code_is_refused";
    // Not as a number: one client in use types its code so, and a server may take it.
    let mut guesses: Vec<(&str, Value, &'static str)> = vec![
        ("a code of two steps ago", json!(code(driver, account, step - 2)), "old_code_is_refused"),
        ("no code but a list with the right one", json!([right]), "ill_typed_member_is_refused"),
        ("an operator object as code", json!({"$ne": null}), "ill_typed_member_is_refused"),
        ("a code of the first step of all", json!(code(driver, account, 0)), wrong),
        ("null as code", Value::Null, wrong),
        (
            "a code of three steps ago",
            json!(code(driver, account, step - 3)),
            "old_code_is_refused",
        ),
        ("`true` as code", json!(true), "ill_typed_member_is_refused"),
        ("eight zeros", json!("00000000"), wrong),
        (
            "a list of a wrong and the right code",
            json!(["000000", right]),
            "ill_typed_member_is_refused",
        ),
        (
            "a code of ten minutes ago",
            json!(code(driver, account, step - 20)),
            "old_code_is_refused",
        ),
        (
            "a code of an hour to come",
            json!(code(driver, account, step + 120)),
            "old_code_is_refused",
        ),
    ];
    if let Some(other) = other {
        let foreign = code(driver, other, step);
        guesses.insert(1, ("the code of another account", json!(foreign), wrong));
    }
    let most = if account.sacrificial { usize::MAX } else { MAX_GUESSES };
    for (title, guess, rule) in guesses.into_iter().take(most) {
        if !may_fail(driver, account)? {
            break;
        }
        if let Some(text) = guess.as_str() {
            driver.run.environment.secrets.learn("code", text);
        }
        let case = requests::with_code(account, title, &guess, Expect::Refusal, rule);
        step_and_log_out(driver, &case)?;
    }
    if account.sacrificial {
        guess_code(driver, account, &right, "a code", "codes")?;
    }
    replays(driver, account)
}

/// Sends a code that has logged in once more, in other ways.
fn replays(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    if !account.sacrificial {
        return Ok(());
    }
    let Some(right) = next_code(driver, account) else { return Ok(()) };
    let title = "the right password and a fresh code";
    let case = requests::with_code(account, title, &json!(right), Expect::Anything, "code_logs_in");
    if !succeeds(driver, &case)? {
        return Ok(());
    }
    let rule = "code_works_once";
    let user = account.email.as_deref().unwrap_or(&account.username);
    let by =
        |user: &str, code: &str| json!({"user": user, "password": account.password, "code": code});
    let cases = [
        ("a used code, with the e-mail address", by(user, &right)),
        ("a used code with a space", by(&account.username, &format!("{right} "))),
        (
            "a used code, with the name in the other case",
            by(&account.username.to_uppercase(), &right),
        ),
    ];
    for (title, body) in cases {
        if !may_fail(driver, account)? {
            break;
        }
        let case = requests::login(title, &body, Expect::Refusal, rule).of(&account.username);
        step_and_log_out(driver, &case)?;
    }
    let request = requests::in_form(&by(&account.username, &right));
    let case = Case::new("login", "a used code as a form", request, Expect::Refusal);
    if may_fail(driver, account)? {
        step_and_log_out(driver, &case.rule(rule).of(&account.username))?;
    }
    Ok(())
}
