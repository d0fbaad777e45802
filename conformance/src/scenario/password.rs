//! Right passwords in every documented form, and everything next to a right password.

use std::ops::Range;

use serde_json::{Value, json};

use super::{Scenario, check_identity, requests};
use crate::{
    accounts::Account,
    case::{Broken, Case, Expect, Request},
    driver::{Driver, Step},
    strategy::form,
};
use login_spec::Pointer;

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
            name: "neighbours-more",
            rules: &["password_is_compared_whole", "wrong_password_is_refused"],
            production: true,
            run: neighbours_more,
        },
        Scenario {
            name: "ill-typed",
            rules: &["ill_typed_member_is_refused"],
            production: true,
            run: ill_typed,
        },
        Scenario {
            name: "ill-typed-more",
            rules: &["ill_typed_member_is_refused"],
            production: true,
            run: ill_typed_more,
        },
        Scenario { name: "members", rules: &["mandatory_members"], production: true, run: members },
        Scenario {
            name: "members-more",
            rules: &["mandatory_members"],
            production: true,
            run: members_more,
        },
        Scenario {
            name: "ways-in",
            rules: &[
                "email_logs_in",
                "unknown_members_are_ignored",
                "media_type_parameters_are_accepted",
            ],
            production: true,
            run: ways_in,
        },
        Scenario { name: "form", rules: &["form_logs_in"], production: true, run: by_form },
        Scenario {
            name: "wrong-ways",
            rules: &["wrong_password_is_refused"],
            production: true,
            run: wrong_ways,
        },
        Scenario {
            name: "inactive",
            rules: &["inactive_account_is_refused"],
            production: true,
            run: inactive,
        },
    ]
}

/// Passwords that a careless comparison takes for the right one, with what was done to it.
fn neighbours_of(account: &Account) -> Vec<(&'static str, String)> {
    let right = account.password.as_str();
    let mut near = vec![
        ("the password without its last character", cut(right, 1)),
        ("the password in other case", other_case(right)),
        ("an empty password", String::new()),
        ("the user name as password", account.username.clone()),
        ("the password and a NUL", format!("{right}\0")),
        ("another password", another(right)),
        // The first of the plan, once more, since which of these logs in tells what is wrong.
        ("the password with a space after it", format!("{right} ")),
        ("the password and one character more", format!("{right}x")),
        ("the password with a space before it", format!(" {right}")),
        ("the first eight characters of the password", right.chars().take(8).collect()),
        ("the first character of the password", right.chars().take(1).collect()),
    ];
    if right.len() >= 72 {
        // bcrypt reads 72 bytes.
        let mut long = right.to_owned();
        while long.len() > 72 {
            long.pop();
        }
        near.push(("the first 72 bytes of the password and another end", long + "-other"));
    }
    near.retain(|(_, password)| password != right);
    near
}

/// How many of each list are asked first; the others are asked once the plan's more telling part is
/// done, as what most servers get wrong comes first in each list.
const FIRST_NEIGHBOURS: usize = 5;
const FIRST_ILL_TYPED: usize = 7;
const FIRST_MEMBERS: usize = 3;

fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, 0..FIRST_NEIGHBOURS)
}

fn neighbours_more(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_neighbours(driver, FIRST_NEIGHBOURS..usize::MAX)
}

fn refuse_neighbours(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    // The longest password has the most neighbours: past 72 bytes bcrypt's cut is one.
    let mut accounts: Vec<_> = driver.run.plain_accounts().collect();
    accounts.sort_by_key(|account| std::cmp::Reverse(account.password.len() >= 72));
    let Some(account) = accounts.first() else { return Ok(()) };
    for (title, password) in part(neighbours_of(account), &which) {
        // Part of a secret is one too; a name, or a letter or two, is none.
        if password != account.username && password.len() >= 4 {
            driver.run.secrets.learn("password", &password);
        }
        // What shares nothing with the right one is no neighbour.
        let rule = if title == "another password" {
            "wrong_password_is_refused"
        } else {
            "password_is_compared_whole"
        };
        driver.step_and_out(&requests::other_password(account, title, &password, rule))?;
    }
    if !accounts.iter().any(|account| account.password.len() > 72) {
        driver.run.asked("password_is_compared_whole");
    }
    Ok(())
}

/// A text of the same alphabet that shares no beginning with the password.
fn another(password: &str) -> String {
    format!("x{}-wrong", password.chars().rev().collect::<String>())
}

fn cut(text: &str, characters: usize) -> String {
    let count = text.chars().count();
    text.chars().take(count.saturating_sub(characters)).collect()
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
fn part<T>(list: Vec<T>, which: &Range<usize>) -> impl Iterator<Item = T> + use<T> {
    list.into_iter().skip(which.start).take(which.end - which.start)
}

fn ill_typed(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_ill_typed(driver, 0..FIRST_ILL_TYPED)
}

fn ill_typed_more(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_ill_typed(driver, FIRST_ILL_TYPED..usize::MAX)
}

fn refuse_ill_typed(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    let mut accounts: Vec<_> = driver.run.plain_accounts().collect();
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
        driver.step_and_out(&case)?;
    }
    Ok(())
}

/// The sentence "it's mandatory to include either the `user` AND `password` or only the `resume`".
fn members(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_members(driver, 0..FIRST_MEMBERS)
}

fn members_more(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse_members(driver, FIRST_MEMBERS..usize::MAX)
}

