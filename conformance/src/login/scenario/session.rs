//! Tokens: which user id they need, how they are compared, and how they end.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::{Scenario, combined::CombinedCase, password::part, tokens::judge as judge_tokens};
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    steps::{after_logout, ended_for_resume, log_in, log_out, shared_session, step_and_log_out},
};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
};

/// The scenarios of sessions.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "token-user",
            rules: &["token_is_bound_to_its_user"],
            production: true,
            run: foreign_user,
        },
        Scenario {
            name: "token-bounds",
            rules: &["both_headers_are_needed"],
            production: true,
            run: bounds,
        },
        Scenario {
            name: "identities",
            rules: &["token_is_bound_to_its_user"],
            production: true,
            run: identities,
        },
        Scenario {
            name: "token-neighbours",
            rules: &["token_is_compared_whole"],
            production: true,
            run: neighbours,
        },
        Scenario {
            name: "token-digests",
            rules: &["token_is_compared_whole"],
            production: true,
            run: token_digests,
        },
        Scenario {
            name: "token-neighbours-resume",
            rules: &["token_is_compared_whole"],
            production: true,
            run: neighbours_resume,
        },
        Scenario {
            name: "second-session",
            rules: &[
                "tokens_are_unguessable",
                "token_is_bound_to_its_user",
                "logout_ends_the_token",
                "logout_ends_only_its_token",
            ],
            production: true,
            run: second_session,
        },
        Scenario {
            name: "logout-scope",
            rules: &["logout_ends_the_token"],
            production: true,
            run: logout_scope,
        },
        Scenario { name: "methods", rules: &["method_is_checked"], production: true, run: methods },
        Scenario {
            name: "query-credentials",
            rules: &["method_is_checked"],
            production: true,
            run: query_credentials,
        },
    ]
}

/// A well-formed user id that no account has.
const NOBODY: &str = "23456789ABCDEFGHJ";

/// Checks that a token does not work with an unknown user id.
fn foreign_user(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(own) = shared_session(driver, account)? else { return Ok(()) };
    let foreign = Session { user_id: NOBODY.to_owned(), account: None, ..own.clone() };
    let case = requests::me(&foreign, Expect::Unauthorized, "token_is_bound_to_its_user");
    driver.step(&Case { title: "a token with a user id that nobody has".to_owned(), ..case })?;
    Ok(())
}

/// Checks that neither a token nor a user id alone authenticates.
fn bounds(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(own) = shared_session(driver, account)? else { return Ok(()) };
    for (title, name, value) in [
        ("only X-User-Id", "X-User-Id", own.user_id.as_str()),
        ("only X-Auth-Token", "X-Auth-Token", own.token.as_str()),
    ] {
        let request = Request::new("GET", requests::ME).header(name, value);
        let case = Case::new("me", title, request, Expect::Unauthorized).of(&account.username);
        driver.step(&case.rule("both_headers_are_needed"))?;
    }
    Ok(())
}

fn identities(driver: &mut Driver<'_, '_>) -> Step<()> {
    let mut accounts = driver.run.suite.plain_accounts();
    let (first, second) = (accounts.next(), accounts.next());
    let Some(first) = first else { return Ok(()) };
    let Some(own) = shared_session(driver, first)? else { return Ok(()) };
    if let Some(second) = second
        && let Some(other) = log_in(driver, second)?
    {
        for (title, session) in [
            (
                "a token with another account's user id",
                Session { user_id: other.user_id.clone(), account: None, ..own.clone() },
            ),
            (
                "a token of another account with one's own user id",
                Session { user_id: own.user_id.clone(), account: None, ..other.clone() },
            ),
        ] {
            let rule = "token_is_bound_to_its_user";
            let case = requests::me(&session, Expect::Unauthorized, rule);
            driver.step(&Case { title: title.to_owned(), ..case })?;
        }
        let case = requests::me(&other, Expect::Success, "token_authenticates");
        if let Some(response) = driver.step(&case)? {
            check_identity(driver, second, &case, &response);
        }
        let mut case = requests::logout(
            &Session { user_id: other.user_id.clone(), account: None, ..own.clone() },
            Expect::Unauthorized,
        );
        case.title = "log out with another account's user id".to_owned();
        let response = driver.step(&case.rule("token_is_bound_to_its_user"))?;
        log_out(driver, &other)?;
        if response.is_some_and(|response| response.is_success()) {
            // This has been reported. Later scenarios need a live session.
            driver.run.suite.shared.forget(first);
        }
    } else {
        driver.run.not_run("token_is_bound_to_its_user", "two accounts without `totp_secret`");
    }
    Ok(())
}

