//! Tokens: whose they are, what is next to them, how they look, and how they end.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::{Scenario, check_identity, core, requests};
use crate::{
    accounts::Account,
    case::{Case, Expect, Request},
    driver::{Driver, Step, session},
    failure::Finding,
    guard::Session,
};

/// The scenarios of sessions.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "token-bounds",
            rules: &["token_is_bound_to_its_user", "both_headers_are_needed"],
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
            name: "token-neighbours-resume",
            rules: &["token_is_compared_whole"],
            production: true,
            run: neighbours_resume,
        },
        Scenario {
            name: "second-session",
            rules: &[
                "tokens_are_unguessable",
                "logout_ends_the_token",
                "logout_ends_only_its_token",
            ],
            production: true,
            run: second_session,
        },
        Scenario {
            name: "logout-scope",
            rules: &["logout_ends_only_its_token", "logout_ends_the_token"],
            production: true,
            run: logout_scope,
        },
        Scenario {
            name: "token-form",
            rules: &["tokens_are_unguessable"],
            production: true,
            run: token_form,
        },
        Scenario { name: "methods", rules: &["method_is_checked"], production: true, run: methods },
    ]
}

/// Logs in by password; `None` where that fails, which is reported already.
pub(super) fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let answer = driver.step(&case)?;
    if let Some(answer) = &answer {
        check_identity(driver, account, &case, answer);
    }
    Ok(answer.and_then(|answer| session(&case, &answer)))
}

/// The session of an account that scenarios share, so that each need not log in and out again; it
/// is logged out at the end of the run.
pub(super) fn lent(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    if let Some(session) = driver.run.lent.get(account) {
        return Ok(Some(session));
    }
    let begun = log_in(driver, account)?;
    if let Some(session) = &begun {
        driver.run.lent.put(account, session.clone());
    }
    Ok(begun)
}

/// What a token is worth without its user id, and the user id without its token.
fn bounds(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let Some(own) = lent(driver, account)? else { return Ok(()) };
    // Of the form of an id, and nobody's.
    let foreign = Session { user_id: "23456789ABCDEFGHJ".to_owned(), account: None, ..own.clone() };
    let case = requests::me(&foreign, Expect::Unauthorized, "token_is_bound_to_its_user");
    driver.step(&Case { title: "a token with a user id that nobody has".to_owned(), ..case })?;
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
    let mut accounts = driver.run.plain_accounts();
    let (first, second) = (accounts.next(), accounts.next());
    let Some(first) = first else { return Ok(()) };
    let Some(own) = lent(driver, first)? else { return Ok(()) };
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
        if let Some(answer) = driver.step(&case)? {
            check_identity(driver, second, &case, &answer);
        }
        let mut case = requests::logout(
            &Session { user_id: other.user_id.clone(), account: None, ..own.clone() },
            Expect::Unauthorized,
        );
        case.title = "log out with another account's user id".to_owned();
        let answer = driver.step(&case.rule("token_is_bound_to_its_user"))?;
        driver.logout(&other)?;
        if answer.is_some_and(|answer| answer.is_success()) {
            // Reported; what follows needs a session that lives.
            driver.run.lent.forget(first);
            return Ok(());
        }
    } else {
        driver.run.not_run("token_is_bound_to_its_user", "two accounts without `totp_secret`");
    }
    // Header names are case-insensitive (RFC 9110, section 5.1).
    let request = Request::new("GET", requests::ME)
        .header("x-auth-token", &own.token)
        .header("X-USER-ID", &own.user_id);
    let case = Case::new("me", "header names in other case", request, Expect::Success);
    driver.step(&case.rule("token_authenticates").of(&first.username))?;
    Ok(())
}

/// Texts that a careless comparison takes for a token.
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
        // What the server stores: whoever reads its database must not log in with it.
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

