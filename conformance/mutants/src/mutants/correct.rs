//! Correct servers that differ from the real one. Each finding about them is a false positive.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Mutant, ProxyResponse};

pub(super) fn mutants() -> Vec<Mutant> {
    let mutants = [
        Mutant::new("as-it-is", "the real server, through the proxy"),
        Mutant::new("ill-typed-422", "ill-typed members get 422").after(|_, request, response| {
            if request.is_login() && response.status == 400 && request.json().is_object() {
                response.status = 422;
            }
        }),
        Mutant::new("malformed-401", "malformed JSON is refused like missing credentials").after(
            |_, request, response| {
                if request.is_login() && response.status == 400 && request.json().is_null() {
                    *response = ProxyResponse::unauthorized();
                }
            },
        ),
        Mutant::new("missing-400", "missing members get 400").after(|_, request, response| {
            let body = request.json();
            let has = |name: &str| body.get(name).is_some_and(|value| *value != json!(""));
            let complete = has("resume") || has("user") && has("password");
            if request.is_login() && response.status == 401 && body.is_object() && !complete {
                *response =
                    ProxyResponse::error(400, "error-invalid-params", "members are missing");
            }
        }),
        Mutant::new("rotated-tokens", "a resume renews the token, and the old one ends")
            .before(|state, request| {
                let given = request
                    .member("resume")
                    .or_else(|| request.header("x-auth-token").map(str::to_owned))?;
                let memory = state.memory.lock().expect("no mutant panics");
                let real = memory.aliases.get(&given).cloned();
                drop(memory);
                match real {
                    Some(real) if real.is_empty() => {
                        let message = "You must be logged in to do this.";
                        let me = || ProxyResponse::error(401, message, message);
                        Some(if request.is_login() { ProxyResponse::unauthorized() } else { me() })
                    }
                    Some(real) if request.is_login() => {
                        request.set("x-given", json!(given));
                        request.set("resume", json!(real));
                        None
                    }
                    Some(real) => {
                        request.set_header("x-auth-token", &real);
                        None
                    }
                    None => None,
                }
            })
            .after(|state, request, response| {
                let Some(old) = request.member("resume").filter(|_| response.is_session()) else {
                    return;
                };
                let given = request.member("x-given").unwrap_or_else(|| old.clone());
                let fresh: String =
                    (0..43).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
                let mut memory = state.memory.lock().expect("no mutant panics");
                memory.aliases.insert(given, String::new());
                memory.aliases.insert(fresh.clone(), old);
                drop(memory);
                response.put("/data/authToken", json!(fresh));
            }),
        Mutant::new("extra-members", "responses hold members that the schema does not name").after(
            |_, _, response| {
                response.change(|body| {
                    if let Value::Object(members) = body {
                        members.insert("x-extra".to_owned(), json!({"a": [1, 2]}));
                    }
                    if let Some(Value::Object(me)) = body.pointer_mut("/data/me") {
                        me.insert("language".to_owned(), json!("en"));
                        me.insert("customFields".to_owned(), json!({}));
                    }
                });
            },
        ),
        Mutant::new("optional-absent", "members that the schema does not require are absent")
            .after(|_, _, response| {
                for name in ["name", "statusConnection", "utcOffset", "roles", "emails", "email"] {
                    response.remove("/data/me", name);
                    if response.value().get("avatarUrl").is_some() {
                        response.remove("", name);
                    }
                }
                if response.is_session() {
                    response.remove("", "success");
                }
            }),
        Mutant::new("slow", "every response is delayed by some milliseconds")
            .after(|_, _, response| response.delay = Duration::from_millis(3)),
        Mutant::new("charset", "the media type has a charset").after(|_, _, response| {
            response.set_header("content-type", "application/json; charset=utf-8");
        }),
        Mutant::new("large-closed", "a large body ends its connection").before(|_, request| {
            let is_large = request.body.len() > 1 << 20;
            is_large.then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
        }),
        Mutant::new("pretty", "bodies are indented").after(|_, _, response| {
            let value = response.value();
            if !value.is_null() {
                response.body = serde_json::to_string_pretty(&value).unwrap_or_default().into();
            }
        }),
        Mutant::new("rate-limited", "every fortieth request is refused by a rate limit").before(
            |state, _| {
                // The limit applies before the request is read. A limiter that consumed a code would
                // not be correct.
                if !state.count("any").is_multiple_of(40) {
                    return None;
                }
                let text = "Error, too many requests. [error-too-many-requests]";
                let mut response = ProxyResponse::error(429, text, text);
                for (name, value) in [
                    ("retry-after", "0"),
                    ("x-ratelimit-limit", "40"),
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1000000000000"),
                ] {
                    response.set_header(name, value);
                }
                Some(response)
            },
        ),
        Mutant::new("limited-until-a-date", "a rate limit names a date, as RFC 9110 allows")
            .before(|state, _| {
                if state.count("any") != 9 {
                    return None;
                }
                let text = "Error, too many requests. [error-too-many-requests]";
                let mut response = ProxyResponse::error(429, text, text);
                response.set_header("retry-after", &httpdate::fmt_http_date(SystemTime::now()));
                Some(response)
            }),
        Mutant::new(
            "limited-for-a-second",
            "one request is refused by a rate limit for one second",
        )
        .before(|state, _| {
            if state.count("any") != 7 {
                return None;
            }
            let text = "Error, too many requests. [error-too-many-requests]";
            let mut response = ProxyResponse::error(429, text, text);
            response.set_header("retry-after", "1");
            Some(response)
        }),
        Mutant::new("inactive-403", "an inactive account gets 403 in the same envelope").after(
            |state, request, response| {
                let Some(account) = state.named(request).filter(|account| !account.active) else {
                    return;
                };
                if response.status == 401
                    && request.member("password").as_ref() == Some(&account.password)
                {
                    response.status = 403;
                }
            },
        ),
        Mutant::new("request-ids", "responses have a request id and a server name").after(
            |_, _, response| {
                response.set_header("x-request-id", &format!("{:x}", rand::random::<u64>()));
                response.set_header("server", "nginx");
            },
        ),
        Mutant::new("other-errors", "refusals have another message").after(
            |_, request, response| {
                if request.is_login() && response.status == 401 {
                    response.put("/message", json!("Invalid login credentials"));
                }
            },
        ),
        Mutant::new("no-replay-window", "only the code of the present step is accepted").before(
            |state, request| {
                let account =
                    state.named(request).filter(|account| account.totp_secret.is_some())?;
                let code = request.member("code").filter(|code| !code.is_empty())?;
                let secret = account.totp_secret.as_ref()?;
                let since = SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
                let present = secret.code(login_conformance::login::totp::step(since.as_secs()));
                (request.member("password")? == account.password && code != present)
                    .then(|| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
            },
        ),
    ];
    let mutants = mutants.into_iter().chain([super::two_factor::code_as_number()]);
    mutants.map(Mutant::correct).collect()
}
