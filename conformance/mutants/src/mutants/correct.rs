//! Servers that differ from ours and conform: each failure would be a false positive.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Mutant, ProxyResponse};

pub(super) fn mutants() -> Vec<Mutant> {
    let mutants = [
        Mutant::new("as-it-is", "the real server, through the proxy"),
        Mutant::new("ill-typed-422", "ill-typed members are answered 422").after(
            |_, ask, reply| {
                if ask.is_login() && reply.status == 400 && ask.json().is_object() {
                    reply.status = 422;
                }
            },
        ),
        Mutant::new("malformed-401", "malformed JSON is answered as no credentials").after(
            |_, ask, reply| {
                if ask.is_login() && reply.status == 400 && ask.json().is_null() {
                    *reply = ProxyResponse::unauthorized();
                }
            },
        ),
        Mutant::new("missing-400", "missing members are answered 400").after(|_, ask, reply| {
            let body = ask.json();
            let has = |name: &str| body.get(name).is_some_and(|value| *value != json!(""));
            let complete = has("resume") || has("user") && has("password");
            if ask.is_login() && reply.status == 401 && body.is_object() && !complete {
                *reply = ProxyResponse::error(400, "error-invalid-params", "members are missing");
            }
        }),
        Mutant::new("rotated-tokens", "a resume renews the token, and the old one ends")
            .before(|world, ask| {
                let given = ask
                    .member("resume")
                    .or_else(|| ask.header("x-auth-token").map(str::to_owned))?;
                let memory = world.memory.lock().expect("no variant panics");
                let real = memory.aliases.get(&given).cloned();
                drop(memory);
                match real {
                    Some(real) if real.is_empty() => {
                        let message = "You must be logged in to do this.";
                        let me = || ProxyResponse::error(401, message, message);
                        Some(if ask.is_login() { ProxyResponse::unauthorized() } else { me() })
                    }
                    Some(real) if ask.is_login() => {
                        ask.set("x-given", json!(given));
                        ask.set("resume", json!(real));
                        None
                    }
                    Some(real) => {
                        ask.set_header("x-auth-token", &real);
                        None
                    }
                    None => None,
                }
            })
            .after(|world, ask, reply| {
                let Some(old) = ask.member("resume").filter(|_| reply.is_session()) else { return };
                let given = ask.member("x-given").unwrap_or_else(|| old.clone());
                let fresh: String =
                    (0..43).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
                let mut memory = world.memory.lock().expect("no variant panics");
                memory.aliases.insert(given, String::new());
                memory.aliases.insert(fresh.clone(), old);
                drop(memory);
                reply.put("/data/authToken", json!(fresh));
            }),
        Mutant::new("extra-members", "responses hold members that nobody named").after(
            |_, _, reply| {
                reply.change(|body| {
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
            .after(|_, _, reply| {
                for name in ["name", "statusConnection", "utcOffset", "roles", "emails", "email"] {
                    reply.remove("/data/me", name);
                    if reply.value().get("avatarUrl").is_some() {
                        reply.remove("", name);
                    }
                }
                if reply.is_session() {
                    reply.remove("", "success");
                }
            }),
        Mutant::new("slow", "every response takes a while")
            .after(|_, _, reply| reply.delay = Duration::from_millis(3)),
        Mutant::new("charset", "the media type has a charset").after(|_, _, reply| {
            reply.set_header("content-type", "application/json; charset=utf-8");
        }),
        Mutant::new("pretty", "bodies are indented").after(|_, _, reply| {
            let value = reply.value();
            if !value.is_null() {
                reply.body = serde_json::to_string_pretty(&value).unwrap_or_default().into();
            }
        }),
        Mutant::new("rate-limited", "every fortieth request meets a limit").before(|world, _| {
            // Before it is read: a limiter that used a code up first would be no correct one.
            if !world.count("any").is_multiple_of(40) {
                return None;
            }
            let text = "Error, too many requests. [error-too-many-requests]";
            let mut reply = ProxyResponse::error(429, text, text);
            for (name, value) in [
                ("retry-after", "0"),
                ("x-ratelimit-limit", "40"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1000000000000"),
            ] {
                reply.set_header(name, value);
            }
            Some(reply)
        }),
        Mutant::new("limited-for-a-second", "one request meets a limit of a second").before(
            |world, _| {
                if world.count("any") != 7 {
                    return None;
                }
                let text = "Error, too many requests. [error-too-many-requests]";
                let mut reply = ProxyResponse::error(429, text, text);
                reply.set_header("retry-after", "1");
                Some(reply)
            },
        ),
        Mutant::new("limited-until-a-date", "a limit names a date, as RFC 9110 allows").before(
            |world, _| {
                if world.count("any") != 9 {
                    return None;
                }
                let text = "Error, too many requests. [error-too-many-requests]";
                let mut reply = ProxyResponse::error(429, text, text);
                reply.set_header("retry-after", &httpdate::fmt_http_date(SystemTime::now()));
                Some(reply)
            },
        ),
        Mutant::new("inactive-403", "an inactive account is answered 403, in the same envelope")
            .after(|world, ask, reply| {
                let Some(account) = world.named(ask).filter(|account| !account.active) else {
                    return;
                };
                if reply.status == 401 && ask.member("password").as_ref() == Some(&account.password)
                {
                    reply.status = 403;
                }
            }),
        Mutant::new("request-ids", "responses have ids and a server's name").after(
            |_, _, reply| {
                reply.set_header("x-request-id", &format!("{:x}", rand::random::<u64>()));
                reply.set_header("server", "nginx");
            },
        ),
        Mutant::new("other-errors", "refusals have other words").after(|_, ask, reply| {
            if ask.is_login() && reply.status == 401 {
                reply.put("/message", json!("Invalid login credentials"));
            }
        }),
        Mutant::new("no-replay-window", "codes of other steps than the present are refused")
            .before(|world, ask| {
                let account = world.named(ask).filter(|account| account.totp_secret.is_some())?;
                let code = ask.member("code").filter(|code| !code.is_empty())?;
                let secret = account.totp_secret.as_ref()?;
                let since =
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
                let present = secret.code(login_conformance::login::totp::step(since.as_secs()));
                (ask.member("password")? == account.password && code != present)
                    .then(|| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
            }),
    ];
    mutants.map(Mutant::correct).to_vec()
}
