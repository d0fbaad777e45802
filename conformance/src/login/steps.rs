//! What several scenarios do: a step whose session ends at once, and the end of a session.

use super::{Driver, Session, lock, requests};
use specfirst_engine::{
    http::{
        case::{Case, Expect},
        response::Answer,
    },
    runner::Step,
};

/// A step whose session, where it has one, ends at once.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn step_and_log_out(driver: &mut Driver<'_, '_>, case: &Case) -> Step<Option<Answer>> {
    let answer = driver.step(case)?;
    if let Some(session) = answer.as_ref().and_then(|answer| Session::begun_by(case, answer)) {
        log_out(driver, &session)?;
    }
    Ok(answer)
}

/// Ends a session without judging more than the answer itself.
///
/// # Errors
///
/// As [`specfirst_engine::runner::Driver::step`].
pub(crate) fn log_out(driver: &mut Driver<'_, '_>, session: &Session) -> Step<()> {
    let answer = driver.step(&requests::logout(session, Expect::Anything))?;
    // Refused: it is worth nothing already, and need not be ended once more.
    if answer.is_some_and(|answer| answer.status == 401) {
        lock(&driver.run.suite.ledger).ended(&session.token);
    }
    Ok(())
}
