//! The space of credentials: which credential is changed, how, and in which way it is presented.
//!
//! For each cell it is known whether the target must refuse it or may take it for the same account. The
//! engine plans the cells, the most telling first, and a finding shrinks to the plainest login that shows
//! it.

mod bundle;
mod code;
mod companion;
mod digest;
mod guess;
mod guesses;
mod pack;
mod spelling;
mod typed;
mod unset;
mod way;

use specfirst_engine::{
    check::finding::Finding,
    http::{case::Case, response::Response},
    runner::{
        Step,
        search::{Counterexample, search},
    },
    space::{self, Cell as _, Value},
    transform::{Class, Weight, catalogue, compositions},
};

use super::{
    Driver, Login, Scenario, Session, accounts::Account, identity::check_identity, steps::log_out,
};
use digest::Digested;
use guess::{Change, GivenPassword, Guess, Subject};
use typed::{Incomplete, Typed};

pub(crate) use code::guess_code;
pub(crate) use companion::Spot;
pub(crate) use guess::Attempt;
pub(crate) use pack::{Pack, refuse_packed};
pub(crate) use way::{Body, Identity, Way};

/// The name of the space in reports.
const SPACE: &str = "credentials";
/// How many compositions of transforms are drawn for each credential.
const COMPOSITIONS: u32 = 8;

/// The rules that the cells check.
const RULES: &[&str] = &[
    "password_is_compared_whole",
    "wrong_password_is_refused",
    "unknown_user_is_refused",
    "token_is_compared_whole",
    "token_is_bound_to_its_user",
    "ill_typed_member_is_refused",
    "mandatory_members",
    "digest_is_compared_whole",
];

/// The scenarios of the space: its most telling cells, the usual ones, the rare ones, and compositions.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![
        Scenario { name: "credentials", rules: RULES, production: true, run: first },
        Scenario { name: "credentials-usual", rules: RULES, production: true, run: usual },
        Scenario { name: "credentials-rare", rules: RULES, production: true, run: rare },
        Scenario { name: "credentials-composed", rules: RULES, production: true, run: composed },
    ];
    scenarios.extend(bundle::scenarios());
    scenarios.push(spelling::scenario());
    scenarios.push(unset::scenario());
    scenarios
}

/// A cell of the space.
#[derive(Clone, Debug)]
enum Cell {
    Guess(Guess),
    Typed(Typed),
    Digested(Digested),
    Incomplete(Incomplete),
}

impl space::Cell for Cell {
    fn groups(&self) -> Vec<Vec<Value>> {
        match self {
            Self::Guess(cell) => cell.groups(),
            Self::Typed(cell) => cell.groups(),
            Self::Digested(cell) => cell.groups(),
            Self::Incomplete(cell) => cell.groups(),
        }
    }

    fn weight(&self) -> Weight {
        match self {
            Self::Guess(cell) => cell.weight(),
            Self::Typed(cell) => cell.weight(),
            Self::Digested(cell) => cell.weight(),
            Self::Incomplete(cell) => cell.weight(),
        }
    }
}

impl Cell {
    fn attempt(&self, driver: &mut Driver<'_, '_>) -> Step<Option<Attempt>> {
        match self {
            Self::Guess(cell) => cell.attempt(driver),
            Self::Typed(cell) => cell.attempt(driver),
            Self::Digested(cell) => Ok(cell.attempt(driver)),
            Self::Incomplete(cell) => Ok(cell.attempt(driver)),
        }
    }

    fn simpler(&self) -> Vec<Self> {
        match self {
            Self::Guess(cell) => cell.simpler().into_iter().map(Self::Guess).collect(),
            Self::Typed(_) | Self::Digested(_) | Self::Incomplete(_) => Vec::new(),
        }
    }

    /// The place of a finding. One finding is enough for each credential and kind of change.
    fn place(&self) -> String {
        match self {
            Self::Guess(Guess { subject, change, .. }) => match subject {
                Subject::Password => format!("password, {}", change.class()),
                Subject::User => format!("user, {}", change.class()),
                Subject::Resume => format!("resume, {}", change.class()),
                Subject::Token => format!("X-Auth-Token, {}", change.class()),
                Subject::UserId => format!("X-User-Id, {}", change.class()),
            },
            Self::Typed(_) => "type".to_owned(),
            Self::Digested(_) => "digest".to_owned(),
            Self::Incomplete(_) => "members".to_owned(),
        }
    }
}

/// The cells of a run in order, and how many cells they stand for.
pub(crate) struct Plan {
    cells: Vec<Cell>,
    of: usize,
}

/// The plan of a run.
pub(super) fn plan(suite: &Login, seed: u64) -> Plan {
    let accounts: Vec<&Account> = suite.plain_accounts().collect();
    let guesses = guesses::guesses(&accounts, &catalogue());
    let typed = typed::typed(&accounts);
    let cells: Vec<Cell> = (guesses.into_iter().map(Cell::Guess))
        .chain(typed.into_iter().map(Cell::Typed))
        .chain(digest::digested(&accounts).into_iter().map(Cell::Digested))
        .chain(typed::incomplete().into_iter().map(Cell::Incomplete))
        .collect();
    let of = cells.len();
    Plan { cells: space::plan(cells, seed), of }
}

fn first(driver: &mut Driver<'_, '_>) -> Step<()> {
    of_weight(driver, Weight::First)
}

fn usual(driver: &mut Driver<'_, '_>) -> Step<()> {
    of_weight(driver, Weight::Usual)
}

fn rare(driver: &mut Driver<'_, '_>) -> Step<()> {
    of_weight(driver, Weight::Rare)
}

