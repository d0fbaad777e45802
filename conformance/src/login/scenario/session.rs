//! Tokens: which user id they need, how they are compared, and how they end.

use super::{Scenario, combined::CombinedCase, tokens::judge as judge_tokens};
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    space::{Pack, Spot, refuse_packed},
    steps::{after_logout, ended_for_resume, log_in, log_out, shared_session},
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
            rules: &[BOUNDS_RULE, "credentials_have_one_place"],
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
            name: "second-session",
            rules: &[
                "tokens_are_unguessable",
                "token_is_bound_to_its_user",
                "logout_ends_the_token",
                "logout_ends_only_its_token",
                "connections_hold_no_login",
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
        Scenario {
            name: "logout-typed",
            rules: &[TYPED_LOGOUT_RULE, "logout_ends_the_token"],
            production: true,
            run: typed_logout,
        },
        Scenario { name: "methods", rules: &["method_is_checked"], production: true, run: methods },
    ]
}

const BOUNDS_RULE: &str = "both_headers_are_needed";
const TYPED_LOGOUT_RULE: &str = "logout_needs_no_body";
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

/// Checks that neither a token nor a user id alone authenticates, whatever accompanies the user id.
fn bounds(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(own) = shared_session(driver, account)? else { return Ok(()) };
    let with_only = |name: &str, value: &str| {
        let request = Request::new("GET", requests::ME).header(name, value);
        let title = format!("only {name}");
        let case = Case::new("me", title, request, Expect::Unauthorized).of(&account.username);
        case.rule(BOUNDS_RULE)
    };
    // The token is in other places, where it must not count.
    let combined = CombinedCase {
        case: &with_only("X-User-Id", &own.user_id),
        rules: &[BOUNDS_RULE],
        is_right: |response| matches!(response.status, 400 | 401 | 403),
        separate: &[],
    };
    let pack = Pack::misplaced(driver, &[Spot::Header, Spot::Query, Spot::Cookie]);
    refuse_packed(driver, &combined, &pack, account)?;
    driver.step(&with_only("X-Auth-Token", &own.token))?;
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

/// Checks what ends a second session of an account, and that its logout ends only that session.
fn second_session(driver: &mut Driver<'_, '_>) -> Step<()> {
    let suite = driver.run.suite;
    // An account of which a scenario has left a session needs no further login.
    let with_spare = suite.plain_accounts().find(|account| suite.shared.has_spare(account));
    let Some(account) = with_spare.or(suite.plain_accounts().next()) else { return Ok(()) };
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
    if !driver.step(&case)?.is_some_and(|response| response.is_success()) {
        // A refused logout ends nothing.
        return Ok(());
    }
    ended_for_resume(driver, &second)?;
    // A logout by GET must not accept an ended token either. A server need not offer it.
    let case = by_get(&second, "log out twice, the second time by GET", Expect::Refusal);
    driver.step(&case.rule("logout_ends_the_token").of(&account.username))?;
    let case = requests::me(&first, Expect::Success, "logout_ends_only_its_token");
    let title = "another session after one was logged out".to_owned();
    let response = driver.step(&Case { title, ..case })?;
    if response.is_some_and(|response| response.status == 401) {
        // This has been reported. Later scenarios need a live session.
        driver.run.suite.shared.forget(account);
    }
    let title = "a request without credentials on the connection of a token";
    driver.step(&super::state::bare(account, title))?;
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
    judge_tokens(driver);
    // If the new session has the token of the shared one, its logout would end both.
    let is_shared = shared.is_some_and(|shared| shared.token == begun.token);
    Ok(Some(begun).filter(|_| !is_shared))
}

/// Checks the logout by `GET`, and the token after it.
fn logout_scope(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(session) = another(driver, account)? else { return Ok(()) };
    let case = by_get(&session, "log out by GET", Expect::Success);
    let response = driver.step(&case.rule("token_authenticates").of(&account.username))?;
    if !response.is_some_and(|response| response.is_success()) {
        // The target offers no such logout, and a refused one ends nothing.
        return log_out(driver, &session);
    }
    after_logout(driver, &session)?;
    let case = requests::logout(&session, Expect::Unauthorized).rule("logout_ends_the_token");
    driver.step(&Case { title: "log out twice".to_owned(), ..case })?;
    Ok(())
}

/// Checks a logout that names a media type and has no body, as many clients send it, and the token after it.
fn typed_logout(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(session) = another(driver, account)? else { return Ok(()) };
    let case = requests::logout(&session, Expect::Success).rule(TYPED_LOGOUT_RULE);
    let title = "log out with a media type and no body".to_owned();
    let request = case.request.clone().header("Content-Type", "application/json");
    let response = driver.step(&Case { title, request, ..case })?;
    if !response.is_some_and(|response| response.is_success()) {
        return log_out(driver, &session);
    }
    let case = requests::me(&session, Expect::Unauthorized, "logout_ends_the_token");
    let title = "the account of a token after a logout with a media type".to_owned();
    driver.step(&Case { title, ..case })?;
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

fn in_query(account: &Account) -> String {
    let query = [("user", account.username.as_str()), ("password", account.password.as_str())];
    format!("{}?{}", requests::LOGIN, serde_urlencoded::to_string(query).unwrap_or_default())
}
