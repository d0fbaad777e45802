//! Accounts without a password: no text, and no other value, takes the place of the password.

use serde_json::{Value as Json, json};

use super::{Attempt, accepted, way::Identity};
use crate::login::{Driver, Scenario, accounts::WithoutPassword, requests};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
    space::{Cell, Value, plan},
    transform::{Algorithm, Digest, Notation, Weight},
};

const RULE: &str = "account_without_password_is_refused";
/// The name of the space in reports.
const SPACE: &str = "unset passwords";

/// The scenario of accounts without a password.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "password-unset", rules: &[RULE], production: true, run }
}

/// What a login gives as the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Given {
    Absent,
    Null,
    Text(&'static str),
    UserName,
    /// The digest of a text, as an object.
    Digest(&'static str),
    /// An empty list or object.
    EmptyList,
    EmptyObject,
    False,
}

/// The values, the ones that code without a check lets in first: it compares with nothing, with an empty text,
/// with the text of nothing, or with a default.
const GIVEN: [(Given, Weight); 18] = {
    use Given::{Absent, Digest, EmptyList, EmptyObject, False, Null, Text, UserName};
    use Weight::{First, Usual};
    [
        (Text(""), First),
        (Text("null"), First),
        (UserName, First),
        (Null, First),
        (Absent, Usual),
        (Text("undefined"), Usual),
        (Text("password"), Usual),
        (Text("x"), Usual),
        (Text("None"), Usual),
        (Text("nil"), Usual),
        (Text("false"), Usual),
        (Text("0"), Usual),
        (Text(" "), Usual),
        (Digest(""), Usual),
        (Digest("null"), Usual),
        (EmptyList, Usual),
        (EmptyObject, Usual),
        (False, Usual),
    ]
};

/// A login to an account without a password.
#[derive(Clone, Copy, Debug)]
struct Unset {
    given: Given,
    weight: Weight,
    identity: Identity,
    as_form: bool,
}

impl Cell for Unset {
    fn groups(&self) -> Vec<Vec<Value>> {
        let given = Value::of("given", self.given);
        let (identity, form) =
            (Value::of("identity", self.identity), Value::of("form", self.as_form));
        let mut groups = vec![vec![given], vec![identity, form]];
        if self.weight == Weight::First {
            groups.push(vec![given, form]);
        }
        groups
    }

    fn weight(&self) -> Weight {
        // The documented way comes first.
        if self.as_form || self.identity == Identity::Email { Weight::Rare } else { self.weight }
    }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts = driver.run.suite.without_password.clone();
    if accounts.is_empty() {
        driver.run.not_run(RULE, "an account without `password`");
    }
    let mut cells = Vec::new();
    for (given, weight) in GIVEN {
        for identity in [Identity::Name, Identity::Email] {
            for as_form in [false, true] {
                // A form holds only texts.
                if !as_form || matches!(given, Given::Absent | Given::Text(_) | Given::UserName) {
                    cells.push(Unset { given, weight, identity, as_form });
                }
            }
        }
    }
    let of = cells.len() * accounts.len();
    let cells = plan(cells, driver.run.options.seed);
    driver.run.plan_space(SPACE, of, cells.len() * accounts.len());
    for account in &accounts {
        for cell in &cells {
            // No login resets the count of failures.
            if driver.run.suite.failures_left(&account.username) == 0 {
                break;
            }
            let Some(case) = cell.case(account) else { continue };
            driver.run.count_cell(SPACE);
            let guess = Attempt { case, may_succeed: false, changed: None };
            if let Some(found) = accepted(driver, &guess, "password")? {
                driver.run.report(found.finding, &found.case, found.response.as_ref());
                driver.stop_at_failure()?;
                break;
            }
        }
    }
    Ok(())
}

impl Unset {
    fn case(self, account: &WithoutPassword) -> Option<Case> {
        let name = match self.identity {
            Identity::Name => &account.username,
            Identity::Email => account.email.as_ref()?,
        };
        let mut body = json!({"user": name});
        let what = match self.given {
            Given::Absent => "no password".to_owned(),
            Given::Null => "null as password".to_owned(),
            Given::Text("") => "an empty password".to_owned(),
            Given::Text(text) => format!("the password `{text}`"),
            Given::UserName => "the user name as password".to_owned(),
            Given::Digest("") => "the digest of an empty password".to_owned(),
            Given::Digest(text) => format!("the digest of the password `{text}`"),
            Given::EmptyList => "an empty list as password".to_owned(),
            Given::EmptyObject => "an empty object as password".to_owned(),
            Given::False => "`false` as password".to_owned(),
        };
        if let Some(value) = self.given.value(&account.username) {
            body["password"] = value;
        }
        let form = if self.as_form { ", as a form" } else { "" };
        let by = if self.identity == Identity::Email { ", by e-mail" } else { "" };
        let title = format!("a login to an account without a password, with {what}{by}{form}");
        let request: Request =
            if self.as_form { requests::in_form(&body) } else { requests::in_json(&body) };
        let case = Case::new("login", title, request, Expect::Refusal).rule(RULE);
        Some(case.of(&account.username))
    }
}

impl Given {
    fn value(self, name: &str) -> Option<Json> {
        match self {
            Self::Absent => None,
            Self::Null => Some(Json::Null),
            Self::Text(text) => Some(json!(text)),
            Self::UserName => Some(json!(name)),
            Self::Digest(text) => {
                let digest = Digest { algorithm: Algorithm::Sha256, notation: Notation::Hex };
                Some(json!({"digest": digest.of(text), "algorithm": "sha-256"}))
            }
            Self::EmptyList => Some(json!([])),
            Self::EmptyObject => Some(json!({})),
            Self::False => Some(json!(false)),
        }
    }
}
