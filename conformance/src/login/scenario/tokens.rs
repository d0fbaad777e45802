//! Checks that tokens are random: all tokens of the run are judged as one sample.

use super::Scenario;
use crate::login::{
    Driver, requests,
    steps::{log_in, log_out},
};
use specfirst_engine::{check::finding::Finding, http::case::Expect, runner::Step, sample};

const RULE: &str = "tokens_are_unguessable";
/// How many logins the sample has at least.
const LOGINS: usize = 8;

/// The scenarios of tokens.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "token-form", rules: &[RULE], production: true, run: token_form },
        Scenario { name: "token-sample", rules: &[RULE], production: true, run: judge_all },
    ]
}

/// Logs in until the sample is large enough to show what tokens have in common.
fn token_form(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    // Each is logged out at once, because a server may limit how many sessions live.
    for at in 0.. {
        if at >= 3 && driver.run.suite.issued().len() >= LOGINS {
            break;
        }
        let Some(session) = log_in(driver, account)? else { break };
        log_out(driver, &session)?;
    }
    judge_all(driver)
}

/// Judges all tokens of the run so far, with the recipes that attackers try.
fn judge_all(driver: &mut Driver<'_, '_>) -> Step<()> {
    report(driver, sample::weakness(&driver.run.suite.issued()));
    Ok(())
}

/// Judges all tokens of the run so far. This needs no further request, so other scenarios use it after
/// their logins.
pub(super) fn judge(driver: &Driver<'_, '_>) {
    report(driver, sample::visible_weakness(&driver.run.suite.issued()));
}

fn report(driver: &Driver<'_, '_>, weakness: Option<sample::Weakness>) {
    if driver.run.suite.issued().is_empty() {
        return;
    }
    driver.run.count_check(RULE);
    let Some(weakness) = weakness else { return };
    let Some(account) = driver.run.suite.plain_accounts().next() else { return };
    let case = requests::password(account, Expect::Success, RULE);
    let token = driver.run.suite.issued()[weakness.at].secret.clone();
    let finding = Finding::new(RULE, "/data/authToken", weakness.reason, weakness.expected, token);
    driver.run.report(finding, &case, None);
}
