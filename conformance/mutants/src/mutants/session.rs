//! Mutants that handle tokens and sessions wrongly.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};

/// Replaces a wrong token that is `close` to a live one by the live one.
fn accept(
    state: &ProxyState,
    request: &mut ProxyRequest,
    close: impl Fn(&str, &str) -> bool,
) -> Option<ProxyResponse> {
    let given =
        request.member("resume").or_else(|| request.header("x-auth-token").map(str::to_owned))?;
    let memory = state.memory.lock().expect("no mutant panics");
    let known = memory.tokens.iter().find(|(token, ..)| {
        *token != given && !memory.ended.contains(token) && close(token, &given)
    });
    let token = known.map(|(token, ..)| token.clone())?;
    drop(memory);
    if request.is_login() {
        request.set("resume", json!(token));
    } else {
        request.set_header("x-auth-token", &token);
    }
    None
}

macro_rules! accepts {
    ($id:literal, $title:literal, $close:expr) => {
        Mutant::new($id, $title).before(|state, request| accept(state, request, $close))
    };
}

/// Replaces a token that the mutant issued by the token of the real server that it stands for.
fn translate(state: &ProxyState, request: &mut ProxyRequest) -> Option<ProxyResponse> {
    let memory = state.memory.lock().expect("no mutant panics");
    let real = |made_up: &str| memory.aliases.get(made_up).cloned();
    let resumed = request.member("resume").and_then(|token| real(&token));
    let used = request.header("x-auth-token").and_then(real);
    drop(memory);
    if let Some(token) = resumed {
        request.set("resume", json!(token));
    }
    if let Some(token) = used {
        request.set_header("x-auth-token", &token);
    }
    None
}

/// Replaces each token that the real server issues by one that `make` returns. Both work alike.
fn issue(
    state: &ProxyState,
    request: &ProxyRequest,
    response: &mut ProxyResponse,
    make: fn(usize, &str) -> String,
) {
    if !request.is_login() || !response.is_session() {
        return;
    }
    let body = response.value();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (token, user) = (text("/data/authToken"), text("/data/me/username"));
    let known = {
        let memory = state.memory.lock().expect("no mutant panics");
        memory.aliases.iter().find(|(_, real)| **real == token).map(|(known, _)| known.clone())
    };
    let made_up = known.unwrap_or_else(|| make(state.count("token"), &user));
    response.put("/data/authToken", json!(made_up));
    state.memory.lock().expect("no mutant panics").aliases.insert(made_up, token);
}

