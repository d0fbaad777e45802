//! Mutants that disclose data, mix up responses, or fail under load.

use std::time::Duration;

use serde_json::json;

use super::{Mutant, ProxyResponse};

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("unknown-user-404", "an unknown user gets 404").after(
            |state, request, response| {
                if response.status == 401
                    && request.member("user").is_some()
                    && state.named(request).is_none()
                {
                    response.status = 404;
                }
            },
        ),
        Mutant::new("unknown-user-told", "a refusal says that the user is unknown").after(
            |state, request, response| {
                if response.status == 401
                    && request.member("user").is_some()
                    && state.named(request).is_none()
                {
                    response.put("/message", json!("User not found"));
                }
            },
        ),
        Mutant::new("unknown-email-told", "a refusal says that the e-mail address is unknown")
            .after(|state, request, response| {
                let by_email = request.member("user").is_some_and(|user| user.contains('@'));
                if response.status == 401 && by_email && state.named(request).is_none() {
                    response.put("/message", json!("No such address"));
                }
            }),
        Mutant::new("known-user-header", "a header reveals that the user exists").after(
            |state, request, response| {
                if response.status == 401 && state.named(request).is_some() {
                    response.set_header("x-login-attempts", "1");
                }
            },
        ),
        Mutant::new("inactive-told", "a refusal reveals an inactive account to a wrong password")
            .after(|state, request, response| {
                let inactive = state.named(request).is_some_and(|account| !account.active);
                if response.status == 401 && inactive {
                    *response = ProxyResponse::error(
                        401,
                        "error-user-is-not-activated",
                        "User is not activated",
                    );
                }
            }),
        Mutant::new("known-user-slower", "a wrong password of a known user takes longer").after(
            |state, request, response| {
                if response.status == 401 && state.named(request).is_some() {
                    response.delay = Duration::from_millis(12);
                }
            },
        ),
        Mutant::new("password-echoed", "a refusal repeats the password").after(
            |state, request, response| {
                if let (401, Some(password)) = (response.status, request.member("password"))
                    && state.accounts.iter().any(|account| password.starts_with(&account.password))
                {
                    response.put("/message", json!(format!("wrong password: {password}")));
                }
            },
        ),
        Mutant::new("credentials-echoed", "a refusal repeats the credentials in base64").after(
            |state, request, response| {
                use base64::{Engine as _, engine::general_purpose::STANDARD};
                if let (401, Some(user), Some(password)) =
                    (response.status, request.member("user"), request.member("password"))
                    && state.accounts.iter().any(|account| password.starts_with(&account.password))
                {
                    let basic = STANDARD.encode(format!("{user}:{password}"));
                    response.set_header("x-debug", &basic);
                    response.put("/message", json!(format!("no such: {basic}")));
                }
            },
        ),
        Mutant::new("hash-in-me", "`/me` holds the bcrypt hash of the password").after(
            |_, request, response| {
                if request.is_me() && response.status == 200 {
                    let hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
                    response
                        .change(|body| body["services"] = json!({"password": {"bcrypt": hash}}));
                }
            },
        ),
        Mutant::new("digest-in-me", "a login response holds the SHA-256 digest of the password")
            .after(|state, request, response| {
                use sha2::{Digest as _, Sha256};
                if request.is_login()
                    && response.is_session()
                    && let Some(account) = state.named(request)
                {
                    let digest = hex::encode(Sha256::digest(&account.password));
                    response
                        .change(|body| body["data"]["me"]["services"] = json!({"sha256": digest}));
                }
            }),
        Mutant::new("secret-in-me", "a login response holds the secret of the second factor")
            .after(|state, request, response| {
                if request.is_login()
                    && response.is_session()
                    && let Some(secret) = state.named(request).and_then(|a| a.totp_secret.clone())
                {
                    response.change(|body| {
                        body["data"]["me"]["services"] = json!({"totp": secret.as_base32()})
                    });
                }
            }),
        Mutant::new("others-in-me", "`/me` holds the e-mail address of another account").after(
            |state, request, response| {
                if request.is_me() && response.status == 200 {
                    let own = response.value()["username"].clone();
                    let other =
                        state.accounts.iter().find(|account| own != json!(account.username));
                    if let Some(email) = other.and_then(|account| account.email.clone()) {
                        response.change(|body| body["friends"] = json!([email]));
                    }
                }
            },
        ),
        Mutant::new("token-in-refusal", "a refusal repeats the token").after(
            |_, request, response| {
                if let (true, 401, Some(token)) =
                    (request.is_me(), response.status, request.header("x-auth-token"))
                {
                    let message = format!("no session {token}");
                    response.put("/message", json!(message));
                }
            },
        ),
        Mutant::new("token-in-me", "`/me` repeats the token").after(|_, request, response| {
            if let (true, 200, Some(token)) =
                (request.is_me(), response.status, request.header("x-auth-token"))
            {
                let token = json!(token);
                response.change(|body| body["resumeToken"] = token);
            }
        }),
        Mutant::new("stack-trace", "a refusal shows a stack trace").after(
            |_, request, response| {
                if request.is_login() && response.status == 400 {
                    let trace = "TypeError\n    at login (/app/bundle/server.js:12:7)";
                    response.change(|body| body["stack"] = json!(trace));
                }
            },
        ),
        Mutant::new("cacheable", "a response with a token may be cached").after(
            |_, request, response| {
                if request.is_login() && response.is_session() {
                    response.headers.retain(|(name, _)| name != "cache-control");
                }
            },
        ),
        // Takes the response of another account and not just the previous one. The previous one depends
        // on the order of simultaneous requests, and may be of the same account.
        Mutant::new("responses-mixed", "every ninth `/me` gets the response of another account")
            .after(|state, request, response| {
                if request.is_me() && response.status == 200 {
                    let turn = state.count("mixed").is_multiple_of(9);
                    let own = response.value()["username"].as_str().unwrap_or_default().to_owned();
                    let mut memory = state.memory.lock().expect("no mutant panics");
                    let mut others = memory.responses.iter().filter(|(name, _)| **name != own);
                    let other = others.next().map(|(_, body)| body.clone());
                    memory.responses.insert(own, response.body.clone());
                    if let (true, Some(other)) = (turn, other) {
                        response.body = other;
                    }
                }
            }),
        Mutant::new("serialised", "requests are handled one at a time, in some milliseconds each")
            .after(|_, _, response| response.delay = Duration::from_millis(10))
            .serial(),
        Mutant::new("large-500", "a large body gets 500").before(|_, request| {
            (request.body.len() > 1_000_000)
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("deep-dropped", "deep nesting ends the connection").before(|_, request| {
            let deep =
                request.body.windows(200).any(|window| window.iter().all(|byte| *byte == b'['));
            deep.then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
        }),
        Mutant::new("deep-500", "deeply nested objects get 500").before(|_, request| {
            let deep =
                request.body.len() > 50_000 && request.body.starts_with(br#"{"user":{"a":{"a":"#);
            deep.then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("method-500", "an unknown method gets 500").before(|_, request| {
            (request.method == "BREW")
                .then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        }),
        Mutant::new("dead-after-failures", "no login succeeds after fifty malformed requests")
            .after(|state, request, response| {
                if request.is_login() && response.status == 400 {
                    state.count("bad");
                }
                let memory = state.memory.lock().expect("no mutant panics");
                let many = memory.counts.get("bad").copied().unwrap_or(0) > 50;
                drop(memory);
                if request.is_login() && response.is_session() && many {
                    *response = ProxyResponse::error(503, "unavailable", "try later");
                }
            }),
        Mutant::new(
            "ill-after-failures",
            "the first login after fifty malformed requests is refused",
        )
        .after(|state, request, response| {
            if request.is_login() && response.status == 400 {
                state.count("bad");
            }
            if request.is_login() && response.is_session() {
                let mut memory = state.memory.lock().expect("no mutant panics");
                if memory.counts.insert("bad", 0).unwrap_or(0) > 50 {
                    *response = ProxyResponse::unauthorized();
                }
            }
        }),
    ]
}
