//! Checks what depends on earlier and on simultaneous requests: many sessions, connections that were
//! logged in, idle connections, and tokens that are asked again at the end.

use std::{
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use super::Scenario;
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    space::{Attempt, accepted},
    steps::{log_in, log_out, step_and_log_out, succeeds},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::Step,
    transform::{Edit, Transform},
};

const SESSIONS_RULE: &str = "sessions_live_side_by_side";
const CONNECTION_RULE: &str = "connections_hold_no_login";
const LOAD_RULE: &str = "idle_connections_block_nobody";

/// The scenarios of state.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "connection",
            rules: &[CONNECTION_RULE],
            production: true,
            run: connection,
        },
        Scenario {
            name: "many-sessions",
            rules: &[SESSIONS_RULE],
            production: false,
            run: many_sessions,
        },
        Scenario { name: "idle", rules: &[LOAD_RULE], production: false, run: idle },
        Scenario {
            name: "found-strings",
            rules: &["responses_hold_no_secret"],
            production: true,
            run: found_strings,
        },
        Scenario {
            name: "late-tokens",
            rules: &["token_authenticates"],
            production: true,
            run: late_tokens,
        },
        Scenario {
            name: "late-refusals",
            rules: &[
                "wrong_password_is_refused",
                "code_is_required",
                "inactive_account_is_refused",
                "token_authenticates",
            ],
            production: true,
            run: late_refusals,
        },
    ]
}

/// Requests without credentials follow on the connection of a login and of a token. Both must be refused
/// as on a new connection.
/// A request without credentials, after requests of this account.
pub(super) fn bare(account: &Account, title: &str) -> Case {
    let request = Request::new("GET", requests::ME);
    let case = Case::new("me", title, request, Expect::Unauthorized);
    case.rule(CONNECTION_RULE).of(&account.username)
}

fn connection(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(2).cloned().collect();
    for account in &accounts {
        let bare = |title: &str| bare(account, title);
        let Some(session) = log_in(driver, account)? else { continue };
        driver.step(&bare("a request without credentials on the connection of a login"))?;
        let me = requests::me(&session, Expect::Anything, CONNECTION_RULE);
        driver.step(&me)?;
        driver.step(&bare("a request without credentials on the connection of a token"))?;
        let title = "an empty login on the connection of a token";
        let empty = Request::new("POST", requests::LOGIN).json(&serde_json::json!({}));
        let case = Case::new("login", title, empty, Expect::Refusal).rule(CONNECTION_RULE);
        step_and_log_out(driver, &case)?;
        let wrong = requests::other_password(
            account,
            "a wrong password on the connection of a token",
            "not-the-password",
            CONNECTION_RULE,
        );
        step_and_log_out(driver, &wrong)?;
        // A wrong password with the headers of a live session, which some clients still send.
        let mut with_headers = wrong.clone();
        with_headers.title = "a wrong password with the headers of a live session".to_owned();
        with_headers.request = with_headers
            .request
            .header(requests::TOKEN_HEADER, &session.token)
            .header(requests::USER_HEADER, &session.user_id);
        step_and_log_out(driver, &with_headers)?;
        // The right password of another account with the headers of this one.
        if let Some(other) = accounts.iter().find(|other| other.username != account.username) {
            let mut case = requests::password(other, Expect::Anything, CONNECTION_RULE);
            case.title = "a login with the headers of another account's session".to_owned();
            case.request = case
                .request
                .header(requests::TOKEN_HEADER, &session.token)
                .header(requests::USER_HEADER, &session.user_id);
            if let Some(response) = step_and_log_out(driver, &case)? {
                check_identity(driver, other, &case, &response);
            }
        }
        // Two lines of a header: the request is about the account of its token, or is refused.
        if let Some(other) = accounts.iter().find(|other| other.username != account.username) {
            let id = driver.run.suite.user_id(&other.username).unwrap_or_default();
            for ids in [[&session.user_id, &id], [&id, &session.user_id]] {
                let mut case = requests::me(&session, Expect::Anything, CONNECTION_RULE);
                case.title = "a token with two user ids".to_owned();
                case.request.headers.retain(|(name, _)| name != requests::USER_HEADER);
                for id in ids.into_iter().filter(|id| !id.is_empty()) {
                    case.request = case.request.header(requests::USER_HEADER, id);
                }
                if let Some(response) = driver.step(&case)? {
                    check_identity(driver, account, &case, &response);
                }
            }
        }
        log_out(driver, &session)?;
        driver.step(&bare("a request without credentials on the connection of a logout"))?;
    }
    Ok(())
}

/// How many sessions of one account are live at once. Servers keep 50.
const SESSIONS: usize = 30;

