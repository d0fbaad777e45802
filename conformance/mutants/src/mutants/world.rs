//! What a variant sees and remembers.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use login_conformance::login::accounts::Account;

/// A request on its way to the real server.
#[derive(Clone, Debug)]
pub struct ProxyRequest {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without the mark.
    pub query: String,
    /// The headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The names of the headers as they came over the wire.
    pub names: Vec<String>,
    /// The body.
    pub body: Bytes,
}

/// A response on its way back.
#[derive(Clone, Debug)]
pub struct ProxyResponse {
    /// The status.
    pub status: u16,
    /// The headers, names in small letters, without `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How long to wait before it is sent.
    pub delay: Duration,
    /// Whether the connection is dropped in place of a response.
    pub is_dropped: bool,
}

/// The accounts, and what has happened.
pub struct ProxyState {
    /// The accounts of the real server.
    pub accounts: Vec<Account>,
    /// What has happened.
    pub memory: Mutex<Memory>,
}

/// What has happened.
#[derive(Default)]
pub struct Memory {
    /// How many requests were answered, by any name.
    pub counts: BTreeMap<&'static str, usize>,
    /// Tokens that logins were given, and the user name and id of each.
    pub tokens: Vec<(String, String, String)>,
    /// Tokens that were logged out.
    pub ended: Vec<String>,
    /// The last response to a login, by user name.
    pub logins: BTreeMap<String, Bytes>,
    /// The last response of `/me`, by user name.
    pub responses: BTreeMap<String, Bytes>,
    /// Codes that logged in.
    pub codes: Vec<String>,
    /// Tokens that stand for others.
    pub aliases: BTreeMap<String, String>,
    /// Failed logins in a row now, by user name; all together under the empty name.
    failures: BTreeMap<String, usize>,
    /// The most of them there ever were.
    most: (usize, usize),
}

impl ProxyRequest {
    /// Whether it is a login.
    pub fn is_login(&self) -> bool {
        self.path == "/api/v1/login" && self.method == "POST"
    }

    /// Whether it asks for the account of a token.
    pub fn is_me(&self) -> bool {
        self.path == "/api/v1/me"
    }

    /// Whether it is a logout.
    pub fn is_logout(&self) -> bool {
        self.path == "/api/v1/logout"
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A member of the body that is a string.
    pub fn member(&self, name: &str) -> Option<String> {
        self.json().get(name)?.as_str().map(str::to_owned)
    }

    /// Replaces a member of the body.
    pub fn set(&mut self, name: &str, value: Value) {
        let mut body = self.json();
        if body.is_object() {
            body[name] = value;
            self.body = body.to_string().into();
        }
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Replaces a header.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

impl ProxyResponse {
    /// A JSON response.
    pub fn json(status: u16, body: &Value) -> Self {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            status,
            headers: vec![
                header("content-type", "application/json"),
                header("cache-control", "no-store"),
                header("pragma", "no-cache"),
            ],
            body: body.to_string().into(),
            delay: Duration::ZERO,
            is_dropped: false,
        }
    }

    /// The plain refusal.
    pub fn unauthorized() -> Self {
        Self::error(401, "Unauthorized", "Unauthorized")
    }

    /// An error in the usual envelope.
    pub fn error(status: u16, error: &str, message: &str) -> Self {
        let body = json!({"success": false, "status": "error", "error": error, "message": message});
        Self::json(status, &body)
    }

    /// Whether a login succeeded.
    pub fn is_session(&self) -> bool {
        self.status == 200 && self.value().pointer("/data/authToken").is_some()
    }

    /// The body as JSON.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Changes the body as JSON; nothing where it is none.
    pub fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            change(&mut value);
            self.body = Value::to_string(&value).into();
        }
    }

    /// Puts a value where there is one.
    pub fn put(&mut self, pointer: &str, value: Value) {
        self.change(|body| {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = value;
            }
        });
    }

    /// Takes a member out.
    pub fn remove(&mut self, pointer: &str, name: &str) {
        self.change(|body| {
            if let Some(Value::Object(object)) = body.pointer_mut(pointer) {
                object.shift_remove(name);
            }
        });
    }

    /// Replaces a header.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