fn of_weight(driver: &mut Driver<'_, '_>, weight: Weight) -> Step<()> {
    let run = driver.run;
    let plan = run.suite.space(run.options.seed);
    run.plan_space(SPACE, plan.of, plan.cells.len());
    for cell in plan.cells.iter().filter(|cell| cell.weight() == weight) {
        let Some(attempt) = cell.attempt(driver)? else { continue };
        run.count_cell(SPACE);
        let Some(found) = send(driver, cell, &attempt)? else { continue };
        if run.is_known(&found.finding, &found.case) {
            continue;
        }
        let (found, ended) = shrink(driver, cell, found);
        run.report(found.finding, &found.case, found.response.as_ref());
        ended?;
        driver.stop_at_failure()?;
    }
    Ok(())
}

/// The plainest cell that shows the same finding, and whether the run may go on.
fn shrink(
    driver: &mut Driver<'_, '_>,
    cell: &Cell,
    mut found: Counterexample,
) -> (Counterexample, Step<()>) {
    let mut candidates = cell.simpler();
    while let Some(simpler) = (!candidates.is_empty()).then(|| candidates.remove(0)) {
        let again = simpler.attempt(driver).and_then(|attempt| match attempt {
            Some(attempt) => send(driver, &simpler, &attempt),
            None => Ok(None),
        });
        match again {
            Ok(Some(again)) => {
                found = again;
                candidates = simpler.simpler();
            }
            Ok(None) => {}
            Err(halt) => return (found, Err(halt)),
        }
    }
    (found, Ok(()))
}

/// Sends a cell. Returns the finding if it logs in, or is about another account. Other findings about the
/// response are reported at once.
fn send(
    driver: &mut Driver<'_, '_>,
    cell: &Cell,
    attempt: &Attempt,
) -> Step<Option<Counterexample>> {
    accepted(driver, attempt, &cell.place())
}

/// As [`send`], with the place of a finding.
pub(crate) fn accepted(
    driver: &mut Driver<'_, '_>,
    attempt: &Attempt,
    place: &str,
) -> Step<Option<Counterexample>> {
    let case = &attempt.case;
    let judged = driver.judged(case);
    // A part of a secret is a secret too, and a finding prints the request. Without a response, the engine
    // may have reported one.
    let is_printed = match &judged {
        Ok((findings, Some(response))) => response.is_success() || !findings.is_empty(),
        Ok((_, None)) | Err(_) => true,
    };
    if let Some((kind, text)) = attempt.changed.as_ref().filter(|_| is_printed)
        && text.len() >= 4
        && !is_public(driver, text)
    {
        driver.run.environment.secrets.learn(kind, text);
    }
    let (findings, response) = judged?;
    let is_success = response.as_ref().is_some_and(Response::is_success);
    let about_expectation = |finding: &Finding| Some(finding.rule) == case.rule && is_success;
    let (expected, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(about_expectation);
    for finding in others {
        driver.run.report(finding, case, response.as_ref());
    }
    let Some(response) = response else { return Ok(None) };
    if let Some(begun) = Session::begun_by(case, &response) {
        log_out(driver, &begun)?;
    }
    if attempt.may_succeed && is_success {
        let name = case.account.as_deref();
        let mut accounts = driver.run.suite.accounts.iter();
        if let Some(account) = accounts.find(|account| Some(account.username.as_str()) == name) {
            check_identity(driver, account, case, &response);
        }
        return Ok(None);
    }
    driver.stop_at_failure()?;
    Ok(expected.into_iter().next().map(|finding| told(finding, case, response, place)))
}

/// The finding of a cell that must be refused and is not.
fn told(finding: Finding, case: &Case, response: Response, place: &str) -> Counterexample {
    let does = if case.operation == "login" { "logs in" } else { "is accepted" };
    // A title with a part between commas needs the second one.
    let comma = if case.title.contains(", ") { "," } else { "" };
    let message = format!("{}{comma} {does}", case.title);
    let finding = Finding { place: place.to_owned(), message, ..finding };
    Counterexample { finding, case: case.clone(), response: Some(response) }
}

/// Whether a text is a part of a name, which reports must show.
fn is_public(driver: &Driver<'_, '_>, text: &str) -> bool {
    let is_in_name = |account: &Account| {
        let names = [Some(&account.username), account.email.as_ref()];
        names.into_iter().flatten().any(|name| name.contains(text))
    };
    driver.run.suite.accounts.iter().any(is_in_name)
}

/// Draws compositions of transforms for each credential. A finding shrinks to the fewest changes.
fn composed(driver: &mut Driver<'_, '_>) -> Step<()> {
    use proptest::prelude::Strategy as _;
    for subject in [Subject::Password, Subject::User, Subject::Resume] {
        let transforms = catalogue().into_iter().map(|(transform, _)| transform);
        let transforms = transforms.filter(|transform| {
            let class = transform.class();
            let of_email = class == Class::Email;
            guesses::applies(subject, transform) && (!of_email || subject == Subject::User)
        });
        let accounts = driver.run.suite.plain_accounts().count().clamp(1, 4);
        let cells = (compositions(transforms.collect()), 0..accounts, 0..Way::ALL.len());
        let cells = cells.prop_map(move |(composition, account, way)| {
            let way = if subject == Subject::Resume { Way::DOCUMENTED } else { Way::ALL[way] };
            let change = Change::Transforms(composition);
            Guess {
                subject,
                change,
                way,
                password: GivenPassword::Right,
                account,
                weight: Weight::Rare,
            }
        });
        let part = format!("composed {subject:?}");
        search(driver, &part, &cells, COMPOSITIONS, |driver, guess| {
            let cell = Cell::Guess(guess.clone());
            let Some(attempt) = cell.attempt(driver)? else { return Ok(Vec::new()) };
            Ok(send(driver, &cell, &attempt)?.into_iter().collect())
        })?;
    }
    Ok(())
}
