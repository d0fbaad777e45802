//! Checks that refusals do not reveal whether a user exists by the time they take.

use std::time::Duration;

use super::{
    Scenario,
    enumeration::{Attempt, NAMES, Side, wrong},
};
use crate::login::{
    Driver,
    accounts::Account,
    attempts::says_blocked,
    space::{Identity, Way},
    steps::step_and_log_out,
};
use specfirst_engine::{check::finding::Finding, runner::Step};

/// How many pairs of attempts the comparison of times takes.
const PAIRS: usize = 20;

/// The scenario of times.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "timing", rules: &["refusals_take_as_long"], production: false, run }
}

/// Compares the times of refusals in pairs, so that a slow moment affects both requests of a pair.
///
/// A sign test over the pairs decides whether one kind takes longer. By chance alone, 18 of 20 pairs
/// agree less than five times in ten thousand. Two samples must agree, which by chance alone happens
/// less than once in 10⁷ runs. The medians must also differ by a ratio and an amount that an attacker
/// could use. Both samples are always taken, because the requests of a run must not depend on timing.
fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
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
        // At least 18 of 20: p < 0.0005, two-sided.
        if longer.max(shorter) < self.0.len() * 9 / 10 {
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
        let mut pair = None;
        // An earlier run with the same seed may have locked out a name that nobody has.
        for _ in 0..NAMES {
            pair = time_pair(driver, side, &known, number)?;
            if pair.is_some() {
                break;
            }
        }
        let Some(pair) = pair else { return Ok(None) };
        pairs.push(pair);
    }
    Ok(Some(Sample(pairs)))
}

/// The times of the refusals of the known and of an unknown name. `None` without two refusals, or if one
/// says that the name is locked out, which takes another time.
fn time_pair(
    driver: &mut Driver<'_, '_>,
    side: &Side,
    known: &Attempt,
    number: usize,
) -> Step<Option<(Duration, Duration)>> {
    // As long as the known name, so that the two requests differ only in whether the user exists.
    let (local, domain) =
        known.name.split_once('@').map_or((known.name.as_str(), None), |(l, d)| (l, Some(d)));
    let nobody = driver.run.suite.nobody(driver.run.options.seed, &format!("timing {number}"));
    // The end of the name differs most.
    let end = nobody.chars().rev().chain("zxqj".chars().cycle());
    let name: String = end.take(local.len().max(3)).collect();
    let name = domain.map_or(name.clone(), |domain| format!("{name}@{domain}"));
    let unknown = wrong("a wrong password for an unknown user", side.way, &name, None);
    let mut times = [Duration::ZERO; 2];
    // The order alternates, because the first request of a pair may be slower after a pause.
    let order = if number.is_multiple_of(2) { [0, 1] } else { [1, 0] };
    for at in order {
        let attempt = if at == 0 { known } else { &unknown };
        let Some(response) = step_and_log_out(driver, &attempt.case)? else { return Ok(None) };
        if says_blocked(&response) {
            return Ok(None);
        }
        times[at] = response.duration;
    }
    Ok(Some((times[0], times[1])))
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
