//! Lockouts: what they must cover, what they must spare, and what they must not tell.
//!
//! Only with `--allow-unsafe`, on an account that the accounts file offers for it, and as the last scenario:
//! the account stays locked out for some minutes.

use serde_json::json;

use super::{
    Scenario, backup_codes,
    lockout_counts::{
        ALIKE, AT_ONCE, FailuresUntilLockout, LIMITED, at_once, hides_accounts, limited,
    },
    totp_codes,
};
use crate::login::{
    Driver,
    accounts::Account,
    requests,
    space::Way,
    steps::{log_in, log_out, step_and_log_out, succeeds},
};
use specfirst_engine::{
    check::{
        finding::Finding,
        noise::{Features, differences},
    },
    http::case::{Case, Expect},
    runner::Step,
};

const COVERS: &str = "lockout_covers_every_way";
const HIDES: &str = "lockout_hides_the_password";
const SPARES: &str = "lockout_spares_others";
const CODES: &str = "wrong_codes_count_as_failures";
const RULES: &[&str] = &[COVERS, HIDES, SPARES, CODES, AT_ONCE];
/// How many wrong passwords the account gets. Servers lock out at 3 to 10.
const FAILURES: usize = 12;
/// How many responses of each side are compared.
const SAMPLE: usize = 3;

/// The scenario of lockouts.
pub(super) fn scenario() -> Scenario {
    const ALL: &[&str] = &[COVERS, HIDES, SPARES, CODES, AT_ONCE, LIMITED, ALIKE];
    Scenario { name: "lockout", rules: ALL, production: false, run }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let not_run = |driver: &Driver<'_, '_>, needs: &str| {
        RULES.iter().for_each(|rule| driver.run.not_run(rule, needs));
        Ok(())
    };
    let suite = driver.run.suite;
    let Some(account) = suite.plain_accounts().filter(|account| account.sacrificial).last() else {
        driver.run.not_run(LIMITED, "an account with `sacrificial = true`");
        return not_run(driver, "an account with `sacrificial = true`");
    };
    if suite.address_lockout {
        driver.run.not_run(LIMITED, "`--no-address-lockout`");
        return not_run(driver, "`--no-address-lockout`");
    }
    let Some(session) = log_in(driver, account)? else { return Ok(()) };
    suite.offer(&account.username);
    let failures = fail(driver, account)?;
    if succeeds(driver, &right(account))? {
        log_out(driver, &session)?;
        if failures.is_told() {
            spared(driver, account)?;
        } else {
            limited(driver, account)?;
        }
        return not_run(driver, "a target that locks an account out after some failures");
    }
    driver.run.count_check(LIMITED);
    hides(driver, account)?;
    hides_accounts(driver, &failures)?;
    covers(driver, account)?;
    let case = requests::me(&session, Expect::Success, SPARES);
    let title = "the account of a token that was issued before the lockout".to_owned();
    driver.step(&Case { title, ..case })?;
    log_out(driver, &session)?;
    let mut others = suite.plain_accounts().filter(|other| other.username != account.username);
    if let Some(other) = others.next() {
        let case = requests::password(other, Expect::Success, SPARES);
        let title = "the right password of another account".to_owned();
        step_and_log_out(driver, &Case { title, ..case })?;
    }
    codes(driver)?;
    at_once(driver, account, &failures)
}

/// Sends failures in a row.
fn fail(driver: &mut Driver<'_, '_>, account: &Account) -> Step<FailuresUntilLockout> {
    let mut failures = FailuresUntilLockout::default();
    for number in 1..=FAILURES {
        let case = wrong(account, &format!("wrong password {number} of {FAILURES}"));
        if let Some(response) = driver.step(&case)? {
            failures.add(&response, &account.username);
        }
    }
    Ok(failures)
}

/// The right password has logged in although the refusals of wrong ones tell a lockout. If the same happens
/// again and again, no lockout has just ended, and whoever guesses on finds the password.
fn spared(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    driver.run.count_check(HIDES);
    for _ in 0..2 {
        if !fail(driver, account)?.is_told() || !succeeds(driver, &right(account))? {
            return Ok(());
        }
    }
    let finding = Finding::new(
        HIDES,
        "/",
        "wrong passwords are refused because of a lockout, and the right password logs in at once",
        "the same refusal for both",
        "a login",
    );
    driver.run.report(finding, &right(account), None);
    driver.stop_at_failure()
}

