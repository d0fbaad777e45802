//! Everything next to right credentials: other passwords, other types, members that are missing.

use std::ops::Range;

use serde_json::{Value, json};

use super::Scenario;
use crate::login::{Driver, accounts::Account, requests, steps::step_and_log_out};
use specfirst_engine::{
    http::case::{Broken, Case, Expect},
    runner::Step,
};
use specfirst_model::Pointer;

const REQUEST: &str = "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema";

/// The scenarios of passwords.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "neighbours",
            rules: &["password_is_compared_whole", "wrong_password_is_refused"],
            production: true,
            run: neighbours,
        },
        Scenario {
            name: "neighbour-prefixes",
            rules: &["password_is_compared_whole", "wrong_password_is_refused"],
            production: true,
            run: neighbour_prefixes,
        },
        Scenario {
            name: "ill-typed",
            rules: &["ill_typed_member_is_refused"],
            production: true,
            run: ill_typed,
        },
        Scenario {
            name: "ill-typed-resume",
            rules: &["ill_typed_member_is_refused"],
            production: true,
            run: ill_typed_resume,
        },
        Scenario { name: "members", rules: &["mandatory_members"], production: true, run: members },
        Scenario {
            name: "empty-members",
            rules: &["mandatory_members"],
            production: true,
            run: empty_members,
        },
        Scenario {
            name: "inactive",
            rules: &["inactive_account_is_refused"],
            production: true,
            run: inactive,
        },
    ]
}

/// What a careless comparison takes for the right password: what was done to it, and how; nothing
/// where the account's password has no such neighbour.
type Neighbour = (&'static str, fn(&Account) -> Option<String>);

const NEIGHBOURS: [Neighbour; 12] = [
    ("the password without its last character", |a| {
        let count = a.password.chars().count();
        Some(a.password.chars().take(count.saturating_sub(1)).collect())
    }),
    ("the password in other case", |a| Some(other_case(&a.password))),
    ("the user name as password", |a| Some(a.username.clone())),
    ("the password and a NUL", |a| Some(format!("{}\0", a.password))),
    ("an empty password", |_| Some(String::new())),
    (ANOTHER, |a| Some(another(&a.password))),
    // The first of the plan, once more, since which of these logs in tells what is wrong.
    ("the password with a space after it", |a| Some(format!("{} ", a.password))),
    ("the password and one character more", |a| Some(format!("{}x", a.password))),
    ("the password with a space before it", |a| Some(format!(" {}", a.password))),
    ("the first eight characters of the password", |a| Some(a.password.chars().take(8).collect())),
    ("the first character of the password", |a| Some(a.password.chars().take(1).collect())),
    // bcrypt reads 72 bytes.
    ("the first 72 bytes of the password and another end", |a| {
        let end = (0..=72).rev().find(|at| a.password.is_char_boundary(*at))?;
        (a.password.len() >= 72).then(|| format!("{}-other", &a.password[..end]))
    }),
];

/// What shares nothing with the right password is no neighbour.
const ANOTHER: &str = "another password";

/// How many of each list are asked first; the others are asked once the plan's more telling part is
/// done, as what most servers get wrong comes first in each list.
const FIRST_NEIGHBOURS: usize = 4;
const FIRST_ILL_TYPED: usize = 7;
const FIRST_MEMBERS: usize = 3;

fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, 0..FIRST_NEIGHBOURS)
}

fn neighbour_prefixes(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, FIRST_NEIGHBOURS..usize::MAX)
}

/// Each of the account that has failed least: of several, none must log in between, lest it be locked.
fn refuse_neighbours(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    for (title, near) in part(NEIGHBOURS.to_vec(), &which) {
        let asked = driver.run.suite.plain_accounts().filter_map(|account| {
            let password = near(account).filter(|password| *password != account.password)?;
            Some((account, password))
        });
        let least = asked.min_by_key(|(account, _)| driver.run.suite.failures(&account.username));
        let Some((account, password)) = least else { continue };
        // Part of a secret is one too; a name, or a letter or two, is none.
        if password != account.username && password.len() >= 4 {
            driver.run.environment.secrets.learn("password", &password);
        }
        let rule = if title == ANOTHER {
            "wrong_password_is_refused"
        } else {
            "password_is_compared_whole"
        };
        step_and_log_out(driver, &requests::other_password(account, title, &password, rule))?;
    }
    Ok(())
}

/// A text of the same alphabet that shares no beginning with the password.
fn another(password: &str) -> String {
    format!("x{}-wrong", password.chars().rev().collect::<String>())
}

