//! Checks that refusals do not reveal whether a user exists by their bytes.

use std::collections::BTreeMap;

use rand::seq::SliceRandom as _;

use super::Scenario;
use crate::login::{
    Driver,
    accounts::Account,
    attempts::{may_fail, says_blocked},
    requests,
    space::Way,
    steps::step_and_log_out,
};
use specfirst_engine::{
    check::{
        finding::Finding,
        noise::{Difference, Features, differences},
    },
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
    space::rng,
};

/// The scenarios of enumeration.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "look-alike",
            rules: &["refusals_look_alike"],
            production: true,
            run: look_alike,
        },
        Scenario {
            name: "look-alike-names",
            rules: &["refusals_look_alike"],
            production: true,
            run: look_alike_names,
        },
    ]
}

const RULE: &str = "refusals_look_alike";
const WRONG: &str = "Wr0ng-but-plausible";
/// How many attempts a sample of one side takes. An account may have this many failures.
const SAMPLE: usize = 3;

/// A failed login, and the name in its request, which the response may repeat.
pub(super) struct Attempt {
    pub(super) case: Case,
    pub(super) name: String,
}

pub(super) fn wrong(title: &str, way: Way, name: &str, account: Option<&Account>) -> Attempt {
    let request = way.request(name, WRONG);
    let mut case = Case::new("login", title, request, Expect::Unauthorized).rule(RULE);
    case.account = account.map(|account| account.username.clone());
    Attempt { case, name: name.to_owned() }
}

/// A kind of account whose refusals are compared with those of an unknown user.
pub(super) struct Side {
    pub(super) title: &'static str,
    pub(super) way: Way,
    pub(super) accounts: Vec<Account>,
}

impl Side {
    /// A wrong password for an account of this kind.
    pub(super) fn known(&self, number: usize) -> Option<Attempt> {
        let account = self.accounts.get(number % self.accounts.len().max(1))?;
        let name = self.way.name_of(account)?;
        let title = format!("a wrong password for {}, {}", self.title, self.way);
        Some(wrong(&title, self.way, name, Some(account)))
    }

    /// A wrong password for a name of the same form that nobody has.
    fn unknown(&self, driver: &Driver<'_, '_>, number: usize) -> Attempt {
        let seed = driver.run.options.seed;
        let purpose = format!("look-alike {} {number}", self.title);
        let nobody = driver.run.suite.nobody(seed, &purpose);
        let is_email = self.way.name_of(&self.accounts[0]).is_some_and(|name| name.contains('@'));
        let name = if is_email { format!("{nobody}@example.invalid") } else { nobody };
        let title = format!("a wrong password for an unknown user, {}", self.way);
        wrong(&title, self.way, &name, None)
    }
}

/// Compares the refusals that servers most often distinguish.
fn look_alike(driver: &mut Driver<'_, '_>) -> Step<()> {
    compare_sides(driver, |way, title| way == Way::DOCUMENTED && title != "a plain account")
}

/// Compares the refusals of every other kind of account and way to log in.
fn look_alike_names(driver: &mut Driver<'_, '_>) -> Step<()> {
    compare_sides(driver, |way, title| way != Way::DOCUMENTED || title == "a plain account")?;
    after_failures(driver)
}