/// Begins many sessions of one account. A server may end the oldest ones, but no other.
fn many_sessions(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().last().cloned() else { return Ok(()) };
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        sessions.extend(log_in(driver, &account)?);
    }
    let mut lives = Vec::new();
    for session in &sessions {
        let case = requests::me(session, Expect::Anything, SESSIONS_RULE);
        let title = "the account of a token while many sessions are live".to_owned();
        let case = Case { title, ..case };
        let Some(response) = driver.step(&case)? else { continue };
        check_identity(driver, &account, &case, &response);
        lives.push((response.is_success(), case, response));
    }
    driver.run.count_check(SESSIONS_RULE);
    // The oldest may have ended, up to the first that lives.
    let first = lives.iter().position(|(lives, ..)| *lives).unwrap_or(0);
    if let Some((_, case, response)) = lives[first..].iter().find(|(lives, ..)| !lives) {
        let finding = Finding::new(
            SESSIONS_RULE,
            "sessions",
            format!("one of {} sessions ended although an older one lives", sessions.len()),
            "that a server with a limit ends the oldest sessions first",
            response.status.to_string(),
        );
        driver.run.report(finding, case, Some(response));
    }
    // A logout in the middle ends only its own session.
    let middle = sessions.len() / 2;
    for (at, session) in sessions.iter().enumerate() {
        if at == middle || at % 4 == 0 {
            log_out(driver, session)?;
        }
    }
    for (at, session) in sessions.iter().enumerate().skip(first) {
        let is_out = at == middle || at % 4 == 0;
        if at % 3 == 0 && lives.get(at).is_some_and(|(lives, ..)| *lives) {
            let expect = if is_out { Expect::Unauthorized } else { Expect::Success };
            let rule = if is_out { "logout_ends_the_token" } else { "logout_ends_only_its_token" };
            let case = requests::me(session, expect, rule);
            let title = "the account of a token after logouts of other sessions".to_owned();
            driver.step(&Case { title, ..case })?;
        }
    }
    for (at, session) in sessions.iter().enumerate() {
        if at != middle && at % 4 != 0 {
            log_out(driver, session)?;
        }
    }
    forget_if_ended(driver, &account)
}

/// Forgets the shared session of an account if it has ended. A server may limit the sessions of an account
/// and end the oldest.
fn forget_if_ended(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let Some(session) = driver.run.suite.shared.get(account) else { return Ok(()) };
    let case = requests::me(&session, Expect::Anything, SESSIONS_RULE);
    if driver.step(&case)?.is_some_and(|response| response.status == 401) {
        driver.run.suite.shared.forget(account);
    }
    Ok(())
}

/// How many connections stay idle.
const IDLE: usize = 30;
/// How many logins are sent at once.
const LOGINS: usize = 16;

/// Sends logins at once while other connections are open and say nothing.
fn idle(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    if driver.run.is_limited() {
        driver
            .run
            .not_run(LOAD_RULE, "`--rate unlimited`, and a target that does not limit requests");
        return Ok(());
    }
    let address = driver.run.options.target.address();
    let connect = || {
        let address = address.to_socket_addrs().ok()?.next()?;
        TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()
    };
    let idle: Vec<_> = (0..IDLE).filter_map(|_| connect()).collect();
    let case = requests::password(&account, Expect::Success, LOAD_RULE);
    let title = "a login while other connections are idle".to_owned();
    let case = Case { title, ..case };
    // Some of the logins are wrong, because a server under load may skip a check.
    let mut cases = vec![case.clone(); LOGINS];
    // Requests at once do not pass the guard against a lockout.
    let accounts = driver.run.suite.plain_accounts();
    let accounts = accounts.filter(|account| driver.run.suite.failures_left(&account.username) > 0);
    for (at, other) in accounts.enumerate().take(4) {
        let title = "a wrong password among many logins at once";
        let wrong = requests::other_password(other, title, "not-the-password", LOAD_RULE);
        cases.insert(4 * at + 3, wrong);
    }
    let sent = cases.clone();
    let responses = driver.step_all(&cases)?;
    drop(idle);
    driver.run.count_check(LOAD_RULE);
    for (case, response) in sent.iter().zip(responses) {
        let Some(response) = response else { continue };
        if case.expect == Expect::Success {
            check_identity(driver, &account, case, &response);
        }
        if let Some(begun) = Session::begun_by(case, &response) {
            log_out(driver, &begun)?;
        }
    }
    forget_if_ended(driver, &account)
}

