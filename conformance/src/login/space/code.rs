//! Guesses of a code of the second factor: the right code, changed.

use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;

use super::{Attempt, accepted, guess::attempt};
use crate::login::{Driver, accounts::Account, attempts::may_fail, requests};
use specfirst_engine::{
    runner::Step,
    space::{Cell, Value, plan},
    transform::{Class, Transform, Weight, catalogue},
};

/// A change of a right code.
#[derive(Clone, Copy)]
struct Change {
    transform: Transform,
    weight: Weight,
}

impl Cell for Change {
    fn groups(&self) -> Vec<Vec<Value>> {
        let mut groups = vec![vec![Value::of("class", self.transform.class())]];
        // A code is short, so what is changed is mostly its characters, and each cut is at another place.
        let class = self.transform.class();
        let is_telling = class == Class::Cut
            || self.weight == Weight::First && matches!(class, Class::Extension | Class::Edit);
        if self.weight != Weight::Rare && is_telling {
            groups.push(vec![Value::of("change", self.transform)]);
        }
        groups
    }

    fn weight(&self) -> Weight {
        self.weight
    }
}

/// Sends changes of a right code until the account has no failure left. `right` is a code that was not sent,
/// `what` says which, such as "a backup code", and `space` names the space of its changes.
pub(crate) fn guess_code(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    right: &str,
    what: &str,
    space: &'static str,
) -> Step<()> {
    let changes = catalogue()
        .into_iter()
        .filter(|(transform, _)| !matches!(transform.class(), Class::Email | Class::Signed));
    let changes: Vec<_> = changes.map(|(transform, weight)| Change { transform, weight }).collect();
    let of = changes.len();
    let changes = plan(changes, driver.run.options.seed);
    driver.run.plan_space(space, of, changes.len());
    let ignores_case = !has_both_cases(&account.backup_codes);
    for Change { transform, .. } in changes {
        let Some(changed) = transform.apply(right) else { continue };
        if !may_fail(driver, account)? {
            break;
        }
        driver.run.count_cell(space);
        let title = format!("the right password and {what} {transform}");
        let body = json!({
            "user": account.username, "password": account.password, "code": changed,
        });
        let guess = attempt(
            "login",
            title,
            requests::in_json(&body),
            is_same_code(&changed, right, ignores_case),
            "wrong_code_is_refused",
            account,
        );
        let changed = transform.uses_original().then_some(("code", changed));
        let guess = Attempt { changed, ..guess };
        let place = format!("code, {}", transform.class().name());
        if let Some(found) = accepted(driver, &guess, &place)? {
            driver.run.report(found.finding, &found.case, found.response.as_ref());
            driver.stop_at_failure()?;
        }
    }
    Ok(())
}

/// Whether codes have letters of both cases. Then case is a part of what must be guessed, as in the codes of
/// Rocket.Chat. Otherwise a server may let people type codes in either case.
fn has_both_cases(codes: &[String]) -> bool {
    let has = |is: fn(char) -> bool| codes.iter().any(|code| code.chars().any(is));
    has(char::is_uppercase) && has(char::is_lowercase)
}

/// Whether a server may take two codes for the same one. People type codes in groups.
fn is_same_code(one: &str, other: &str, ignores_case: bool) -> bool {
    let plain = |code: &str| -> String {
        let code: String = code.nfkc().filter(|c| c.is_alphanumeric()).collect();
        if ignores_case { code.to_lowercase() } else { code }
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_matters_where_codes_have_both() {
        let both = has_both_cases(&["bkAA".to_owned()]);
        assert!(both && !has_both_cases(&["bk01".to_owned(), "ck02".to_owned()]));
        assert!(!is_same_code("BKaa", "bkAA", !both));
        assert!(is_same_code("bk-AA", "bkAA", !both));
        assert!(is_same_code("BK01", "bk01", true));
        assert!(!is_same_code("bk012", "bk01", true));
    }
}