fn compare_sides(driver: &mut Driver<'_, '_>, wants: fn(Way, &str) -> bool) -> Step<()> {
    let accounts = driver.run.suite.accounts.clone();
    let of = |is: fn(&Account) -> bool| -> Vec<Account> {
        accounts.iter().filter(|account| is(account)).cloned().collect()
    };
    let kinds: [(&'static str, Vec<Account>); 4] = [
        ("a plain account", of(|a| a.active && a.totp_secret.is_none() && !a.directory)),
        ("an inactive account", of(|a| !a.active)),
        // One of them, because the failures of such an account are few.
        (
            "an account with a second factor",
            of(|a| a.active && a.totp_secret.is_some())
                .into_iter()
                .max_by_key(|account| account.sacrificial)
                .into_iter()
                .collect(),
        ),
        ("an account of a directory", of(|a| a.active && a.directory && a.totp_secret.is_none())),
    ];
    for way in Way::ALL {
        for (title, accounts) in &kinds {
            let accounts: Vec<_> =
                accounts.iter().filter(|a| way.name_of(a).is_some()).cloned().collect();
            if accounts.is_empty() || !wants(way, title) || !is_worth_it(way, title) {
                continue;
            }
            if !way.is_open(driver)? {
                continue;
            }
            let side = Side { title, way, accounts };
            compare_side(driver, &side)?;
        }
    }
    Ok(())
}

/// Every kind of account by the documented names, and a plain account in every other way.
fn is_worth_it(way: Way, title: &str) -> bool {
    way.is_documented() || title == "a plain account"
}

/// Samples both sides in a random order, so that a load balancer that alternates cannot look like a
/// difference. A difference must show in a second sample too.
fn compare_side(driver: &mut Driver<'_, '_>, side: &Side) -> Step<()> {
    let Some((first, case, response)) = sample_sides(driver, side, 0)? else { return Ok(()) };
    driver.run.count_check(RULE);
    if first.is_empty() {
        return Ok(());
    }
    let again = match sample_sides(driver, side, 1)? {
        Some((second, ..)) => first.into_iter().find(|difference| second.contains(difference)),
        // The account may have no more failures. Headers vary too much for one sample.
        None => first.into_iter().find(Difference::is_about_content),
    };
    if let Some(difference) = again {
        report(driver, &difference, &case, &response);
    }
    Ok(())
}

fn report(driver: &Driver<'_, '_>, difference: &Difference, case: &Case, response: &Response) {
    let finding = Finding::new(
        RULE,
        difference.feature.clone(),
        format!(
            "{}: the {} always differs from the refusal of an unknown user",
            case.title, difference.feature
        ),
        difference.other.clone(),
        difference.one.clone(),
    );
    driver.run.report(finding, case, Some(response));
}

/// The differences between the two sides in one sample, and an exchange with a known name.
fn sample_sides(
    driver: &mut Driver<'_, '_>,
    side: &Side,
    round: usize,
) -> Step<Option<(Vec<Difference>, Case, Response)>> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let mut shown = None;
    let mut order: Vec<(bool, usize)> =
        (0..SAMPLE).flat_map(|number| [(true, number), (false, number)]).collect();
    order.shuffle(&mut rng(driver.run.options.seed, &format!("{} {round}", side.title)));
    for (is_known, number) in order {
        let number = round * SAMPLE + number;
        let attempt =
            if is_known { side.known(number) } else { Some(side.unknown(driver, number)) };
        let Some(mut attempt) = attempt else { return Ok(None) };
        if is_known {
            let account = &side.accounts[number % side.accounts.len()];
            if !may_fail(driver, account)? {
                continue;
            }
        }
        let Some(mut response) = step_and_log_out(driver, &attempt.case)? else { return Ok(None) };
        if !is_known && says_blocked(&response) {
            // An earlier run with the same seed has locked this name out.
            attempt = side.unknown(driver, number);
            let again = step_and_log_out(driver, &attempt.case)?;
            let Some(again) = again else { return Ok(None) };
            response = again;
        }
        if response.is_success() {
            return Ok(None);
        }
        let features = Features::of(&response, &[&attempt.name]);
        if is_known {
            known.push(features);
            shown = Some((attempt.case, response));
        } else {
            unknown.push(features);
        }
    }
    let Some((case, response)) = shown else { return Ok(None) };
    Ok(Some((differences(&known, &unknown), case, response)))
}

/// How many failures in a row of one name are compared.
const FAILURES: usize = 4;
/// How many names are tried until one is not locked out.
pub(super) const NAMES: usize = 5;

/// The features of refusals, by the number of failures before each.
type Refusals = [Option<Features>; FAILURES];

/// Compares the refusals of a known and an unknown name one failure after the other, because a server may
/// count only the failures of accounts, and say so.
fn after_failures(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(2).cloned().collect();
    if accounts.len() < 2 {
        return Ok(());
    }
    let side = Side { title: "a plain account", way: Way::DOCUMENTED, accounts: accounts.clone() };
    let mut known: Vec<Vec<Features>> = vec![Vec::new(); FAILURES];
    let mut unknown = known.clone();
    let mut shown = None;
    for (at, account) in accounts.iter().enumerate() {
        // An earlier run with the same seed may have locked out a name that nobody has.
        for _ in 0..NAMES {
            let Some(sample) = sample_failures(driver, &side, account, 100 + at)? else { continue };
            let FailureSample { of_known, of_unknown, last } = sample;
            for (all, one) in [(&mut known, of_known), (&mut unknown, of_unknown)] {
                all.iter_mut().zip(one).for_each(|(all, one)| all.extend(one));
            }
            shown = last.or(shown);
            break;
        }
    }
    driver.run.count_check(RULE);
    let Some((case, response)) = shown else { return Ok(()) };
    let found = known.iter().zip(&unknown).flat_map(|(known, unknown)| differences(known, unknown));
    let (all_known, all_unknown) = (known.concat(), unknown.concat());
    let found = found.filter(|difference| !difference.is_exchanged(&all_known, &all_unknown));
    // One of a pair of values is chance; twice the same is not. The body says what a body member says.
    let mut counts: BTreeMap<String, (usize, Difference)> = BTreeMap::new();
    for difference in found {
        let entry = counts.entry(difference.feature.clone()).or_insert((0, difference));
        entry.0 += 1;
    }
    let repeated = counts.into_values().find(|(count, _)| *count >= 2);
    if let Some((_, difference)) = repeated {
        report(driver, &difference, &case, &response);
    }
    Ok(())
}

