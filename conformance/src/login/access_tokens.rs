//! The calls on personal access tokens, and the tokens that a run has to remove.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Session, requests};
use specfirst_engine::http::{
    case::{Case, Expect, Request},
    response::Response,
};

/// The operations, by their id.
pub(crate) const OPERATIONS: [&str; 4] = [LIST, GENERATE, REGENERATE, REMOVE];

const LIST: &str = "get_personal_access_tokens";
const GENERATE: &str = "generate_personal_access_token";
const REGENERATE: &str = "regenerate_personal_access_token";
const REMOVE: &str = "remove_personal_access_token";

const LIST_PATH: &str = "/api/v1/users.getPersonalAccessTokens";
const GENERATE_PATH: &str = "/api/v1/users.generatePersonalAccessToken";
const REGENERATE_PATH: &str = "/api/v1/users.regeneratePersonalAccessToken";
const REMOVE_PATH: &str = "/api/v1/users.removePersonalAccessToken";

const CODE_HEADER: &str = "x-2fa-code";
const METHOD_HEADER: &str = "x-2fa-method";

/// Whether this is the path of one of the operations.
pub(super) fn is_path(path: &str) -> bool {
    [LIST_PATH, GENERATE_PATH, REGENERATE_PATH, REMOVE_PATH].contains(&path)
}

/// A harmless call with a made-up token, and its operation.
pub(super) fn plain(path: &str, token: &str, user_id: &str) -> (&'static str, Request) {
    let call = |method| requests::authenticated(method, path, token, user_id);
    let operation = match path {
        LIST_PATH => return (LIST, call("GET")),
        GENERATE_PATH => GENERATE,
        REGENERATE_PATH => REGENERATE,
        _ => REMOVE,
    };
    (operation, call("POST").json(&json!({"tokenName": "nobody"})))
}

/// The second factor of a call.
#[derive(Clone)]
pub(crate) struct Factor {
    code: String,
    method: &'static str,
}

impl Factor {
    /// The password as a second factor, which Rocket.Chat takes from accounts without another one.
    pub(crate) fn password(password: &str) -> Self {
        Self { code: hex::encode(Sha256::digest(password)), method: "password" }
    }
}

/// The session that manages tokens, with its second factor.
pub(crate) struct Manager<'a> {
    pub(crate) session: &'a Session,
    pub(crate) factor: Option<&'a Factor>,
}

/// A request for the tokens of an account.
pub(crate) fn list(session: &Session, expect: Expect, rule: &'static str) -> Case {
    let request = requests::authenticated("GET", LIST_PATH, &session.token, &session.user_id);
    let mut case = Case::new(LIST, "the personal access tokens", request, expect).rule(rule);
    case.account.clone_from(&session.account);
    case
}

/// A request to make a token.
pub(crate) fn generate(
    manager: &Manager<'_>,
    name: &str,
    expect: Expect,
    rule: &'static str,
) -> Case {
    change(GENERATE, GENERATE_PATH, "make a token", manager, name, expect).rule(rule)
}

/// A request to replace the secret of a token.
pub(crate) fn regenerate(
    manager: &Manager<'_>,
    name: &str,
    expect: Expect,
    rule: &'static str,
) -> Case {
    change(REGENERATE, REGENERATE_PATH, "regenerate a token", manager, name, expect).rule(rule)
}

/// A request to remove a token.
pub(crate) fn remove(
    manager: &Manager<'_>,
    name: &str,
    expect: Expect,
    rule: &'static str,
) -> Case {
    change(REMOVE, REMOVE_PATH, "remove a token", manager, name, expect).rule(rule)
}

fn change(
    operation: &str,
    path: &str,
    title: &str,
    manager: &Manager<'_>,
    name: &str,
    expect: Expect,
) -> Case {
    let Session { token, user_id, account } = manager.session;
    let mut request = requests::authenticated("POST", path, token, user_id);
    if let Some(Factor { code, method }) = manager.factor {
        request = request.header(CODE_HEADER, code).header(METHOD_HEADER, method);
    }
    let request = request.json(&json!({"tokenName": name}));
    let mut case = Case::new(operation, title, request, expect);
    case.account.clone_from(account);
    case
}

/// The tokens that the run made and has not removed, as the requests that made them.
#[derive(Default)]
pub(crate) struct MadeTokens(Vec<Case>);

impl MadeTokens {
    /// Learns from a response which tokens exist. Returns a new secret, if the response holds one.
    pub(super) fn note(&mut self, case: &Case, response: &Response) -> Option<String> {
        if !response.is_success() {
            return None;
        }
        match case.operation.as_str() {
            GENERATE => self.0.push(case.clone()),
            REMOVE => self.0.retain(|made| name_of(made) != name_of(case)),
            _ => {}
        }
        let issues = [GENERATE, REGENERATE].contains(&case.operation.as_str());
        response.string_at("/token").filter(|_| issues).map(str::to_owned)
    }

    /// How many tokens are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The requests that remove the tokens that are left.
    pub(super) fn removals(&self) -> Vec<Case> {
        let removal = |made: &Case| {
            let request = Request { path: REMOVE_PATH.to_owned(), ..made.request.clone() };
            let mut case = Case::new(REMOVE, "remove a token", request, Expect::Anything);
            case.account.clone_from(&made.account);
            case
        };
        self.0.iter().map(removal).collect()
    }

    /// Forgets a token that the target no longer has.
    pub(super) fn forget(&mut self, removal: &Case) {
        self.0.retain(|made| name_of(made) != name_of(removal));
    }
}

/// Whether a case is the removal of a token, which is sent even if the budget is spent.
pub(super) fn is_removal(case: &Case) -> bool {
    case.request.path == REMOVE_PATH
}

/// Whether a case makes a token, which has to be removed.
pub(super) fn makes_token(case: &Case) -> bool {
    case.operation == GENERATE
}

/// The name that a call is about.
fn name_of(case: &Case) -> Option<String> {
    requests::body_of(&case.request).get("tokenName")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session { token: "t".to_owned(), user_id: "u".to_owned(), account: Some("al".to_owned()) }
    }

    #[test]
    fn token_is_removed_by_the_session_that_made_it() {
        let factor = Factor::password("pa55");
        let session = session();
        let manager = Manager { session: &session, factor: Some(&factor) };
        let mut made = MadeTokens::default();
        let ok = Response::of_json(200, &json!({"token": "secret", "success": true}));
        let generate = generate(&manager, "a", Expect::Success, "r");
        assert_eq!(made.note(&generate, &Response::of_json(400, &json!({}))), None);
        assert_eq!(made.len(), 0);
        assert_eq!(made.note(&generate, &ok).as_deref(), Some("secret"));
        let [removal] = made.removals().try_into().unwrap();
        assert_eq!(removal.request, remove(&manager, "a", Expect::Anything, "r").request);
        assert!(is_removal(&removal) && makes_token(&generate));
        made.note(&remove(&manager, "b", Expect::Success, "r"), &ok);
        assert_eq!(made.len(), 1);
        made.note(&removal, &ok);
        assert_eq!(made.len(), 0);
    }
}
