//! Mutants that handle personal access tokens wrongly.

use serde_json::{Value, json};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};

/// The last part of the path of an operation on personal access tokens.
fn operation(request: &ProxyRequest) -> &str {
    request.path.strip_prefix("/api/v1/users.").unwrap_or_default()
}

fn is(request: &ProxyRequest, name: &str) -> bool {
    operation(request) == name
}

/// The secret that a response gives out.
fn secret(response: &ProxyResponse) -> Option<String> {
    response.value().get("token")?.as_str().map(str::to_owned)
}

fn remember(state: &ProxyState, key: String, value: String) -> Option<String> {
    state.memory.lock().expect("no mutant panics").aliases.insert(key, value)
}

fn recall(state: &ProxyState, key: &str) -> Option<String> {
    state.memory.lock().expect("no mutant panics").aliases.get(key).cloned()
}

/// Remembers the secret of each token under its name, and returns the one before.
fn learn(
    state: &ProxyState,
    request: &ProxyRequest,
    response: &ProxyResponse,
) -> Option<(Option<String>, String)> {
    let new = secret(response).filter(|_| response.status == 200)?;
    let name = request.member("tokenName")?;
    Some((remember(state, format!("name {name}"), new.clone()), new))
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("access-token-no-resume", "a personal access token does not resume")
            .before(|state, request| {
                let token = request.member("resume")?;
                recall(state, &token).map(|_| ProxyResponse::unauthorized())
            })
            .after(|state, request, response| {
                if let Some((_, new)) = learn(state, request, response) {
                    remember(state, new, String::new());
                }
            }),
        Mutant::new("access-token-name-twice", "two personal access tokens may have one name")
            .before(|state, request| {
                let name = request.member("tokenName")?;
                if is(request, "generatePersonalAccessToken")
                    && recall(state, &format!("name {name}")).is_some()
                {
                    request.set("tokenName", json!(format!("{name} again")));
                }
                None
            })
            .after(|state, request, response| drop(learn(state, request, response))),
        Mutant::new(
            "access-token-list-shows-most",
            "the list of personal access tokens shows all but the first characters of a secret",
        )
        .after(|state, request, response| {
            learn(state, request, response);
            if !is(request, "getPersonalAccessTokens") {
                return;
            }
            response.change(|body| {
                let tokens = body.get_mut("tokens").and_then(Value::as_array_mut);
                for token in tokens.into_iter().flatten() {
                    let name = token["name"].as_str().unwrap_or_default();
                    if let Some(secret) = recall(state, &format!("name {name}")) {
                        token["lastTokenPart"] = json!(secret[3..]);
                    }
                }
            });
        }),
        Mutant::new(
            "access-token-list-of-all",
            "the list of personal access tokens shows those of other accounts",
        )
        .after(|state, request, response| {
            if !is(request, "getPersonalAccessTokens") {
                return;
            }
            let body = response.value();
            if body.pointer("/tokens/0").is_some() {
                remember(state, "list".to_owned(), body["tokens"].to_string());
            } else if let Some(list) = recall(state, "list") {
                response.put("/tokens", serde_json::from_str(&list).unwrap_or_default());
            }
        }),
        Mutant::new(
            "access-token-old-secret",
            "a personal access token keeps its old secret beside the new one",
        )
        .before(|state, request| {
            if let Some(new) = request.member("resume").and_then(|old| recall(state, &old)) {
                request.set("resume", json!(new));
            }
            let token = request.header("x-auth-token").map(str::to_owned);
            if let Some(new) = token.and_then(|old| recall(state, &old)) {
                request.set_header("x-auth-token", &new);
            }
            None
        })
        .after(|state, request, response| {
            if let Some((Some(old), new)) = learn(state, request, response) {
                remember(state, old, new);
            }
        }),
        Mutant::new(
            "access-token-survives-removal",
            "the removal of a personal access token succeeds and does nothing",
        )
        .before(|state, request| {
            let owner = recall(state, &format!("owner {}", request.member("tokenName")?))?;
            let is_call = is(request, "removePersonalAccessToken")
                && request.header("x-user-id") == Some(owner.as_str());
            is_call.then(|| ProxyResponse::json(200, &json!({"success": true})))
        })
        .after(|state, request, response| {
            if learn(state, request, response).is_some() {
                let name = request.member("tokenName").unwrap_or_default();
                let owner = request.header("x-user-id").unwrap_or_default().to_owned();
                remember(state, format!("owner {name}"), owner);
            }
        }),
    ]
}
