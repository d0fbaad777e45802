//! Checks that refusals do not reveal whether a user exists, by their bytes or by the time they take.

use std::{collections::BTreeMap, time::Duration};

use rand::seq::SliceRandom as _;

use super::Scenario;
use crate::login::{
    Driver,
    accounts::Account,
    attempts::{may_fail, says_blocked},
    requests,
    space::{Identity, Way},
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

/// How many pairs of attempts the comparison of times takes.
const PAIRS: usize = 24;

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
        Scenario {
            name: "timing",
            rules: &["refusals_take_as_long"],
            production: false,
            run: timing,
        },
    ]
}

const RULE: &str = "refusals_look_alike";
const WRONG: &str = "Wr0ng-but-plausible";
/// How many attempts a sample of one side takes. An account may have this many failures.
const SAMPLE: usize = 3;

/// A failed login, and the name in its request, which the response may repeat.
pub(super) struct Attempt {
    case: Case,
    name: String,
}

fn wrong(title: &str, way: Way, name: &str, account: Option<&Account>) -> Attempt {
    let request = way.request(name, WRONG);
    let mut case = Case::new("login", title, request, Expect::Unauthorized).rule(RULE);
    case.account = account.map(|account| account.username.clone());
    Attempt { case, name: name.to_owned() }
}

/// A kind of account whose refusals are compared with those of an unknown user.
struct Side {
    title: &'static str,
    way: Way,
    accounts: Vec<Account>,
}

impl Side {
    /// A wrong password for an account of this kind.
    fn known(&self, number: usize) -> Option<Attempt> {
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
const NAMES: usize = 5;

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
            let Failures { of_known, of_unknown, last } = sample;
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
struct Failures {
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
) -> Step<Option<Failures>> {
    let mut sample = Failures::default();
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

/// Compares the times of refusals in pairs, so that a slow moment affects both requests of a pair.
///
/// A sign test over the pairs decides whether one kind takes longer. By chance alone, 21 of 24 pairs
/// agree less than three times in ten thousand. Two samples must agree, which by chance alone happens
/// less than once in 10⁷ runs. The medians must also differ by a ratio and an amount that an attacker
/// could use. Both samples are always taken, because the requests of a run must not depend on timing.
fn timing(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().cloned().collect();
    let by_email = Way { identity: Identity::Email, ..Way::DOCUMENTED };
    let mut sides = Vec::new();
    for (title, way, account) in [
        ("a known user", Way::DOCUMENTED, accounts.first()),
        ("a known e-mail address", by_email, accounts.iter().find(|a| a.email.is_some())),
    ] {
        sides.extend(account.map(|account| Side { title, way, accounts: vec![account.clone()] }));
    }
    for side in sides {
        time_side(driver, &side)?;
    }
    Ok(())
}

fn time_side(driver: &mut Driver<'_, '_>, side: &Side) -> Step<()> {
    let (Some(first), Some(second)) = (sample(driver, side)?, sample(driver, side)?) else {
        return Ok(());
    };
    driver.run.count_check("refusals_take_as_long");
    let (Some((before, ..)), Some((longer, known, unknown))) = (first.verdict(), second.verdict())
    else {
        return Ok(());
    };
    let Some(attempt) = side.known(0).filter(|_| before == longer) else { return Ok(()) };
    let longer = if longer == "a known user" { side.title } else { longer };
    let finding = Finding::new(
        "refusals_take_as_long",
        "time",
        format!("the refusal of {longer} takes longer, in two samples of {PAIRS} pairs"),
        format!("about {:.1} ms, as for an unknown user", unknown.as_secs_f64() * 1e3),
        format!("about {:.1} ms (medians)", known.as_secs_f64() * 1e3),
    );
    driver.run.report(finding, &attempt.case, None);
    Ok(())
}

struct Sample(Vec<(Duration, Duration)>);

impl Sample {
    /// Which kind takes longer, and the two medians. `None` if the difference is not significant.
    fn verdict(&self) -> Option<(&'static str, Duration, Duration)> {
        let longer = self.0.iter().filter(|(known, unknown)| known > unknown).count();
        let shorter = self.0.len() - longer;
        // At least 21 of 24: p < 0.0003, two-sided.
        if longer.max(shorter) < self.0.len() * 7 / 8 {
            return None;
        }
        let median = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2]
        };
        let known = median(self.0.iter().map(|pair| pair.0).collect());
        let unknown = median(self.0.iter().map(|pair| pair.1).collect());
        let gap = known.abs_diff(unknown);
        if gap < Duration::from_millis(2) || gap * 4 < known.min(unknown) {
            return None;
        }
        let longer = if longer > shorter { "a known user" } else { "an unknown user" };
        Some((longer, known, unknown))
    }
}

fn sample(driver: &mut Driver<'_, '_>, side: &Side) -> Step<Option<Sample>> {
    let mut pairs = Vec::new();
    for number in 0..PAIRS {
        let Some(known) = side.known(0) else { return Ok(None) };
        // As long as the known name, so that the two requests differ only in whether the user exists.
        let (local, domain) =
            known.name.split_once('@').map_or((known.name.as_str(), None), |(l, d)| (l, Some(d)));
        let name: String =
            format!("q{number:x}{}", "zxqj".repeat(16)).chars().take(local.len().max(3)).collect();
        let name = domain.map_or(name.clone(), |domain| format!("{name}@{domain}"));
        let unknown = wrong("a wrong password for an unknown user", side.way, &name, None);
        let mut times = [Duration::ZERO; 2];
        // The order alternates, because the first request of a pair may be slower after a pause.
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for at in order {
            let attempt = if at == 0 { &known } else { &unknown };
            let Some(response) = step_and_log_out(driver, &attempt.case)? else { return Ok(None) };
            times[at] = response.duration;
        }
        pairs.push((times[0], times[1]));
    }
    Ok(Some(Sample(pairs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_gap_in_times_is_a_difference() {
        let ms = Duration::from_micros;
        let noise = (0..24).map(|n| (ms(3_000 + n * 37 % 500), ms(3_000 + n * 91 % 500)));
        assert!(Sample(noise.collect()).verdict().is_none());
        let gap = (0..24).map(|n| (ms(9_000 + n * 37 % 500), ms(1_000 + n * 91 % 500)));
        assert_eq!(Sample(gap.collect()).verdict().unwrap().0, "a known user");
        // Always longer, but by less than anybody could use over a network.
        let little = (0..24).map(|n| (ms(3_100 + n), ms(3_000 + n)));
        assert!(Sample(little.collect()).verdict().is_none());
    }
}