/// Wrong tokens that a careless comparison accepts.
fn neighbours_of(token: &str) -> Vec<(&'static str, String)> {
    let swapped: String =
        token
            .chars()
            .map(|c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
    let mut last = token.to_owned();
    let end = last.pop();
    last.push(if end == Some('A') { 'B' } else { 'A' });
    let mut near = vec![
        // A server stores this hash. Someone who reads the database must not be able to log in with it.
        ("the hash of a token", STANDARD.encode(Sha256::digest(token))),
        ("a token without its last character", token[..token.len() - 1].to_owned()),
        ("a token in other case", swapped),
        ("a token with another last character", last),
        ("a token and one character more", format!("{token}A")),
        ("the first half of a token", token.chars().take(token.len() / 2).collect()),
        ("the hexadecimal hash of a token", hex::encode(Sha256::digest(token))),
    ];
    near.retain(|(_, text)| text != token && !text.is_empty());
    near
}

/// How many neighbours the first of two scenarios sends.
const FIRST_NEIGHBOURS: usize = 5;

/// Sends each neighbour as a header. A server that accepts a neighbour, or any text, is found here.
fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    for_neighbours(driver, 0..FIRST_NEIGHBOURS, by_header)
}

fn token_digests(driver: &mut Driver<'_, '_>) -> Step<()> {
    for_neighbours(driver, FIRST_NEIGHBOURS..usize::MAX, by_header)
}

fn by_header(driver: &mut Driver<'_, '_>, title: &str, near: &Session) -> Step<()> {
    let whose = driver.run.suite.plain_accounts().next().map(|account| account.username.clone());
    let case = requests::me(near, Expect::Unauthorized, "token_is_compared_whole");
    // A neighbour that works shows the data of its own account. So the case names the account, and the
    // defect gives only one finding.
    let case = Case { title: format!("the account of {title}"), account: whose, ..case };
    driver.step(&case).map(drop)
}

fn neighbours_resume(driver: &mut Driver<'_, '_>) -> Step<()> {
    for_neighbours(driver, 0..usize::MAX, |driver, title, near| {
        let case = requests::resume(near, Expect::Unauthorized, "token_is_compared_whole");
        step_and_log_out(driver, &Case { title: format!("resume with {title}"), ..case }).map(drop)
    })
}

fn for_neighbours(
    driver: &mut Driver<'_, '_>,
    which: Range<usize>,
    send: fn(&mut Driver<'_, '_>, &str, &Session) -> Step<()>,
) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(own) = shared_session(driver, account)? else { return Ok(()) };
    if !own.token.is_ascii() || own.token.len() < 2 {
        return Ok(());
    }
    for (title, token) in part(neighbours_of(&own.token), &which) {
        driver.run.environment.secrets.learn("token", &token);
        send(driver, title, &Session { token, user_id: own.user_id.clone(), account: None })?;
    }
    Ok(())
}

