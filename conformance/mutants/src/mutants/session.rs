//! Servers that get tokens wrong.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};

/// Puts a token in place of one that is close enough to it.
fn accept(
    world: &ProxyState,
    ask: &mut ProxyRequest,
    close: impl Fn(&str, &str) -> bool,
) -> Option<ProxyResponse> {
    let given = ask.member("resume").or_else(|| ask.header("x-auth-token").map(str::to_owned))?;
    let memory = world.memory.lock().expect("no variant panics");
    let known = memory.tokens.iter().find(|(token, ..)| {
        *token != given && !memory.ended.contains(token) && close(token, &given)
    });
    let token = known.map(|(token, ..)| token.clone())?;
    drop(memory);
    if ask.is_login() {
        ask.set("resume", json!(token));
    } else {
        ask.set_header("x-auth-token", &token);
    }
    None
}

macro_rules! accepts {
    ($id:literal, $title:literal, $close:expr) => {
        Mutant::new($id, $title).before(|world, ask| accept(world, ask, $close))
    };
}

/// Puts the server's own token in place of one that a variant made up for it.
fn translate(world: &ProxyState, ask: &mut ProxyRequest) -> Option<ProxyResponse> {
    let memory = world.memory.lock().expect("no variant panics");
    let real = |made_up: &str| memory.aliases.get(made_up).cloned();
    let resumed = ask.member("resume").and_then(|token| real(&token));
    let used = ask.header("x-auth-token").and_then(real);
    drop(memory);
    if let Some(token) = resumed {
        ask.set("resume", json!(token));
    }
    if let Some(token) = used {
        ask.set_header("x-auth-token", &token);
    }
    None
}

/// Gives out another token for each that the server issues; it works as the server's does.
fn issue(
    world: &ProxyState,
    ask: &ProxyRequest,
    reply: &mut ProxyResponse,
    make: fn(usize, &str) -> String,
) {
    if !ask.is_login() || !reply.is_session() {
        return;
    }
    let body = reply.value();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (token, user) = (text("/data/authToken"), text("/data/me/username"));
    let known = {
        let memory = world.memory.lock().expect("no variant panics");
        memory.aliases.iter().find(|(_, real)| **real == token).map(|(known, _)| known.clone())
    };
    let made_up = known.unwrap_or_else(|| make(world.count("token"), &user));
    reply.put("/data/authToken", json!(made_up));
    world.memory.lock().expect("no variant panics").aliases.insert(made_up, token);
}

