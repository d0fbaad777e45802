//! Checks that responses to simultaneous requests are not mixed up and not serialised.

use std::time::{Duration, Instant};

use super::Scenario;
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    steps::{log_in, log_out},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

/// How many requests are sent at once.
const AT_ONCE: usize = 12;

/// How many turns one request alone and many at once take. The best time of each counts, because other
/// load on the machine delays some turns and must not look like a server that serialises requests.
const TURNS: usize = 7;

/// The scenarios of concurrency.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "mix", rules: &["responses_do_not_mix"], production: false, run: mix },
        Scenario {
            name: "serialised",
            rules: &["responses_are_not_serialised"],
            production: false,
            run: serialised,
        },
    ]
}

fn is_limited(driver: &Driver<'_, '_>, rule: &'static str) -> bool {
    let limited = driver.run.is_limited();
    if limited {
        driver.run.not_run(rule, "`--rate unlimited`, and a target that does not limit requests");
    }
    limited
}

fn mix(driver: &mut Driver<'_, '_>) -> Step<()> {
    let rule = "responses_do_not_mix";
    let accounts: Vec<_> = driver.run.suite.plain_accounts().take(3).collect();
    if accounts.len() < 2 {
        driver.run.not_run(rule, "two accounts without `totp_secret`");
        return Ok(());
    }
    if is_limited(driver, rule) {
        return Ok(());
    }
    let mut sessions = Vec::new();
    for account in &accounts {
        if let Some(session) = log_in(driver, account)? {
            sessions.push((*account, session));
        }
    }
    // Reads and logins of all accounts alternate and are sent at once, three times over.
    for _ in 0..3 {
        let mut cases: Vec<(usize, Case)> = Vec::new();
        for number in 0..AT_ONCE {
            let Some((account, session)) = sessions.get(number % sessions.len().max(1)) else {
                break;
            };
            let at = number % sessions.len();
            cases.push((
                at,
                match number / sessions.len() % 2 {
                    0 => requests::me(session, Expect::Success, rule),
                    _ => requests::password(account, Expect::Success, rule),
                },
            ));
        }
        let sent: Vec<Case> = cases.iter().map(|(_, case)| case.clone()).collect();
        let responses = driver.step_all(&sent)?;
        for ((at, case), response) in cases.iter().zip(responses) {
            let Some(response) = response else { continue };
            let (account, _) = sessions[*at];
            check_own(driver, account, case, &response);
            if case.operation == "login"
                && let Some(begun) = Session::begun_by(case, &response)
            {
                let me = requests::me(&begun, Expect::Success, rule);
                if let Some(response) = driver.step(&me)? {
                    check_own(driver, account, &me, &response);
                }
                log_out(driver, &begun)?;
            }
        }
    }
    for (_, session) in &sessions {
        log_out(driver, session)?;
    }
    Ok(())
}

/// Reports a response about another account, which is a mix-up here.
fn check_own(driver: &Driver<'_, '_>, account: &Account, case: &Case, response: &Response) {
    if check_identity(driver, account, case, response) {
        return;
    }
    let finding = Finding::new(
        "responses_do_not_mix",
        &case.request.path,
        format!("{}, sent with others at once: the response is about another account", case.title),
        format!("a response about `{}`", account.username),
        response.text().chars().take(300).collect::<String>(),
    );
    driver.run.report(finding, case, Some(response));
}

/// Compares the time of one request alone with that of many at once. If they wait for each other, the
/// last response takes as many times as long as there are requests.
fn serialised(driver: &mut Driver<'_, '_>) -> Step<()> {
    let rule = "responses_are_not_serialised";
    if is_limited(driver, rule) {
        return Ok(());
    }
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(session) = log_in(driver, account)? else { return Ok(()) };
    let case = requests::me(&session, Expect::Success, rule);
    let cases = vec![case.clone(); AT_ONCE];
    // The first turn only opens the connections.
    driver.step_all(&cases)?;
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        if let Some(response) = driver.step(&case)? {
            alone.push(response.duration);
        }
        let began = Instant::now();
        driver.step_all(&cases)?;
        together.push(began.elapsed());
    }
    let best = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
    let (alone, together) = (best(&alone), best(&together));
    // Fast requests cannot show this, because each ends before the next is sent.
    let waits = u32::try_from(AT_ONCE).unwrap_or(u32::MAX) / 2;
    if alone >= Duration::from_millis(8) && together > alone * waits {
        let finding = Finding::new(
            rule,
            &case.request.path,
            format!("the server handles {AT_ONCE} simultaneous requests one after the other"),
            format!("little more than the {} ms of one alone", alone.as_millis()),
            format!("{} ms", together.as_millis()),
        );
        driver.run.report(finding, &case, None);
    }
    log_out(driver, &session)
}
