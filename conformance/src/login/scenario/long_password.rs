//! Very long passwords, which must not cost a server much.

use std::time::Duration;

use super::Scenario;
use crate::login::{Driver, requests, steps::step_and_log_out};
use specfirst_engine::{
    check::finding::Finding,
    http::case::{Case, Expect},
    runner::Step,
};

const RULE: &str = "long_passwords_take_no_longer";
/// The length of the long password, in bytes.
const LONG: usize = 40_000;
/// A difference that is smaller than this harms nobody.
const MIN_GAP: Duration = Duration::from_secs(1);

/// The scenario of long passwords.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "long-password", rules: &[RULE], production: false, run }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let long = "long-password-".repeat(LONG / 14);
    let case = |title: &str, password: &str| {
        let case = requests::other_password(account, title, password, RULE);
        Case { expect: Expect::Refusal, ..case }
    };
    let short = case("a wrong password", "not-the-password");
    let long = case(&format!("a wrong password of {LONG} characters"), &long);
    // Each of the slow ones must be slow, so that load on the machine alone is no finding.
    for _ in 0..2 {
        let Some(expected) = step_and_log_out(driver, &short)? else { return Ok(()) };
        let Some(response) = step_and_log_out(driver, &long)? else { return Ok(()) };
        driver.run.count_check(RULE);
        if response.duration < expected.duration * 4 + MIN_GAP {
            return Ok(());
        }
    }
    let finding = Finding::new(
        RULE,
        "/password",
        format!("{} takes much longer than a short one, twice", long.title),
        "about the time of a short one",
        format!("more than {:.0} s longer", MIN_GAP.as_secs_f64()),
    );
    driver.run.report(finding, &long, None);
    Ok(())
}