/// Asks again for the accounts of the tokens that the run began with, and for those that were logged out.
fn late_tokens(driver: &mut Driver<'_, '_>) -> Step<()> {
    for session in driver.run.suite.ended_sessions() {
        let rule = "logout_ends_the_token";
        let case = requests::me(&session, Expect::Unauthorized, rule);
        let title = "the account of a token long after its logout".to_owned();
        driver.step(&Case { title, ..case })?;
        // A resume that is refused counts as a failure, and only a plain account can reset that.
        let mut plain = driver.run.suite.plain_accounts();
        if !plain.any(|account| Some(&account.username) == session.account.as_ref()) {
            continue;
        }
        let case = requests::resume(&session, Expect::Unauthorized, rule);
        let title = "resume with a token long after its logout".to_owned();
        step_and_log_out(driver, &Case { title, ..case })?;
    }
    let accounts: Vec<Account> = driver.run.suite.accounts.clone();
    for account in &accounts {
        let Some(session) = driver.run.suite.shared.get(account) else { continue };
        let case = requests::me(&session, Expect::Success, "token_authenticates");
        let title = "the account of an early token at the end of the run".to_owned();
        let case = Case { title, ..case };
        if let Some(response) = driver.step(&case)? {
            check_identity(driver, account, &case, &response);
        }
        let case = requests::resume(&session, Expect::Success, "resume_logs_in");
        let title = "resume with an early token at the end of the run".to_owned();
        let case = Case { title, ..case };
        if let Some(response) = driver.step(&case)?.filter(Response::is_success) {
            check_identity(driver, account, &case, &response);
            if let Some(renewed) = Session::begun_by(&case, &response) {
                driver.run.suite.shared.put(account, renewed);
            }
        }
    }
    Ok(())
}

/// Repeats the plainest refusals at the end, because a request of the run may have switched a check off.
fn late_refusals(driver: &mut Driver<'_, '_>) -> Step<()> {
    let request = Request::new("GET", requests::ME);
    let title = "the account without credentials at the end of the run";
    let case = Case::new("me", title, request, Expect::Unauthorized).rule("token_authenticates");
    driver.step(&case)?;
    let suite = driver.run.suite;
    for account in &suite.accounts {
        let (password, what, rule) = match (account.active, account.totp_secret.is_some()) {
            (false, _) => (
                account.password.as_str(),
                "an inactive account's right password",
                "inactive_account_is_refused",
            ),
            (true, true) => (
                account.password.as_str(),
                "the right password without the code",
                "code_is_required",
            ),
            (true, false) => ("not-the-password", "a wrong password", "wrong_password_is_refused"),
        };
        // The guard resets the count of a plain account. The others have no code to spare, and whether one
        // is left depends on the clock.
        let is_plain = account.active && account.totp_secret.is_none();
        if is_plain || !suite.is_near_lock(&account.username) {
            let title = format!("{what} at the end of the run");
            step_and_log_out(driver, &requests::other_password(account, &title, password, rule))?;
        }
    }
    Ok(())
}

/// Tries each long string of a response once as a token, because a response may hold more than the token
/// of its login.
fn found_strings(driver: &mut Driver<'_, '_>) -> Step<()> {
    const RULE: &str = "responses_hold_no_secret";
    for (at, text, name) in driver.run.suite.strings() {
        let mut accounts = driver.run.suite.accounts.iter();
        let Some(account) = accounts.find(|account| account.username == name) else { continue };
        let is_live = |account: &Account| {
            driver.run.suite.shared.get(account).is_some_and(|session| session.token == text)
        };
        if driver.run.suite.accounts.iter().any(is_live) || text == account.username {
            continue;
        }
        let user_id = driver.run.suite.user_id(&name).unwrap_or_default();
        let session = Session { token: text.clone(), user_id, account: Some(name.clone()) };
        let title = format!("the string at `{at}` of a response as a token");
        let mut cases = vec![requests::me(&session, Expect::Refusal, RULE)];
        // A resume that is refused counts as a failure, and only a plain account can reset that.
        if account.active && account.totp_secret.is_none() {
            cases.push(requests::resume(&session, Expect::Refusal, RULE));
        }
        for case in cases {
            let case = Case { title: title.clone(), ..case };
            let attempt = Attempt { case, may_succeed: false, changed: None };
            if let Some(found) = accepted(driver, &attempt, &at)? {
                // It is a token, so it must not be printed.
                driver.run.environment.secrets.learn("token", &text);
                if is_any_token_accepted(driver, &attempt, &text)? {
                    // Another rule reports that any token is accepted.
                    return Ok(());
                }
                driver.run.report(found.finding, &found.case, found.response.as_ref());
            }
        }
    }
    Ok(())
}

/// Whether a request that was accepted with a text as token is accepted with another text too.
fn is_any_token_accepted(driver: &mut Driver<'_, '_>, attempt: &Attempt, text: &str) -> Step<bool> {
    let Some(other) = Transform::Edit(Edit::ReplaceAll).apply(text) else { return Ok(false) };
    let account = attempt.case.account.clone();
    let user_id = attempt.case.request.header_value(requests::USER_HEADER).unwrap_or_default();
    let session = Session { token: other, user_id: user_id.to_owned(), account };
    let case = if attempt.case.operation == "login" {
        requests::resume(&session, Expect::Anything, "token_is_compared_whole")
    } else {
        requests::me(&session, Expect::Anything, "token_is_compared_whole")
    };
    succeeds(driver, &case)
}
