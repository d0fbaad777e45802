//! The TOTP codes of an account: the present one, those that were not sent yet, and wrong ones.

use std::time::{Duration, UNIX_EPOCH};

use crate::login::{Driver, accounts::Account, totp};
use specfirst_engine::runner::{Step, WaitReason};

pub(super) const NEXT_CODE: WaitReason = WaitReason::Suite("next code in");

pub(super) fn seconds(driver: &Driver<'_, '_>) -> u64 {
    driver.run.environment.clock.wall().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

pub(super) fn now(driver: &Driver<'_, '_>) -> u64 {
    totp::step(seconds(driver))
}

pub(super) fn code(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let code = account.totp_secret.as_ref().map(|secret| secret.code(step)).unwrap_or_default();
    driver.run.environment.secrets.learn("code", &code);
    code
}

/// Waits until the present step does not end soon. Otherwise a server that accepts only the present code
/// could refuse it, which would be a false positive.
pub(super) fn await_safe_moment(driver: &Driver<'_, '_>) -> Step<()> {
    while seconds(driver) % totp::STEP >= totp::STEP - 1 {
        driver.rest(Duration::from_millis(50), NEXT_CODE)?;
    }
    Ok(())
}

/// The present code of an account. Waits if the code is about to expire.
///
/// # Errors
///
/// [`specfirst_engine::runner::Halt::Interrupted`] if the run is interrupted while it waits.
pub(crate) fn present_code(driver: &Driver<'_, '_>, account: &Account) -> Step<String> {
    await_safe_moment(driver)?;
    Ok(code(driver, account, now(driver)))
}

/// The code of this step or the next that was not sent yet. A server need not accept that of the next.
pub(super) fn next_code(driver: &Driver<'_, '_>, account: &Account) -> Option<String> {
    let step = driver.run.suite.next_code_step(&account.username, now(driver))?;
    Some(code(driver, account, step))
}

/// The present code of an account, unless it was sent already. A code works only once.
pub(super) fn unused_code(driver: &Driver<'_, '_>, account: &Account) -> Step<Option<String>> {
    await_safe_moment(driver)?;
    let step = now(driver);
    let is_next = driver.run.suite.next_code_step(&account.username, step) == Some(step);
    Ok(is_next.then(|| code(driver, account, step)))
}

/// Six zeros, or another code if six zeros are a right code now.
pub(super) fn zeros(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let right: Vec<_> =
        (step.saturating_sub(3)..step + 3).map(|s| code(driver, account, s)).collect();
    if right.iter().any(|code| code == "000000") { "111111" } else { "000000" }.to_owned()
}

/// A code that is wrong now.
pub(super) fn wrong_code(driver: &Driver<'_, '_>, account: &Account) -> String {
    other_code(driver, account, now(driver))
}

/// A code that is wrong in every step around the present one.
pub(super) fn other_code(driver: &Driver<'_, '_>, account: &Account, step: u64) -> String {
    let right: Vec<_> =
        (step.saturating_sub(3)..step + 3).map(|s| code(driver, account, s)).collect();
    (0..10)
        .map(|digit| format!("{digit}").repeat(3) + "274")
        .find(|code| !right.contains(code))
        .unwrap_or_default()
}