fn refuse_members(driver: &mut Driver<'_, '_>, which: Range<usize>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
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
        driver.step_and_out(&case)?;
    }
    Ok(())
}

/// By e-mail, with a member that nobody named, and with a charset: at once, as a success shows all
/// three; where it is refused, one after the other.
fn ways_in(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<_> = driver.run.plain_accounts().collect();
    let Some(first) = accounts.first().copied() else { return Ok(()) };
    let with_email = accounts.iter().copied().find(|account| account.email.is_some());
    if with_email.is_none() {
        driver.run.not_run("email_logs_in", "an account with `email`");
    }
    let account = with_email.unwrap_or(first);
    let user = account.email.as_deref().unwrap_or(&account.username);
    let more = |mut body: Value| {
        body["x-unknown-member"] = json!({"nested": [1, null, "two"]});
        body
    };
    let json = |user: &str| json!({"user": user, "password": account.password});
    const WITH_CHARSET: &str = "Application/JSON; charset=UTF-8";
    const BY_EMAIL: &str = "the right password by e-mail";
    let post = |media_type: &str, body: &Value| {
        Request::new("POST", requests::LOGIN).body(media_type, body.to_string())
    };
    let case = |title: &str, request, rule| {
        Case::new("login", title, request, Expect::Success).rule(rule).of(&account.username)
    };
    let title = "by e-mail, with an unknown member, a charset, and a media type in other case";
    let at_once = case(title, post(WITH_CHARSET, &more(json(user))), "email_logs_in");
    let (findings, answer) = driver.judged(&at_once)?;
    let succeeded = answer.as_ref().is_some_and(crate::exchange::Answer::is_success);
    if succeeded {
        for rule in ["unknown_members_are_ignored", "media_type_parameters_are_accepted"] {
            driver.run.asked(rule);
        }
        if with_email.is_some() {
            driver.run.asked("email_logs_in");
        }
        for finding in findings {
            driver.run.report(finding, &at_once, answer.as_ref());
        }
        if let Some(answer) = &answer {
            check_identity(driver, account, &at_once, answer);
            if let Some(begun) = crate::driver::session(&at_once, answer) {
                driver.logout(&begun)?;
            }
        }
        return driver.stop_at_failure();
    }
    let name = &account.username;
    let mut apart = vec![
        case(
            "the right password and an unknown member",
            post("application/json", &more(json(name))),
            "unknown_members_are_ignored",
        ),
        case(
            "a media type with charset, in other case",
            post(WITH_CHARSET, &json(name)),
            "media_type_parameters_are_accepted",
        ),
    ];
    if with_email.is_some() {
        apart.push(case(BY_EMAIL, post("application/json", &json(user)), "email_logs_in"));
    }
    let mut refused = false;
    let mut taken_apart = Ok(());
    for case in apart {
        match driver.step_and_out(&case) {
            Ok(answer) => refused |= answer.is_some_and(|answer| !answer.is_success()),
            Err(halt) => {
                taken_apart = Err(halt);
                break;
            }
        }
    }
    if !refused {
        // Each logs in, and all at once do not; or there was no budget to find out which does not.
        for finding in findings {
            driver.run.report(finding, &at_once, answer.as_ref());
        }
    }
    taken_apart
}

/// The same credentials as a form.
fn by_form(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let post = |password: &str| {
        let body = json!({"user": account.username, "password": password});
        let media_type = "application/x-www-form-urlencoded";
        Request::new("POST", requests::LOGIN).body(media_type, form(&body))
    };
    let title = "the right password as a form";
    let case = Case::new("login", title, post(&account.password), Expect::Success);
    in_and_out(driver, account, case.rule("form_logs_in").of(&account.username))
}

/// Wrong passwords by the other ways.
fn wrong_ways(driver: &mut Driver<'_, '_>) -> Step<()> {
    let rule = "wrong_password_is_refused";
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    if let Some(email) = &account.email {
        let wrong = json!({"user": email, "password": "not-the-password"});
        let title = "a wrong password by e-mail";
        let case = requests::login(title, &wrong, Expect::Unauthorized, rule);
        driver.step_and_out(&case.of(&account.username))?;
    }
    let wrong = json!({"user": account.username, "password": "not-the-password"});
    let wrong = Request::new("POST", requests::LOGIN)
        .body("application/x-www-form-urlencoded", form(&wrong));
    let case = Case::new("login", "a wrong password as a form", wrong, Expect::Unauthorized);
    driver.step_and_out(&case.rule(rule).of(&account.username))?;
    Ok(())
}

fn in_and_out(driver: &mut Driver<'_, '_>, account: &Account, case: Case) -> Step<()> {
    if let Some(answer) = driver.step_and_out(&case)? {
        check_identity(driver, account, &case, &answer);
    }
    Ok(())
}

fn inactive(driver: &mut Driver<'_, '_>) -> Step<()> {
    let inactive = driver.run.options.accounts.iter().find(|account| !account.active);
    let Some(account) = inactive else {
        driver.run.not_run("inactive_account_is_refused", "an account with `active = false`");
        return Ok(());
    };
    let rule = "inactive_account_is_refused";
    let case = requests::password(account, Expect::Unauthorized, rule);
    driver
        .step_and_out(&Case { title: "an inactive account's right password".to_owned(), ..case })?;
    Ok(())
}
