//! The interface between the engine and the suite for one particular API.

use specfirst_model::Operation;

use crate::{
    check::{Judge, Judgement},
    http::{case::Case, response::Response},
    redact::Secrets,
    rule::Catalogue,
    runner::{Driver, Run, Step, environment::Environment},
};

/// A suite for one particular API: everything that the engine does not know. A suite is made for one run
/// and holds the state of that run.
///
/// Only the first four methods are required. A suite with no others runs a probe and the fuzzing phase.
pub trait Suite: Sized + Sync {
    /// A name for targets in messages, such as `a server of users`.
    const TARGET: &'static str;

    /// The documents that responses are judged by.
    fn documents(&self) -> &Judge;

    /// The rules that findings name.
    fn catalogue(&self) -> &Catalogue;

    /// A request to which every target responds alike. It shows whether the target is alive.
    fn probe(&self) -> Case;

    /// Another such request, for a target that does not offer the first one.
    fn second_probe(&self, _seed: u64) -> Option<Case> {
        None
    }

    /// A harmless, well-formed request of the same route, which shows whether the route is available.
    /// `seed` is that of the run.
    fn plain(&self, path: &str, seed: u64) -> Case;

    /// Why the server cannot be judged at all, if it cannot.
    fn unusable(&self) -> Option<&'static str> {
        None
    }

    /// Adds the secrets that are known before the run.
    fn learn_secrets(&self, _secrets: &Secrets) {}

    /// The scenarios in the order of the plan. Every run begins with the first one, even if the selected
    /// rules only judge the responses of other scenarios.
    fn scenarios(&self) -> Vec<Scenario<Self>> {
        Vec::new()
    }

    /// How many requests must be left in the budget before a case is sent: the case and the requests that
    /// undo it. 0 for a case that is always sent.
    fn cost(&self, _case: &Case) -> u64 {
        1
    }

    /// How many requests the budget keeps back for [`Suite::tear_down`].
    fn reserved(&self) -> u64 {
        0
    }

    /// Is called before each sending of a case, to prevent harm to the target.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt::LeftOut`] if this case would do harm; any other if the run must end.
    fn before_call(_driver: &mut Driver<'_, '_, Self>, _case: &Case) -> Step<()> {
        Ok(())
    }

    /// Records from a response what must not be printed and what must be undone.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] if the run must end.
    fn after_response(&self, _: &Environment<'_>, _case: &Case, _response: &Response) -> Step<()> {
        Ok(())
    }

    /// Records a response that an intermediary may have sent, such as 503.
    fn after_transient(&self, _: &Environment<'_>, _case: &Case, _response: &Response) {}

    /// Judges a response by requirements that the schemas of the documents do not express.
    fn check(&self, _case: &Case, _response: &Response, _judgement: &mut Judgement) {}

    /// Judges a response by requirements that also hold for responses of an intermediary.
    fn check_any(&self, _case: &Case, _response: &Response, _judgement: &mut Judgement) {}

    /// Whether an error has the form of this API, and so comes from the target and not an intermediary.
    fn is_own_error(&self, _response: &Response) -> bool {
        false
    }

    /// Obtains the authorisation for calls of the fuzzing phase. `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] if the run must end.
    fn authorize(_driver: &mut Driver<'_, '_, Self>) -> Step<Option<Authorization>> {
        Ok(None)
    }

    /// Whether an operation can be called again and again with the same authorisation.
    fn is_repeatable(&self, operation: &Operation) -> bool {
        operation.method.eq_ignore_ascii_case("get") && !operation.security.is_empty()
    }

    /// Ends the authorisation that [`Suite::authorize`] obtained.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] if the run must end.
    fn revoke(_driver: &mut Driver<'_, '_, Self>, _authorization: Authorization) -> Step<()> {
        Ok(())
    }

    /// Whether a generated case may be sent. It must not name data that the run must not touch.
    fn may_send(&self, _case: &Case) -> bool {
        true
    }

    /// Undoes the effect of a generated case.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] if the run must end.
    fn undo(_driver: &mut Driver<'_, '_, Self>, _case: &Case, _response: &Response) -> Step<()> {
        Ok(())
    }

    /// How many operations [`check_client`](Self::check_client) calls.
    fn client_operations(&self) -> usize {
        self.documents().operations().len()
    }

    /// Judges a client of the API.
    ///
    /// # Errors
    ///
    /// [`crate::runner::Halt`] if the run must end.
    fn check_client(_run: &Run<'_, Self>) -> Step<()> {
        Ok(())
    }

    /// Restores the target as far as possible. Returns the exchanges of this.
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
    /// The name in progress and reports.
    pub name: &'static str,
    /// The rules that it checks, besides those that judge every response.
    pub rules: &'static [&'static str],
    /// Whether it runs against a production server without `--allow-unsafe`.
    pub production: bool,
    /// Runs the scenario.
    pub run: fn(&mut Driver<'_, '_, S>) -> Step<()>,
}

/// The authorisation for calls of the fuzzing phase.
#[derive(Clone)]
pub struct Authorization {
    /// The headers, which may be secret.
    pub headers: Vec<(String, String)>,
    /// The account that makes the calls.
    pub account: Option<String>,
}
