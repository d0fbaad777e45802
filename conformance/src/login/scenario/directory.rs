//! Checks that accounts of a directory log in like any other account, with and without a second factor.

use serde_json::json;

use super::{Scenario, enumeration::reference, totp_codes};
use crate::login::{
    Driver, Session, accounts::Account, identity::check_identity, requests, steps::step_and_log_out,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

const RULE: &str = "ldap_changes_nothing";

/// The scenarios of accounts of a directory.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "directory", rules: &[RULE], production: true, run: telling },
        Scenario {
            name: "directory-session",
            rules: &[RULE],
            production: true,
            run: directory_session,
        },
    ]
}

/// The active accounts of a directory: one without and one with a second factor.
fn of_directory<'a>(driver: &Driver<'_, 'a>) -> (Option<&'a Account>, Option<&'a Account>) {
    let of_directory = |a: &&Account| a.directory && a.active;
    let accounts = || driver.run.suite.accounts.iter().filter(of_directory);
    (accounts().find(|a| a.totp_secret.is_none()), accounts().find(|a| a.totp_secret.is_some()))
}

/// Checks that the right passwords log in, and that an empty password or a missing code does not.
fn telling(driver: &mut Driver<'_, '_>) -> Step<()> {
    let (plain, with_factor) = of_directory(driver);
    if plain.is_none() && with_factor.is_none() {
        driver.run.not_run(RULE, "an account with `directory = true`");
    }
    if let Some(account) = plain {
        // A bind with an empty password succeeds anonymously (RFC 4513, section 5.1.2). A server that
        // passes the empty password on takes that success for a login.
        let case = requests::other_password(account, "an empty password", "", RULE);
        let case = titled(case, "an empty password of a directory's account");
        let response = step_and_log_out(driver, &case)?;
        // A server that reports a missing member instead of 401 does so for every account.
        let refused = response.filter(|response| response.status == 401);
        alike(driver, &case, refused.as_ref())?;
        let case = requests::password(account, Expect::Success, RULE);
        let case = titled(case, "the right password of a directory's account");
        if let Some(response) = driver.step(&case)? {
            check_identity(driver, account, &case, &response);
            if let Some(begun) = Session::begun_by(&case, &response) {
                driver.run.suite.shared.put(account, begun);
            }
        }
    }
    if let Some(account) = with_factor {
        let case = requests::password(account, Expect::Unauthorized, RULE);
        let title = "the right password of a directory's account without the code";
        step_and_log_out(driver, &titled(case, title))?;
    }
    Ok(())
}

/// Checks the token, the refusal of a wrong password, and a login with a code.
fn directory_session(driver: &mut Driver<'_, '_>) -> Step<()> {
    let (plain, with_factor) = of_directory(driver);
    if let Some(account) = plain {
        if let Some(shared) = driver.run.suite.shared.get(account) {
            let case = requests::me(&shared, Expect::Success, RULE);
            let case = titled(case, "the account of a directory's token");
            if let Some(response) = driver.step(&case)? {
                check_identity(driver, account, &case, &response);
            }
        }
        let wrong = "Wr0ng-but-plausible";
        let case = requests::other_password(account, "a wrong password", wrong, RULE);
        let case = titled(case, "a wrong password of a directory's account");
        let response = step_and_log_out(driver, &case)?;
        alike(driver, &case, response.as_ref())?;
    }
    if let Some(account) = with_factor {
        same_factor(driver, account)?;
    }
    Ok(())
}

/// "Similarly, if 2FA is enabled for an LDAP user, everything stays the same."
fn same_factor(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let Some(code) = totp_codes::unused_code(driver, account)? else { return Ok(()) };
    let title = "the right password of a directory's account and the present code";
    let case = requests::with_code(account, title, &json!(code), Expect::Success, RULE);
    if let Some(response) = driver.step(&case)? {
        check_identity(driver, account, &case, &response);
        if let Some(begun) = Session::begun_by(&case, &response) {
            // A code works only once, and the scenario `model` needs a session that began with one.
            driver.run.suite.shared.put(account, begun);
        }
    }
    Ok(())
}

/// Reports a refusal of an account of a directory that differs from the refusal of an unknown user,
/// because the difference reveals where the password is kept.
fn alike(driver: &mut Driver<'_, '_>, case: &Case, response: Option<&Response>) -> Step<()> {
    let Some(response) = response else { return Ok(()) };
    let Some((reference, _)) = reference(driver)? else { return Ok(()) };
    let is_same = response.status == reference.status
        && response.string_at("/error") == reference.string_at("/error");
    if response.is_success() || is_same {
        return Ok(());
    }
    let shown = |response: &Response| format!("{} {}", response.status, response.text());
    let finding = Finding::new(
        RULE,
        "/error",
        format!("{}: the refusal differs from that of an unknown user", case.title),
        shown(&reference),
        shown(response),
    );
    driver.run.report(finding, case, Some(response));
    Ok(())
}

fn titled(case: Case, title: &str) -> Case {
    Case { title: title.to_owned(), ..case }
}
