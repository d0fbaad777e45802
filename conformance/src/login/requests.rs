//! The requests of the login API, as cases.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::login::{Session, accounts::Account};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    strategy::form,
};

/// The path of the login.
pub const LOGIN: &str = "/api/v1/login";
/// The path of the account that a token belongs to.
pub const ME: &str = "/api/v1/me";
/// The path of the logout.
pub const LOGOUT: &str = "/api/v1/logout";

/// The media type of forms, which real servers take besides JSON.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The header with a session's token.
pub const TOKEN_HEADER: &str = "X-Auth-Token";
/// The header with the user id of a session.
pub const USER_HEADER: &str = "X-User-Id";

/// A login with these members in JSON.
pub(crate) fn in_json(members: &Value) -> Request {
    Request::new("POST", LOGIN).json(members)
}

/// A login with these members as a form.
pub(crate) fn in_form(members: &Value) -> Request {
    Request::new("POST", LOGIN).body(FORM, form(members))
}

/// The body of a request as JSON; `null` if it is none.
pub(crate) fn body_of(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap_or_default()
}

/// A user name that no account has, different for each purpose and seed. A server that locks out unknown
/// names would otherwise lock out this one after some runs.
pub fn nobody(seed: u64, purpose: &str) -> String {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(purpose);
    format!("nobody-{}", &hex::encode(digest.finalize())[..10])
}

/// A login with this body.
pub fn login(title: &str, body: &Value, expect: Expect, rule: &'static str) -> Case {
    Case::new("login", title, in_json(body), expect).rule(rule)
}

/// A login with the right password by user name.
pub fn password(account: &Account, expect: Expect, rule: &'static str) -> Case {
    let body = json!({"user": account.username, "password": account.password});
    login("the right password by user name", &body, expect, rule).of(&account.username)
}

/// A login with another password.
pub fn other_password(account: &Account, title: &str, password: &str, rule: &'static str) -> Case {
    let body = json!({"user": account.username, "password": password});
    login(title, &body, Expect::Unauthorized, rule).of(&account.username)
}

/// A login with the right password and a code.
pub fn with_code(
    account: &Account,
    title: &str,
    code: &Value,
    expect: Expect,
    rule: &'static str,
) -> Case {
    let body = json!({"user": account.username, "password": account.password, "code": code});
    login(title, &body, expect, rule).of(&account.username)
}

/// A login with a token instead of a password.
pub fn resume(session: &Session, expect: Expect, rule: &'static str) -> Case {
    let mut case = login("resume with a token", &json!({"resume": session.token}), expect, rule);
    case.account.clone_from(&session.account);
    case
}

/// A request for the account of a token.
pub fn me(session: &Session, expect: Expect, rule: &'static str) -> Case {
    let request = authenticated("GET", ME, &session.token, &session.user_id);
    let mut case = Case::new("me", "the account of a token", request, expect).rule(rule);
    case.account.clone_from(&session.account);
    case
}

/// A logout by POST.
pub fn logout(session: &Session, expect: Expect) -> Case {
    let request = authenticated("POST", LOGOUT, &session.token, &session.user_id);
    let mut case = Case::new("logout", "log out", request, expect);
    case.account.clone_from(&session.account);
    case
}

/// A request with the two headers of a session.
pub fn authenticated(method: &str, path: &str, token: &str, user_id: &str) -> Request {
    Request::new(method, path).header(TOKEN_HEADER, token).header(USER_HEADER, user_id)
}

/// Whether a login gives a password, and so begins a new session.
pub fn is_by_password(case: &Case) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    String::from_utf8_lossy(body).contains("password")
}