/// What some failures in a row of a known and of an unknown name got.
#[derive(Default)]
struct FailureSample {
    of_known: Refusals,
    of_unknown: Refusals,
    /// The last exchange with the known name.
    last: Option<(Case, Response)>,
}

/// Sends failures in a row. `None` if the unknown name is locked out.
fn sample_failures(
    driver: &mut Driver<'_, '_>,
    side: &Side,
    account: &Account,
    nobody: usize,
) -> Step<Option<FailureSample>> {
    let mut sample = FailureSample::default();
    let mut rng = rng(driver.run.options.seed, &format!("after failures {nobody}"));
    // A success resets the count of the account, so that the failures are counted from the first one.
    let right = requests::password(account, Expect::Success, "password_logs_in");
    step_and_log_out(driver, &right)?;
    for failure in 0..FAILURES {
        let of_known =
            wrong("a wrong password after others", side.way, &account.username, Some(account));
        let mut attempts = [(true, of_known), (false, side.unknown(driver, nobody))];
        // Otherwise a value that alternates would look like a difference.
        attempts.shuffle(&mut rng);
        for (is_known, attempt) in attempts {
            let Some(response) = step_and_log_out(driver, &attempt.case)? else {
                return Ok(Some(sample));
            };
            let features = Some(Features::of(&response, &[&attempt.name]));
            if is_known {
                sample.of_known[failure] = features;
                sample.last = Some((attempt.case, response));
            } else if says_blocked(&response) {
                return Ok(None);
            } else {
                sample.of_unknown[failure] = features;
            }
        }
    }
    Ok(Some(sample))
}

/// Compares one refusal of a known and one of an unknown user. If their status, their body or the names of
/// their headers differ, one more of each shows whether that is noise.
pub(super) fn suspect(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    (known, known_name): (&Response, &str),
    (unknown, unknown_name): (&Response, &str),
) -> Step<()> {
    if known.is_success() || unknown.is_success() || says_blocked(unknown) {
        return Ok(());
    }
    driver.run.count_check(RULE);
    let known = Features::of(known, &[known_name]);
    let unknown = Features::of(unknown, &[unknown_name]);
    if known.looks_like(&unknown) {
        return Ok(());
    }
    let side =
        Side { title: "a known user", way: Way::DOCUMENTED, accounts: vec![account.clone()] };
    let (Some(again), other) = (side.known(0), side.unknown(driver, 0)) else { return Ok(()) };
    // The other way round, because something may alternate from request to request.
    let Some(other_response) = step_and_log_out(driver, &other.case)? else { return Ok(()) };
    let Some(response) = step_and_log_out(driver, &again.case)? else { return Ok(()) };
    if response.is_success() || other_response.is_success() {
        return Ok(());
    }
    let known = [known, Features::of(&response, &[&again.name])];
    let unknown = [unknown, Features::of(&other_response, &[&other.name])];
    let found = differences(&known, &unknown);
    let mut found = found.iter().filter(|found| found.is_about_content() || found.is_presence());
    if let Some(difference) = found.next() {
        report(driver, difference, &again.case, &response);
    }
    Ok(())
}

/// The refusal of an unknown user. `smoke` has usually stored one already.
pub(super) fn reference(driver: &mut Driver<'_, '_>) -> Step<Option<(Response, String)>> {
    if let Some(known) = driver.run.suite.shared.refusal() {
        return Ok(Some(known));
    }
    let user = driver.run.suite.nobody(driver.run.options.seed, "look-alike");
    let attempt = wrong("a wrong password for an unknown user", Way::DOCUMENTED, &user, None);
    let response = step_and_log_out(driver, &attempt.case)?;
    let refusal = response
        .filter(|response| !response.is_success() && !says_blocked(response))
        .map(|response| (response, user));
    if let Some((response, user)) = &refusal {
        driver.run.suite.shared.put_refusal(response.clone(), user.clone());
    }
    Ok(refusal)
}
