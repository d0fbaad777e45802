//! Credentials that are almost right: other passwords, members of a wrong type, and missing members.

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
pub(super) fn scenarios() -> Vec<Scenario> {
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

/// A wrong password that a careless comparison accepts: a description, and a function that derives it
/// from the account. The function returns `None` if the password has no such neighbour.
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
    // `smoke` sends this one too. Here it shows, together with the others, what the server compares.
    ("the password with a space after it", |a| Some(format!("{} ", a.password))),
    ("the password and one character more", |a| Some(format!("{}x", a.password))),
    ("the password with a space before it", |a| Some(format!(" {}", a.password))),
    ("the first eight characters of the password", |a| Some(a.password.chars().take(8).collect())),
    ("the first character of the password", |a| Some(a.password.chars().take(1).collect())),
    // bcrypt reads only 72 bytes.
    ("the first 72 bytes of the password and another end", |a| {
        let end = (0..=72).rev().find(|at| a.password.is_char_boundary(*at))?;
        (a.password.len() >= 72).then(|| format!("{}-other", &a.password[..end]))
    }),
];

/// This password shares nothing with the right one, so it belongs to another rule.
const ANOTHER: &str = "another password";

/// How many entries of each list the first of two scenarios sends. The lists start with the defects that
/// are most common, and the second scenario comes later in the plan.
const FIRST_NEIGHBOURS: usize = 4;
const FIRST_ILL_TYPED: usize = 7;
const FIRST_MEMBERS: usize = 3;

fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, 0..FIRST_NEIGHBOURS)
}

fn neighbour_prefixes(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, FIRST_NEIGHBOURS..usize::MAX)
}

/// Sends each neighbour for the account with the fewest failures, so that no account needs a login in
/// between to avoid its lock-out.
fn refuse_neighbours(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    for (title, near) in part(NEIGHBOURS.to_vec(), &which) {
        let candidates = driver.run.suite.plain_accounts().filter_map(|account| {
            let password = near(account).filter(|password| *password != account.password)?;
            Some((account, password))
        });
        let least =
            candidates.min_by_key(|(account, _)| driver.run.suite.failures(&account.username));
        let Some((account, password)) = least else { continue };
        // A part of a secret is a secret too, but a user name or up to three characters are not.
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

/// A text of the same characters that has no common prefix with the password.
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

/// Valid credentials with one member of a wrong type. A success means that the server coerced it.
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
    // A number has the same digits only if the password has no leading zero.
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

/// The entries of a list in a range, which may reach past the end.
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
        // A server may count a login without a password as a failed one.
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