/// Checks what ends a second session of an account, and that its logout ends only that session.
fn second_session(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(first) = shared_session(driver, account)? else { return Ok(()) };
    let Some(second) = another(driver, account)? else { return Ok(()) };
    let foreign = Session { user_id: NOBODY.to_owned(), account: None, ..second.clone() };
    let case = requests::logout(&foreign, Expect::Unauthorized).rule("token_is_bound_to_its_user");
    let title = "log out with a user id that nobody has".to_owned();
    if driver.step(&Case { title, ..case })?.is_some_and(|response| response.is_success()) {
        // This has been reported. The rest needs a live session.
        return Ok(());
    }
    let case = requests::logout(&second, Expect::Success).rule("token_authenticates");
    driver.step(&case)?;
    ended_for_resume(driver, &second)?;
    // A logout by GET must not accept an ended token either.
    let case = by_get(&second, "log out twice, the second time by GET", Expect::Unauthorized);
    driver.step(&case.rule("logout_ends_the_token").of(&account.username))?;
    let case = requests::me(&first, Expect::Success, "logout_ends_only_its_token");
    let title = "another session after one was logged out".to_owned();
    let response = driver.step(&Case { title, ..case })?;
    if response.is_some_and(|response| response.status == 401) {
        // This has been reported. Later scenarios need a live session.
        driver.run.suite.shared.forget(account);
    }
    let forged = Session { token: "Q".repeat(43), account: None, ..first };
    let case = requests::logout(&forged, Expect::Unauthorized).rule("logout_ends_only_its_token");
    driver.step(&Case { title: "log out with a made-up token".to_owned(), ..case })?;
    Ok(())
}

/// The logout by GET, which the document offers for one client library.
fn by_get(session: &Session, title: &str, expect: Expect) -> Case {
    let request =
        requests::authenticated("GET", requests::LOGOUT, &session.token, &session.user_id);
    Case::new("logout_by_get", title, request, expect)
}

/// A session of the account that the caller may end: a spare one if there is one, else a new one.
fn another(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    if let Some(spare) = driver.run.suite.shared.take_spare(account) {
        return Ok(Some(spare));
    }
    let Some(begun) = log_in(driver, account)? else { return Ok(None) };
    let shared = driver.run.suite.shared.get(account);
    judge_tokens(driver, account, &[shared.as_slice(), std::slice::from_ref(&begun)].concat());
    // If the new session has the token of the shared one, its logout would end both.
    let is_shared = shared.is_some_and(|shared| shared.token == begun.token);
    Ok(Some(begun).filter(|_| !is_shared))
}

/// Checks the logout by `GET`, and the token after it.
fn logout_scope(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(session) = another(driver, account)? else { return Ok(()) };
    let case = by_get(&session, "log out by GET", Expect::Success);
    driver.step(&case.rule("token_authenticates").of(&account.username))?;
    after_logout(driver, &session)?;
    let case = requests::logout(&session, Expect::Unauthorized).rule("logout_ends_the_token");
    driver.step(&Case { title: "log out twice".to_owned(), ..case })?;
    Ok(())
}

/// Checks that PUT does not log in, with credentials in the body and in the query.
fn methods(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let in_query = in_query(account);
    let body = serde_json::json!({"user": account.username, "password": account.password});
    let rule = "method_is_checked";
    let case = |title: &str, request| {
        Case::new("login", title, request, Expect::Refusal).rule(rule).of(&account.username)
    };
    let combined = CombinedCase {
        case: &case(
            "PUT with valid credentials, in the query too",
            Request::new("PUT", &in_query).json(&body),
        ),
        rules: &[rule],
        is_right: |response| (400..500).contains(&response.status),
        separate: &[
            case("PUT with valid credentials", Request::new("PUT", requests::LOGIN).json(&body)),
            case("PUT with credentials in the query", Request::new("PUT", &in_query)),
        ],
    };
    combined.run(driver).map(drop)
}

/// Checks that credentials in the query alone do not log in.
fn query_credentials(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    for (title, method) in [
        ("POST with credentials in the query only", "POST"),
        ("GET with credentials in the query", "GET"),
    ] {
        let request = Request::new(method, &in_query(account));
        let case = Case::new("login", title, request, Expect::Refusal).rule("method_is_checked");
        step_and_log_out(driver, &case.of(&account.username))?;
    }
    Ok(())
}

fn in_query(account: &Account) -> String {
    let query = [("user", account.username.as_str()), ("password", account.password.as_str())];
    format!("{}?{}", requests::LOGIN, serde_urlencoded::to_string(query).unwrap_or_default())
}
