//! Which failures a target counts: those of one account at all, those of a name that nobody has, and those that
//! come at once.

use super::lockout::{right, wrong};
use crate::login::{Driver, accounts::Account, attempts::says_blocked, requests, steps::succeeds};
use specfirst_engine::{
    check::{finding::Finding, noise::Features},
    http::{case::Expect, response::Response},
    runner::Step,
};

pub(super) const LIMITED: &str = "failures_are_limited";
pub(super) const AT_ONCE: &str = "lockout_counts_simultaneous_failures";
pub(super) const ALIKE: &str = "refusals_look_alike";

/// More failures in a row than an account may have.
const MAX_FAILURES: usize = 100;
/// The most failures that are sent at once.
const MAX_AT_ONCE: usize = 36;

/// The responses to failures in a row, until one of them says that the name is locked out.
#[derive(Default)]
pub(super) struct FailuresUntilLockout {
    first: Option<Features>,
    count: usize,
    locked: Option<Features>,
    /// The last refusal that says that attempts are limited.
    told: Option<Features>,
    /// How many refusals at the end say so, all in the same way.
    told_in_a_row: usize,
}

impl FailuresUntilLockout {
    /// Adds the response to the next failure of a name.
    pub(super) fn add(&mut self, response: &Response, name: &str) {
        let features = Features::of(response, &[name]);
        let is_told = tells_limit(response);
        let is_same = self.told.as_ref().is_none_or(|told| told.looks_like(&features));
        self.told_in_a_row = if is_told && is_same { self.told_in_a_row + 1 } else { 0 };
        self.told = is_told.then(|| features.clone());
        match &self.first {
            _ if self.locked.is_some() => {}
            Some(first) if !first.looks_like(&features) => self.locked = Some(features),
            _ => {
                self.first.get_or_insert(features);
                self.count += 1;
            }
        }
    }

    /// Whether the last refusals say, in the same way, that attempts are limited, and the first did not. A refusal
    /// that counts the attempts that are left says something else each time.
    pub(super) fn is_told(&self) -> bool {
        self.locked.is_some() && self.told_in_a_row >= 2
    }

    /// How many failures got the refusal of a wrong password before another one came. `None` if none came.
    pub(super) fn limit(&self) -> Option<usize> {
        self.locked.is_some().then_some(self.count)
    }
}

/// Whether a refusal says that attempts are limited.
fn tells_limit(response: &Response) -> bool {
    let text = response.text().to_lowercase();
    says_blocked(response)
        || ["too many", "locked", "blocked"].iter().any(|word| text.contains(word))
}

/// Sends failures until the target limits them. After too many, the right password must not log in.
pub(super) fn limited(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let mut failures = FailuresUntilLockout::default();
    for number in 1..=MAX_FAILURES {
        let title = format!("wrong password {number} of {MAX_FAILURES}");
        let Some(response) = driver.step(&wrong(account, &title))? else { return Ok(()) };
        failures.add(&response, &account.username);
        if failures.limit().is_some() {
            driver.run.count_check(LIMITED);
            return Ok(());
        }
    }
    driver.run.count_check(LIMITED);
    let case = right(account);
    if succeeds(driver, &case)? {
        let finding = Finding::new(
            LIMITED,
            "/",
            format!("the right password logs in at once after {MAX_FAILURES} wrong ones in a row"),
            "a lockout, a delay or a limit of requests",
            "a login",
        );
        driver.run.report(finding, &case, None);
    }
    Ok(())
}

/// A name that nobody has must be locked out like that of an account. `known` are the failures of an account.
pub(super) fn hides_accounts(
    driver: &mut Driver<'_, '_>,
    known: &FailuresUntilLockout,
) -> Step<()> {
    let Some(limit) = known.limit() else { return Ok(()) };
    let name = driver.run.suite.nobody(driver.run.options.seed, "lockout");
    let body = serde_json::json!({"user": name, "password": "not-the-password"});
    let mut unknown = FailuresUntilLockout::default();
    let title = format!("a wrong password for an unknown user, after {limit} others");
    let case = requests::login(&title, &body, Expect::Refusal, ALIKE);
    let mut last = None;
    // One more than the limit, because a target may count the request that it refuses.
    for _ in 0..=limit + 1 {
        last = driver.step(&case)?;
        let Some(response) = &last else { return Ok(()) };
        unknown.add(response, &name);
    }
    driver.run.count_check(ALIKE);
    if unknown.limit().is_none() {
        let finding = Finding::new(
            ALIKE,
            "lockout",
            format!(
                "{limit} failures lock an account out, and no failures lock an unknown user out"
            ),
            "the same refusals for both",
            "another refusal for an account",
        );
        driver.run.report(finding, &case, last.as_ref());
    }
    Ok(())
}

/// Failures of another account that come at once must not all be compared with its password. `known` are the
/// failures of the account that is locked out.
pub(super) fn at_once(
    driver: &mut Driver<'_, '_>,
    locked_out: &Account,
    known: &FailuresUntilLockout,
) -> Step<()> {
    let suite = driver.run.suite;
    let mut others = suite.plain_accounts().filter(|other| other.username != locked_out.username);
    let Some(account) = others.find(|other| other.sacrificial).cloned() else {
        driver.run.not_run(AT_ONCE, "two accounts with `sacrificial = true`");
        return Ok(());
    };
    let (Some(limit), Some(first)) = (known.limit(), &known.first) else {
        driver.run.not_run(AT_ONCE, "a target that says when it locks an account out");
        return Ok(());
    };
    if driver.run.is_limited() || limit * 3 > MAX_AT_ONCE || !succeeds(driver, &right(&account))? {
        return Ok(());
    }
    suite.offer(&account.username);
    let case = wrong(&account, "a wrong password, sent many times at once");
    let responses = driver.step_all(&vec![case.clone(); limit * 3])?;
    driver.run.count_check(AT_ONCE);
    let is_compared =
        |response: &&Response| Features::of(response, &[&account.username]).looks_like(first);
    let compared = responses.iter().flatten().filter(is_compared).count();
    if compared >= limit * 2 {
        let finding = Finding::new(
            AT_ONCE,
            "/",
            format!(
                "{limit} failures in a row lock an account out, and of {} at once {compared} are compared \
                 with its password",
                limit * 3
            ),
            format!("about {limit}"),
            compared.to_string(),
        );
        driver.run.report(finding, &case, responses.into_iter().flatten().next().as_ref());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(messages: &[&str]) -> bool {
        let mut failures = FailuresUntilLockout::default();
        for message in messages {
            failures.add(&Response::of_json(401, &json!({"message": message})), "alice");
        }
        failures.is_told()
    }

    #[test]
    fn lockout_is_told_by_equal_refusals_that_differ_from_the_first() {
        assert!(told(&["wrong", "wrong", "too many attempts", "too many attempts"]));
        assert!(!told(&["wrong", "wrong", "wrong"]));
        assert!(!told(&["wrong", "too many attempts", "wrong"]));
        // This one counts down, and locks nobody out.
        assert!(!told(&["locked after 3", "locked after 2", "locked after 1"]));
        assert!(!told(&["too many attempts", "too many attempts"]));
    }
}
