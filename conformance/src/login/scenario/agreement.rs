//! Checks that everything that is said about an account agrees: each way to log in, a resume, and the
//! account of a token.

use std::{collections::BTreeMap, mem::discriminant};

use serde_json::Value;

use super::{Scenario, stability::PRESENCE};
use crate::login::{
    Driver, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    space::Way,
    steps::{log_out, shared_session},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

const RULE: &str = "responses_agree";

/// The scenarios of agreement.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![Scenario { name: "agreement", rules: &[RULE], production: true, run }]
}

/// What one kind of request said about an account, twice.
struct Said {
    title: String,
    case: Case,
    response: Response,
    /// The members that both responses have with the same value.
    members: BTreeMap<String, Value>,
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(3).cloned().collect();
    for (at, account) in accounts.iter().enumerate() {
        let Some(session) = shared_session(driver, account)? else { continue };
        let mut all = Vec::new();
        for way in Way::ALL {
            // The first account logs in in every way, the others in the documented ones.
            if at > 0 && !way.is_documented() || !way.is_open(driver)? {
                continue;
            }
            let Some(name) = way.name_of(account) else { continue };
            let request = way.request(name, &account.password);
            let title = format!("a login {way}");
            let case = Case::new("login", title.clone(), request, Expect::Anything);
            all.extend(said(driver, account, title, &case.of(&account.username))?);
        }
        let resume = requests::resume(&session, Expect::Anything, RULE);
        all.extend(said(driver, account, "a resume".to_owned(), &resume)?);
        // A resume may have renewed the token.
        let session = driver.run.suite.shared.get(account).unwrap_or(session);
        let me = requests::me(&session, Expect::Anything, RULE);
        all.extend(said(driver, account, "the account of a token".to_owned(), &me)?);
        compare(driver, account, &all);
    }
    Ok(())
}

/// Sends a case twice. Members that differ between the two say nothing.
fn said(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    title: String,
    case: &Case,
) -> Step<Option<Said>> {
    let mut members: Option<BTreeMap<String, Value>> = None;
    let mut last = None;
    for _ in 0..2 {
        let Some(response) = driver.step(case)?.filter(Response::is_success) else {
            return Ok(None);
        };
        if !check_identity(driver, account, case, &response) {
            // What another account says of itself must differ.
            return Ok(None);
        }
        let is_login = case.operation == "login";
        let is_resume = case.title.starts_with("resume");
        if is_login && let Some(begun) = Session::begun_by(case, &response) {
            if is_resume {
                driver.run.suite.shared.put(account, begun);
            } else {
                log_out(driver, &begun)?;
            }
        }
        let body = response.json();
        let me = if is_login { body.and_then(|b| b.pointer("/data/me")) } else { body };
        let mut found = BTreeMap::new();
        if let Some(me) = me {
            flatten(me, "", &mut found);
        }
        if let Some(id) = body.and_then(|body| body.pointer("/data/userId")) {
            found.insert("/_id".to_owned(), id.clone());
        }
        members = Some(match members {
            None => found,
            Some(before) => {
                before.into_iter().filter(|(at, value)| found.get(at) == Some(value)).collect()
            }
        });
        last = Some(response);
    }
    let (Some(members), Some(response)) = (members, last) else { return Ok(None) };
    Ok(Some(Said { title, case: case.clone(), response, members }))
}

/// Each member by its pointer. An array is one value.
fn flatten(value: &Value, at: &str, members: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                flatten(member, &format!("{at}/{name}"), members);
            }
        }
        value => drop(members.insert(at.to_owned(), value.clone())),
    }
}

/// Members that each login changes.
const CHANGED_BY_LOGIN: [&str; 2] = ["/lastLogin", "/_updatedAt"];

fn compare(driver: &Driver<'_, '_>, account: &Account, all: &[Said]) {
    let Some((first, others)) = all.split_first() else { return };
    driver.run.count_check(RULE);
    for other in others {
        for (at, value) in &other.members {
            let Some(expected) = first.members.get(at) else { continue };
            // A member of a wrong type is a matter of the schema.
            let is_comparable = discriminant(expected) == discriminant(value);
            let changes =
                PRESENCE.contains(&at.as_str()) || CHANGED_BY_LOGIN.contains(&at.as_str());
            if expected == value || !is_comparable || changes {
                continue;
            }
            let finding = Finding::new(
                RULE,
                at,
                format!(
                    "{} and {} say different things about `{}`",
                    first.title, other.title, account.username
                ),
                expected.to_string(),
                value.to_string(),
            );
            driver.run.report(finding, &other.case, Some(&other.response));
        }
    }
}
