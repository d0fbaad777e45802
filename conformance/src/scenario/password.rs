//! Right passwords in every documented form, and everything next to a right password.

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
            rules: &["password_is_compared_whole"],
            production: true,
            run: neighbours,
        },
        Scenario {
            name: "ill-typed",
            rules: &["ill_typed_member_is_refused"],
            production: true,
            run: ill_typed,
        },
        Scenario { name: "members", rules: &["mandatory_members"], production: true, run: members },
        Scenario {
            name: "ways-in",
            rules: &[
                "email_logs_in",
                "form_logs_in",
                "unknown_members_are_ignored",
                "media_type_parameters_are_accepted",
            ],
            production: true,
            run: ways_in,
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
        ("the password with a space after it", format!("{right} ")),
        ("an empty password", String::new()),
        ("the password and one character more", format!("{right}x")),
        ("the user name as password", account.username.clone()),
        ("the password with a space before it", format!(" {right}")),
        ("the first eight characters of the password", right.chars().take(8).collect()),
        ("the password and a NUL", format!("{right}\0")),
        ("the first character of the password", right.chars().take(1).collect()),
    ];
    if right.len() >= 72 {
        // bcrypt reads 72 bytes.
        let mut long = right.to_owned();
        while long.len() > 72 {
            long.pop();
        }
        near.insert(0, ("the first 72 bytes of the password and another end", long + "-other"));
    }
    near.retain(|(_, password)| password != right);
    near
}

fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    // The longest password has the most neighbours: past 72 bytes bcrypt's cut is one.
    let mut accounts: Vec<_> = driver.run.plain_accounts().collect();
    accounts.sort_by_key(|account| std::cmp::Reverse(account.password.len() >= 72));
    let Some(account) = accounts.first() else { return Ok(()) };
    for (title, password) in neighbours_of(account) {
        // Part of a secret is one too; a name, or a letter or two, is none.
        if password != account.username && password.len() >= 4 {
            driver.run.secrets.learn("password", &password);
        }
        let case =
            requests::other_password(account, title, &password, "password_is_compared_whole");
        driver.step_and_out(&case)?;
    }
    if !accounts.iter().any(|account| account.password.len() > 72) {
        driver.run.asked("password_is_compared_whole");
    }
    Ok(())
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
        ("code", "a number", with("code", json!(123_456))),
        ("user", "an operator object", with("user", json!({"$gt": ""}))),
        ("password", "null", with("password", Value::Null)),
        ("resume", "a number", with("resume", json!(0))),
        ("code", "an array", with("code", json!(["123456"]))),
        ("resume", "an operator object", with("resume", json!({"$ne": null}))),
        ("resume", "an operator object, alone", json!({"resume": {"$gt": ""}})),
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

fn ill_typed(driver: &mut Driver<'_, '_>) -> Step<()> {
    let mut accounts: Vec<_> = driver.run.plain_accounts().collect();
    accounts.sort_by_key(|account| account.password.parse::<u64>().is_err());
    let Some(account) = accounts.first() else { return Ok(()) };
    for (member, kind, body) in ill_typed_bodies(account) {
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
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let (name, password) = (&account.username, &account.password);
    for (title, body) in [
        ("only `user`", json!({"user": name})),
        ("an empty object", json!({})),
        ("only `password`", json!({"password": password})),
        ("an empty `resume`", json!({"resume": ""})),
        ("an empty `user`", json!({"user": "", "password": password})),
        ("only `code`", json!({"code": "123456"})),
        ("`user` and `code`", json!({"user": name, "code": "123456"})),
        ("an empty `user` and an empty `password`", json!({"user": "", "password": ""})),
    ] {
        let case = requests::login(title, &body, Expect::Refusal, "mandatory_members");
        // A server may count an attempt without a password as a wrong one.
        let case =
            if body.get("user").is_some_and(|user| user == name) { case.of(name) } else { case };
        driver.step_and_out(&case)?;
    }
    Ok(())
}

fn ways_in(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<_> = driver.run.plain_accounts().collect();
    let by_email = accounts.iter().find_map(|account| Some((*account, account.email.clone()?)));
    match by_email {
        Some((account, email)) => {
            let body = json!({"user": email, "password": account.password});
            let case = requests::login(
                "the right password by e-mail",
                &body,
                Expect::Success,
                "email_logs_in",
            );
            in_and_out(driver, account, case.of(&account.username))?;
            let wrong = json!({"user": email, "password": "not-the-password"});
            let rule = "wrong_password_is_refused";
            let title = "a wrong password by e-mail";
            let case = requests::login(title, &wrong, Expect::Unauthorized, rule);
            driver.step_and_out(&case.of(&account.username))?;
        }
        None => driver.run.not_run("email_logs_in", "an account with `email`"),
    }
    let Some(account) = accounts.first().copied() else { return Ok(()) };
    let right = json!({"user": account.username, "password": account.password});
    let as_form = Request::new("POST", requests::LOGIN)
        .body("application/x-www-form-urlencoded", form(&right));
    let mut more = right.clone();
    more["x-unknown-member"] = json!({"nested": [1, null, "two"]});
    let with_charset = Request::new("POST", requests::LOGIN)
        .body("Application/JSON; charset=UTF-8", right.to_string());
    let more = Request::new("POST", requests::LOGIN).json(&more);
    for (title, request, rule) in [
        ("the right password as a form", as_form, "form_logs_in"),
        ("the right password and an unknown member", more, "unknown_members_are_ignored"),
        (
            "a media type with charset, in other case",
            with_charset,
            "media_type_parameters_are_accepted",
        ),
    ] {
        let case = Case::new("login", title, request, Expect::Success).rule(rule);
        in_and_out(driver, account, case.of(&account.username))?;
    }
    let wrong = json!({"user": account.username, "password": "not-the-password"});
    let wrong = Request::new("POST", requests::LOGIN)
        .body("application/x-www-form-urlencoded", form(&wrong));
    let title = "a wrong password as a form";
    let case = Case::new("login", title, wrong, Expect::Unauthorized);
    driver.step_and_out(&case.rule("wrong_password_is_refused").of(&account.username))?;
    Ok(())
}

pub(super) fn in_and_out(driver: &mut Driver<'_, '_>, account: &Account, case: Case) -> Step<()> {
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
