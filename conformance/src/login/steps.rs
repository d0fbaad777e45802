//! What several scenarios do: a step whose session ends at once, and the end of a session.

use super::{Driver, Session, lock, requests};
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