macro_rules! issues {
    ($id:literal, $title:literal, $make:expr) => {
        Mutant::new($id, $title)
            .before(translate)
            .after(|state, request, response| issue(state, request, response, $make))
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("logout-keeps-token", "a logout succeeds and does nothing").before(
            |_, request| {
                let farewell =
                    json!({"status": "success", "data": {"message": "You've been logged out!"}});
                (request.is_logout() && request.header("x-auth-token").is_some())
                    .then(|| ProxyResponse::json(200, &farewell))
            },
        ),
        Mutant::new("logout-keeps-resume", "a token resumes after its logout").before(
            |state, request| {
                let token = request.member("resume")?;
                let (name, _) = state.owner(&token)?;
                let ended = state.memory.lock().expect("no mutant panics").ended.contains(&token);
                let account = state.accounts.iter().find(|account| account.username == name)?;
                ended.then(|| state.forged(account))
            },
        ),
        Mutant::new("logout-ends-all", "a logout ends every session of the account").before(
            |state, request| {
                let token = request.header("x-auth-token").map(str::to_owned)?;
                let owner = state.owner(&token)?;
                let mut memory = state.memory.lock().expect("no mutant panics");
                let ended: Vec<_> = memory
                    .tokens
                    .iter()
                    .filter(|(known, name, _)| memory.ended.contains(known) && *name == owner.0)
                    .map(|(known, ..)| known.clone())
                    .collect();
                if request.is_me() && !ended.is_empty() {
                    // Tokens that were issued before a logout of the account.
                    let position =
                        |token: &str| memory.tokens.iter().position(|(t, ..)| t == token);
                    let newest_ended = ended.iter().filter_map(|token| position(token)).min();
                    let counts = memory.counts.entry("ends-all").or_default();
                    *counts += 1;
                    if newest_ended.is_some() && memory.aliases.contains_key(&token) {
                        return Some(ProxyResponse::error(401, "gone", "gone"));
                    }
                }
                if request.is_logout() {
                    let others: Vec<_> = memory
                        .tokens
                        .iter()
                        .filter(|(known, name, _)| *known != token && *name == owner.0)
                        .map(|(known, ..)| known.clone())
                        .collect();
                    for other in others {
                        memory.aliases.insert(other, String::new());
                    }
                }
                None
            },
        ),
        Mutant::new("logout-any-token", "a logout with a made-up token succeeds").before(
            |_, request| {
                let farewell =
                    json!({"status": "success", "data": {"message": "You've been logged out!"}});
                let made_up = request.header("x-auth-token")?.chars().all(|c| c == 'Q');
                (request.is_logout() && made_up).then(|| ProxyResponse::json(200, &farewell))
            },
        ),
        Mutant::new("logout-twice", "a second logout with the same token succeeds").before(
            |state, request| {
                let farewell =
                    json!({"status": "success", "data": {"message": "You've been logged out!"}});
                let token = request.header("x-auth-token")?.to_owned();
                let ended = state.memory.lock().expect("no mutant panics").ended.contains(&token);
                (request.is_logout() && ended).then(|| ProxyResponse::json(200, &farewell))
            },
        ),
        Mutant::new("logout-202", "a logout gets a status that is not documented").after(
            |_, request, response| {
                if request.is_logout() && response.status == 200 {
                    response.status = 202;
                }
            },
        ),
        Mutant::new("logout-needs-body", "a logout that names JSON and has no body is refused")
            .before(|_, request| {
                let is_json = request.header("content-type")?.contains("json");
                let message = "You must be logged in to do this.";
                (request.is_logout() && is_json && request.body.is_empty())
                    .then(|| ProxyResponse::error(401, message, message))
            }),
        Mutant::new("logout-any-user", "a token logs out with any user id").before(
            |state, request| {
                if request.is_logout() {
                    let (_, id) = state.owner(request.header("x-auth-token")?)?;
                    request.set_header("x-user-id", &id);
                }
                None
            },
        ),
        Mutant::new("late-token", "the first use of a token is refused").before(
            |state, request| {
                let message = "You must be logged in to do this.";
                state.owner(request.header("x-auth-token")?)?;
                (request.is_me() && state.count("use") == 1)
                    .then(|| ProxyResponse::error(401, message, message))
            },
        ),
        Mutant::new("resume-ends-younger", "a resume ends the sessions that began after it")
            .before(|state, request| {
                let token = request
                    .member("resume")
                    .or_else(|| request.header("x-auth-token").map(str::to_owned))?;
                let mut memory = state.memory.lock().expect("no mutant panics");
                if memory.aliases.contains_key(&token) {
                    drop(memory);
                    let message = "You must be logged in to do this.";
                    return Some(if request.is_login() {
                        ProxyResponse::unauthorized()
                    } else {
                        ProxyResponse::error(401, message, message)
                    });
                }
                if request.is_login() && !memory.ended.contains(&token) {
                    let at = memory.tokens.iter().position(|(known, ..)| *known == token)?;
                    let younger: Vec<_> =
                        memory.tokens[at..].iter().map(|(known, ..)| known.clone()).collect();
                    let younger = younger.into_iter().filter(|known| *known != token);
                    memory.aliases.extend(younger.map(|known| (known, String::new())));
                }
                None
            }),
        Mutant::new("get-logout-idle", "GET /logout succeeds and does nothing").before(
            |_, request| {
                let farewell =
                    json!({"status": "success", "data": {"message": "You've been logged out!"}});
                (request.is_logout()
                    && request.method == "GET"
                    && request.header("x-auth-token").is_some())
                .then(|| ProxyResponse::json(200, &farewell))
            },
        ),
        Mutant::new("token-any-user", "a token works with any user id").before(|state, request| {
            let (_, id) = state.owner(request.header("x-auth-token")?)?;
            request.set_header("x-user-id", &id);
            None
        }),
        Mutant::new("user-id-alone", "the user id alone authenticates").before(|state, request| {
            if request.is_me() && request.header("x-auth-token").is_none() {
                let id = request.header("x-user-id")?.to_owned();
                let memory = state.memory.lock().expect("no mutant panics");
                let live =
                    memory.tokens.iter().find(|(t, _, i)| *i == id && !memory.ended.contains(t))?;
                let token = live.0.clone();
                drop(memory);
                request.set_header("x-auth-token", &token);
            }
            None
        }),
        Mutant::new("token-alone", "the token alone authenticates").before(|state, request| {
            if request.is_me() && request.header("x-user-id").is_none() {
                let (_, id) = state.owner(request.header("x-auth-token")?)?;
                request.set_header("x-user-id", &id);
            }
            None
        }),
        Mutant::new("made-up-token", "any made-up token with a real user id authenticates")
            .before(|state, request| {
                let id = request.header("x-user-id")?.to_owned();
                let given = request.header("x-auth-token")?.to_owned();
                if request.is_me() && state.owner(&given).is_none() {
                    let memory = state.memory.lock().expect("no mutant panics");
                    let live = memory
                        .tokens
                        .iter()
                        .find(|(t, _, i)| *i == id && !memory.ended.contains(t))?;
                    let (token, was_issued) = (live.0.clone(), memory.aliases.contains_key(&given));
                    drop(memory);
                    if !was_issued {
                        request.set_header("x-auth-token", &token);
                    }
                }
                None
            })
            // A personal access token is not made up, even after its removal.
            .after(|state, _, response| {
                if let Some(token) = response.value().get("token").and_then(Value::as_str) {
                    let mut memory = state.memory.lock().expect("no mutant panics");
                    memory.aliases.insert(token.to_owned(), String::new());
                }
            }),
        accepts!("token-hash", "the hash of a token is accepted as the token", |token, given| {
            STANDARD.encode(Sha256::digest(token)) == given
        }),
        accepts!(
            "token-prefix",
            "a token without its last character is accepted",
            |token, given| { token.starts_with(given) && given.len() + 1 == token.len() }
        ),
        accepts!("token-suffix", "characters after a token are ignored", |token, given| {
            given.starts_with(token)
        }),
        accepts!("token-case", "tokens are compared without case", |token, given| {
            token.eq_ignore_ascii_case(given)
        }),
        accepts!("token-last", "the last character of a token is not compared", |token, given| {
            token.len() == given.len() && token[..token.len() - 1] == given[..given.len() - 1]
        }),
        Mutant::new("token-shared", "every login of an account gets the same token").after(
            |state, request, response| {
                let Some(name) = state.named(request).map(|a| a.username.clone()) else { return };
                if request.is_login() && response.is_session() {
                    let memory = state.memory.lock().expect("no mutant panics");
                    let first = memory
                        .tokens
                        .iter()
                        .find(|(t, n, _)| *n == name && !memory.ended.contains(t));
                    if let Some((token, ..)) = first {
                        response.put("/data/authToken", json!(token));
                    }
                }
            },
        ),
        issues!("token-short", "tokens are short", |number, _| format!("t{number:09}")),
        issues!("token-counter", "tokens count up", |number, _| {
            format!("9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U{number:06}")
        }),
        issues!("token-holds-name", "a token holds the user name", |_, user| {
            let tail: String =
                (0..32).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
            format!("{user}.{tail}")
        }),
        Mutant::new("resume-refused", "tokens do not resume")
            .before(|_, request| request.member("resume").map(|_| ProxyResponse::unauthorized())),
        Mutant::new("sixth-resume-refused", "the sixth and each later resume in a row is refused")
            .before(|state, request| {
                let is_resume = request.member("resume").is_some();
                let mut memory = state.memory.lock().expect("no mutant panics");
                let in_a_row = memory.counts.entry("resumes-in-a-row").or_default();
                if is_resume {
                    *in_a_row += 1;
                } else if !request.is_me() {
                    *in_a_row = 0;
                }
                (is_resume && *in_a_row >= 6).then(ProxyResponse::unauthorized)
            }),
        Mutant::new("resume-other-account", "a resume logs another account in").after(
            |state, request, response| {
                if request.member("resume").is_some() && response.is_session() {
                    let id = response.value()["data"]["userId"].clone();
                    let other = state
                        .accounts
                        .iter()
                        .find(|a| response.value()["data"]["me"]["username"] != json!(a.username));
                    if let Some(other) = other {
                        response.put("/data/me/username", json!(other.username));
                        response.put("/data/me/_id", id);
                    }
                }
            },
        ),
        Mutant::new("me-other-account", "`/me` is about another account").after(
            |state, request, response| {
                if request.is_me() && response.status == 200 {
                    let own = response.value()["username"].clone();
                    if let Some(other) = state.accounts.iter().find(|a| own != json!(a.username)) {
                        response.put("/username", json!(other.username));
                        response.put("/emails/0/address", json!(other.email));
                    }
                }
            },
        ),
        Mutant::new("user-id-differs", "`userId` is not `me._id`").after(|_, request, response| {
            if request.is_login() && response.is_session() {
                response.put("/data/userId", json!("aobEdbYhXfu5hkeqG"));
            }
        }),
        Mutant::new("header-names-compared", "header names are compared with case").before(
            |_, request| {
                let message = "You must be logged in to do this.";
                let other = request.names.iter().any(|name| name == "X-Auth-Token");
                (request.is_me() && other).then(|| ProxyResponse::error(401, message, message))
            },
        ),
        Mutant::new("headers-ignored", "valid headers do not authenticate").before(|_, request| {
            let message = "You must be logged in to do this.";
            (request.is_me() && request.header("x-auth-token").is_some())
                .then(|| ProxyResponse::error(401, message, message))
        }),
    ]
}
