//! Accounts of a directory: they log in as any other, with a second factor as any other.

use serde_json::json;

use super::{Scenario, check_identity, requests, two_factor};
use crate::{
    accounts::Account,
    case::{Case, Expect},
    driver::{Driver, Step, session},
    exchange::Answer,
    failure::Finding,
};

const RULE: &str = "ldap_changes_nothing";

/// The scenario of a directory's accounts.
pub fn scenarios() -> Vec<Scenario> {
    vec![Scenario { name: "directory", rules: &[RULE], production: true, run }]
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts = &driver.run.options.accounts;
    let of_directory = |a: &&Account| a.directory && a.active;
    let plain = accounts.iter().filter(of_directory).find(|a| a.totp_secret.is_none());
    let with_factor = accounts.iter().filter(of_directory).find(|a| a.totp_secret.is_some());
    if plain.is_none() && with_factor.is_none() {
        driver.run.not_run(RULE, "an account with `directory = true`");
    }
    if let Some(account) = plain {
        same_way(driver, account)?;
    }
    if let Some(account) = with_factor {
        same_factor(driver, account)?;
    }
    Ok(())
}

/// "You must maintain the login in the same way as you normally do."
fn same_way(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    // A bind with an empty password succeeds as nobody (RFC 4513, section 5.1.2): a server that
    // passes one on takes that success for a login.
    let case = requests::other_password(account, "an empty password", "", RULE);
    driver.step_and_out(&titled(case, "an empty password of a directory's account"))?;
    let case = requests::password(account, Expect::Success, RULE);
    let case = titled(case, "the right password of a directory's account");
    if let Some(answer) = driver.step(&case)? {
        check_identity(driver, account, &case, &answer);
        if let Some(begun) = session(&case, &answer) {
            let case = requests::me(&begun, Expect::Success, RULE);
            if let Some(answer) =
                driver.step(&titled(case.clone(), "the account of a directory's token"))?
            {
                check_identity(driver, account, &case, &answer);
            }
            driver.logout(&begun)?;
        }
    }
    let wrong = "Wr0ng-but-plausible";
    let case = requests::other_password(account, "a wrong password", wrong, RULE);
    let case = titled(case, "a wrong password of a directory's account");
    let answer = driver.step_and_out(&case)?;
    let body = json!({"user": driver.run.options.nobody("directory"), "password": wrong});
    let title = "a user who does not exist";
    let nobody = requests::login(title, &body, Expect::Unauthorized, "unknown_user_is_refused");
    let reference = driver.step_and_out(&nobody)?;
    alike(driver, &case, answer.as_ref(), reference.as_ref(), "an unknown user");
    Ok(())
}

/// "Similarly, if 2FA is enabled for an LDAP user, everything stays the same."
fn same_factor(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let case = requests::password(account, Expect::Unauthorized, RULE);
    let title = "the right password of a directory's account without the code";
    driver.step_and_out(&titled(case, title))?;
    let code = two_factor::present_code(driver, account)?;
    let title = "the right password of a directory's account and the present code";
    let case = requests::with_code(account, title, &json!(code), Expect::Success, RULE);
    if let Some(answer) = driver.step(&case)? {
        check_identity(driver, account, &case, &answer);
        if let Some(begun) = session(&case, &answer) {
            // A code works once: the model's sequences need a session that began with one.
            driver.run.lent.put(account, begun);
        }
    }
    Ok(())
}

/// Reports where a directory's account is refused otherwise than another: then it shows where its
/// password is kept.
fn alike(
    driver: &Driver<'_, '_>,
    case: &Case,
    answer: Option<&Answer>,
    reference: Option<&Answer>,
    whose: &str,
) {
    let (Some(answer), Some(reference)) = (answer, reference) else { return };
    let said = |answer: &Answer| (answer.status, answer.string_at("/error"));
    if answer.is_success() || reference.is_success() || said(answer) == said(reference) {
        return;
    }
    let shown = |answer: &Answer| format!("{} {}", answer.status, answer.text());
    let finding = Finding::new(
        RULE,
        "/error",
        format!("{}: not refused as {whose} is", case.title),
        shown(reference),
        shown(answer),
    );
    driver.run.report(finding, case, Some(answer));
}

fn titled(case: Case, title: &str) -> Case {
    Case { title: title.to_owned(), ..case }
}