impl ProxyState {
    /// Nothing has happened yet.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self { accounts, memory: Mutex::default() }
    }

    /// The account that a request names.
    pub fn named(&self, ask: &ProxyRequest) -> Option<&Account> {
        let user = ask.member("user")?;
        self.accounts.iter().find(|a| a.username == user || a.email.as_ref() == Some(&user))
    }

    /// The account without a second factor that a request names.
    pub fn plain(&self, ask: &ProxyRequest) -> Option<&Account> {
        self.named(ask).filter(|account| account.totp_secret.is_none() && account.active)
    }

    /// How often something has happened, this time included.
    pub fn count(&self, what: &'static str) -> usize {
        let mut memory = self.memory.lock().expect("no variant panics");
        let count = memory.counts.entry(what).or_default();
        *count += 1;
        *count
    }

    /// The user name and id of a token.
    pub fn owner(&self, token: &str) -> Option<(String, String)> {
        let memory = self.memory.lock().expect("no variant panics");
        memory
            .tokens
            .iter()
            .find(|(known, ..)| known == token)
            .map(|(_, name, id)| (name.clone(), id.clone()))
    }

    /// What a server that lets somebody in would say.
    pub fn forged(&self, account: &Account) -> ProxyResponse {
        let memory = self.memory.lock().expect("no variant panics");
        let id = memory.tokens.iter().find(|(_, name, _)| *name == account.username);
        let id = id.map_or("forgedForgedForge", |(.., id)| id.as_str());
        let token: String = (0..43).map(|_| char::from(rand::random_range(b'A'..=b'Z'))).collect();
        ProxyResponse::json(
            200,
            &json!({"status": "success", "success": true, "data": {
            "userId": id, "authToken": token, "me": {
                "_id": id, "username": account.username, "name": account.username,
                "emails": [{"address": account.email, "verified": true}], "active": true,
                "avatarUrl": "http://localhost/avatar", "roles": ["user"],
                "settings": {"preferences": {}, "profile": {}}, "isOAuthUser": false,
            }}}),
        )
    }

    /// Every token that a login was given.
    pub(super) fn tokens(&self) -> Vec<String> {
        let memory = self.memory.lock().expect("no variant panics");
        memory.tokens.iter().map(|(token, ..)| token.clone()).collect()
    }

    /// How many tokens were given and not logged out.
    pub(super) fn live_sessions(&self) -> usize {
        let memory = self.memory.lock().expect("no variant panics");
        let mut tokens: Vec<_> = memory.tokens.iter().map(|(token, ..)| token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens.iter().filter(|token| !memory.ended.contains(token)).count()
    }

    /// The most failed logins in a row, of one account and of all.
    pub(super) fn most_failures(&self) -> (usize, usize) {
        self.memory.lock().expect("no variant panics").most
    }

    /// Failed logins in a row now, of one account; of all under the empty name.
    pub(super) fn failures(&self, name: &str) -> usize {
        let memory = self.memory.lock().expect("no variant panics");
        memory.failures.get(name).copied().unwrap_or(0)
    }

    /// Remembers what a response shows.
    pub(super) fn remember(&self, ask: &ProxyRequest, reply: &ProxyResponse) {
        let name = self.named(ask).map(|account| account.username.clone());
        let mut memory = self.memory.lock().expect("no variant panics");
        if ask.is_login() && reply.status == 401 {
            let all = memory.failures.entry(String::new()).or_default();
            *all += 1;
            memory.most.1 = memory.most.1.max(memory.failures[""]);
            if let Some(name) = name {
                let own = memory.failures.entry(name).or_default();
                *own += 1;
                let own = *own;
                memory.most.0 = memory.most.0.max(own);
            }
        } else if ask.is_login() && reply.is_session() {
            memory.failures.remove("");
            if let Some(name) = &name {
                memory.failures.remove(name);
            }
        }
        if ask.is_login() && reply.is_session() {
            let body = reply.value();
            let text =
                |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
            let name = text("/data/me/username");
            memory.tokens.push((text("/data/authToken"), name.clone(), text("/data/userId")));
            if ask.member("password").is_some() {
                memory.logins.insert(name, reply.body.clone());
            }
            memory.codes.extend(ask.member("code"));
        }
        if ask.is_logout() && reply.status == 200 {
            memory.ended.extend(ask.header("x-auth-token").map(str::to_owned));
        }
    }
}
