//! The requests and responses that a mutant changes, and the state it keeps.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

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
    /// The query, without the `?`.
    pub query: String,
    /// The headers, with lowercase names.
    pub headers: Vec<(String, String)>,
    /// The names of the headers as the client sent them.
    pub names: Vec<String>,
    /// The body.
    pub body: Bytes,
}

/// A response on its way back.
#[derive(Clone, Debug)]
pub struct ProxyResponse {
    /// The status.
    pub status: u16,
    /// The headers, with lowercase names and without `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How long the proxy waits before it sends the response.
    pub delay: Duration,
    /// Whether the proxy closes the connection instead of sending a response.
    pub is_dropped: bool,
}

/// The accounts of the real server, and the events so far.
pub struct ProxyState {
    /// The accounts of the real server.
    pub accounts: Vec<Account>,
    /// The events so far.
    pub memory: Mutex<Memory>,
}

/// The events that a mutant can base its behaviour on.
#[derive(Default)]
pub struct Memory {
    /// Counters of events, by name.
    pub counts: BTreeMap<&'static str, usize>,
    /// The token of each login response, with its user name and user id.
    pub tokens: Vec<(String, String, String)>,
    /// The tokens of finished logouts.
    pub ended: Vec<String>,
    /// The last response to a login, by user name.
    pub logins: BTreeMap<String, Bytes>,
    /// The last response of `/me`, by user name.
    pub responses: BTreeMap<String, Bytes>,
    /// TOTP codes of successful logins.
    pub codes: Vec<String>,
    /// Tokens that a mutant gave out, and the token of the real server that each stands for.
    pub aliases: BTreeMap<String, String>,
    /// Since when accounts are locked out, by user name.
    pub locked: BTreeMap<String, Instant>,
    /// The current number of failed logins in a row by user name; the empty name stands for all accounts.
    failures: BTreeMap<String, usize>,
    most: MostFailures,
}

/// The most failed logins in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MostFailures {
    /// Of one account.
    pub account: usize,
    /// Of all accounts together, which is what a lockout of the address counts.
    pub address: usize,
}

impl ProxyRequest {
    /// Whether this is a login.
    pub fn is_login(&self) -> bool {
        self.path == "/api/v1/login" && self.method == "POST"
    }

    /// Whether this is a request of `/me`.
    pub fn is_me(&self) -> bool {
        self.path == "/api/v1/me"
    }

    /// Whether this is a logout.
    pub fn is_logout(&self) -> bool {
        self.path == "/api/v1/logout"
    }

    /// The body as JSON; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The value of a member of the body, if it is a string.
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

    /// The value of a header; `name` is lowercase.
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

    /// The refusal of wrong credentials.
    pub fn unauthorized() -> Self {
        Self::error(401, "Unauthorized", "Unauthorized")
    }

    /// An error in the envelope that the real server uses.
    pub fn error(status: u16, error: &str, message: &str) -> Self {
        let body = json!({"success": false, "status": "error", "error": error, "message": message});
        Self::json(status, &body)
    }

    /// Whether this is the response to a successful login.
    pub fn is_session(&self) -> bool {
        self.status == 200 && self.value().pointer("/data/authToken").is_some()
    }

    /// The body as JSON; `null` if it is not JSON.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Changes a JSON body; another body stays as it is.
    pub fn change(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            change(&mut value);
            self.body = Value::to_string(&value).into();
        }
    }

    /// Replaces the value at `pointer`, if there is one.
    pub fn put(&mut self, pointer: &str, value: Value) {
        self.change(|body| {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = value;
            }
        });
    }

    /// Removes the member `name` of the object at `pointer`.
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
    /// The state before the first request.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self { accounts, memory: Mutex::default() }
    }

    /// The account whose user name or e-mail address the request holds.
    pub fn named(&self, request: &ProxyRequest) -> Option<&Account> {
        let user = request.member("user")?;
        self.accounts.iter().find(|a| a.username == user || a.email.as_ref() == Some(&user))
    }

    /// The active account without a second factor that the request names.
    pub fn plain(&self, request: &ProxyRequest) -> Option<&Account> {
        self.named(request).filter(|account| account.totp_secret.is_none() && account.active)
    }

    /// Counts an event; returns how often it has happened, including this time.
    pub fn count(&self, what: &'static str) -> usize {
        let mut memory = self.memory.lock().expect("no mutant panics");
        let count = memory.counts.entry(what).or_default();
        *count += 1;
        *count
    }

    /// The user name and id of a token.
    pub fn owner(&self, token: &str) -> Option<(String, String)> {
        let memory = self.memory.lock().expect("no mutant panics");
        memory
            .tokens
            .iter()
            .find(|(known, ..)| known == token)
            .map(|(_, name, id)| (name.clone(), id.clone()))
    }

    /// A forged success: what a server would send that logs `account` in.
    pub fn forged(&self, account: &Account) -> ProxyResponse {
        let memory = self.memory.lock().expect("no mutant panics");
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

    /// Every token that a login response held.
    pub(super) fn tokens(&self) -> Vec<String> {
        let memory = self.memory.lock().expect("no mutant panics");
        memory.tokens.iter().map(|(token, ..)| token.clone()).collect()
    }

    /// How many tokens were issued and not logged out.
    pub(super) fn live_sessions(&self) -> usize {
        let memory = self.memory.lock().expect("no mutant panics");
        let mut tokens: Vec<_> = memory.tokens.iter().map(|(token, ..)| token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens.iter().filter(|token| !memory.ended.contains(token)).count()
    }

    pub(super) fn most_failures(&self) -> MostFailures {
        self.memory.lock().expect("no mutant panics").most
    }

    /// The current number of failed logins in a row of one account; the empty name stands for all.
    pub(super) fn failures(&self, name: &str) -> usize {
        let memory = self.memory.lock().expect("no mutant panics");
        memory.failures.get(name).copied().unwrap_or(0)
    }

    /// Records the events of a request and the response of the real server.
    pub(super) fn remember(&self, request: &ProxyRequest, response: &ProxyResponse) {
        let name = self.named(request).map(|account| account.username.clone());
        let mut memory = self.memory.lock().expect("no mutant panics");
        if request.is_login() && response.status == 401 {
            let all = memory.failures.entry(String::new()).or_default();
            *all += 1;
            memory.most.address = memory.most.address.max(memory.failures[""]);
            if let Some(name) = name {
                let own = memory.failures.entry(name).or_default();
                *own += 1;
                let own = *own;
                memory.most.account = memory.most.account.max(own);
            } else if let Some(unknown) = request.member("user") {
                *memory.failures.entry(unknown.to_lowercase()).or_default() += 1;
            }
        } else if request.is_login() && response.is_session() {
            memory.failures.remove("");
            if let Some(name) = &name {
                memory.failures.remove(name);
            }
        }
        if request.is_login() && response.is_session() {
            let body = response.value();
            let text =
                |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
            let name = text("/data/me/username");
            memory.tokens.push((text("/data/authToken"), name.clone(), text("/data/userId")));
            if request.member("password").is_some() {
                memory.logins.insert(name, response.body.clone());
            }
            memory.codes.extend(request.member("code"));
        }
        if request.is_logout() && response.status == 200 {
            memory.ended.extend(request.header("x-auth-token").map(str::to_owned));
        }
    }
}
