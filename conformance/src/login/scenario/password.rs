//! An inactive account does not log in.

use super::Scenario;
use crate::login::{Driver, requests, steps::step_and_log_out};
use specfirst_engine::{
    http::case::{Case, Expect},
    runner::Step,
};

/// The scenario of the inactive account.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![Scenario {
        name: "inactive",
        rules: &["inactive_account_is_refused"],
        production: true,
        run: inactive,
    }]
}

fn inactive(driver: &mut Driver<'_, '_>) -> Step<()> {
    let inactive = driver.run.suite.accounts.iter().find(|account| !account.active);
    let Some(account) = inactive else {
        driver.run.not_run("inactive_account_is_refused", "an account with `active = false`");
        return Ok(());
    };
    let rule = "inactive_account_is_refused";
    let case = requests::password(account, Expect::Unauthorized, rule);
    step_and_log_out(
        driver,
        &Case { title: "an inactive account's right password".to_owned(), ..case },
    )?;
    Ok(())
}