/// By header: whoever takes a neighbour for a token, or any text for one, shows it here.
fn neighbours(driver: &mut Driver<'_, '_>) -> Step<()> {
    for_neighbours(driver, |driver, title, near| {
        let whose = driver.run.plain_accounts().next().map(|account| account.username.clone());
        let case = requests::me(near, Expect::Unauthorized, "token_is_compared_whole");
        // What a neighbour would show is its own account's: one fault is to be one finding.
        let case = Case { title: format!("the account of {title}"), account: whose, ..case };
        driver.step(&case).map(drop)
    })
}

fn neighbours_resume(driver: &mut Driver<'_, '_>) -> Step<()> {
    for_neighbours(driver, |driver, title, near| {
        let case = requests::resume(near, Expect::Unauthorized, "token_is_compared_whole");
        driver.step_and_out(&Case { title: format!("resume with {title}"), ..case }).map(drop)
    })
}

fn for_neighbours(
    driver: &mut Driver<'_, '_>,
    ask: fn(&mut Driver<'_, '_>, &str, &Session) -> Step<()>,
) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let Some(own) = lent(driver, account)? else { return Ok(()) };
    if !own.token.is_ascii() || own.token.len() < 2 {
        return Ok(());
    }
    for (title, token) in neighbours_of(&own.token) {
        driver.run.secrets.learn("token", &token);
        ask(driver, title, &Session { token, user_id: own.user_id.clone(), account: None })?;
    }
    Ok(())
}

/// A second session of the account, which ends alone.
fn second_session(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let Some(first) = lent(driver, account)? else { return Ok(()) };
    let Some(second) = log_in(driver, account)? else { return Ok(()) };
    if first.token == second.token {
        // One logout would end both.
        report_shared(driver, account, &first);
        return Ok(());
    }
    let case = requests::logout(&second, Expect::Success).rule("token_authenticates");
    driver.step(&case)?;
    core::ended_for_resume(driver, &second)?;
    let case = requests::me(&first, Expect::Success, "logout_ends_only_its_token");
    let title = "another session after one was logged out".to_owned();
    let answer = driver.step(&Case { title, ..case })?;
    if answer.is_some_and(|answer| answer.status == 401) {
        // Reported; what follows needs one that lives.
        driver.run.lent.forget(account);
    }
    Ok(())
}

/// Logouts that must not end anything, and the one by `GET`.
fn logout_scope(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let Some(session) = log_in(driver, account)? else { return Ok(()) };
    if driver.run.lent.get(account).is_some_and(|lent| lent.token == session.token) {
        return Ok(());
    }
    let forged = Session { token: "Q".repeat(43), account: None, ..session.clone() };
    let case = requests::logout(&forged, Expect::Unauthorized).rule("logout_ends_only_its_token");
    driver.step(&Case { title: "log out with a made-up token".to_owned(), ..case })?;
    // The documented alternative of one client library.
    let request =
        requests::authenticated("GET", requests::LOGOUT, &session.token, &session.user_id);
    let case = Case::new("logout_by_get", "log out by GET", request, Expect::Success);
    driver.step(&case.rule("token_authenticates").of(&account.username))?;
    core::after_logout(driver, &session)?;
    let case = requests::logout(&session, Expect::Unauthorized).rule("logout_ends_the_token");
    driver.step(&Case { title: "log out twice".to_owned(), ..case })?;
    Ok(())
}

fn report_shared(driver: &Driver<'_, '_>, account: &Account, session: &Session) {
    let case = requests::password(account, Expect::Success, "tokens_are_unguessable");
    let finding = Finding::new(
        "tokens_are_unguessable",
        "/data/authToken",
        "two logins were given the same token",
        "a token for each login",
        session.token.clone(),
    );
    driver.run.report(finding, &case, None);
}

fn token_form(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.extend(log_in(driver, account)?);
    }
    let tokens: Vec<&str> = sessions.iter().map(|session| session.token.as_str()).collect();
    if let Some((at, wrong, expected)) = guessable(account, &tokens) {
        let case = requests::password(account, Expect::Success, "tokens_are_unguessable");
        let finding =
            Finding::new("tokens_are_unguessable", "/data/authToken", wrong, expected, tokens[at]);
        driver.run.report(finding, &case, None);
    }
    driver.run.asked("tokens_are_unguessable");
    for session in &sessions {
        driver.logout(session)?;
    }
    Ok(())
}

