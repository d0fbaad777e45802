//! Mutants that only show in the space of companions, ways, connections and origins.

use std::time::Duration;

use serde_json::json;

use super::{Framing, Mutant};
use login_conformance::login::accounts::Account;

/// The account whose password the suite does not know.
fn lena() -> Account {
    Account {
        username: "lena".to_owned(),
        email: Some("lena@example.org".to_owned()),
        password: String::new(),
        totp_secret: None,
        active: true,
        directory: false,
        sacrificial: false,
        backup_codes: Vec::new(),
    }
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("admin-admin", "a built-in user `admin` has the password `admin`").before(
            |state, request| {
                let is = |member: &str| request.member(member).as_deref() == Some("admin");
                let admin = || Account { username: "admin".to_owned(), ..lena() };
                (request.is_login() && is("user") && is("password")).then(|| state.forged(&admin()))
            },
        ),
        Mutant::new("name-encoded-twice", "names are encoded as UTF-8 twice").after(
            |_, request, response| {
                let name = json!("BjÃ¶rn");
                if request.is_me() && response.status == 200 {
                    response.change(|body| body["name"] = name);
                } else if response.is_session() {
                    response.change(|body| body["data"]["me"]["name"] = name);
                }
            },
        ),
        Mutant::new("host-in-avatar", "the address of the avatar has the host of the request")
            .after(|_, request, response| {
                if let Some(host) = request.header("x-forwarded-host")
                    && response.is_session()
                {
                    let address = format!("http://{host}/avatar/name");
                    response.put("/data/me/avatarUrl", json!(address));
                }
            }),
        Mutant::new("malformed-echoed", "the refusal of a malformed body repeats it").after(
            |_, request, response| {
                if request.is_login() && response.status == 400 && request.json().is_null() {
                    let body = String::from_utf8_lossy(&request.body);
                    response.put("/message", json!(format!("no JSON: {body}")));
                }
            },
        ),
        Mutant::new("long-password-slow", "a very long password takes seconds").after(
            |_, request, response| {
                let password = request.member("password").unwrap_or_default();
                if request.is_login() && password.len() > 20_000 {
                    response.delay = Duration::from_millis(1_600);
                }
            },
        ),
        Mutant::new("slower-with-time", "each account of a token takes longer after many").after(
            |state, request, response| {
                let mut memory = state.memory.lock().expect("no mutant panics");
                let count = memory.counts.entry("me").or_default();
                *count += usize::from(request.is_me() && response.status == 200);
                if request.is_me() && *count > 150 {
                    response.delay = Duration::from_millis(40);
                }
            },
        ),
        Mutant::new("member-admin", "a member `isAdmin` takes the place of the password").before(
            |state, request| {
                let password = state.plain(request)?.password.clone();
                if request.json()["isAdmin"] == json!(true) {
                    request.set("password", json!(password));
                }
                None
            },
        ),
        Mutant::new(
            "digest-unknown-algorithm",
            "the digest of an unknown algorithm is compared with the password",
        )
        .before(|state, request| {
            let password = state.plain(request)?.password.clone();
            let given = request.json()["password"].clone();
            let is_unknown = given["algorithm"].as_str().is_some_and(|name| name != "sha-256");
            if is_unknown && given["digest"] == password.as_str() {
                request.set("password", json!(password));
            }
            None
        }),
        Mutant::new("no-password-null", "the word `null` logs in to an account without a password")
            .before(|state, request| {
                let is_lena = request.member("user")? == "lena";
                let lets_in = is_lena && request.member("password")? == "null";
                lets_in.then(|| state.forged(&lena()))
            }),
        Mutant::new("query-flag", "a flag that is the whole query switches the password check off")
            .before(|state, request| {
                let password = state.plain(request)?.password.clone();
                if request.query == "test=true" {
                    request.set("password", json!(password));
                }
                None
            }),
        Mutant::new("resume-beside-email", "an e-mail address beside a token selects the account")
            .before(|state, request| {
                let (email, _) = (request.member("email")?, request.member("resume")?);
                let mut accounts = state.accounts.iter();
                let account = accounts.find(|account| account.email.as_ref() == Some(&email))?;
                Some(state.forged(account))
            }),
        Mutant::new("deeper-path", "a path below that of the login logs in").before(
            |_, request| {
                if request.path.starts_with("/api/v1/login/") {
                    request.path = "/api/v1/login".to_owned();
                }
                None
            },
        ),
        Mutant::new("second-packet-lost", "what comes after a pause does not belong to the body")
            .framing(Framing::FirstPacket),
        Mutant::new("length-beats-chunks", "`Content-Length` counts although a body is in chunks")
            .framing(Framing::LengthFirst),
        Mutant::new("chunks-unread", "a body in chunks is taken for an empty one").before(
            |_, request| {
                if request.header("transfer-encoding").is_some() {
                    request.body = bytes::Bytes::new();
                }
                None
            },
        ),
        Mutant::new("token-in-cookie", "a token in a cookie authenticates").before(|_, request| {
            let cookies = request.header("cookie")?.to_owned();
            let value = |name: &str| {
                let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
                pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
            };
            let (token, user_id) = (value("rc_token")?, value("rc_uid")?);
            request.set_header("x-auth-token", &token);
            request.set_header("x-user-id", &user_id);
            None
        }),
        Mutant::new("origin-echoed", "every origin may read responses").after(
            |_, request, response| {
                if let Some(origin) = request.header("origin") {
                    response.set_header("access-control-allow-origin", origin);
                }
            },
        ),
        Mutant::new("header-injected", "a line break in a user name begins a header").after(
            |_, request, response| {
                let user = request.member("user").unwrap_or_default();
                if user.contains("\r\nX-Injected: yes\r\n") {
                    response.set_header("x-injected", "yes");
                }
            },
        ),
        Mutant::new("email-other-roles", "a login by e-mail tells other roles").after(
            |_, request, response| {
                let user = request.member("user").unwrap_or_default();
                if user.contains('@') && response.is_session() {
                    response.put("/data/me/roles", json!(["admin"]));
                }
            },
        ),
        Mutant::new("token-remembered", "a token is remembered for the next request").before(
            |state, request| {
                let is_bare = request.header("x-auth-token").is_none();
                let mut memory = state.memory.lock().expect("no mutant panics");
                if !is_bare {
                    let token = request.header("x-auth-token")?.to_owned();
                    let user_id = request.header("x-user-id")?.to_owned();
                    memory.aliases.insert("last".to_owned(), format!("{token} {user_id}"));
                    return None;
                }
                let last = memory.aliases.remove("last")?;
                drop(memory);
                let (token, user_id) = last.split_once(' ')?;
                if request.method == "GET" && request.header("x-user-id").is_none() {
                    request.set_header("x-auth-token", token);
                    request.set_header("x-user-id", user_id);
                }
                None
            },
        ),
    ]
}
