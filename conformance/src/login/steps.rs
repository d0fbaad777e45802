//! Steps that several scenarios share: logging in, logging out, and using a token after its logout.

use super::{Driver, Session, accounts::Account, identity::check_identity, lock, requests};
use specfirst_engine::{
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

/// Sends a case, and logs out at once if the response begins a session.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn step_and_log_out(driver: &mut Driver<'_, '_>, case: &Case) -> Step<Option<Response>> {
    let response = driver.step(case)?;
    if let Some(session) = response.as_ref().and_then(|response| Session::begun_by(case, response))
    {
        log_out(driver, &session)?;
    }
    Ok(response)
}

/// As [`step_and_log_out`]. Returns whether the response is a success.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn succeeds(driver: &mut Driver<'_, '_>, case: &Case) -> Step<bool> {
    Ok(step_and_log_out(driver, case)?.is_some_and(|response| response.is_success()))
}

/// Ends a session. Only the generic checks judge the response.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn log_out(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let response = driver.step(&requests::logout(session, Expect::Anything))?;
    // A logout that is refused with 401 means that the session has ended already.
    if response.is_some_and(|response| response.status == 401) {
        lock(&driver.run.suite.ledger).ended(&session.token);
    }
    Ok(())
}

/// Checks that a token works neither for `resume` nor as a header after its logout.
pub(crate) fn after_logout(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    ended_for_resume(driver, session)?;
    let rule = "logout_ends_the_token";
    let case = requests::me(session, Expect::Unauthorized, rule);
    driver.step(&Case { title: "the account of a token after its logout".to_owned(), ..case })?;
    Ok(())
}

/// Checks that a token does not resume after its logout.
pub(crate) fn ended_for_resume(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let case = requests::resume(session, Expect::Unauthorized, "logout_ends_the_token");
    step_and_log_out(
        driver,
        &Case { title: "resume with a token after its logout".to_owned(), ..case },
    )?;
    Ok(())
}

/// Logs in by password. Returns `None` if that fails, which has been reported already.
pub(crate) fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let response = driver.step(&case)?;
    if let Some(response) = &response {
        check_identity(driver, account, &case, response);
    }
    Ok(response.and_then(|response| Session::begun_by(&case, &response)))
}

/// The session of an account that scenarios share, so that each need not log in and out again. The end
/// of the run logs it out.
pub(crate) fn shared_session(
    driver: &mut Driver<'_, '_>,
    account: &Account,
) -> Step<Option<Session>> {
    if let Some(session) = driver.run.suite.shared.get(account) {
        return Ok(Some(session));
    }
    let begun = log_in(driver, account)?;
    if let Some(session) = &begun {
        driver.run.suite.shared.put(account, session.clone());
    }
    Ok(begun)
}
