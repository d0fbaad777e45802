//! Checks personal access tokens: how they authenticate, how they end, and who may manage them.
//!
//! The scenario makes one token and removes it. If it ends early, the tear-down removes the token.

use serde_json::Value;

use super::Scenario;
use crate::login::{
    Driver, Session, access_tokens as calls,
    accounts::Account,
    lock, requests,
    steps::{log_in, log_out, shared_session},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

const AUTHENTICATES: &str = "access_token_authenticates";
const NAME: &str = "access_token_name_is_unique";
const HIDDEN: &str = "access_token_list_hides_secrets";
const OWN: &str = "access_tokens_belong_to_their_account";
const REGENERATED: &str = "regenerated_access_token_ends";
const REMOVED: &str = "removed_access_token_ends";
const RULES: [&str; 6] = [AUTHENTICATES, NAME, HIDDEN, OWN, REGENERATED, REMOVED];

/// The most characters of a secret in a row that a list may show. Rocket.Chat shows the last six.
const MAX_VISIBLE: usize = 8;

/// The scenario.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "access-tokens", rules: &RULES, production: true, run: access_tokens }
}

fn access_tokens(driver: &mut Driver<'_, '_>) -> Step<()> {
    let mut accounts = driver.run.suite.plain_accounts();
    let (account, other) = (accounts.next(), accounts.next());
    let Some(account) = account else { return Ok(()) };
    let Some(session) = shared_session(driver, account)? else { return Ok(()) };
    if let Some(reason) = why_not(driver, &session)? {
        for rule in RULES {
            driver.run.no_verdict_about(rule, reason);
        }
        return Ok(());
    }
    let Some(token) = make(driver, account, &session)? else { return Ok(()) };
    authenticates(driver, &session, &token)?;
    let case = calls::generate(&token.with(&session), &token.name, Expect::Refusal, NAME);
    driver.step(&Case { title: "make a token with a name that is taken".to_owned(), ..case })?;
    hides(driver, &session, &token)?;
    if let Some(other) = other {
        belongs(driver, other, &session, &token)?;
    }
    resumes(driver, &session, &token)?;
    let Some(token) = regenerate(driver, &session, token)? else { return Ok(()) };
    let case = calls::remove(&token.with(&session), &token.name, Expect::Success, REMOVED);
    if driver.step(&case)?.is_some_and(|response| response.is_success()) {
        has_ended(driver, &session, &token, REMOVED, "after its removal")?;
    }
    Ok(())
}

/// A token that the scenario made.
#[derive(Clone)]
struct Token {
    name: String,
    secret: String,
    /// The second factor with which the target lets the account change tokens, as header values.
    factor: Option<calls::Factor>,
}

impl Token {
    /// The session that the scenario manages the token with.
    fn with<'a>(&'a self, session: &'a Session) -> calls::Manager<'a> {
        calls::Manager { session, factor: self.factor.as_ref() }
    }

    /// A session that uses the token.
    fn session(&self, session: &Session) -> Session {
        Session { token: self.secret.clone(), ..session.clone() }
    }
}

/// Why the target has no personal access tokens, or not for this account.
fn why_not(driver: &mut Driver<'_, '_>, session: &Session) -> Step<Option<&'static str>> {
    let response = driver.step(&calls::list(session, Expect::Anything, HIDDEN))?;
    Ok(match response.map(|response| response.status) {
        Some(404 | 405 | 501) => {
            driver.run.suite.note_missing(&calls::OPERATIONS);
            Some("needs a target that offers personal access tokens")
        }
        Some(400 | 403) => Some("needs an account that may have personal access tokens"),
        Some(_) => None,
        None => Some("needs a list of personal access tokens"),
    })
}

/// Makes a token with a name that nobody has chosen. Returns `None` if the account may not make one.
fn make(driver: &mut Driver<'_, '_>, account: &Account, session: &Session) -> Step<Option<Token>> {
    let mut factor = None;
    // A run that was killed may have left the first name behind.
    for attempt in 0..4 {
        let name = name(driver.run.options.seed, attempt);
        let manager = calls::Manager { session, factor: factor.as_ref() };
        let case = calls::generate(&manager, &name, Expect::Anything, AUTHENTICATES);
        let Some(response) = driver.step(&case)? else { return Ok(None) };
        if let Some(secret) = response.string_at("/token").filter(|_| response.is_success()) {
            return Ok(Some(Token { name, secret: secret.to_owned(), factor }));
        }
        let kind = response.string_at("/errorType").unwrap_or_default();
        let method = response.string_at("/details/method").unwrap_or_default();
        match (response.status, kind) {
            (400, "error-token-already-exists") => {}
            // Rocket.Chat asks an account without a second factor for its password.
            (400, "totp-required") if method == "password" && factor.is_none() => {
                factor = Some(calls::Factor::password(&account.password));
            }
            (400, "totp-required" | "totp-invalid" | "not-authorized") | (403, _) => {
                let reason = "needs an account that may make personal access tokens";
                RULES.iter().for_each(|rule| driver.run.no_verdict_about(rule, reason));
                return Ok(None);
            }
            _ => {
                let message = "the target made no token";
                let (expected, got) = ("a token", response.status.to_string());
                let finding = Finding::new(AUTHENTICATES, "/token", message, expected, got);
                driver.run.report(finding, &case, Some(&response));
                return Ok(None);
            }
        }
    }
    Ok(None)
}

/// A name that is different for each seed and attempt.
fn name(seed: u64, attempt: u32) -> String {
    let digest = requests::nobody(seed, &format!("access token {attempt}"));
    format!("login-conformance {digest}")
}

