//! Checks that a response is about the account of its request.

use std::{cell::Cell, mem::discriminant};

use serde_json::Value;

use crate::login::{Driver, accounts::Account};
use specfirst_engine::{
    check::finding::Finding,
    http::{case::Case, response::Response},
};

/// Members that say the same in every response about an account, whatever the request was.
const LASTING: [&str; 5] = ["name", "username", "emails", "roles", "active"];

/// Reports a member that differs from what the first response about the account said. A member that is
/// absent in one of them says nothing.
fn compare_with_first(
    driver: &Driver<'_, '_>,
    account: &Account,
    case: &Case,
    response: &Response,
    me: &Value,
) {
    const RULE: &str = "responses_agree";
    let first = driver.run.suite.first_me(&account.username, me);
    driver.run.count_check(RULE);
    for member in LASTING {
        let (Some(before), Some(now)) = (first.get(member), me.get(member)) else { continue };
        // A member of a wrong type is a matter of the schema.
        if before == now || discriminant(before) != discriminant(now) {
            continue;
        }
        let finding = Finding::new(
            RULE,
            format!("/{member}"),
            format!("{}: `{member}` differs from an earlier response", case.title),
            before.to_string(),
            now.to_string(),
        );
        driver.run.report(finding, case, Some(response));
    }
}

/// Reports a response to `account` that is about another one. Returns whether it is about `account`.
pub(crate) fn check_identity(
    driver: &Driver<'_, '_>,
    account: &Account,
    case: &Case,
    response: &Response,
) -> bool {
    let Some(body) = response.json().filter(|_| response.is_success()) else { return true };
    let is_own = Cell::new(true);
    let (id, me) = if case.operation == "login" {
        (body.pointer("/data/userId"), body.pointer("/data/me"))
    } else {
        (body.get("_id"), Some(body))
    };
    let wrong = |at: &str, what: &str, expected: &str, got: &Value| {
        let finding = Finding::new(
            "response_describes_the_account",
            at,
            format!("{}: {what} is that of another account", case.title),
            expected,
            got.to_string(),
        );
        driver.run.report(finding, case, Some(response));
        is_own.set(false);
    };
    if let Some(Value::String(id)) = id {
        driver.run.count_check("response_describes_the_account");
        match driver.run.suite.user_id(&account.username) {
            None => driver.run.suite.learn_user_id(&account.username, id),
            Some(known) if known != *id => {
                wrong("user id", "the user id", &known, &id.clone().into())
            }
            Some(_) => {}
        }
    }
    let Some(me) = me else { return is_own.get() };
    if let Some(name) = me.get("username").filter(|name| name.is_string())
        && name.as_str().map(str::to_lowercase) != Some(account.username.to_lowercase())
    {
        wrong("username", "`username`", &account.username, name);
    }
    if let (Some(email), Some(Value::Array(list))) = (&account.email, me.get("emails")) {
        let addresses: Vec<_> =
            list.iter().filter_map(|item| item.get("address")?.as_str()).collect();
        if !addresses.is_empty() && !addresses.iter().any(|a| a.eq_ignore_ascii_case(email)) {
            wrong("emails", "`emails`", email, &me["emails"]);
        }
    }
    if is_own.get() {
        compare_with_first(driver, account, case, response, me);
    }
    is_own.get()
}
