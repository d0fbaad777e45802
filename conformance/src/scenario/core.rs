//! What the first requests can learn: one login, whether it is worth anything, and who is refused.

use serde_json::json;

use super::{Scenario, check_identity, enumeration, requests};
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
            "password_is_compared_whole",
            "token_authenticates",
            "resume_logs_in",
            "unknown_user_is_refused",
            "refusals_look_alike",
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
    let case = requests::me(&session, Expect::Success, "token_authenticates");
    if let Some(answer) = driver.step(&case)? {
        check_identity(driver, account, &case, &answer);
    }

    // One wrong password for many faults: whoever trims, cuts at 72 bytes or at eight, compares a
    // beginning, or compares nothing, takes it for the right one. The neighbours tell which it was.
    let Some(longest) = driver.run.plain_accounts().max_by_key(|a| a.password.len()) else {
        return Ok(());
    };
    let near = format!("{} ", longest.password);
    driver.run.secrets.learn("password", &near);
    let rule = "password_is_compared_whole";
    let known =
        requests::other_password(longest, "the password with a space after it", &near, rule);
    let known_answer = driver.step_and_out(&known)?;

    let user = driver.run.options.nobody("core");
    let body = json!({"user": user, "password": near});
    let expect = Expect::Unauthorized;
    let nobody =
        requests::login("a user who does not exist", &body, expect, "unknown_user_is_refused");
    let nobody_answer = driver.step_and_out(&nobody)?;
    if let (Some(known_answer), Some(answer)) = (&known_answer, &nobody_answer) {
        let known = (&known, known_answer, longest.username.as_str());
        enumeration::compare(driver, (answer, &user), known);
    }
    resume(driver, account, &session)?;
    Ok(())
}

/// Logs in; where the accounts file is what is wrong, that is an error and no failure.
fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let (findings, answer) = driver.judged(&case)?;
    driver.run.asked("password_logs_in");
    let succeeded = answer.as_ref().is_some_and(crate::exchange::Answer::is_success);
    if !succeeded && let Some(answer) = &answer {
        // One account's refusal may be a fault of the target; refusals of all mean a wrong file.
        let mut accepted = false;
        for other in driver.run.plain_accounts().skip(1) {
            let case = requests::password(other, Expect::Anything, "password_logs_in");
            let answer = driver.step_and_out(&case)?;
            if answer.is_some_and(|answer| answer.is_success()) {
                accepted = true;
                break;
            }
        }
        if !accepted && answer.status < 500 {
            return Err(Halt::Unusable(format!(
                "the target refuses every account of the accounts file, `{}` first (status {}): are names \
                 and passwords right?",
                account.username, answer.status
            )));
        }
    }
    for finding in findings {
        driver.run.report(finding, &case, answer.as_ref());
    }
    driver.stop_at_failure()?;
    let Some(answer) = answer.filter(|_| succeeded) else { return Ok(None) };
    check_identity(driver, account, &case, &answer);
    let begun = session(&case, &answer);
    if let Some(begun) = &begun {
        driver.run.lent.put(account, begun.clone());
    }
    Ok(begun)
}

/// Resumes the lent session; where the target gives a new token, the session goes on with it.
pub(super) fn resume(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    old: &Session,
) -> Step<Session> {
    let case = requests::resume(old, Expect::Success, "resume_logs_in");
    let Some(answer) = driver.step(&case)? else { return Ok(old.clone()) };
    check_identity(driver, account, &case, &answer);
    let current = session(&case, &answer).unwrap_or_else(|| old.clone());
    driver.run.lent.put(account, current.clone());
    Ok(current)
}

/// A token after its logout: neither `resume` nor header.
pub(super) fn after_logout(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    ended_for_resume(driver, session)?;
    let rule = "logout_ends_the_token";
    let case = requests::me(session, Expect::Unauthorized, rule);
    driver.step(&Case { title: "the account of a token after its logout".to_owned(), ..case })?;
    Ok(())
}

/// A token after its logout does not resume.
pub(super) fn ended_for_resume(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let case = requests::resume(session, Expect::Unauthorized, "logout_ends_the_token");
    driver
        .step_and_out(&Case { title: "resume with a token after its logout".to_owned(), ..case })?;
    Ok(())
}
