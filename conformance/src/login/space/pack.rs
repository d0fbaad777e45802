//! Companions of the requests that a run begins with.
//!
//! A small budget has no requests for companions alone. So requests that a run sends anyway carry them.

use super::{
    bundle::{Base, PLACE_RULE, RULE, named, shrink},
    companion::{Companion, Facts, KNOWN, MISPLACED, Spot, together, with},
    told,
};
use crate::login::{
    Driver, Session,
    accounts::Account,
    scenario::{CombinedCase, CombinedOutcome},
    steps::log_out,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Request},
        response::Response,
    },
    runner::{Halt, Step},
};

/// Companions that must have no effect, for the requests that a run begins with.
#[derive(Default)]
pub(crate) struct Pack {
    rule: &'static str,
    companions: Vec<Companion>,
}

impl Pack {
    /// A parameter that is the whole query, because careless code compares the whole query with one text.
    pub(crate) fn flag() -> Self {
        let is_flag =
            |companion: &&Companion| companion.spot == Spot::Query && companion.name == "test";
        Self { rule: RULE, companions: KNOWN.iter().filter(is_flag).copied().collect() }
    }

    /// Values that anybody knows: as many headers, cookies and members as fit into one request.
    pub(crate) fn known(driver: &Driver<'_, '_>) -> Self {
        let companions = together(driver, KNOWN, &[Spot::Header, Spot::Cookie, Spot::Member]);
        Self { rule: RULE, companions }
    }

    /// The credentials of an account in places that the page does not document.
    pub(crate) fn misplaced(driver: &Driver<'_, '_>, spots: &[Spot]) -> Self {
        Self { rule: PLACE_RULE, companions: together(driver, MISPLACED, spots) }
    }

    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.companions.extend(other.companions);
        self
    }

    /// The request with the companions. They are about an account.
    pub(crate) fn add_to(
        &self,
        driver: &Driver<'_, '_>,
        request: &Request,
        account: &Account,
    ) -> Request {
        with(request, &self.companions, &Facts::of(driver, account))
    }
}

/// Sends a request that must be refused together with companions. If something is wrong with the response, sends
/// the request without them, and looks for the companion that changes the response.
pub(crate) fn refuse_packed(
    driver: &mut Driver<'_, '_>,
    combined: &CombinedCase<'_>,
    pack: &Pack,
    account: &Account,
) -> Step<CombinedOutcome> {
    if pack.companions.is_empty() {
        return combined.run(driver);
    }
    let base = Base { case: combined.case.clone(), account: account.clone(), is_bare: false };
    let request = pack.add_to(driver, &base.case.request, account);
    let title = named(&base.case.title, &pack.companions);
    let packed = Case { title, request, ..base.case.clone() };
    let (findings, response) = driver.judged(&packed)?;
    if let Some(response) = response.clone().filter(combined.is_right)
        && findings.is_empty()
    {
        driver.run.count_check(pack.rule);
        combined.pass(driver, findings, &response)?;
        return Ok(CombinedOutcome::Combined(response));
    }
    let begun = response.as_ref().and_then(|response| Session::begun_by(&packed, response));
    if let Some(begun) = begun {
        log_out(driver, &begun)?;
    }
    let is_success = response.as_ref().is_some_and(Response::is_success);
    if response.is_some() && !is_success && !combined.separate.is_empty() {
        // Whatever is wrong with the refusal, the separate requests show it without companions.
        let combined = CombinedCase { case: &packed, ..*combined };
        return combined.run_separate(driver, findings, response.as_ref());
    }
    let about_acceptance = |finding: &Finding| Some(finding.rule) == packed.rule;
    let (accepted, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(about_acceptance);
    let accepted = accepted.into_iter().next().filter(|_| is_success).zip(response.clone());
    let accepted = accepted.map(|(finding, response)| {
        let case = packed.clone().rule(pack.rule);
        let finding = Finding { rule: pack.rule, ..finding };
        told(finding, &case, response, pack.companions[0].spot_name())
    });
    let outcome = combined.run(driver);
    let is_right_alone = matches!(outcome, Ok(CombinedOutcome::Combined(_)));
    // After a failure of the request alone, the companions are not to blame.
    let is_cut_short = outcome.as_ref().is_err_and(|halt| !matches!(halt, Halt::FailFast));
    if is_right_alone || is_cut_short {
        for finding in others {
            driver.run.report(finding, &packed, response.as_ref());
        }
        match accepted {
            Some(found) if is_right_alone => {
                shrink(driver, &base, pack.rule, &pack.companions, found)?
            }
            Some(found) => driver.run.report(found.finding, &found.case, found.response.as_ref()),
            None => {}
        }
    }
    outcome
}
