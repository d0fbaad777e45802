//! Servers that tell too much, mix responses up, or give way under load.

use std::time::Duration;

use serde_json::json;

use super::{Mutant, ProxyResponse};

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("unknown-user-404", "an unknown user is answered 404").after(
            |world, ask, reply| {
                if reply.status == 401 && ask.member("user").is_some() && world.named(ask).is_none()
                {
                    reply.status = 404;
                }
            },
        ),
        Mutant::new("unknown-user-told", "an unknown user is told so").after(
            |world, ask, reply| {
                if reply.status == 401 && ask.member("user").is_some() && world.named(ask).is_none()
                {
                    reply.put("/message", json!("User not found"));
                }
            },
        ),
        Mutant::new("unknown-email-told", "an unknown address is told so").after(
            |world, ask, reply| {
                let by_email = ask.member("user").is_some_and(|user| user.contains('@'));
                if reply.status == 401 && by_email && world.named(ask).is_none() {
                    reply.put("/message", json!("No such address"));
                }
            },
        ),
        Mutant::new("known-user-header", "a known user shows in a header").after(
            |world, ask, reply| {
                if reply.status == 401 && world.named(ask).is_some() {
                    reply.set_header("x-login-attempts", "1");
                }
            },
        ),
        Mutant::new("inactive-told", "an inactive account shows without its password").after(
            |world, ask, reply| {
                let inactive = world.named(ask).is_some_and(|account| !account.active);
                if reply.status == 401 && inactive {
                    *reply = ProxyResponse::error(
                        401,
                        "error-user-is-not-activated",
                        "User is not activated",
                    );
                }
            },
        ),
        Mutant::new("known-user-slower", "a wrong password of a known user takes longer").after(
            |world, ask, reply| {
                if reply.status == 401 && world.named(ask).is_some() {
                    reply.delay = Duration::from_millis(12);
                }
            },
        ),
        Mutant::new("password-echoed", "a refusal repeats the password").after(
            |world, ask, reply| {
                if let (401, Some(password)) = (reply.status, ask.member("password"))
                    && world.accounts.iter().any(|account| password.starts_with(&account.password))
                {
                    reply.put("/message", json!(format!("wrong password: {password}")));
                }
            },
        ),
        Mutant::new("credentials-echoed", "a refusal repeats the credentials in base64").after(
            |world, ask, reply| {
                use base64::{Engine as _, engine::general_purpose::STANDARD};
                if let (401, Some(user), Some(password)) =
                    (reply.status, ask.member("user"), ask.member("password"))
                    && world.accounts.iter().any(|account| password.starts_with(&account.password))
                {
                    let basic = STANDARD.encode(format!("{user}:{password}"));
                    reply.set_header("x-debug", &basic);
                    reply.put("/message", json!(format!("no such: {basic}")));
                }
            },
        ),
        Mutant::new("hash-in-me", "the account holds its password's hash").after(
            |_, ask, reply| {
                if ask.is_me() && reply.status == 200 {
                    let hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
                    reply.change(|body| body["services"] = json!({"password": {"bcrypt": hash}}));
                }
            },
        ),
        Mutant::new("digest-in-me", "the account holds its password's digest").after(
            |world, ask, reply| {
                use sha2::{Digest as _, Sha256};
                if ask.is_login()
                    && reply.is_session()
                    && let Some(account) = world.named(ask)
                {
                    let digest = hex::encode(Sha256::digest(&account.password));
                    reply.change(|body| body["data"]["me"]["services"] = json!({"sha256": digest}));
                }
            },
        ),
        Mutant::new("secret-in-me", "the account holds its second factor's secret").after(
            |world, ask, reply| {
                if ask.is_login()
                    && reply.is_session()
                    && let Some(secret) = world.named(ask).and_then(|a| a.totp_secret.clone())
                {
                    reply.change(|body| {
                        body["data"]["me"]["services"] = json!({"totp": secret.as_base32()})
                    });
                }
            },
        ),
        Mutant::new("others-in-me", "the account holds another's address").after(
            |world, ask, reply| {
                if ask.is_me() && reply.status == 200 {
                    let own = reply.value()["username"].clone();
                    let other =
                        world.accounts.iter().find(|account| own != json!(account.username));
                    if let Some(email) = other.and_then(|account| account.email.clone()) {
                        reply.change(|body| body["friends"] = json!([email]));
                    }
                }
            },
        ),
        Mutant::new("token-in-refusal", "a refusal repeats the token").after(|_, ask, reply| {
            if let (true, 401, Some(token)) =
                (ask.is_me(), reply.status, ask.header("x-auth-token"))
            {
                let message = format!("no session {token}");
                reply.put("/message", json!(message));
            }
        }),
        Mutant::new("token-in-me", "`/me` repeats the token").after(|_, ask, reply| {
            if let (true, 200, Some(token)) =
                (ask.is_me(), reply.status, ask.header("x-auth-token"))
            {
                let token = json!(token);
                reply.change(|body| body["resumeToken"] = token);
            }
        }),
        Mutant::new("stack-trace", "a refusal shows a stack trace").after(|_, ask, reply| {
            if ask.is_login() && reply.status == 400 {
                let trace = "TypeError\n    at login (/app/bundle/server.js:12:7)";
                reply.change(|body| body["stack"] = json!(trace));
            }
        }),
        Mutant::new("cacheable", "a response with a token may be cached").after(|_, ask, reply| {
            if ask.is_login() && reply.is_session() {
                reply.headers.retain(|(name, _)| name != "cache-control");
            }
        }),
        // Another account's, not merely the one before: which that is hangs on the order in which
        // simultaneous requests come, and one's own response would show nothing.
        Mutant::new("responses-mixed", "every ninth `/me` is another account's response").after(
            |world, ask, reply| {
                if ask.is_me() && reply.status == 200 {
                    let turn = world.count("mixed").is_multiple_of(9);
                    let own = reply.value()["username"].as_str().unwrap_or_default().to_owned();
                    let mut memory = world.memory.lock().expect("no variant panics");
                    let mut others = memory.responses.iter().filter(|(name, _)| **name != own);
                    let other = others.next().map(|(_, body)| body.clone());
                    memory.responses.insert(own, reply.body.clone());
                    if let (true, Some(other)) = (turn, other) {
                        reply.body = other;
                    }
                }
            },
        ),
        Mutant::new("serialised", "one request at a time, each of some milliseconds")
            .after(|_, _, reply| reply.delay = Duration::from_millis(10))
            .serial(),
        Mutant::new("large-500", "a large body is answered 500").before(|_, ask| {
            (ask.body.len() > 1_000_000)
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("deep-dropped", "deep nesting ends the connection").before(|_, ask| {
            let deep = ask.body.windows(200).any(|window| window.iter().all(|byte| *byte == b'['));
            deep.then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
        }),
        Mutant::new("deep-500", "deeply nested objects are answered 500").before(|_, ask| {
            let deep = ask.body.len() > 50_000 && ask.body.starts_with(br#"{"user":{"a":{"a":"#);
            deep.then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("method-500", "an unknown method is answered 500").before(|_, ask| {
            (ask.method == "BREW")
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("dead-after-failures", "no login succeeds after fifty bad requests").after(
            |world, ask, reply| {
                if ask.is_login() && reply.status == 400 {
                    world.count("bad");
                }
                let memory = world.memory.lock().expect("no variant panics");
                let many = memory.counts.get("bad").copied().unwrap_or(0) > 50;
                drop(memory);
                if ask.is_login() && reply.is_session() && many {
                    *reply = ProxyResponse::error(503, "unavailable", "try later");
                }
            },
        ),
        Mutant::new("ill-after-failures", "fifty bad requests in a row spoil the next login")
            .after(|world, ask, reply| {
                if ask.is_login() && reply.status == 400 {
                    world.count("bad");
                }
                if ask.is_login() && reply.is_session() {
                    let mut memory = world.memory.lock().expect("no variant panics");
                    if memory.counts.insert("bad", 0).unwrap_or(0) > 50 {
                        *reply = ProxyResponse::unauthorized();
                    }
                }
            }),
    ]
}
