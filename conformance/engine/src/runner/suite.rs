//! The seam: what the engine asks of the suite for one particular API.

use specfirst_model::Operation;

use crate::{
    check::{Judge, Judgement},
    http::{case::Case, response::Response},
    redact::Secrets,
    rule::Catalogue,
    runner::{Driver, Run, Step, environment::Environment},
};

/// A suite for one particular API: all that the engine does not know. It is made for one run, and keeps
/// what that run learns of the API.
///
/// Only the first four methods are needed: a suite with no more has a probe and the fuzzing phase.
pub trait Suite: Sized + Sync {
    /// What a target is, for messages: `a server of users`.
    const TARGET: &'static str;

    /// The documents that responses are judged by.
    fn documents(&self) -> &Judge;

    /// The rules that findings name.
    fn catalogue(&self) -> &Catalogue;

    /// A request that every target answers alike, whoever sends it: whether the target lives.
    fn probe(&self) -> Case;

    /// A harmless, well-formed request of the same route, which a target that is available answers;
    /// `seed` is the run's.
    fn plain(&self, path: &str, seed: u64) -> Case;

    /// Why the server side cannot be judged at all, where it cannot.
    fn unusable(&self) -> Option<&'static str> {
        None
    }

    /// Adds what must not be printed and is known before the run.
    fn learn_secrets(&self, _secrets: &Secrets) {}

    /// The scenarios in the order of the plan. Every run begins with the first one, even where only
    /// rules are asked for that judge the responses of others.
    fn scenarios(&self) -> Vec<Scenario<Self>> {
        Vec::new()
    }

    /// How many requests must be left in the budget before a case is sent: itself and what undoes it. 0
    /// for one that is always sent.
    fn cost(&self, _case: &Case) -> u64 {
        1
    }

    /// How many requests the budget keeps back for [`Suite::tear_down`].
    fn reserved(&self) -> u64 {
        0
    }

    /// Sees to it that a case does no harm before it is sent, each time that it is.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt::LeftOut`] where this case would do harm, any other where the run must end.
    fn before_call(_driver: &mut Driver<'_, '_, Self>, _case: &Case) -> Step<()> {
        Ok(())
    }

    /// Learns from a response: what must not be printed, what is to be undone.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] where the run must end.
    fn after_response(&self, _: &Environment<'_>, _case: &Case, _response: &Response) -> Step<()> {
        Ok(())
    }

    /// Learns from a response that an intermediary may have sent, such as 503.
    fn after_transient(&self, _: &Environment<'_>, _case: &Case, _response: &Response) {}

    /// Judges a response by what the documents' schemas do not say.
    fn check(&self, _case: &Case, _response: &Response, _judgement: &mut Judgement) {}

    /// Judges a response by what must hold even of an intermediary's.
    fn check_any(&self, _case: &Case, _response: &Response, _judgement: &mut Judgement) {}

    /// Whether an error has the form of this API, so that the target itself sent it and no intermediary.
    fn is_own_error(&self, _response: &Response) -> bool {
        false
    }

    /// Obtains what authorises calls of the fuzzing phase; `None` where nothing can.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] where the run must end.
    fn authorize(_driver: &mut Driver<'_, '_, Self>) -> Step<Option<Authorization>> {
        Ok(None)
    }

    /// Whether an operation can be called again and again with the same authorisation.
    fn is_repeatable(&self, operation: &Operation) -> bool {
        operation.method.eq_ignore_ascii_case("get") && !operation.security.is_empty()
    }

    /// Gives back what [`Suite::authorize`] obtained.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] where the run must end.
    fn revoke(_driver: &mut Driver<'_, '_, Self>, _authorization: Authorization) -> Step<()> {
        Ok(())
    }

    /// Whether a generated case may be sent: it might name what it must not touch.
    fn may_send(&self, _case: &Case) -> bool {
        true
    }

    /// Undoes what a generated case began.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] where the run must end.
    fn undo(_driver: &mut Driver<'_, '_, Self>, _case: &Case, _response: &Response) -> Step<()> {
        Ok(())
    }

    /// Judges a client of the API.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] where the run must end.
    fn check_client(_run: &Run<'_, Self>) -> Step<()> {
        Ok(())
    }

    /// Leaves the target as it was, as far as it can; the exchanges that this took.
    fn tear_down(_driver: &mut Driver<'_, '_, Self>) -> Vec<(Case, Response)> {
        Vec::new()
    }

    /// How many sessions are left after [`Suite::tear_down`].
    fn sessions_left(&self) -> usize {
        0
    }
}

/// A part of the plan.
pub struct Scenario<S: Suite> {
    /// What it is called in progress and reports.
    pub name: &'static str,
    /// The rules it can find broken beside those of every response.
    pub rules: &'static [&'static str],
    /// Whether it is sent to a production server without `--allow-unsafe`.
    pub production: bool,
    /// What it does.
    pub run: fn(&mut Driver<'_, '_, S>) -> Step<()>,
}

/// What authorises the calls of a fuzzing phase.
#[derive(Clone)]
pub struct Authorization {
    /// The headers, which may be secret.
    pub headers: Vec<(String, String)>,
    /// The account whose calls these are.
    pub account: Option<String>,
}
