//! The server. `self.is(…)` marks every place where a variant differs from the correct server.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::check::{Identity, Password, find_account, password_matches, sha256_hex, totp_code};
use crate::wire::{
    BodyError, Content, Outgoing, Pairs, Reply, Request, Writing, accepts_gzip, http_date, read_body, write,
};
use crate::{Account, Variant};

const LOGIN: &str = "/api/v1/login";
const ME: &str = "/api/v1/me";
const LOGOUT: &str = "/api/v1/logout";

/// The cost of each password check, for known and unknown names alike.
const CHECK_COST: Duration = Duration::from_millis(2);
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const SESSION_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
const TOTP_STEP: u64 = 30;
const KNOWN_MEMBERS: [&str; 6] = ["user", "username", "email", "password", "code", "resume"];

pub(crate) async fn serve(listener: TcpListener, variant: &'static Variant, accounts: Vec<Account>) -> io::Result<()> {
    let server = Arc::new(Server {
        variant,
        origin: format!("http://{}", listener.local_addr()?),
        memory: Mutex::new(Memory { accounts, ..Memory::default() }),
        running_logins: AtomicUsize::new(0),
        secret: rand::random(),
    });
    let mut connections = tokio::task::JoinSet::new();
    let mut connection_count = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    sleep(Duration::from_millis(10)).await;
                    continue;
                };
                let _ = stream.set_nodelay(true);
                connection_count += 1;
                let connection = Arc::new(Connection {
                    number: connection_count,
                    served: AtomicU32::new(0),
                    account: Mutex::new(None),
                });
                let server = server.clone();
                connections.spawn(async move {
                    let mut builder = hyper::server::conn::http1::Builder::new();
                    builder.timer(TokioTimer::new());
                    builder.title_case_headers(server.is("ok-title-case"));
                    builder.auto_date_header(!server.is("date-iso"));
                    let service = service_fn(|request| server.clone().handle(connection.clone(), request));
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

struct Connection {
    number: u64,
    served: AtomicU32,
    /// The account of the last login on this connection.
    account: Mutex<Option<usize>>,
}

#[derive(Clone)]
struct Session {
    token: String,
    account: usize,
    created: Instant,
    ends: Option<Instant>,
    uses: u32,
    resumed: bool,
    logged_out: bool,
}

#[derive(Default)]
struct Memory {
    accounts: Vec<Account>,
    /// The open sessions, the oldest first.
    sessions: Vec<Session>,
    ended: Vec<Session>,
    failures: HashMap<String, Vec<Instant>>,
    used_steps: Vec<(usize, u64)>,
    used_backup_codes: Vec<(usize, String, Instant)>,
    last_success: HashMap<usize, Instant>,
    last_failure: HashMap<usize, Instant>,
    last_code: HashMap<usize, Instant>,
    extra_roles: HashMap<usize, Vec<Value>>,
    last_reply: Option<Reply>,
    last_account: usize,
    cached_me: Option<(Instant, Reply)>,
    login_count: u64,
    success_count: u64,
    dead_until: Option<Instant>,
    bucket: Option<(Instant, f64)>,
}

impl Memory {
    fn find_session(&mut self, token: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().rev().find(|s| s.token == token)
    }
}

/// One try to log in with a name and a password.
struct Attempt {
    identity: Identity,
    session_identity: Option<Identity>,
    password: Password,
    code: Option<Value>,
    code_in_header: bool,
    is_form: bool,
    is_object: bool,
    /// Whether the request carries the headers of an open session.
    has_session: bool,
    is_overloaded: bool,
    is_uncounted: bool,
    factor_method: String,
    forwarded_for: String,
    connection: u64,
    members: Map<String, Value>,
}

struct Authenticated {
    account: usize,
    token: Option<String>,
}

struct Members {
    map: Map<String, Value>,
    is_form: bool,
    first_user: Option<Value>,
}

struct Server {
    variant: &'static Variant,
    origin: String,
    memory: Mutex<Memory>,
    running_logins: AtomicUsize,
    secret: [u8; 32],
}

impl Server {
    fn is(&self, name: &str) -> bool {
        self.variant.name == name
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(
        self: Arc<Self>,
        connection: Arc<Connection>,
        request: hyper::Request<Incoming>,
    ) -> io::Result<Outgoing> {
        if self.memory().dead_until.is_some_and(|until| Instant::now() < until) {
            return Err(io::Error::other("the server is down"));
        }
        let (parts, body) = request.into_parts();
        if self.is("expect-ignored") && parts.headers.contains_key("expect") {
            sleep(Duration::from_secs(15)).await;
        }
        let body = tokio::time::timeout(BODY_TIMEOUT, read_body(body)).await;
        self.delay().await;
        let mut request = Request {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: bytes::Bytes::new(),
        };
        if self.is("method-override")
            && let Some(method) = request.header("x-http-method-override")
        {
            request.method = method.to_ascii_uppercase();
        }
        let mut reply = match body {
            Err(_) => Reply::error(408, "error-timeout", "The body did not arrive in time.").with("connection", "close"),
            Ok(Err(BodyError::TooLarge)) => Reply::error(413, "error-too-large", "The body is too large."),
            Ok(Err(BodyError::Broken)) => Reply::bad_request("The body is broken.").with("connection", "close"),
            Ok(Ok(body)) => {
                if !(self.is("chunked-empty") && request.has_header("transfer-encoding")) {
                    request.body = body;
                }
                self.route(&request, &connection).await
            }
        };
        if self.memory().dead_until.is_some_and(|until| Instant::now() < until) {
            return Err(io::Error::other("the server is down"));
        }
        let writing = self.dress(&mut reply, &request, &connection);
        Ok(write(reply, &writing))
    }

    async fn delay(&self) {
        let milliseconds = match self.variant.name {
            "ok-jitter" => rand::random_range(0..30),
            "ok-slow" => 100,
            "slowing" => (self.memory().success_count * 5).min(1000),
            _ => return,
        };
        sleep(Duration::from_millis(milliseconds)).await;
    }

    async fn route(&self, request: &Request, connection: &Arc<Connection>) -> Reply {
        if self.is("ok-rate-limit") && !self.take_from_bucket() {
            return Reply::error(429, "error-too-many-requests", "Error, too many requests. [error-too-many-requests]")
                .with("retry-after", "1");
        }
        if self.is("trace-echo") && request.method == "TRACE" {
            return self.trace(request);
        }
        let mut path = request.path.as_str();
        if self.is("ok-trailing-slash") && path.len() > 1 {
            path = path.strip_suffix('/').unwrap_or(path);
        }
        if self.is("slash-open") && path == "/api/v1/me/" && request.method == "GET" {
            let memory = self.memory();
            let account = memory.sessions.last().map_or(0, |s| s.account);
            return self.me_reply(&memory, account, request);
        }
        let allowed = match path {
            LOGIN if self.is("login-by-get") => "GET, POST, OPTIONS",
            LOGIN if self.is("ok-no-head-options") => "POST",
            LOGIN => "POST, OPTIONS",
            ME if self.is("ok-no-me") => return Reply::html(404, "<!doctype html><title>Not found</title>"),
            ME if self.is("head-405") => "GET, OPTIONS",
            ME if self.is("ok-no-head-options") => "GET, HEAD",
            ME if self.is("method-override") => "GET, HEAD, OPTIONS, DELETE",
            ME => "GET, HEAD, OPTIONS",
            LOGOUT if self.is("ok-no-get-logout") => "POST, OPTIONS",
            LOGOUT if self.is("ok-no-head-options") => "GET, POST",
            LOGOUT => "GET, POST, OPTIONS",
            "/" if self.is("ok-index-page") => {
                return Reply::html(200, "<!doctype html><title>Chat</title><p>Welcome to the chat.</p>");
            }
            _ if self.is("ok-index-page") => return Reply::html(404, "<!doctype html><title>Not found</title>"),
            _ => return Reply::error(404, "error-not-found", "The server has no such page."),
        };
        if !allowed.split(", ").any(|method| method == request.method) {
            let reply = Reply::error(405, "error-method-not-allowed", "The method is not allowed.");
            return if self.is("no-allow") { reply } else { reply.with("allow", allowed) };
        }
        match (path, request.method.as_str()) {
            (_, "OPTIONS") => {
                let mut reply = Reply::html(204, "").with("allow", allowed);
                reply.remove("content-type");
                reply
            }
            (LOGIN, _) => self.login(request, connection).await,
            (ME, "HEAD") if self.is("head-open") => Reply::json(200, json!({ "success": true })),
            (ME, "DELETE") => self.logout(request, connection),
            (ME, _) => self.me(request, connection),
            _ => self.logout(request, connection),
        }
    }

    fn take_from_bucket(&self) -> bool {
        let mut memory = self.memory();
        let now = Instant::now();
        let (last, level) = memory.bucket.unwrap_or((now, 60.0));
        let level = (level + now.duration_since(last).as_secs_f64() * 20.0).min(60.0);
        let has_room = level >= 1.0;
        memory.bucket = Some((now, if has_room { level - 1.0 } else { level }));
        has_room
    }

    fn trace(&self, request: &Request) -> Reply {
        let mut text = format!("TRACE {} HTTP/1.1\r\n", request.path);
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
        }
        Reply::html(200, &text).with("content-type", "message/http")
    }

    // --- POST /api/v1/login ---

    async fn login(&self, request: &Request, connection: &Arc<Connection>) -> Reply {
        if self.is("every-twentieth") {
            let mut memory = self.memory();
            memory.login_count += 1;
            if memory.login_count.is_multiple_of(20) {
                return Reply::error(500, "error-internal", "Internal server error");
            }
        }
        if self.is("batch-array")
            && let Ok(Value::Array(items)) = serde_json::from_slice(&request.body)
        {
            return self.login_batch(request, connection, items).await;
        }
        match self.read_members(request) {
            Ok(members) => self.login_with(request, connection, members, false).await,
            Err(reply) => reply,
        }
    }

    async fn login_batch(&self, request: &Request, connection: &Arc<Connection>, items: Vec<Value>) -> Reply {
        for item in items {
            if let Value::Object(map) = item {
                let members = Members { map, is_form: false, first_user: None };
                let reply = self.login_with(request, connection, members, true).await;
                if reply.status == 200 {
                    return reply;
                }
            }
        }
        Reply::unauthorized()
    }

    /// Reads the body's members from JSON or a form.
    fn read_members(&self, request: &Request) -> Result<Members, Reply> {
        let nothing = |map| Members { map, is_form: false, first_user: None };
        if request.method == "GET" {
            let map = request.query_members().into_iter().map(|(k, v)| (k, Value::String(v))).collect();
            return Ok(nothing(map));
        }
        if request.body.is_empty() {
            if self.is("empty-body-500") {
                return Err(Reply::error(500, "error-internal", "Internal server error"));
            }
            return Ok(nothing(Map::new()));
        }
        match self.media_type(request).as_str() {
            "application/json" => self.read_json(request),
            "text/plain" if self.is("text-plain-body") => self.read_json(request),
            "application/x-www-form-urlencoded" if !self.is("ok-no-form") => self.read_form(request),
            _ => Err(Reply::error(415, "error-media-type", "The server reads application/json.")),
        }
    }

    /// The media type in lower case, or an empty string if the server cannot read its charset.
    fn media_type(&self, request: &Request) -> String {
        let header = request.header("content-type").unwrap_or_default();
        let mut parts = header.split(';').map(str::trim);
        let mut kind = parts.next().unwrap_or_default().to_owned();
        if !self.is("media-case") {
            kind.make_ascii_lowercase();
        }
        for part in parts {
            let part = part.to_ascii_lowercase();
            if let Some(charset) = part.strip_prefix("charset=") {
                let is_utf8 = charset.trim_matches('"') == "utf-8";
                if !is_utf8 || self.is("charset-refused") {
                    return String::new();
                }
            }
        }
        kind
    }

    fn read_json(&self, request: &Request) -> Result<Members, Reply> {
        let body = &request.body;
        if self.is("deep-json") && body.iter().filter(|b| **b == b'[' || **b == b'{').count() > 500 {
            self.memory().dead_until = Some(Instant::now() + Duration::from_secs(5));
        }
        let is_refused = self.is("json-escape") && body.windows(2).any(|pair| pair == b"\\u")
            || self.is("json-space") && body[0].is_ascii_whitespace();
        let pairs = match serde_json::from_slice::<Pairs>(body) {
            Ok(Pairs(pairs)) if !is_refused => pairs,
            _ if self.is("ok-malformed-401") => return Err(Reply::unauthorized()),
            _ if self.is("stack-trace") => {
                let trace = "SyntaxError: Unexpected token in JSON\n    at JSON.parse (<anonymous>)\n    \
                             at parse (/app/bundle/programs/server/npm/node_modules/body-parser/lib/types/json.js:92:19)";
                return Err(Reply::bad_request("The body is no JSON object.").details(json!({ "stack": trace })));
            }
            _ => return Err(Reply::bad_request("The body is no JSON object.")),
        };
        let first_user = pairs.iter().find(|(key, _)| key == "user").map(|(_, value)| value.clone());
        let count = pairs.len();
        let map: Map<String, Value> = pairs.into_iter().collect();
        if self.is("ok-strict-duplicates") && map.len() < count {
            return Err(Reply::bad_request("The body has a member twice."));
        }
        if self.is("ok-strict-members")
            && let Some(name) = map.keys().find(|key| !KNOWN_MEMBERS.contains(&key.as_str()))
        {
            return Err(Reply::bad_request(&format!("The server does not know the member `{name}`.")));
        }
        Ok(Members { map, is_form: false, first_user })
    }

    fn read_form(&self, request: &Request) -> Result<Members, Reply> {
        let pairs: Vec<(String, String)> = if self.is("form-percent") {
            let text = String::from_utf8_lossy(&request.body).replace('+', " ");
            text.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        } else {
            serde_urlencoded::from_bytes(&request.body).map_err(|_| Reply::bad_request("The body is no form."))?
        };
        let mut map = Map::new();
        for (key, value) in pairs {
            if map.insert(key.clone(), Value::String(value)).is_some() {
                return Err(Reply::bad_request(&format!("The form has `{key}` twice.")));
            }
        }
        Ok(Members { map, is_form: true, first_user: None })
    }

    async fn login_with(
        &self,
        request: &Request,
        connection: &Arc<Connection>,
        members: Members,
        is_uncounted: bool,
    ) -> Reply {
        let map = &members.map;
        let get = |key: &str| map.get(key).filter(|value| !value.is_null());
        if self.is("empty-object-last")
            && map.is_empty()
            && !request.body.is_empty()
            && let Some(reply) = &self.memory().last_reply
        {
            return reply.clone();
        }
        if let Some(resume) = get("resume") {
            if ["user", "username", "email", "password"].iter().any(|key| get(key).is_some()) {
                return self.ill_typed("`resume` stands alone; send no user or password with it.");
            }
            let Value::String(token) = resume else {
                return self.ill_typed("`resume` must be a string.");
            };
            return self.resume(request, connection, token);
        }
        let attempt = match self.read_attempt(request, connection, &members, is_uncounted) {
            Ok(attempt) => attempt,
            Err(reply) => return reply,
        };
        self.judge_slowly(request, connection, attempt).await
    }

    fn ill_typed(&self, message: &str) -> Reply {
        if self.is("ok-malformed-401") { Reply::unauthorized() } else { Reply::bad_request(message) }
    }

    fn missing(&self) -> Reply {
        if self.is("ok-empty-400") {
            return Reply::bad_request("Send `user` and `password`, or `resume`.");
        }
        Reply::unauthorized()
    }

    fn read_attempt(
        &self,
        request: &Request,
        connection: &Connection,
        members: &Members,
        is_uncounted: bool,
    ) -> Result<Attempt, Reply> {
        let map = &members.map;
        let get = |key: &str| map.get(key).filter(|value| !value.is_null());
        let identity = self.read_identity(map)?;
        let password = match get("password") {
            Some(value) => Some(self.read_password(value)?),
            None => None,
        };
        let mut code = get("code").cloned();
        let code_in_header = code.is_none() && request.has_header("x-2fa-code");
        if code_in_header {
            code = request.header("x-2fa-code").map(|text| Value::String(text.to_owned()));
        }
        let code = match code {
            None => None,
            Some(Value::String(text)) => Some(Value::String(text)),
            Some(Value::Number(number)) if number.is_u64() && !self.is("ok-text-code") => {
                Some(Value::String(format!("{:06}", number.as_u64().unwrap_or_default())))
            }
            Some(list @ Value::Array(_)) if self.is("totp-list") => Some(list),
            Some(flag @ Value::Bool(true)) if self.is("totp-true") => Some(flag),
            Some(_) => return Err(self.ill_typed("`code` must be a string.")),
        };
        let (Some(mut identity), Some(password)) = (identity, password) else { return Err(self.missing()) };
        if self.is("name-emoji-500") && identity.text().chars().any(|c| c > '\u{ffff}') {
            return Err(Reply::error(500, "error-internal", "Internal server error"));
        }
        let mut session_identity = None;
        if self.is("name-split") && map.get("user").is_some_and(Value::is_string) {
            session_identity = get("username").and_then(Value::as_str).map(Identity::from_text);
        }
        if self.is("json-duplicate-split")
            && let Some(first) = members.first_user.as_ref().and_then(Value::as_str)
        {
            session_identity = Some(identity);
            identity = Identity::from_text(first);
        }
        let has_session =
            self.is("login-with-session") && self.authenticate(&mut self.memory(), request, connection).is_some();
        let text_header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        let attempt = Attempt {
            identity,
            session_identity,
            password,
            code,
            code_in_header,
            is_form: members.is_form,
            is_object: map.get("user").is_some_and(Value::is_object),
            has_session,
            is_overloaded: false,
            is_uncounted,
            factor_method: text_header("x-2fa-method"),
            forwarded_for: text_header("x-forwarded-for"),
            connection: connection.number,
            members: map.clone(),
        };
        if matches!(&attempt.password, Password::Plain(text) if text.is_empty()) {
            if self.is("enum-empty") && self.is_known(&attempt) {
                return Err(Reply::bad_request("The password must not be empty."));
            }
            if !self.is("pw-empty") {
                return Err(self.missing());
            }
        }
        Ok(attempt)
    }

    fn is_known(&self, attempt: &Attempt) -> bool {
        find_account(self.variant.name, &self.memory().accounts, &attempt.identity, &attempt.password).is_some()
    }

    fn read_identity(&self, map: &Map<String, Value>) -> Result<Option<Identity>, Reply> {
        let get = |key: &str| map.get(key).filter(|value| !value.is_null());
        let wrong = |key: &str| self.ill_typed(&format!("`{key}` must be a string."));
        match get("user") {
            Some(Value::String(text)) => return Ok(Some(Identity::from_text(text))),
            Some(Value::Object(inner)) => {
                if self.is("name-operator") && is_operator(inner) {
                    return Ok(Some(Identity::Anyone));
                }
                return match (inner.get("username"), inner.get("email")) {
                    (Some(Value::String(name)), None) => Ok(Some(Identity::Name(name.clone()))),
                    (None, Some(Value::String(email))) => Ok(Some(Identity::Email(email.clone()))),
                    (Some(Value::Object(operator)), None) if self.is("name-operator") && is_operator(operator) => {
                        Ok(Some(Identity::Anyone))
                    }
                    _ => Err(self.ill_typed("`user` must hold either `username` or `email`.")),
                };
            }
            Some(_) => return Err(wrong("user")),
            None => {}
        }
        match (get("username"), get("email")) {
            (Some(Value::String(name)), _) => Ok(Some(Identity::Name(name.clone()))),
            (Some(Value::Object(operator)), _) if self.is("name-operator") && is_operator(operator) => {
                Ok(Some(Identity::Anyone))
            }
            (Some(_), _) => Err(wrong("username")),
            (None, Some(Value::String(email))) => Ok(Some(Identity::Email(email.clone()))),
            (None, Some(_)) => Err(wrong("email")),
            (None, None) => Ok(None),
        }
    }

    fn read_password(&self, value: &Value) -> Result<Password, Reply> {
        match value {
            Value::String(text) => Ok(Password::Plain(text.clone())),
            Value::Object(members) => {
                let is_sha256 = members.get("algorithm").and_then(Value::as_str) == Some("sha-256");
                match members.get("digest") {
                    Some(Value::String(digest)) if is_sha256 => Ok(Password::Digest(digest.clone())),
                    None if is_sha256 && self.is("digest-missing") => Ok(Password::Odd(value.clone())),
                    _ if self.is("pw-operator") && is_operator(members) => Ok(Password::Odd(value.clone())),
                    _ => Err(self.ill_typed("`password` must be a string or a sha-256 digest.")),
                }
            }
            Value::Bool(true) if self.is("pw-true") => Ok(Password::Odd(value.clone())),
            Value::Array(items) if self.is("pw-empty-array") && items.is_empty() => Ok(Password::Odd(value.clone())),
            Value::Array(_) if self.is("pw-list") => Ok(Password::Odd(value.clone())),
            _ => Err(self.ill_typed("`password` must be a string or a sha-256 digest.")),
        }
    }

    /// Pays the cost of the check, then decides and answers.
    async fn judge_slowly(&self, request: &Request, connection: &Arc<Connection>, mut attempt: Attempt) -> Reply {
        self.running_logins.fetch_add(1, Ordering::SeqCst);
        if !self.is("enum-time") || self.is_known(&attempt) {
            sleep(CHECK_COST).await;
        }
        if self.is("pw-slow-compare") {
            let equal = self.count_equal_bytes(&attempt);
            sleep(Duration::from_millis(2 * equal)).await;
        }
        attempt.is_overloaded = self.running_logins.fetch_sub(1, Ordering::SeqCst) > 6;
        let judged = {
            let mut memory = self.memory();
            let judged = self.judge(&mut memory, &attempt);
            if let Ok(account) = judged {
                memory.last_account = account;
            }
            judged
        };
        let mut account = match judged {
            Ok(account) => account,
            Err(reply) => return reply,
        };
        if self.is("mixed-users") {
            sleep(Duration::from_millis(4)).await;
            account = self.memory().last_account;
        }
        let mut memory = self.memory();
        if self.is("body-roles")
            && let Some(Value::Array(roles)) = attempt.members.get("roles")
        {
            memory.extra_roles.insert(account, roles.clone());
        }
        let token = self.open_session(&mut memory, account, request);
        *connection.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(account);
        self.success(&mut memory, account, &token, request)
    }

    fn count_equal_bytes(&self, attempt: &Attempt) -> u64 {
        let memory = self.memory();
        let Password::Plain(given) = &attempt.password else { return 0 };
        find_account(self.variant.name, &memory.accounts, &attempt.identity, &attempt.password)
            .map_or(0, |at| given.bytes().zip(memory.accounts[at].password.bytes()).take_while(|(a, b)| a == b).count())
            as u64
    }

    /// Decides about one attempt in one step, so that concurrent attempts cannot pass between count and check.
    fn judge(&self, memory: &mut Memory, attempt: &Attempt) -> Result<usize, Reply> {
        let found = find_account(self.variant.name, &memory.accounts, &attempt.identity, &attempt.password);
        let key = self.lock_key(memory, attempt, found);
        let locked_for = self.locked_for(memory, &key);
        if let Some(rest) = locked_for.filter(|_| !self.is("lock-oracle")) {
            return Err(self.blocked(rest));
        }
        if self.is("totp-before-password")
            && attempt.code.is_none()
            && found.is_some_and(|at| memory.accounts[at].totp_secret.is_some())
        {
            return Err(self.factor_refusal("totp-required", "TOTP Required"));
        }
        let is_right = found.is_some_and(|at| self.is_password_right(memory, at, attempt));
        if let Some(rest) = locked_for.filter(|_| !is_right) {
            return Err(self.blocked(rest));
        }
        let Some(mut at) = found.filter(|_| is_right) else {
            if self.is("name-guest")
                && found.is_none()
                && let (Identity::Name(name), Password::Plain(password)) = (&attempt.identity, &attempt.password)
            {
                return Ok(add_guest(memory, name, password));
            }
            return Err(self.refuse(memory, attempt, found, &key));
        };
        if let Some(other) = &attempt.session_identity {
            at = find_account(self.variant.name, &memory.accounts, other, &attempt.password).unwrap_or(at);
        }
        if self.is("body-user-id")
            && let Some(id) = attempt.members.get("userId").or(attempt.members.get("_id")).and_then(Value::as_str)
        {
            at = memory.accounts.iter().position(|a| a.id == id).unwrap_or(at);
        }
        if !memory.accounts[at].active && !self.admits_inactive(attempt) {
            return Err(self.inactive(memory, at));
        }
        self.check_second_factor(memory, at, attempt, &key)?;
        memory.failures.remove(&key);
        if self.is("lock-reset-by-anyone") {
            memory.failures.clear();
        }
        memory.last_success.insert(at, Instant::now());
        Ok(at)
    }

    fn is_password_right(&self, memory: &Memory, at: usize, attempt: &Attempt) -> bool {
        let is_recent = |times: &HashMap<usize, Instant>, seconds: u64| {
            times.get(&at).is_some_and(|t| t.elapsed() < Duration::from_secs(seconds))
        };
        if self.is("negative-cache") && is_recent(&memory.last_failure, 5) {
            return false;
        }
        self.is("pw-cached-success") && is_recent(&memory.last_success, 10)
            || self.is("load-fail-open") && attempt.is_overloaded
            || attempt.has_session
            || password_matches(self.variant.name, &memory.accounts, &memory.accounts[at], &attempt.password)
    }

    fn admits_inactive(&self, attempt: &Attempt) -> bool {
        self.is("inactive-admitted")
            || self.is("inactive-by-email") && matches!(attempt.identity, Identity::Email(_))
            || self.is("inactive-by-digest") && matches!(attempt.password, Password::Digest(_))
    }

    fn inactive(&self, memory: &mut Memory, at: usize) -> Reply {
        if self.is("ok-inactive-silent") {
            return Reply::unauthorized();
        }
        let mut details = json!({ "function": "Accounts.validateLoginAttempt" });
        if self.is("inactive-token") {
            details["authToken"] = json!(self.add_session(memory, at, random_token()));
            details["userId"] = json!(memory.accounts[at].id);
        }
        Reply::error(401, "error-user-is-not-activated", "User is not activated").details(details)
    }

    /// Counts a failure and makes the refusal of a wrong name or password.
    fn refuse(&self, memory: &mut Memory, attempt: &Attempt, found: Option<usize>, key: &str) -> Reply {
        let is_counted = !self.is("enum-lock") || found.is_some();
        if is_counted && !attempt.is_uncounted {
            memory.failures.entry(key.to_owned()).or_default().push(Instant::now());
        }
        if let Some(at) = found {
            memory.last_failure.insert(at, Instant::now());
            if self.is("inactive-told") && !memory.accounts[at].active {
                return self.inactive(memory, at);
            }
            if self.is("backup-burned")
                && let Some(code) = attempt.code.as_ref().and_then(Value::as_str)
            {
                memory.used_backup_codes.push((at, code.to_owned(), Instant::now()));
            }
        }
        let typed = attempt.identity.text();
        let is_digest = matches!(attempt.password, Password::Digest(_));
        let is_email = matches!(attempt.identity, Identity::Email(_));
        let mut reply = Reply::unauthorized();
        match (self.variant.name, found) {
            ("enum-status", None) => reply = Reply::error(404, "Unauthorized", "Unauthorized"),
            ("enum-message", Some(_)) => reply = Reply::error(401, "Unauthorized", "Incorrect password"),
            ("enum-header", Some(_)) => {
                let count = memory.failures.get(key).map_or(0, Vec::len);
                reply.set("x-attempts-remaining", &10_usize.saturating_sub(count).to_string());
            }
            ("enum-length", Some(_)) => reply.set("x-trailing-space", "1"),
            ("enum-email", None) if is_email => reply = Reply::error(401, "Unauthorized", "Unknown e-mail address"),
            ("enum-form", None) if attempt.is_form => reply = Reply::error(401, "User not found", "Unauthorized"),
            ("enum-close", None) => reply.set("connection", "close"),
            ("enum-digest", None) if is_digest => reply = Reply::error(401, "Unauthorized", "User not found"),
            ("enum-long", Some(_)) => {
                if matches!(&attempt.password, Password::Plain(p) if p.chars().count() > 256) {
                    reply = Reply::bad_request("The password is too long.");
                }
            }
            ("refusal-200", _) => reply.status = 200,
            ("leak-echo", _) => reply = reply.details(Value::Object(attempt.members.clone())),
            ("html-reflect", _) => reply = Reply::html(401, &format!("<p>No login for {typed}</p>")),
            ("crlf-header", _) => add_split_headers(&mut reply, typed),
            _ => {}
        }
        reply
    }

    // --- failure counting ---

    fn lock_key(&self, memory: &Memory, attempt: &Attempt, found: Option<usize>) -> String {
        let typed = attempt.identity.text();
        let name = match found {
            Some(at) => memory.accounts[at].id.clone(),
            None => format!("?{}", typed.to_lowercase()),
        };
        match self.variant.name {
            "lock-all" => String::new(),
            "lock-typed-name" => format!("?{typed}"),
            "lock-per-connection" => format!("{name} {}", attempt.connection),
            "lock-forwarded-for" => format!("{name} {}", attempt.forwarded_for),
            _ => name,
        }
    }

    /// How long the name stays locked, if it is.
    fn locked_for(&self, memory: &mut Memory, key: &str) -> Option<Duration> {
        let (limit, window) = match self.variant.name {
            "lock-none" => return None,
            "ok-lock-429" | "ok-lock-429-date" => (5, Duration::from_secs(30)),
            _ => (10, Duration::from_secs(60)),
        };
        let failures = memory.failures.get_mut(key)?;
        failures.retain(|t| t.elapsed() < window);
        let delay = if self.is("lock-race") { Duration::from_millis(150) } else { Duration::ZERO };
        let counted: Vec<&Instant> = failures.iter().filter(|t| t.elapsed() >= delay).collect();
        let first = counted.len().checked_sub(limit)?;
        Some(window.saturating_sub(counted[first].elapsed()))
    }

    fn blocked(&self, rest: Duration) -> Reply {
        let error = "error-login-blocked-for-user";
        let message = "Login has been temporarily blocked For User";
        match self.variant.name {
            "ok-lock-429" => {
                Reply::error(429, error, message).with("retry-after", &(rest.as_secs() + 1).to_string())
            }
            "ok-lock-429-date" => {
                let until = SystemTime::now() + rest + Duration::from_secs(1);
                Reply::error(429, error, message).with("retry-after", &http_date(until))
            }
            "ok-lock-silent" => Reply::unauthorized(),
            _ => Reply::error(401, error, message).details(json!({ "function": "Accounts.validateLoginAttempt" })),
        }
    }

    // --- second factor ---

    fn factor_refusal(&self, error: &str, message: &str) -> Reply {
        let details = json!({ "method": "totp", "codeGenerated": false, "availableMethods": ["totp"] });
        Reply::error(401, error, message).details(details)
    }

    fn check_second_factor(
        &self,
        memory: &mut Memory,
        at: usize,
        attempt: &Attempt,
        key: &str,
    ) -> Result<(), Reply> {
        let Some(secret) = memory.accounts[at].totp_secret.clone() else { return Ok(()) };
        let is_skipped = self.is("totp-form-skipped") && attempt.is_form
            || self.is("totp-email-skipped") && matches!(attempt.identity, Identity::Email(_))
            || self.is("totp-object-skipped") && attempt.is_object
            || self.is("totp-digest-skipped") && matches!(attempt.password, Password::Digest(_))
            || self.is("totp-header-unchecked") && attempt.code_in_header
            || self.is("totp-method-header") && ["password", "email"].contains(&attempt.factor_method.as_str())
            || self.is("totp-empty") && attempt.code == Some(json!(""))
            || self.is("totp-remembered")
                && memory.last_code.get(&at).is_some_and(|t| t.elapsed() < Duration::from_secs(60));
        if is_skipped {
            return Ok(());
        }
        let is_right = match &attempt.code {
            None => None,
            Some(Value::String(code)) if code.is_empty() => None,
            Some(Value::String(code)) => Some(self.is_code_right(memory, at, &secret, code)),
            Some(Value::Array(codes)) => {
                Some(codes.iter().filter_map(Value::as_str).any(|code| self.is_code_right(memory, at, &secret, code)))
            }
            Some(_) => Some(true),
        };
        match is_right {
            Some(true) => {
                memory.last_code.insert(at, Instant::now());
                Ok(())
            }
            Some(false) => {
                if !self.is("totp-uncounted") && !attempt.is_uncounted {
                    memory.failures.entry(key.to_owned()).or_default().push(Instant::now());
                }
                let mut reply = self.factor_refusal("totp-invalid", "TOTP Invalid");
                if self.is("totp-code-in-refusal")
                    && let Some(members) = reply.members()
                {
                    members["details"]["expected"] = json!(totp_code(&secret, current_step()));
                }
                Err(reply)
            }
            None => {
                let mut reply = self.factor_refusal("totp-required", "TOTP Required");
                if self.is("totp-token-in-refusal") {
                    let token = self.add_session(memory, at, random_token());
                    if let Some(members) = reply.members() {
                        members["details"]["authToken"] = json!(token);
                        members["details"]["userId"] = json!(memory.accounts[at].id);
                    }
                }
                Err(reply)
            }
        }
    }

    fn is_code_right(&self, memory: &mut Memory, at: usize, secret: &[u8], code: &str) -> bool {
        let mut code = code.to_owned();
        if self.is("totp-parse-int") {
            code = code.trim_start().chars().take_while(char::is_ascii_digit).collect();
        }
        if code.chars().count() == 8 {
            return self.is_backup_code_right(memory, at, &code);
        }
        let is_six_digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        if !is_six_digits && !self.is("totp-prefix") || self.is("totp-refused") {
            return false;
        }
        if self.is("totp-zeros") && code == "000000" {
            return true;
        }
        let now = current_step();
        let steps = match self.variant.name {
            "totp-wide" => now - 20..=now + 20,
            "totp-two-steps" => now - 2..=now + 1,
            _ => now - 1..=now + 1,
        };
        for step in steps {
            let is_equal = |secret: &[u8]| {
                let right = totp_code(secret, step);
                right == code || self.is("totp-prefix") && !code.is_empty() && right.starts_with(&code)
            };
            let is_right = is_equal(secret)
                || self.is("totp-other-account")
                    && memory.accounts.iter().filter_map(|a| a.totp_secret.as_deref()).any(is_equal);
            let is_used = memory.used_steps.iter().any(|(account, used)| {
                *account == at && (*used == step || self.is("ok-monotonic-totp") && *used > step)
            });
            if is_right && (!is_used || self.is("totp-replay")) {
                memory.used_steps.push((at, step));
                return true;
            }
        }
        false
    }

    fn is_backup_code_right(&self, memory: &mut Memory, at: usize, code: &str) -> bool {
        if self.is("backup-refused") {
            return false;
        }
        if self.is("backup-any") {
            return true;
        }
        let delay = if self.is("backup-race") { Duration::from_millis(80) } else { Duration::ZERO };
        let is_used = memory.used_backup_codes.iter().any(|(account, used, when)| {
            *account == at && used == code && when.elapsed() >= delay
        });
        let is_known = memory.accounts[at].backup_codes.iter().any(|c| c == code)
            || self.is("backup-shared") && memory.accounts.iter().any(|a| a.backup_codes.iter().any(|c| c == code));
        if !is_known || is_used && !self.is("backup-reuse") {
            return false;
        }
        memory.used_backup_codes.push((at, code.to_owned(), Instant::now()));
        true
    }

    // --- sessions ---

    fn open_session(&self, memory: &mut Memory, at: usize, request: &Request) -> String {
        memory.success_count += 1;
        if self.is("login-evicts-others") {
            memory.sessions.retain(|s| s.account == at);
        }
        if self.is("logout-undone") {
            let (revived, rest) = std::mem::take(&mut memory.ended).into_iter().partition(|s: &Session| s.account == at);
            memory.ended = rest;
            memory.sessions.splice(0..0, revived);
        }
        let token = self.make_token(memory, at, request);
        let token = self.add_session(memory, at, token);
        let cap = match self.variant.name {
            "ok-5-sessions" => 5,
            "ok-many-sessions" => 1000,
            _ => 50,
        };
        let own = memory.sessions.iter().filter(|s| s.account == at).count();
        for _ in cap..own {
            if let Some(oldest) = memory.sessions.iter().position(|s| s.account == at) {
                memory.sessions.remove(oldest);
            }
        }
        if self.is("sessions-32") {
            let extra = memory.sessions.len().saturating_sub(32);
            memory.sessions.drain(..extra);
        }
        token
    }

    fn add_session(&self, memory: &mut Memory, at: usize, token: String) -> String {
        memory.sessions.push(Session {
            token: token.clone(),
            account: at,
            created: Instant::now(),
            ends: None,
            uses: 0,
            resumed: false,
            logged_out: false,
        });
        token
    }

    fn make_token(&self, memory: &Memory, at: usize, request: &Request) -> String {
        let account = &memory.accounts[at];
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let hashed = |text: &str| {
            URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(self.secret).chain_update(text.as_bytes()).finalize())
        };
        match self.variant.name {
            "token-constant" => hashed(&account.id),
            "token-counter" => format!("{:0>43}", memory.success_count),
            "token-clock" => format!("{:0>43}", since_1970.as_micros()),
            "token-32-bit" => hex::encode(rand::random::<[u8; 4]>()),
            "token-password" => {
                URL_SAFE_NO_PAD.encode(format!("{}:{}:{}", account.username, account.password, memory.success_count))
            }
            "token-little-change" => {
                format!("{}{}", &hashed("")[..39], URL_SAFE_NO_PAD.encode(rand::random::<[u8; 3]>()))
            }
            "token-same-second" => hashed(&since_1970.as_secs().to_string()),
            "token-adopted" if request.header("x-auth-token").is_some_and(|t| t.len() >= 8) => {
                request.header("x-auth-token").unwrap_or_default().to_owned()
            }
            "token-shared" => memory
                .sessions
                .iter()
                .find(|s| s.account == at && s.created.elapsed() < Duration::from_secs(5))
                .map_or_else(random_token, |s| s.token.clone()),
            "ok-jwt" => {
                let now = since_1970.as_secs();
                let claims = json!({ "sub": account.id, "iat": now, "exp": now + 7_776_000, "jti": random_token() });
                let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
                let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
                let signature = hmac_sha256(&self.secret, &format!("{head}.{claims}"));
                format!("{head}.{claims}.{signature}")
            }
            "ok-uuid" => {
                let mut bytes = rand::random::<[u8; 16]>();
                bytes[6] = bytes[6] & 0x0f | 0x40;
                bytes[8] = bytes[8] & 0x3f | 0x80;
                let digits = hex::encode(bytes);
                format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
            }
            "ok-short-token" => URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
            "ok-long-token" => (0..4).map(|_| hex::encode(rand::random::<[u8; 32]>())).collect(),
            _ => random_token(),
        }
    }

    fn is_session_good(&self, memory: &Memory, session: &Session) -> bool {
        let life = if self.is("token-8-seconds") { Duration::from_secs(8) } else { SESSION_LIFE };
        let account = &memory.accounts[session.account];
        (account.active || self.variant.name.starts_with("inactive-"))
            && session.created.elapsed() < life
            && session.ends.is_none_or(|end| Instant::now() < end)
            && !(self.is("token-20-uses") && session.uses >= 20)
    }

    /// Finds the session whose token a request carries in its headers.
    fn authenticate(&self, memory: &mut Memory, request: &Request, connection: &Connection) -> Option<Authenticated> {
        let mut token = request.header("x-auth-token").map(str::to_owned);
        let mut user_id = request.header("x-user-id").map(str::to_owned);
        let connection_account = *connection.account.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is("connection-login") && token.is_none() && connection_account.is_some() {
            return connection_account.map(|account| Authenticated { account, token: None });
        }
        if self.is("token-in-query") && token.is_none() {
            token = request.query_member(&["authToken", "auth_token", "token", "access_token", "X-Auth-Token"]);
            user_id = user_id.or(request.query_member(&["userId", "user_id", "uid", "id", "X-User-Id"]));
        }
        if self.is("token-in-cookie") && token.is_none() {
            let cookies = request.header("cookie").unwrap_or_default().to_owned();
            let cookie = |name: &str| {
                cookies.split(';').filter_map(|c| c.trim().split_once('=')).find(|(k, _)| *k == name).map(|(_, v)| v.to_owned())
            };
            token = cookie("rc_token");
            user_id = cookie("rc_uid");
        }
        if self.is("basic-skips-2fa") && token.is_none() {
            return self.authenticate_basic(memory, request);
        }
        let id_of = |at: usize, memory: &Memory| memory.accounts[at].id.clone();
        if self.is("header-token-ignored") || self.is("header-empty-token") && token.as_deref() == Some("") {
            let account = memory.accounts.iter().position(|a| a.active && Some(&a.id) == user_id.as_ref())?;
            return Some(Authenticated { account, token: None });
        }
        let mut used_id = user_id.clone();
        if self.is("header-duplicates") {
            let mut ids = request.headers.get_all("x-user-id").iter().filter_map(|v| v.to_str().ok());
            user_id = ids.next().map(str::to_owned);
            used_id = ids.next_back().map(str::to_owned).or(user_id.clone());
        }
        let mut token = token?;
        if self.is("token-case-folded")
            && let Some(session) = memory.sessions.iter().find(|s| s.token.eq_ignore_ascii_case(&token))
        {
            token = session.token.clone();
        }
        let session = memory.find_session(&token)?;
        session.uses += 1;
        let session = session.clone();
        if !self.is_session_good(memory, &session) || session.logged_out && request.path == ME {
            return None;
        }
        if self.is("lock-kills-sessions") && self.locked_for(memory, &id_of(session.account, memory)).is_some() {
            return None;
        }
        let mut account = session.account;
        if self.is("header-id-trusted") || self.is("logout-by-id") && request.path == LOGOUT {
            account = memory.accounts.iter().position(|a| Some(&a.id) == user_id.as_ref())?;
        } else if user_id.as_deref() != Some(memory.accounts[account].id.as_str()) && !self.is("header-id-ignored") {
            return None;
        }
        if self.is("header-duplicates") {
            account = memory.accounts.iter().position(|a| Some(&a.id) == used_id.as_ref())?;
        }
        Some(Authenticated { account, token: Some(token) })
    }

    fn authenticate_basic(&self, memory: &Memory, request: &Request) -> Option<Authenticated> {
        let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        let password = Password::Plain(password.to_owned());
        let account = find_account("base", &memory.accounts, &Identity::from_text(name), &password)?;
        let is_right = password_matches("base", &memory.accounts, &memory.accounts[account], &password);
        (is_right && memory.accounts[account].active).then_some(Authenticated { account, token: None })
    }

    fn resume(&self, request: &Request, connection: &Connection, given: &str) -> Reply {
        if self.is("resume-refused") {
            return Reply::unauthorized();
        }
        let mut memory = self.memory();
        let memory = &mut *memory;
        let wanted = match self.variant.name {
            "resume-any-case" => {
                memory.sessions.iter().find(|s| s.token.eq_ignore_ascii_case(given)).map(|s| s.token.clone())
            }
            "resume-prefix" if given.len() >= 12 => {
                memory.sessions.iter().find(|s| s.token.starts_with(given)).map(|s| s.token.clone())
            }
            "resume-user-id" => memory
                .accounts
                .iter()
                .position(|a| a.active && a.id == given)
                .map(|at| self.add_session(memory, at, random_token())),
            "resume-empty" if given.is_empty() => memory.sessions.last().map(|s| s.token.clone()),
            "resume-after-logout" => {
                if let Some(at) = memory.ended.iter().position(|s| s.token == given) {
                    let session = memory.ended.remove(at);
                    memory.sessions.push(session);
                }
                None
            }
            _ => None,
        };
        let token = wanted.unwrap_or_else(|| given.to_owned());
        let Some(session) = memory.find_session(&token) else { return Reply::unauthorized() };
        session.uses += 1;
        let was_resumed = std::mem::replace(&mut session.resumed, true);
        let session = session.clone();
        if !self.is_session_good(memory, &session) || session.logged_out || self.is("resume-once") && was_resumed {
            return Reply::unauthorized();
        }
        *connection.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.account);
        let last_account = memory.last_account;
        let mut reply = self.success(memory, session.account, &token, request);
        if self.is("resume-last-me") {
            let me = self.user_object(memory, last_account, request);
            if let Some(members) = reply.members() {
                members["data"]["me"] = me;
            }
        }
        reply
    }

    fn success(&self, memory: &mut Memory, at: usize, token: &str, request: &Request) -> Reply {
        let id = memory.accounts[at].id.clone();
        let mut data = json!({ "userId": id, "authToken": token, "me": self.user_object(memory, at, request) });
        if self.is("user-id-differs") {
            data["me"]["_id"] = json!(id.chars().rev().collect::<String>());
        }
        if self.is("user-id-missing")
            && let Some(members) = data.as_object_mut()
        {
            members.remove("userId");
        }
        let status = if self.is("status-ok") { "ok" } else { "success" };
        let mut reply = Reply::json(200, json!({ "status": status, "success": true, "data": data }));
        match self.variant.name {
            "token-in-cookie" => {
                reply.add("set-cookie", &format!("rc_token={token}; Path=/; HttpOnly; Secure; SameSite=None"));
                reply.add("set-cookie", &format!("rc_uid={id}; Path=/; HttpOnly; Secure; SameSite=None"));
            }
            "cookie-bare" => reply.add("set-cookie", &format!("rc_token={token}; Path=/")),
            "login-cacheable" => {
                reply.remove("cache-control");
                reply.remove("pragma");
            }
            "ok-old-server" => {
                if let Some(members) = reply.members() {
                    members.remove("success");
                }
            }
            _ => {}
        }
        if self.is("empty-object-last") {
            memory.last_reply = Some(reply.clone());
        }
        reply
    }

    // --- GET /api/v1/me and /api/v1/logout ---

    fn me(&self, request: &Request, connection: &Connection) -> Reply {
        let mut memory = self.memory();
        let Some(caller) = self.authenticate(&mut memory, request, connection) else {
            return Reply::not_logged_in();
        };
        if self.is("me-cached") {
            if let Some((when, reply)) = &memory.cached_me
                && when.elapsed() < Duration::from_secs(2)
            {
                return reply.clone();
            }
            let reply = self.me_reply(&memory, caller.account, request);
            memory.cached_me = Some((Instant::now(), reply.clone()));
            return reply;
        }
        let mut reply = self.me_reply(&memory, caller.account, request);
        if self.is("me-cacheable") {
            reply.remove("pragma");
            reply.set("cache-control", "public, max-age=300");
        }
        if self.is("jsonp")
            && let Some(function) = request.query_member(&["callback", "jsonp"])
            && let Content::Json(value) = &reply.content
        {
            reply.content = Content::Text(format!("{function}({value});"));
            reply.set("content-type", "application/javascript");
        }
        reply
    }

    fn me_reply(&self, memory: &Memory, at: usize, request: &Request) -> Reply {
        let mut me = self.user_object(memory, at, request);
        me["success"] = json!(true);
        if self.is("roles-text") {
            me["roles"] = json!(if memory.accounts[at].bot { "bot" } else { "user" });
        }
        if self.is("me-other-name") {
            me["username"] = json!(memory.accounts[at].username.to_uppercase());
        }
        if self.is("leak-totp-secret")
            && let Some(secret) = &memory.accounts[at].totp_secret
        {
            me["services"]["totp"]["secret"] = json!(hex::encode(secret));
        }
        Reply::json(200, me)
    }

    fn logout(&self, request: &Request, connection: &Connection) -> Reply {
        let done = Reply::json(200, json!({ "status": "success", "data": { "message": "You've been logged out!" } }));
        if self.is("logout-empty-json")
            && request.body.is_empty()
            && self.media_type(request) == "application/json"
        {
            return Reply::bad_request("The body is no JSON object.");
        }
        let mut memory = self.memory();
        let Some(caller) = self.authenticate(&mut memory, request, connection) else {
            return if self.is("logout-open") { done } else { Reply::not_logged_in() };
        };
        *connection.account.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let Some(token) = caller.token else { return done };
        match self.variant.name {
            "logout-noop" => {}
            "logout-all" | "logout-by-id" => memory.sessions.retain(|s| s.account != caller.account),
            "logout-delayed" => {
                if let Some(session) = memory.find_session(&token) {
                    session.ends.get_or_insert(Instant::now() + Duration::from_secs(3));
                }
            }
            "logout-me-only" => {
                if let Some(session) = memory.find_session(&token) {
                    session.logged_out = true;
                }
            }
            _ => {
                let (ended, open) = std::mem::take(&mut memory.sessions).into_iter().partition(|s: &Session| s.token == token);
                memory.sessions = open;
                memory.ended.extend(ended);
            }
        }
        done
    }

    /// The user object of a login response and of /me.
    fn user_object(&self, memory: &Memory, at: usize, request: &Request) -> Value {
        let account = &memory.accounts[at];
        if self.is("ok-minimal-me") {
            return json!({ "_id": account.id, "username": account.username });
        }
        let mut origin = self.origin.clone();
        if self.is("host-avatar")
            && let Some(host) = request.header("x-forwarded-host").or(request.header("host"))
        {
            origin = format!("http://{host}");
        }
        let avatar = percent_encoding::utf8_percent_encode(&account.username, percent_encoding::NON_ALPHANUMERIC);
        let mut roles = vec![json!(if account.bot { "bot" } else { "user" })];
        roles.extend(memory.extra_roles.get(&at).cloned().unwrap_or_default());
        let mut me = json!({
            "_id": account.id,
            "username": account.username,
            "name": account.name,
            "emails": [],
            "status": "online",
            "statusConnection": "online",
            "utcOffset": 0,
            "active": account.active,
            "roles": roles,
            "settings": { "profile": {}, "preferences": {} },
            "avatarUrl": format!("{origin}/avatar/{avatar}"),
            "isOAuthUser": false,
            "services": { "password": { "exists": !account.password.is_empty() } },
        });
        if let Some(email) = &account.email {
            me["emails"] = json!([{ "address": email, "verified": true }]);
            me["email"] = json!(email);
        }
        if account.totp_secret.is_some() {
            me["services"]["totp"] = json!({ "enabled": true });
        }
        match self.variant.name {
            "leak-hash" => me["services"]["password"]["hash"] = json!(sha256_hex(&account.password)),
            "active-text" => {
                me["active"] = json!(account.active.to_string());
                if account.email.is_some() {
                    me["emails"][0]["verified"] = json!("true");
                }
            }
            "id-missing" => {
                if let Some(members) = me.as_object_mut() {
                    members.remove("_id");
                }
            }
            "ok-extra-members" => {
                me["nickname"] = json!("");
                me["statusText"] = json!("Näher 🚀");
                me["customFields"] = json!({ "x": [1, 2.5, null] });
                me["_updatedAt"] = json!("2024-01-01T00:00:00.000Z");
            }
            _ => {}
        }
        me
    }

    // --- what every reply gets ---

    fn dress(&self, reply: &mut Reply, request: &Request, connection: &Connection) -> Writing {
        let served = connection.served.fetch_add(1, Ordering::SeqCst) + 1;
        let has_json = matches!(reply.content, Content::Json(_));
        let mut writing = Writing::default();
        let accepted = request
            .headers
            .get_all("accept-encoding")
            .iter()
            .filter_map(|v| v.to_str().ok())
            .collect::<Vec<_>>()
            .join(",");
        if reply.headers.iter().any(|(name, _)| name == "x-trailing-space") {
            reply.remove("x-trailing-space");
            writing.trailing_space = true;
        }
        match self.variant.name {
            "type-plain" if has_json => reply.set("content-type", "text/plain; charset=utf-8"),
            "bom" if has_json => writing.bom = true,
            "date-iso" => reply.set("date", "2026-01-31T12:00:00Z"),
            "gzip-always" if reply.status != 204 => writing.gzip = true,
            "gzip-q0" if reply.status != 204 => {
                writing.gzip = accepted.to_ascii_lowercase().contains("gzip");
                reply.set("vary", "Accept-Encoding");
            }
            "ok-gzip" if reply.status != 204 => {
                writing.gzip = accepts_gzip(&accepted);
                reply.set("vary", "Accept-Encoding");
            }
            "cors-any" => {
                if let Some(origin) = request.header("origin") {
                    allow_origin(reply, origin);
                }
            }
            "cors-null" if request.header("origin") == Some("null") => allow_origin(reply, "null"),
            "ok-cors-list" => {
                reply.add("vary", "Origin");
                if request.header("origin") == Some("https://app.rocket.test") {
                    reply.set("access-control-allow-origin", "https://app.rocket.test");
                    reply.set("access-control-allow-headers", "Content-Type, X-Auth-Token, X-User-Id");
                    reply.set("access-control-allow-methods", "GET, POST");
                }
            }
            "ok-problem-json" if has_json && reply.status >= 400 => make_problem(reply),
            "ok-extra-members" => {
                reply.set("x-powered-by-cats", "yes");
                if let Some(members) = reply.members() {
                    members.insert("serverTime".into(), json!(current_step() * TOTP_STEP));
                    members.insert("links".into(), json!([]));
                }
            }
            "ok-varying-headers" => {
                reply.set("x-request-id", &random_token());
                reply.set("server-timing", &format!("app;dur={}", rand::random_range(1..90)));
                let node = rand::random_range(1..9);
                reply.add("set-cookie", &format!("lb=node{node}; Path=/; HttpOnly; Secure; SameSite=Lax"));
            }
            "ok-rate-headers" => {
                let mut memory = self.memory();
                memory.login_count += 1;
                let rest = 100_000 - memory.login_count.min(100_000);
                reply.set("x-ratelimit-limit", "100000");
                reply.set("x-ratelimit-remaining", &rest.to_string());
                reply.set("x-ratelimit-reset", &((current_step() + 2) * TOTP_STEP * 1000).to_string());
            }
            "ok-padding" if has_json => writing.padding = rand::random_range(0..64),
            "ok-close" => reply.set("connection", "close"),
            "ok-close-fifth" if served.is_multiple_of(5) => reply.set("connection", "close"),
            "ok-old-server" if reply.status >= 400 => {
                let status = reply.status;
                if let Some(members) = reply.members() {
                    members.remove("success");
                    if members.get("error") == Some(&json!("Unauthorized")) {
                        members.insert("error".into(), json!(status));
                    }
                }
            }
            "ok-other-words" if reply.status >= 400 => use_other_words(reply),
            "ok-www-authenticate" if reply.status == 401 => {
                reply.set("www-authenticate", "X-Auth-Token realm=\"chat\"");
            }
            "ok-security-headers" => {
                reply.set("strict-transport-security", "max-age=31536000; includeSubDomains");
                reply.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
                reply.set("referrer-policy", "no-referrer");
                reply.set("x-frame-options", "DENY");
                reply.set("cross-origin-resource-policy", "same-origin");
            }
            "ok-chunked" if reply.status != 204 => writing.chunked = true,
            "ok-pretty-json" if has_json => {
                writing.pretty = true;
                reply.set("content-type", "application/json; charset=utf-8");
            }
            "ok-ascii-json" => writing.ascii = true,
            "ok-cookie-flagged" => {
                reply.add("set-cookie", "seen=1; Path=/; HttpOnly; Secure; SameSite=Strict");
            }
            _ => {}
        }
        writing
    }
}

