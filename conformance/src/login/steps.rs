//! Steps that several scenarios share: a session that ends at once, the end of a session, and a token
//! after its logout.

use super::{Driver, Session, accounts::Account, identity::check_identity, lock, requests};
use specfirst_engine::{
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

/// A step whose session, where it has one, ends at once.
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

/// Ends a session without judging more than the response itself.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn log_out(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let response = driver.step(&requests::logout(session, Expect::Anything))?;
    // Refused: it is worth nothing already, and need not be ended once more.
    if response.is_some_and(|response| response.status == 401) {
        lock(&driver.run.suite.ledger).ended(&session.token);
    }
    Ok(())
}

/// A token after its logout: neither `resume` nor header.
pub(crate) fn after_logout(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    ended_for_resume(driver, session)?;
    let rule = "logout_ends_the_token";
    let case = requests::me(session, Expect::Unauthorized, rule);
    driver.step(&Case { title: "the account of a token after its logout".to_owned(), ..case })?;
    Ok(())
}

/// A token after its logout does not resume.
pub(crate) fn ended_for_resume(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let case = requests::resume(session, Expect::Unauthorized, "logout_ends_the_token");
    step_and_log_out(
        driver,
        &Case { title: "resume with a token after its logout".to_owned(), ..case },
    )?;
    Ok(())
}

/// Logs in by password; `None` where that fails, which is reported already.
pub(crate) fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let response = driver.step(&case)?;
    if let Some(response) = &response {
        check_identity(driver, account, &case, response);
    }
    Ok(response.and_then(|response| Session::begun_by(&case, &response)))
}

/// The session of an account that scenarios share, so that each need not log in and out again; it
/// is logged out at the end of the run.
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