fn other_case(text: &str) -> String {
    text.chars()
        .map(
            |c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            },
        )
        .collect()
}

/// Valid credentials with one member of a wrong type; a success means that it was coerced.
pub(super) fn ill_typed_bodies(account: &Account) -> Vec<(&'static str, &'static str, Value)> {
    let right = json!({"user": account.username, "password": account.password});
    let with = |member: &str, value: Value| {
        let mut body = right.clone();
        body[member] = value;
        body
    };
    let mut bodies = vec![
        ("password", "an operator object", with("password", json!({"$ne": null}))),
        ("password", "an array", with("password", json!([account.password]))),
        ("user", "an array", with("user", json!([account.username]))),
        ("password", "true", with("password", json!(true))),
        ("resume", "an operator object, alone", json!({"resume": {"$gt": ""}})),
        ("code", "a number", with("code", json!(123_456))),
        ("user", "an operator object", with("user", json!({"$gt": ""}))),
        ("password", "null", with("password", Value::Null)),
        ("resume", "a number", with("resume", json!(0))),
        ("code", "an array", with("code", json!(["123456"]))),
        ("resume", "an operator object", with("resume", json!({"$ne": null}))),
        ("resume", "true, alone", json!({"resume": true})),
    ];
    // A number is the same text only where the password has no zero in front.
    if let Ok(number) = account.password.parse::<u64>()
        && number.to_string() == account.password
    {
        bodies.insert(
            0,
            ("password", "a number of the same digits", with("password", json!(number))),
        );
    }
    bodies
}

/// The entries of a list at some places, as far as it goes.
pub(super) fn part<T>(list: Vec<T>, which: &Range<usize>) -> impl Iterator<Item = T> + use<T> {
    list.into_iter().skip(which.start).take(which.end - which.start)
}

fn ill_typed(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_ill_typed(driver, 0..FIRST_ILL_TYPED)
}

fn ill_typed_resume(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_ill_typed(driver, FIRST_ILL_TYPED..usize::MAX)
}

fn refuse_ill_typed(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    let mut accounts: Vec<_> = driver.run.suite.plain_accounts().collect();
    accounts.sort_by_key(|account| account.password.parse::<u64>().is_err());
    let Some(account) = accounts.first() else { return Ok(()) };
    for (member, kind, body) in part(ill_typed_bodies(account), &which) {
        let title = format!("valid credentials, but `{member}` is {kind}");
        let rule = "ill_typed_member_is_refused";
        let mut case =
            requests::login(&title, &body, Expect::RefusalNotCoercion, rule).of(&account.username);
        let schema = format!("{REQUEST}/properties/{member}/type");
        case.broken = Some(Broken {
            mutation: "wrong-type",
            instance: Pointer::root().child(member),
            schema: Pointer::parse(&schema).unwrap_or_default(),
        });
        step_and_log_out(driver, &case)?;
    }
    Ok(())
}

/// The sentence "it's mandatory to include either the `user` AND `password` or only the `resume`".
fn members(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_members(driver, 0..FIRST_MEMBERS)
}

fn empty_members(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_members(driver, FIRST_MEMBERS..usize::MAX)
}

fn refuse_members(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let (name, password) = (&account.username, &account.password);
    let bodies = vec![
        ("only `user`", json!({"user": name})),
        ("an empty object", json!({})),
        ("only `password`", json!({"password": password})),
        ("an empty `resume`", json!({"resume": ""})),
        ("an empty `user`", json!({"user": "", "password": password})),
        ("only `code`", json!({"code": "123456"})),
        ("`user` and `code`", json!({"user": name, "code": "123456"})),
        ("an empty `user` and an empty `password`", json!({"user": "", "password": ""})),
    ];
    for (title, body) in part(bodies, &which) {
        let case = requests::login(title, &body, Expect::Refusal, "mandatory_members");
        // A server may count an attempt without a password as a wrong one.
        let case =
            if body.get("user").is_some_and(|user| user == name) { case.of(name) } else { case };
        step_and_log_out(driver, &case)?;
    }
    Ok(())
}

fn inactive(driver: &mut Driver<'_, '_>) -> Step<()> {
    let inactive = driver.run.suite.accounts.iter().find(|account| !account.active);
    let Some(account) = inactive else {
        driver.run.not_run("inactive_account_is_refused", "an account with `active = false`");
        return Ok(());
    };
    let rule = "inactive_account_is_refused";
    let case = requests::password(account, Expect::Unauthorized, rule);
    step_and_log_out(
        driver,
        &Case { title: "an inactive account's right password".to_owned(), ..case },
    )?;
    Ok(())
}