/// Checks that a token works as a header, as the account that made it.
fn authenticates(driver: &mut Driver<'_, '_>, session: &Session, token: &Token) -> Step<()> {
    let mut case = requests::me(&token.session(session), Expect::Success, AUTHENTICATES);
    case.title = "the account of a personal access token".to_owned();
    is_account(driver, session, &case, "/_id")
}

/// Checks that a token works for `resume`, as the account that made it. A server may then renew the
/// token, so nothing may expect the old secret to work afterwards.
fn resumes(driver: &mut Driver<'_, '_>, session: &Session, token: &Token) -> Step<()> {
    let mut case = requests::resume(&token.session(session), Expect::Success, AUTHENTICATES);
    case.title = "resume with a personal access token".to_owned();
    is_account(driver, session, &case, "/data/userId")?;
    // A logout would remove the token.
    lock(&driver.run.suite.ledger).forget(&token.secret);
    Ok(())
}

fn is_account(
    driver: &mut Driver<'_, '_>,
    session: &Session,
    case: &Case,
    place: &str,
) -> Step<()> {
    let Some(response) = driver.step(case)?.filter(Response::is_success) else { return Ok(()) };
    let id = response.string_at(place).unwrap_or_default().to_owned();
    if id != session.user_id {
        let message = "a personal access token is not that of the account that made it";
        let finding = Finding::new(AUTHENTICATES, place, message, session.user_id.clone(), id);
        driver.run.report(finding, case, Some(&response));
    }
    Ok(())
}

/// Checks that the list names the token and shows no more of its secret than its end.
fn hides(driver: &mut Driver<'_, '_>, session: &Session, token: &Token) -> Step<()> {
    let case = calls::list(session, Expect::Success, HIDDEN);
    let Some(response) = driver.step(&case)?.filter(Response::is_success) else { return Ok(()) };
    if !names(&response).contains(&token.name) {
        let message = "the list lacks a token of the account";
        let finding = Finding::new(HIDDEN, "/tokens", message, token.name.clone(), "others");
        driver.run.report(finding, &case, Some(&response));
    }
    let text = response.text();
    let secret: Vec<char> = token.secret.chars().collect();
    let shows = |part: &[char]| text.contains(&part.iter().collect::<String>());
    if secret.windows(MAX_VISIBLE + 1).any(shows) {
        let message = format!("the list shows more than {MAX_VISIBLE} characters of a secret");
        let finding = Finding::new(HIDDEN, "/tokens", message, "its end", "more of it");
        driver.run.report(finding, &case, Some(&response));
    }
    Ok(())
}

/// Checks that another account can neither see nor remove the token.
fn belongs(
    driver: &mut Driver<'_, '_>,
    other: &Account,
    session: &Session,
    token: &Token,
) -> Step<()> {
    let Some(stranger) = log_in(driver, other)? else { return Ok(()) };
    let case = calls::list(&stranger, Expect::Anything, OWN);
    if let Some(response) = driver.step(&case)? {
        driver.run.count_check(OWN);
        if names(&response).contains(&token.name) {
            let message = "the list shows a token of another account";
            let finding = Finding::new(OWN, "/tokens", message, "no such name", token.name.clone());
            driver.run.report(finding, &case, Some(&response));
        }
    }
    let factor = token.factor.as_ref().map(|_| calls::Factor::password(&other.password));
    let manager = calls::Manager { session: &stranger, factor: factor.as_ref() };
    let case = calls::remove(&manager, &token.name, Expect::Refusal, OWN);
    let case = Case { title: "remove the token of another account".to_owned(), ..case };
    driver.step(&case)?;
    let mut case = requests::me(&token.session(session), Expect::Success, OWN);
    case.title = "a token that another account tried to remove".to_owned();
    driver.step(&case)?;
    log_out(driver, &stranger)
}

/// Replaces the secret. Returns the token with the new one.
fn regenerate(driver: &mut Driver<'_, '_>, session: &Session, old: Token) -> Step<Option<Token>> {
    let case = calls::regenerate(&old.with(session), &old.name, Expect::Success, REGENERATED);
    let Some(response) = driver.step(&case)?.filter(Response::is_success) else {
        return Ok(Some(old));
    };
    let Some(secret) = response.string_at("/token") else { return Ok(None) };
    let secret = secret.to_owned();
    has_ended(driver, session, &old, REGENERATED, "after it was regenerated")?;
    let new = Token { secret, ..old };
    let mut case = requests::me(&new.session(session), Expect::Success, REGENERATED);
    case.title = "the account of a regenerated token".to_owned();
    driver.step(&case)?;
    Ok(Some(new))
}

/// Checks that a token works neither as a header nor for `resume`.
fn has_ended(
    driver: &mut Driver<'_, '_>,
    session: &Session,
    token: &Token,
    rule: &'static str,
    when: &str,
) -> Step<()> {
    let ended = token.session(session);
    for case in [
        requests::me(&ended, Expect::Unauthorized, rule),
        requests::resume(&ended, Expect::Unauthorized, rule),
    ] {
        let title = format!("{}, {when}", case.title);
        driver.step(&Case { title, ..case })?;
    }
    Ok(())
}

fn names(response: &Response) -> Vec<String> {
    let tokens = response.json().and_then(|body| body.get("tokens")?.as_array());
    let name = |token: &Value| token.get("name")?.as_str().map(str::to_owned);
    tokens.into_iter().flatten().filter_map(name).collect()
}
