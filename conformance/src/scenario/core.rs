//! The life of one session, and the refusals that matter most: what ten requests can learn.

use serde_json::json;

use super::{Scenario, check_identity, requests};
use crate::{
    accounts::Account,
    case::{Case, Expect},
    driver::{Driver, Halt, Step, session},
    guard::Session,
};

/// First in the plan.
pub fn scenario() -> Scenario {
    Scenario {
        name: "core",
        rules: &[
            "password_logs_in",
            "wrong_password_is_refused",
            "token_authenticates",
            "resume_logs_in",
            "logout_ends_the_token",
            "token_is_compared_whole",
            "unknown_user_is_refused",
        ],
        production: true,
        run,
    }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else {
        for rule in scenario().rules {
            driver.run.not_run(rule, "an account without `totp_secret`");
        }
        return Ok(());
    };
    let Some(session) = log_in(driver, account)? else { return Ok(()) };
    let wrong = format!("{}-wrong", mixed(&account.password));
    driver.run.secrets.learn("password", &wrong);
    let case =
        requests::other_password(account, "a wrong password", &wrong, "wrong_password_is_refused");
    driver.step_and_out(&case)?;

    let case = requests::me(&session, Expect::Success, "token_authenticates");
    if let Some(answer) = driver.step(&case)? {
        check_identity(driver, account, &case, &answer);
    }
    let forged = Session { token: "Z".repeat(session.token.len().max(20)), ..session.clone() };
    let case = requests::me(&forged, Expect::Unauthorized, "token_is_compared_whole");
    driver.step(&Case { title: "a made-up token with a real user id".to_owned(), ..case })?;

    let session = resume(driver, account, &session)?;
    let case = requests::logout(&session, Expect::Success).rule("token_authenticates");
    driver.step(&case)?;
    after_logout(driver, &session)?;

    let body = json!({"user": "nobody-has-this-name", "password": wrong});
    let expect = Expect::Unauthorized;
    driver.step_and_out(&requests::login(
        "a user who does not exist",
        &body,
        expect,
        "unknown_user_is_refused",
    ))?;
    Ok(())
}

/// Logs in; where the accounts file is what is wrong, that is an error and no failure.
fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let Some(answer) = driver.step(&case)? else { return Ok(None) };
    if answer.is_success() {
        check_identity(driver, account, &case, &answer);
        return Ok(session(&case, &answer));
    }
    // One account's refusal may be a fault of the target; refusals of all mean a wrong file.
    let mut others = driver.run.plain_accounts().skip(1);
    let accepted = others.any(|other| {
        let case = requests::password(other, Expect::Success, "password_logs_in");
        driver.step_and_out(&case).is_ok_and(|a| a.is_some_and(|a| a.is_success()))
    });
    if accepted || answer.status >= 500 {
        return Ok(None);
    }
    Err(Halt::Unusable(format!(
        "the target refuses every account of the accounts file, `{}` first (status {}): are names and \
         passwords right?",
        account.username, answer.status
    )))
}

/// Resumes; where the target gives a new token, the session goes on with it.
pub(super) fn resume(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    old: &Session,
) -> Step<Session> {
    let case = requests::resume(old, Expect::Success, "resume_logs_in");
    let Some(answer) = driver.step(&case)? else { return Ok(old.clone()) };
    check_identity(driver, account, &case, &answer);
    Ok(session(&case, &answer).unwrap_or_else(|| old.clone()))
}

/// A token after its logout: neither header nor `resume`.
pub(super) fn after_logout(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let rule = "logout_ends_the_token";
    let mut case = requests::resume(session, Expect::Unauthorized, rule);
    case.title = "resume with a token after its logout".to_owned();
    driver.step_and_out(&case)?;
    let mut case = requests::me(session, Expect::Unauthorized, rule);
    case.title = "the account of a token after its logout".to_owned();
    driver.step(&case)?;
    Ok(())
}

/// A text of the same alphabet that shares no beginning with the password.
pub(super) fn mixed(password: &str) -> String {
    format!("x{}", password.chars().rev().collect::<String>())
}