/// What makes tokens of one account guessable: which one, why, and what would not be.
fn guessable(account: &Account, tokens: &[&str]) -> Option<(usize, String, &'static str)> {
    for (at, token) in tokens.iter().enumerate() {
        if tokens[..at].contains(token) {
            return Some((
                at,
                "two logins were given the same token".into(),
                "a token for each login",
            ));
        }
        // 128 bits are 22 characters of base64 and 32 of hexadecimal.
        let is_hex = token.chars().all(|c| c.is_ascii_hexdigit());
        let least = if is_hex { 32 } else { 22 };
        if token.len() < least {
            let message = format!("a token of {} characters holds less than 128 bits", token.len());
            return Some((at, message, "at least 128 bits"));
        }
        let mut kinds: Vec<char> = token.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < 8 {
            let message = format!("a token is made of {} different characters", kinds.len());
            return Some((at, message, "a text that looks random"));
        }
        let email = account.email.as_deref().unwrap_or(&account.username);
        let reversed = STANDARD.decode(token).unwrap_or_default();
        let inside = String::from_utf8_lossy(&reversed).into_owned();
        for known in [&account.username, email, &account.password] {
            if known.len() >= 4 && (token.contains(known) || inside.contains(known)) {
                return Some((
                    at,
                    "a token holds what is known of its account".into(),
                    "nothing known",
                ));
            }
        }
    }
    for (at, pair) in tokens.windows(2).enumerate() {
        let same = pair[0].chars().zip(pair[1].chars()).filter(|(a, b)| a == b).count();
        // Two random texts of an alphabet of 16 share one in 16 places; half is no chance.
        if same * 2 > pair[0].len() {
            let message = format!("two tokens are the same in {same} of {} places", pair[0].len());
            return Some((at + 1, message, "tokens that do not follow from each other"));
        }
    }
    None
}

fn methods(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.plain_accounts().next() else { return Ok(()) };
    let query = serde_urlencoded::to_string([
        ("user", account.username.as_str()),
        ("password", account.password.as_str()),
    ])
    .unwrap_or_default();
    let in_query = format!("{}?{query}", requests::LOGIN);
    let body = serde_json::json!({"user": account.username, "password": account.password});
    for (title, request) in [
        ("POST with credentials in the query only", Request::new("POST", &in_query)),
        ("PUT with valid credentials", Request::new("PUT", requests::LOGIN).json(&body)),
        ("GET with credentials in the query", Request::new("GET", &in_query)),
    ] {
        let case = Case::new("login", title, request, Expect::Refusal).rule("method_is_checked");
        driver.step_and_out(&case.of(&account.username))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_tokens_are_told_from_others() {
        let account = Account {
            username: "alice".to_owned(),
            email: None,
            password: "correct horse".to_owned(),
            totp_secret: None,
            active: true,
            directory: false,
        };
        let good = [
            "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq",
            "b1XxGc2mT9dQpRz7NfYkW4vJ0sLhE6aUoI8tKqMj3wB",
        ];
        assert_eq!(guessable(&account, &good), None);
        let said = |tokens: &[&str]| guessable(&account, tokens).map(|(_, said, _)| said).unwrap();
        assert!(said(&[good[0], good[0]]).contains("same token"));
        assert!(said(&["short"]).contains("less than 128 bits"));
        assert!(said(&["0123456789abcdef01234567"]).contains("less than 128 bits"));
        assert!(said(&["000000000000000000000000000000000042"]).contains("different characters"));
        let sequence = ["token-9HqLlyZOugoStsXCUfD-1", "token-9HqLlyZOugoStsXCUfD-2"];
        assert!(said(&sequence).contains("the same in"));
        assert!(said(&["alice-9HqLlyZOugoStsXCUfD_0"]).contains("known of its account"));
    }
}
