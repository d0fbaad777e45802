//! Servers that let somebody in, keep somebody out, or fail on what is malformed.

use serde_json::{Value, json};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::accounts::Account;

/// Makes a login with a password that is close enough a right one.
fn accept(
    world: &ProxyState,
    ask: &mut ProxyRequest,
    close: impl Fn(&str, &str) -> bool,
) -> Option<ProxyResponse> {
    let (account, given) = (world.plain(ask)?, ask.member("password")?);
    if given != account.password && close(&account.password, &given) {
        ask.set("password", json!(account.password));
    }
    None
}

/// Lets the main account in, whatever was asked.
fn let_in(world: &ProxyState) -> Option<ProxyResponse> {
    world.accounts.first().map(|account| world.forged(account))
}

macro_rules! accepts {
    ($id:literal, $title:literal, $close:expr) => {
        Mutant::new($id, $title).before(|world, ask| accept(world, ask, $close))
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        accepts!("any-password", "any password logs in", |_, given| given.len() > 1),
        accepts!("password-prefix", "the password without its end logs in", |right, given| {
            right.starts_with(given) && given.len() + 1 == right.len()
        }),
        accepts!("password-eight", "only eight characters of a password count", |right, given| {
            right.get(..8) == given.get(..8) && given.len() >= 8
        }),
        accepts!("password-suffix", "what follows the password does not count", |right, given| {
            given.starts_with(right)
        }),
        accepts!("password-case", "the case of a password does not count", |right, given| {
            right.eq_ignore_ascii_case(given)
        }),
        accepts!("password-trimmed", "spaces around a password do not count", |right, given| {
            given.trim() == right
        }),
        accepts!("password-72", "only 72 bytes of a password count", |right, given| {
            right.len() > 72 && right.get(..72) == given.get(..72)
        }),
        accepts!("password-nul", "a password ends at a NUL", |right, given| {
            given.split('\0').next() == Some(right)
        }),
        accepts!("password-empty", "an empty password logs in", |_, given| given.is_empty()),
        Mutant::new("password-is-name", "the user name is a password").before(|world, ask| {
            let name = world.named(ask)?.username.clone();
            accept(world, ask, |_, given| given == name)
        }),
        Mutant::new("operator-object", "an operator object stands for any password").before(
            |world, ask| {
                let account = world.plain(ask)?;
                let password = account.password.clone();
                if ask.json()["password"].get("$ne").is_some() {
                    ask.set("password", json!(password));
                }
                None
            },
        ),
        Mutant::new("password-array", "an array of one password is a password").before(|_, ask| {
            if let Some(Value::Array(list)) = ask.json().get("password") {
                ask.set("password", list.first().cloned().unwrap_or(Value::Null));
            }
            None
        }),
        Mutant::new("user-array", "an array of one name is a name").before(|_, ask| {
            if let Some(Value::Array(list)) = ask.json().get("user") {
                ask.set("user", list.first().cloned().unwrap_or(Value::Null));
            }
            None
        }),
        Mutant::new("password-number", "a number is a password").before(|_, ask| {
            if let Some(Value::Number(number)) = ask.json().get("password") {
                ask.set("password", json!(number.to_string()));
            }
            None
        }),
        Mutant::new("password-true", "`true` is any password").before(|world, ask| {
            let password = world.plain(ask)?.password.clone();
            if ask.json()["password"] == json!(true) {
                ask.set("password", json!(password));
            }
            None
        }),
        Mutant::new("code-ignored-type", "an ill-typed `code` is ignored").before(|world, ask| {
            world.plain(ask)?;
            if ask.json().get("code").is_some_and(|code| !code.is_string()) {
                ask.set("code", json!("123456"));
            }
            None
        }),
        Mutant::new("resume-object", "an operator object is any token")
            .before(|world, ask| ask.json()["resume"].is_object().then(|| let_in(world)).flatten()),
        Mutant::new("unknown-user", "an unknown user logs in").before(|world, ask| {
            let unknown = world.named(ask).is_none() && ask.member("password").is_some();
            let user = ask.member("user")?;
            (unknown && user.starts_with("nobody")).then(|| let_in(world)).flatten()
        }),
        Mutant::new("user-wildcard", "`*` is a name")
            .before(|world, ask| (ask.member("user")? == "*").then(|| let_in(world)).flatten()),
        Mutant::new("user-sql", "a name is part of a query").before(|world, ask| {
            ask.member("user")?.contains("' OR '1'='1").then(|| let_in(world)).flatten()
        }),
        Mutant::new("user-prefix", "the beginning of a name is a name").before(|world, ask| {
            let user = ask.member("user")?;
            let account = world.accounts.iter().find(|a| {
                a.username.starts_with(&user) && a.username != user && !user.is_empty()
            })?;
            ask.set("user", json!(account.username));
            None
        }),
        Mutant::new("only-user", "a name alone logs in").before(|world, ask| {
            let account = world.plain(ask)?;
            let alone = ask.json().get("password").is_none() && ask.json().get("resume").is_none();
            alone.then(|| world.forged(account))
        }),
        Mutant::new("only-password", "a password alone logs in").before(|world, ask| {
            let alone = ask.json().get("user").is_none() && ask.member("password").is_some();
            let right = world
                .accounts
                .iter()
                .find(|a| Some(&a.password) == ask.member("password").as_ref())?;
            alone.then(|| world.forged(right))
        }),
        Mutant::new("empty-object", "an empty object logs in").before(|world, ask| {
            (ask.is_login() && ask.json() == json!({})).then(|| let_in(world)).flatten()
        }),
        Mutant::new("inactive-logs-in", "an inactive account logs in").before(|world, ask| {
            let account = world.named(ask).filter(|account| !account.active)?;
            (ask.member("password")? == account.password).then(|| world.forged(account))
        }),
        Mutant::new("credentials-in-query", "credentials in the query log in").before(
            |world, ask| {
                (ask.path.ends_with("/login") && ask.query.contains("password="))
                    .then(|| let_in(world))
                    .flatten()
            },
        ),
        Mutant::new("any-method", "PUT logs in").before(|_, ask| {
            if ask.path.ends_with("/login") && ask.method == "PUT" {
                ask.method = "POST".to_owned();
            }
            None
        }),
        Mutant::new("password-refused", "a right password of one account is refused").before(
            |world, ask| {
                let account = world.named(ask)?;
                (account.username == "alice" && ask.member("password")? == account.password)
                    .then(ProxyResponse::unauthorized)
            },
        ),
        // As any unknown name, so that nothing but the refusal itself is wrong.
        Mutant::new("email-refused", "e-mail addresses are nobody's").before(|_, ask| {
            if ask.member("user")?.contains('@') {
                ask.set("user", json!("nobody-has-this-name"));
            }
            None
        }),
        Mutant::new("first-login-refused", "the first right password is refused").before(
            |world, ask| {
                let account = world.plain(ask)?;
                (ask.member("password")? == account.password && world.count("login") == 1)
                    .then(ProxyResponse::unauthorized)
            },
        ),
        Mutant::new("email-other-account", "an e-mail address logs another account in").before(
            |world, ask| {
                let user = ask.member("user").filter(|user| user.contains('@'))?;
                let account = world.accounts.iter().find(|a| a.email.as_ref() == Some(&user))?;
                let other = world.accounts.iter().find(|a| a.username != account.username)?;
                (ask.member("password")? == account.password).then(|| world.forged(other))
            },
        ),
        Mutant::new("form-refused", "forms are refused").before(|_, ask| {
            let is_form = ask.header("content-type").is_some_and(|kind| kind.contains("form"));
            is_form.then(|| ProxyResponse::error(415, "error-unsupported-media-type", "no forms"))
        }),
        Mutant::new("form-unread", "the members of a form are not read").before(|_, ask| {
            if ask.header("content-type")?.contains("form") {
                ask.body = "user=&password=".into();
            }
            None
        }),
        Mutant::new("form-any-password", "a form logs in with any password").before(
            |world, ask| {
                if !ask.header("content-type")?.contains("form") {
                    return None;
                }
                let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&ask.body).ok()?;
                let user = &pairs.iter().find(|(name, _)| name == "user")?.1;
                let account = world.accounts.iter().find(|account| account.username == *user)?;
                let right = [("user", user), ("password", &account.password)];
                ask.body = serde_urlencoded::to_string(right).ok()?.into();
                None
            },
        ),
        Mutant::new("unknown-member-refused", "unknown members are refused").before(|_, ask| {
            let body = ask.json();
            let known = ["user", "password", "resume", "code"];
            let unknown = body.as_object()?.keys().any(|name| !known.contains(&name.as_str()));
            unknown.then(|| ProxyResponse::error(400, "error-invalid-params", "unknown member"))
        }),
        Mutant::new("charset-refused", "a charset parameter is refused").before(|_, ask| {
            ask.header("content-type")?
                .contains("charset")
                .then(|| ProxyResponse::error(415, "error-unsupported-media-type", "no parameters"))
        }),
        Mutant::new("refused-at-200", "a refusal has the status 200").after(|_, ask, reply| {
            if ask.is_login() && reply.status == 401 {
                reply.status = 200;
            }
        }),
        Mutant::new("ill-typed-500", "an ill-typed member is answered 500").before(|_, ask| {
            let body = ask.json();
            let bad = body.as_object()?.values().any(|value| !value.is_string());
            (ask.is_login() && bad)
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("malformed-500", "malformed JSON is answered 500").before(|_, ask| {
            let is_json = ask.header("content-type")?.contains("json");
            (ask.is_login() && is_json && ask.json().is_null())
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("malformed-accepted", "JSON is read until it makes sense").before(
            |world, ask| {
                let text = String::from_utf8_lossy(&ask.body).into_owned();
                (ask.is_login() && text.trim() == "[]").then(|| let_in(world)).flatten()
            },
        ),
        // Not as anybody whom the suite knows, so that nothing else is wrong with the response.
        Mutant::new("array-is-guest", "a body that is no object logs a guest in").before(
            |world, ask| {
                let guest = Account {
                    username: "guest".to_owned(),
                    email: Some("guest@example.net".to_owned()),
                    password: String::new(),
                    totp_secret: None,
                    active: true,
                    directory: false,
                };
                (ask.is_login() && ask.json().is_array()).then(|| world.forged(&guest))
            },
        ),
        Mutant::new("not-utf-8-dropped", "bytes that are not UTF-8 end the connection").before(
            |_, ask| {
                std::str::from_utf8(&ask.body)
                    .is_err()
                    .then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
            },
        ),
        Mutant::new("media-type-ignored-500", "another media type is answered 500").before(
            |_, ask| {
                ask.header("content-type")?
                    .contains("xml")
                    .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
            },
        ),
        Mutant::new("user-ascii-only", "names of other scripts are refused as malformed").before(
            |_, ask| {
                let user = ask.member("user")?;
                (!user.is_ascii())
                    .then(|| ProxyResponse::error(400, "error-invalid-user", "ASCII only"))
            },
        ),
        // No scenario names anybody so: only a generated name shows it.
        Mutant::new("user-underscore-refused", "names with `_` are refused as malformed").before(
            |_, ask| {
                let user = ask.member("user")?;
                user.contains('_')
                    .then(|| ProxyResponse::error(400, "error-invalid-user", "no underscore"))
            },
        ),
        Mutant::new("password-ascii-only", "passwords of other scripts are refused as malformed")
            .before(|_, ask| {
                let password = ask.member("password")?;
                (!password.is_ascii())
                    .then(|| ProxyResponse::error(400, "error-invalid-password", "ASCII only"))
            }),
    ]
}