pub(super) fn right(account: &Account) -> Case {
    requests::password(account, Expect::Anything, HIDES)
}

pub(super) fn wrong(account: &Account, title: &str) -> Case {
    let case = requests::other_password(account, title, "not-the-password", HIDES);
    Case { expect: Expect::Refusal, ..case }
}

/// A lockout that distinguishes the right password from a wrong one still lets passwords be guessed.
fn hides(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let (mut of_right, mut of_wrong) = (Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..SAMPLE {
        let case = wrong(account, "a wrong password during a lockout");
        if let Some(response) = driver.step(&case)? {
            of_wrong.push(Features::of(&response, &[&account.username]));
        }
        let response = step_and_log_out(driver, &right(account))?;
        let Some(response) = response.filter(|response| !response.is_success()) else {
            // It has ended already.
            return Ok(());
        };
        of_right.push(Features::of(&response, &[&account.username]));
        last = Some(response);
    }
    driver.run.count_check(HIDES);
    let found = differences(&of_wrong, &of_right);
    if let Some(difference) = found.iter().find(|difference| difference.is_about_content()) {
        let finding = Finding::new(
            HIDES,
            difference.feature.clone(),
            "during a lockout, the right password gets another response than a wrong one",
            difference.one.clone(),
            difference.other.clone(),
        );
        driver.run.report(finding, &right(account), last.as_ref());
    }
    Ok(())
}

/// Whoever is locked out by one way to log in must be by all.
fn covers(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let title = "the right password of an account that is locked out";
    let mut cases = Vec::new();
    for way in Way::ALL {
        // What the target offers is known by now; asking again could fail for another reason.
        if let Some(name) = way.name_of(account).filter(|_| driver.run.suite.way(way) == Some(true))
        {
            cases.push((format!("{title}, {way}"), way.request(name, &account.password)));
        }
    }
    let request = Way::DOCUMENTED.request(&account.username, &account.password);
    for (name, value) in [("X-Forwarded-For", "203.0.113.9"), ("User-Agent", "another client")] {
        cases.push((format!("{title}, with `{name}`"), request.clone().header(name, value)));
    }
    let in_case = Way::DOCUMENTED.request(&account.username.to_uppercase(), &account.password);
    cases.push((format!("{title}, by user name in uppercase"), in_case));
    for (title, request) in cases {
        // A short lockout may have ended.
        if succeeds(driver, &right(account))? {
            break;
        }
        let case = Case::new("login", title, request, Expect::Refusal).rule(COVERS);
        step_and_log_out(driver, &case.of(&account.username))?;
    }
    Ok(())
}

/// Where wrong passwords lock an account out, wrong codes must do so too: six digits are soon guessed.
fn codes(driver: &mut Driver<'_, '_>) -> Step<()> {
    let mut accounts = driver.run.suite.accounts.iter();
    let has_factor = |a: &&Account| a.active && a.sacrificial && a.totp_secret.is_some();
    let Some(account) = accounts.find(has_factor) else {
        driver.run.not_run(CODES, "an account with `totp_secret` and `sacrificial = true`");
        return Ok(());
    };
    let backup_code = || account.backup_codes.iter().rev().nth(backup_codes::USED).cloned();
    let Some(right) = totp_codes::unused_code(driver, account)?.or_else(backup_code) else {
        driver.run.not_run(CODES, "a code that was not sent yet");
        return Ok(());
    };
    driver.run.suite.offer(&account.username);
    let wrong = totp_codes::wrong_code(driver, account);
    for number in 1..=FAILURES {
        let title = format!("the right password and wrong code {number} of {FAILURES}");
        let case = requests::with_code(account, &title, &json!(wrong), Expect::Refusal, CODES);
        step_and_log_out(driver, &case)?;
    }
    let title = format!("the right password and the right code after {FAILURES} wrong codes");
    let case = requests::with_code(account, &title, &json!(right), Expect::Refusal, CODES);
    step_and_log_out(driver, &case)?;
    Ok(())
}