macro_rules! issues {
    ($id:literal, $title:literal, $make:expr) => {
        Mutant::new($id, $title)
            .before(translate)
            .after(|world, ask, reply| issue(world, ask, reply, $make))
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("logout-keeps-token", "a logout says so and does nothing").before(|_, ask| {
            let farewell =
                json!({"status": "success", "data": {"message": "You've been logged out!"}});
            (ask.is_logout() && ask.header("x-auth-token").is_some())
                .then(|| ProxyResponse::json(200, &farewell))
        }),
        Mutant::new("logout-keeps-resume", "a token resumes after its logout").before(
            |world, ask| {
                let token = ask.member("resume")?;
                let (name, _) = world.owner(&token)?;
                let ended = world.memory.lock().expect("no variant panics").ended.contains(&token);
                let account = world.accounts.iter().find(|account| account.username == name)?;
                ended.then(|| world.forged(account))
            },
        ),
        Mutant::new("logout-ends-all", "a logout ends every session of the account").before(
            |world, ask| {
                let token = ask.header("x-auth-token").map(str::to_owned)?;
                let owner = world.owner(&token)?;
                let mut memory = world.memory.lock().expect("no variant panics");
                let ended: Vec<_> = memory
                    .tokens
                    .iter()
                    .filter(|(known, name, _)| memory.ended.contains(known) && *name == owner.0)
                    .map(|(known, ..)| known.clone())
                    .collect();
                if ask.is_me() && !ended.is_empty() {
                    // Tokens of before a logout of the account.
                    let position =
                        |token: &str| memory.tokens.iter().position(|(t, ..)| t == token);
                    let newest_ended = ended.iter().filter_map(|token| position(token)).min();
                    let counts = memory.counts.entry("ends-all").or_default();
                    *counts += 1;
                    if newest_ended.is_some() && memory.aliases.contains_key(&token) {
                        return Some(ProxyResponse::error(401, "gone", "gone"));
                    }
                }
                if ask.is_logout() {
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
        Mutant::new("logout-any-token", "a made-up token logs out").before(|_, ask| {
            let farewell =
                json!({"status": "success", "data": {"message": "You've been logged out!"}});
            let made_up = ask.header("x-auth-token")?.chars().all(|c| c == 'Q');
            (ask.is_logout() && made_up).then(|| ProxyResponse::json(200, &farewell))
        }),
        Mutant::new("logout-twice", "a token logs out twice").before(|world, ask| {
            let farewell =
                json!({"status": "success", "data": {"message": "You've been logged out!"}});
            let token = ask.header("x-auth-token")?.to_owned();
            let ended = world.memory.lock().expect("no variant panics").ended.contains(&token);
            (ask.is_logout() && ended).then(|| ProxyResponse::json(200, &farewell))
        }),
        Mutant::new("logout-202", "a logout is answered with a status that is not documented")
            .after(|_, ask, reply| {
                if ask.is_logout() && reply.status == 200 {
                    reply.status = 202;
                }
            }),
        Mutant::new("logout-any-user", "a token logs out with any user id").before(|world, ask| {
            if ask.is_logout() {
                let (_, id) = world.owner(ask.header("x-auth-token")?)?;
                ask.set_header("x-user-id", &id);
            }
            None
        }),
        Mutant::new("late-token", "the first token is not known at its first use").before(
            |world, ask| {
                let message = "You must be logged in to do this.";
                world.owner(ask.header("x-auth-token")?)?;
                (ask.is_me() && world.count("use") == 1)
                    .then(|| ProxyResponse::error(401, message, message))
            },
        ),
        Mutant::new("resume-ends-younger", "a resume ends the sessions that began after it")
            .before(|world, ask| {
                let token = ask
                    .member("resume")
                    .or_else(|| ask.header("x-auth-token").map(str::to_owned))?;
                let mut memory = world.memory.lock().expect("no variant panics");
                if memory.aliases.contains_key(&token) {
                    drop(memory);
                    let message = "You must be logged in to do this.";
                    return Some(if ask.is_login() {
                        ProxyResponse::unauthorized()
                    } else {
                        ProxyResponse::error(401, message, message)
                    });
                }
                if ask.is_login() && !memory.ended.contains(&token) {
                    let at = memory.tokens.iter().position(|(known, ..)| *known == token)?;
                    let younger: Vec<_> =
                        memory.tokens[at..].iter().map(|(known, ..)| known.clone()).collect();
                    let younger = younger.into_iter().filter(|known| *known != token);
                    memory.aliases.extend(younger.map(|known| (known, String::new())));
                }
                None
            }),
        Mutant::new("get-logout-idle", "GET /logout says so and does nothing").before(|_, ask| {
            let farewell =
                json!({"status": "success", "data": {"message": "You've been logged out!"}});
            (ask.is_logout() && ask.method == "GET" && ask.header("x-auth-token").is_some())
                .then(|| ProxyResponse::json(200, &farewell))
        }),
        Mutant::new("token-any-user", "a token works with any user id").before(|world, ask| {
            let (_, id) = world.owner(ask.header("x-auth-token")?)?;
            ask.set_header("x-user-id", &id);
            None
        }),
        Mutant::new("user-id-alone", "the user id alone authenticates").before(|world, ask| {
            if ask.is_me() && ask.header("x-auth-token").is_none() {
                let id = ask.header("x-user-id")?.to_owned();
                let memory = world.memory.lock().expect("no variant panics");
                let live =
                    memory.tokens.iter().find(|(t, _, i)| *i == id && !memory.ended.contains(t))?;
                let token = live.0.clone();
                drop(memory);
                ask.set_header("x-auth-token", &token);
            }
            None
        }),
        Mutant::new("token-alone", "the token alone authenticates").before(|world, ask| {
            if ask.is_me() && ask.header("x-user-id").is_none() {
                let (_, id) = world.owner(ask.header("x-auth-token")?)?;
                ask.set_header("x-user-id", &id);
            }
            None
        }),
        Mutant::new("made-up-token", "any token with a real user id authenticates").before(
            |world, ask| {
                let id = ask.header("x-user-id")?.to_owned();
                let given = ask.header("x-auth-token")?.to_owned();
                if ask.is_me() && world.owner(&given).is_none() {
                    let memory = world.memory.lock().expect("no variant panics");
                    let live = memory
                        .tokens
                        .iter()
                        .find(|(t, _, i)| *i == id && !memory.ended.contains(t))?;
                    let token = live.0.clone();
                    drop(memory);
                    ask.set_header("x-auth-token", &token);
                }
                None
            },
        ),
        accepts!("token-hash", "the hash of a token is a token", |token, given| {
            STANDARD.encode(Sha256::digest(token)) == given
        }),
        accepts!("token-prefix", "a token without its end is a token", |token, given| {
            token.starts_with(given) && given.len() + 1 == token.len()
        }),
        accepts!("token-suffix", "what follows a token does not count", |token, given| {
            given.starts_with(token)
        }),
        accepts!("token-case", "the case of a token does not count", |token, given| {
            token.eq_ignore_ascii_case(given)
        }),
        accepts!("token-last", "the last character of a token does not count", |token, given| {
            token.len() == given.len() && token[..token.len() - 1] == given[..given.len() - 1]
        }),
        Mutant::new("token-shared", "every login of an account gets the same token").after(
            |world, ask, reply| {
                let Some(name) = world.named(ask).map(|a| a.username.clone()) else { return };
                if ask.is_login() && reply.is_session() {
                    let memory = world.memory.lock().expect("no variant panics");
                    let first = memory
                        .tokens
                        .iter()
                        .find(|(t, n, _)| *n == name && !memory.ended.contains(t));
                    if let Some((token, ..)) = first {
                        reply.put("/data/authToken", json!(token));
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
            .before(|_, ask| ask.member("resume").map(|_| ProxyResponse::unauthorized())),
        Mutant::new("sixth-resume-refused", "of resumes in a row, the sixth and later are refused")
            .before(|world, ask| {
                let is_resume = ask.member("resume").is_some();
                let mut memory = world.memory.lock().expect("no variant panics");
                let in_a_row = memory.counts.entry("resumes-in-a-row").or_default();
                if is_resume {
                    *in_a_row += 1;
                } else if !ask.is_me() {
                    *in_a_row = 0;
                }
                (is_resume && *in_a_row >= 6).then(ProxyResponse::unauthorized)
            }),
        Mutant::new("resume-other-account", "a resume logs another account in").after(
            |world, ask, reply| {
                if ask.member("resume").is_some() && reply.is_session() {
                    let id = reply.value()["data"]["userId"].clone();
                    let other = world
                        .accounts
                        .iter()
                        .find(|a| reply.value()["data"]["me"]["username"] != json!(a.username));
                    if let Some(other) = other {
                        reply.put("/data/me/username", json!(other.username));
                        reply.put("/data/me/_id", id);
                    }
                }
            },
        ),
        Mutant::new("me-other-account", "`/me` is about another account").after(
            |world, ask, reply| {
                if ask.is_me() && reply.status == 200 {
                    let own = reply.value()["username"].clone();
                    if let Some(other) = world.accounts.iter().find(|a| own != json!(a.username)) {
                        reply.put("/username", json!(other.username));
                        reply.put("/emails/0/address", json!(other.email));
                    }
                }
            },
        ),
        Mutant::new("user-id-differs", "`userId` is not `me._id`").after(|_, ask, reply| {
            if ask.is_login() && reply.is_session() {
                reply.put("/data/userId", json!("aobEdbYhXfu5hkeqG"));
            }
        }),
        Mutant::new("header-names-compared", "the names of headers count by their letters").before(
            |_, ask| {
                let message = "You must be logged in to do this.";
                let other = ask.names.iter().any(|name| name == "X-Auth-Token");
                (ask.is_me() && other).then(|| ProxyResponse::error(401, message, message))
            },
        ),
        Mutant::new("headers-ignored", "valid headers do not authenticate").before(|_, ask| {
            let message = "You must be logged in to do this.";
            (ask.is_me() && ask.header("x-auth-token").is_some())
                .then(|| ProxyResponse::error(401, message, message))
        }),
    ]
}