fn allow_origin(reply: &mut Reply, origin: &str) {
    reply.set("access-control-allow-origin", origin);
    reply.set("access-control-allow-credentials", "true");
    reply.set("vary", "Origin");
}

fn make_problem(reply: &mut Reply) {
    let status = reply.status;
    reply.set("content-type", "application/problem+json");
    if let Some(members) = reply.members() {
        let title = members["message"].clone();
        members.insert("type".into(), json!("about:blank"));
        members.insert("title".into(), title);
        // RFC 9457 makes `status` a number.
        members.insert("status".into(), json!(status));
    }
}

fn use_other_words(reply: &mut Reply) {
    if let Some(members) = reply.members() {
        members.remove("status");
        if members.get("error") == Some(&json!("Unauthorized")) {
            members.insert("error".into(), json!("unauthorized"));
            members.insert("message".into(), json!("Name or password are not right."));
        } else {
            members.insert("message".into(), json!("The server cannot do this."));
        }
    }
}

/// Copies text into a header; each line after the first becomes a header of its own.
fn add_split_headers(reply: &mut Reply, text: &str) {
    let mut lines = text.split("\r\n");
    reply.add("x-login-user", lines.next().unwrap_or_default());
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            reply.add(name.trim(), value.trim());
        }
    }
}

fn add_guest(memory: &mut Memory, name: &str, password: &str) -> usize {
    memory.accounts.push(Account {
        id: random_token()[..17].to_owned(),
        username: name.to_owned(),
        email: None,
        name: name.to_owned(),
        password: password.to_owned(),
        totp_secret: None,
        backup_codes: Vec::new(),
        active: true,
        bot: false,
    });
    memory.accounts.len() - 1
}

fn is_operator(members: &Map<String, Value>) -> bool {
    members.keys().any(|key| key.starts_with('$'))
}

fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn hmac_sha256(key: &[u8], text: &str) -> String {
    use hmac::{KeyInit, Mac};
    let mut mac = hmac::Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

fn current_step() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / TOTP_STEP
}
