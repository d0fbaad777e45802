//! The requests of a login, as cases.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::login::{Session, accounts::Account};
use specfirst_engine::http::case::{Case, Expect, Request};

/// Where one logs in.
pub const LOGIN: &str = "/api/v1/login";
/// Whose token it is.
pub const ME: &str = "/api/v1/me";
/// Where one logs out.
pub const LOGOUT: &str = "/api/v1/logout";

/// The header with a session's token.
pub const TOKEN_HEADER: &str = "X-Auth-Token";
/// The header with the user id of a session.
pub const USER_HEADER: &str = "X-User-Id";

/// A name that nobody has, one for each purpose and seed: a server that locks names out must not
/// meet the same one in every run.
pub fn nobody(seed: u64, purpose: &str) -> String {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(purpose);
    format!("nobody-{}", &hex::encode(digest.finalize())[..10])
}

/// A login with any body.
pub fn login(title: &str, body: &Value, expect: Expect, rule: &'static str) -> Case {
    Case::new("login", title, Request::new("POST", LOGIN).json(body), expect).rule(rule)
}

/// The right password by user name.
pub fn password(account: &Account, expect: Expect, rule: &'static str) -> Case {
    let body = json!({"user": account.username, "password": account.password});
    login("the right password by user name", &body, expect, rule).of(&account.username)
}

/// Another password.
pub fn other_password(account: &Account, title: &str, password: &str, rule: &'static str) -> Case {
    let body = json!({"user": account.username, "password": password});
    login(title, &body, Expect::Unauthorized, rule).of(&account.username)
}

/// The right password and a code.
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

/// A token in place of a password.
pub fn resume(session: &Session, expect: Expect, rule: &'static str) -> Case {
    let mut case = login("resume with a token", &json!({"resume": session.token}), expect, rule);
    case.account.clone_from(&session.account);
    case
}

/// The account of a token.
pub fn me(session: &Session, expect: Expect, rule: &'static str) -> Case {
    let request = authenticated("GET", ME, &session.token, &session.user_id);
    let mut case = Case::new("me", "the account of a token", request, expect).rule(rule);
    case.account.clone_from(&session.account);
    case
}

/// The end of a session.
pub fn logout(session: &Session, expect: Expect) -> Case {
    let request = authenticated("POST", LOGOUT, &session.token, &session.user_id);
    let mut case = Case::new("logout", "log out", request, expect);
    case.account.clone_from(&session.account);
    case
}

/// A request with both headers.
pub fn authenticated(method: &str, path: &str, token: &str, user_id: &str) -> Request {
    Request::new(method, path).header(TOKEN_HEADER, token).header(USER_HEADER, user_id)
}
