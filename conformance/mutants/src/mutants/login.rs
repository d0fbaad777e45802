//! Mutants that accept wrong credentials, refuse right ones, or fail on malformed requests.

use serde_json::{Value, json};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::accounts::Account;

/// Replaces a wrong password that is `close` to the right one by the right one.
fn accept(
    state: &ProxyState,
    request: &mut ProxyRequest,
    close: impl Fn(&str, &str) -> bool,
) -> Option<ProxyResponse> {
    let (account, given) = (state.plain(request)?, request.member("password")?);
    if given != account.password && close(&account.password, &given) {
        request.set("password", json!(account.password));
    }
    None
}

/// Logs the first account in, whatever the request holds.
fn let_in(state: &ProxyState) -> Option<ProxyResponse> {
    state.accounts.first().map(|account| state.forged(account))
}

macro_rules! accepts {
    ($id:literal, $title:literal, $close:expr) => {
        Mutant::new($id, $title).before(|state, request| accept(state, request, $close))
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        accepts!("any-password", "any password logs in", |_, given| given.len() > 1),
        accepts!(
            "password-prefix",
            "the password without its last character logs in",
            |right, given| { right.starts_with(given) && given.len() + 1 == right.len() }
        ),
        Mutant::new("default-password", "one account has its name as a default password").before(
            |state, request| {
                let account = state.plain(request)?;
                if account.directory && request.member("password")? == account.username {
                    let password = account.password.clone();
                    request.set("password", json!(password));
                }
                None
            },
        ),
        accepts!(
            "password-eight",
            "only the first eight characters of a password are compared",
            |right, given| { right.get(..8) == given.get(..8) && given.len() >= 8 }
        ),
        accepts!("password-suffix", "characters after the password are ignored", |right, given| {
            given.starts_with(right)
        }),
        accepts!("password-case", "the password is compared without case", |right, given| {
            right.eq_ignore_ascii_case(given)
        }),
        accepts!("password-trimmed", "spaces around the password are ignored", |right, given| {
            given.trim() == right
        }),
        accepts!(
            "password-72",
            "only the first 72 bytes of a password are compared",
            |right, given| { right.len() > 72 && right.get(..72) == given.get(..72) }
        ),
        accepts!("password-nul", "the password is read up to a NUL", |right, given| {
            given.split('\0').next() == Some(right)
        }),
        accepts!("password-empty", "an empty password logs in", |_, given| given.is_empty()),
        Mutant::new("password-is-name", "the user name is accepted as the password").before(
            |state, request| {
                let name = state.named(request)?.username.clone();
                accept(state, request, |_, given| given == name)
            },
        ),
        Mutant::new("operator-object", "an operator object is accepted as the password").before(
            |state, request| {
                let account = state.plain(request)?;
                let password = account.password.clone();
                if request.json()["password"].get("$ne").is_some() {
                    request.set("password", json!(password));
                }
                None
            },
        ),
        Mutant::new(
            "password-array",
            "an array that holds the password is accepted as the password",
        )
        .before(|_, request| {
            if let Some(Value::Array(list)) = request.json().get("password") {
                request.set("password", list.first().cloned().unwrap_or(Value::Null));
            }
            None
        }),
        Mutant::new("user-array", "an array that holds the user name is accepted as the user name")
            .before(|_, request| {
                if let Some(Value::Array(list)) = request.json().get("user") {
                    request.set("user", list.first().cloned().unwrap_or(Value::Null));
                }
                None
            }),
        Mutant::new("password-number", "a number is accepted as the password").before(
            |_, request| {
                if let Some(Value::Number(number)) = request.json().get("password") {
                    request.set("password", json!(number.to_string()));
                }
                None
            },
        ),
        Mutant::new("password-true", "`true` is accepted as the password").before(
            |state, request| {
                let password = state.plain(request)?.password.clone();
                if request.json()["password"] == json!(true) {
                    request.set("password", json!(password));
                }
                None
            },
        ),
        Mutant::new("code-ignored-type", "an ill-typed `code` is ignored").before(
            |state, request| {
                state.plain(request)?;
                if request.json().get("code").is_some_and(|code| !code.is_string()) {
                    request.set("code", json!("123456"));
                }
                None
            },
        ),
        Mutant::new("resume-object", "an operator object is accepted as a token").before(
            |state, request| request.json()["resume"].is_object().then(|| let_in(state)).flatten(),
        ),
        Mutant::new("unknown-user", "an unknown user logs in").before(|state, request| {
            let unknown = state.named(request).is_none() && request.member("password").is_some();
            let user = request.member("user")?;
            (unknown && user.starts_with("nobody")).then(|| let_in(state)).flatten()
        }),
        Mutant::new("user-wildcard", "`*` is accepted as a user name").before(|state, request| {
            (request.member("user")? == "*").then(|| let_in(state)).flatten()
        }),
        Mutant::new("user-sql", "the user name is inserted into an SQL query").before(
            |state, request| {
                request.member("user")?.contains("' OR '1'='1").then(|| let_in(state)).flatten()
            },
        ),
        Mutant::new("user-prefix", "the beginning of a user name is accepted as the user name")
            .before(|state, request| {
                let user = request.member("user")?;
                let account = state.accounts.iter().find(|a| {
                    a.username.starts_with(&user) && a.username != user && !user.is_empty()
                })?;
                request.set("user", json!(account.username));
                None
            }),
        Mutant::new("only-user", "a user name without a password logs in").before(
            |state, request| {
                let account = state.plain(request)?;
                let alone = request.json().get("password").is_none()
                    && request.json().get("resume").is_none();
                alone.then(|| state.forged(account))
            },
        ),
        Mutant::new("only-password", "a password without a user name logs in").before(
            |state, request| {
                let alone =
                    request.json().get("user").is_none() && request.member("password").is_some();
                let right = state
                    .accounts
                    .iter()
                    .find(|a| Some(&a.password) == request.member("password").as_ref())?;
                alone.then(|| state.forged(right))
            },
        ),
        Mutant::new("empty-object", "an empty object logs in").before(|state, request| {
            (request.is_login() && request.json() == json!({})).then(|| let_in(state)).flatten()
        }),
        Mutant::new("inactive-logs-in", "an inactive account logs in").before(|state, request| {
            let account = state.named(request).filter(|account| !account.active)?;
            (request.member("password")? == account.password).then(|| state.forged(account))
        }),
        Mutant::new("credentials-in-query", "credentials in the query log in").before(
            |state, request| {
                (request.path.ends_with("/login") && request.query.contains("password="))
                    .then(|| let_in(state))
                    .flatten()
            },
        ),
        Mutant::new("any-method", "PUT logs in").before(|_, request| {
            if request.path.ends_with("/login") && request.method == "PUT" {
                request.method = "POST".to_owned();
            }
            None
        }),
        Mutant::new("password-refused", "the right password of one account is refused").before(
            |state, request| {
                let account = state.named(request)?;
                (account.username == "alice" && request.member("password")? == account.password)
                    .then(ProxyResponse::unauthorized)
            },
        ),
        // Refused like any unknown name, so that the refusal itself is the only defect.
        Mutant::new("email-refused", "a login by e-mail address is refused").before(
            |_, request| {
                if request.member("user")?.contains('@') {
                    request.set("user", json!("nobody-has-this-name"));
                }
                None
            },
        ),
        Mutant::new("first-login-refused", "the first right password is refused").before(
            |state, request| {
                let account = state.plain(request)?;
                (request.member("password")? == account.password && state.count("login") == 1)
                    .then(ProxyResponse::unauthorized)
            },
        ),
        Mutant::new("email-other-account", "a login by e-mail address logs another account in")
            .before(|state, request| {
                let user = request.member("user").filter(|user| user.contains('@'))?;
                let account = state.accounts.iter().find(|a| a.email.as_ref() == Some(&user))?;
                let other = state.accounts.iter().find(|a| a.username != account.username)?;
                (request.member("password")? == account.password).then(|| state.forged(other))
            }),
        Mutant::new("form-refused", "forms are refused").before(|_, request| {
            let is_form = request.header("content-type").is_some_and(|kind| kind.contains("form"));
            is_form.then(|| ProxyResponse::error(415, "error-unsupported-media-type", "no forms"))
        }),
        Mutant::new("form-unread", "the members of a form are not read").before(|_, request| {
            if request.header("content-type")?.contains("form") {
                request.body = "user=&password=".into();
            }
            None
        }),
        Mutant::new("form-plus-kept", "a plus sign of a form is no blank").before(|_, request| {
            if request.header("content-type")?.contains("form") {
                request.body = String::from_utf8_lossy(&request.body).replace('+', "%2B").into();
            }
            None
        }),
        Mutant::new("form-decoded-twice", "the members of a form are decoded twice").before(
            |_, request| {
                if request.header("content-type")?.contains("form") {
                    request.body =
                        String::from_utf8_lossy(&request.body).replace("%25", "%").into();
                }
                None
            },
        ),
        Mutant::new("form-any-password", "a form logs in with any password").before(
            |state, request| {
                if !request.header("content-type")?.contains("form") {
                    return None;
                }
                let pairs: Vec<(String, String)> =
                    serde_urlencoded::from_bytes(&request.body).ok()?;
                let user = &pairs.iter().find(|(name, _)| name == "user")?.1;
                let account = state.accounts.iter().find(|account| account.username == *user)?;
                let right = [("user", user), ("password", &account.password)];
                request.body = serde_urlencoded::to_string(right).ok()?.into();
                None
            },
        ),
        Mutant::new("unknown-member-refused", "unknown members are refused").before(
            |_, request| {
                let body = request.json();
                let known = ["user", "password", "resume", "code"];
                let unknown = body.as_object()?.keys().any(|name| !known.contains(&name.as_str()));
                (request.is_login() && unknown)
                    .then(|| ProxyResponse::error(400, "error-invalid-params", "unknown member"))
            },
        ),
        Mutant::new("charset-refused", "a charset parameter is refused").before(|_, request| {
            request
                .header("content-type")?
                .contains("charset")
                .then(|| ProxyResponse::error(415, "error-unsupported-media-type", "no parameters"))
        }),
        Mutant::new("refused-at-200", "a refusal has the status 200").after(
            |_, request, response| {
                if request.is_login() && response.status == 401 {
                    response.status = 200;
                }
            },
        ),
        Mutant::new("ill-typed-500", "an ill-typed member gets 500").before(|_, request| {
            let body = request.json();
            let bad = body.as_object()?.values().any(|value| !value.is_string());
            (request.is_login() && bad)
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("malformed-500", "malformed JSON gets 500").before(|_, request| {
            let is_json = request.header("content-type")?.contains("json");
            (request.is_login() && is_json && request.json().is_null())
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("malformed-accepted", "an empty array is accepted as a body").before(
            |state, request| {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                (request.is_login() && text.trim() == "[]").then(|| let_in(state)).flatten()
            },
        ),
        // The guest is no account that the suite knows, so that the response has no other defect.
        Mutant::new("array-is-guest", "a body that is an array logs a guest in").before(
            |state, request| {
                let guest = Account {
                    username: "guest".to_owned(),
                    email: Some("guest@example.net".to_owned()),
                    password: String::new(),
                    totp_secret: None,
                    active: true,
                    directory: false,
                    sacrificial: false,
                    backup_codes: Vec::new(),
                };
                (request.is_login() && request.json().is_array()).then(|| state.forged(&guest))
            },
        ),
        Mutant::new("not-utf-8-dropped", "a body that is not UTF-8 ends the connection").before(
            |_, request| {
                std::str::from_utf8(&request.body)
                    .is_err()
                    .then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
            },
        ),
        Mutant::new("media-type-ignored-500", "an unknown media type gets 500").before(
            |_, request| {
                request
                    .header("content-type")?
                    .contains("xml")
                    .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
            },
        ),
        Mutant::new(
            "user-ascii-only",
            "user names with non-ASCII characters are refused as malformed",
        )
        .before(|_, request| {
            let user = request.member("user")?;
            (!user.is_ascii())
                .then(|| ProxyResponse::error(400, "error-invalid-user", "ASCII only"))
        }),
        Mutant::new("user-underscore-refused", "user names with `_` are refused as malformed")
            .before(|_, request| {
                let user = request.member("user")?;
                user.contains('_')
                    .then(|| ProxyResponse::error(400, "error-invalid-user", "no underscore"))
            }),
        Mutant::new(
            "password-ascii-only",
            "passwords with non-ASCII characters are refused as malformed",
        )
        .before(|_, request| {
            let password = request.member("password")?;
            (!password.is_ascii())
                .then(|| ProxyResponse::error(400, "error-invalid-password", "ASCII only"))
        }),
    ]
}
