//! What only a login needs: requests that follow from an account, and from each other.

use serde_json::{Value, json};

use crate::{
    accounts::Account,
    case::{Case, Expect, Request},
    strategy::form,
};

/// The right password logs in, by user name and by e-mail, as JSON and as a form.
pub const RIGHT_PASSWORD_LOGS_IN: &str = "right_password_logs_in";
/// A wrong password is answered with 401.
pub const WRONG_PASSWORD_IS_REFUSED: &str = "wrong_password_is_refused";
/// A token logs in again, and names its account.
pub const TOKEN_AUTHENTICATES: &str = "token_authenticates";
/// A token is worth nothing after its logout.
pub const LOGOUT_ENDS_THE_TOKEN: &str = "logout_ends_the_token";
/// Valid credentials beside an ill-typed member do not log in.
pub const ILL_TYPED_MEMBER_IS_REFUSED: &str = "ill_typed_member_is_refused";
/// Bodies without credentials, or that are no JSON, are refused.
pub const BODY_WITHOUT_CREDENTIALS_IS_REFUSED: &str = "body_without_credentials_is_refused";

/// Every rule of this module.
pub const RULES: [&str; 6] = [
    RIGHT_PASSWORD_LOGS_IN,
    WRONG_PASSWORD_IS_REFUSED,
    TOKEN_AUTHENTICATES,
    LOGOUT_ENDS_THE_TOKEN,
    ILL_TYPED_MEMBER_IS_REFUSED,
    BODY_WITHOUT_CREDENTIALS_IS_REFUSED,
];

const LOGIN: &str = "/api/v1/login";

/// A session's credentials.
#[derive(Clone)]
pub struct Session {
    /// The token.
    pub token: String,
    /// The account's id.
    pub user_id: String,
}

fn case(
    operation: &str,
    title: &str,
    request: Request,
    expect: Expect,
    rule: &'static str,
) -> Case {
    let (operation, title) = (operation.to_owned(), title.to_owned());
    Case { operation, title, request, broken: None, expect, rule: Some(rule) }
}

fn login(title: &str, body: &Value, expect: Expect, rule: &'static str) -> Case {
    case("login", title, Request::new("POST", LOGIN).json(body), expect, rule)
}

/// The ways in which an account logs in; the first is by user name.
pub fn right_password(account: &Account) -> Vec<Case> {
    let by_name = json!({"user": account.username, "password": account.password});
    let rule = RIGHT_PASSWORD_LOGS_IN;
    let mut cases = vec![login("the right password by user name", &by_name, Expect::Success, rule)];
    if let Some(email) = &account.email {
        let by_email = json!({"user": email, "password": account.password});
        cases.push(login("the right password by e-mail", &by_email, Expect::Success, rule));
    }
    let request =
        Request::new("POST", LOGIN).body("application/x-www-form-urlencoded", form(&by_name));
    cases.push(case("login", "the right password as a form", request, Expect::Success, rule));
    cases
}

/// A wrong password.
pub fn wrong_password(account: &Account, password: &str) -> Case {
    let body = json!({"user": account.username, "password": password});
    login("a wrong password", &body, Expect::Status(401), WRONG_PASSWORD_IS_REFUSED)
}

/// The same token again.
pub fn resume(session: &Session, expect: Expect) -> Case {
    let rule = if expect == Expect::Success { TOKEN_AUTHENTICATES } else { LOGOUT_ENDS_THE_TOKEN };
    login("resume with a token", &json!({"resume": session.token}), expect, rule)
}

/// Whose token it is.
pub fn me(session: &Session, expect: Expect) -> Case {
    let request = authenticated("GET", "/api/v1/me", session);
    let rule = if expect == Expect::Success { TOKEN_AUTHENTICATES } else { LOGOUT_ENDS_THE_TOKEN };
    case("me", "the account of a token", request, expect, rule)
}

/// The end of a session.
pub fn logout(session: &Session) -> Case {
    let request = authenticated("POST", "/api/v1/logout", session);
    case("logout", "log out", request, Expect::Success, TOKEN_AUTHENTICATES)
}

fn authenticated(method: &str, path: &str, session: &Session) -> Request {
    Request::new(method, path)
        .header("X-Auth-Token", &session.token)
        .header("X-User-Id", &session.user_id)
}

/// Valid credentials with one member of a wrong type; a success means that it was coerced.
pub fn ill_typed(account: &Account) -> Vec<Case> {
    let right = || json!({"user": account.username, "password": account.password});
    let mut cases = Vec::new();
    for (member, value) in [
        ("user", json!([account.username])),
        ("user", json!({"username": account.username, "$ne": null})),
        ("password", json!([account.password])),
        ("password", json!({"$ne": null})),
        ("resume", json!(0)),
        ("resume", json!({"$ne": null})),
        ("code", json!(123_456)),
        ("code", json!(["123456"])),
    ] {
        let mut body = right();
        body[member] = value;
        let title = format!("valid credentials, but `{member}` ill-typed");
        cases.push(login(&title, &body, Expect::Refusal, ILL_TYPED_MEMBER_IS_REFUSED));
    }
    cases
}

/// Bodies that hold no credentials. Those that may burden a target only where that is allowed.
pub fn without_credentials(allow_unsafe: bool) -> Vec<Case> {
    let rule = BODY_WITHOUT_CREDENTIALS_IS_REFUSED;
    let raw = |title: &str, body: &[u8], expect| {
        let request = Request::new("POST", LOGIN).body("application/json", body.to_vec());
        case("login", title, request, expect, rule)
    };
    let mut cases = vec![
        raw("an empty object", b"{}", Expect::Status(401)),
        raw("malformed JSON", b"{\"user\":", Expect::Refusal),
        raw("an array", b"[]", Expect::Refusal),
        raw("null", b"null", Expect::Refusal),
        raw("a NUL", br#"{"user":"a\u0000b","password":"c"}"#, Expect::Refusal),
        raw("a lone surrogate", br#"{"user":"\ud800","password":"c"}"#, Expect::Refusal),
        raw("no UTF-8", b"{\"user\":\"\xff\",\"password\":\"c\"}", Expect::Refusal),
    ];
    if allow_unsafe {
        let deep = "[".repeat(100_000);
        cases.push(raw("deep nesting", deep.as_bytes(), Expect::Refusal));
        let long = format!(r#"{{"user":"{}"}}"#, "a".repeat(4 << 20));
        cases.push(raw("a body over the limit", long.as_bytes(), Expect::Refusal));
    }
    cases
}
