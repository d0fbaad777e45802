//! The login server. Each variant differs from the base at a few marked places.

use crate::variants::Id;
use crate::wire::{self, Ask, Connection, Content, Pieces, Reply, Style};
use crate::{Account, otp};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use rand::rngs::OsRng;
use rand::{Rng, RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpListener;
use tokio::time::sleep;
use unicode_normalization::UnicodeNormalization;

const TOKENS_KEPT: usize = 50;
const TOKEN_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
const LOCK_TIME: Duration = Duration::from_secs(300);
const HASH_ROUNDS: usize = 300;
const NOT_LOGGED_IN: &str = "You must be logged in to do this.";
const MEMBERS: [&str; 4] = ["user", "username", "email", "password"];

struct Session {
    hash: String,
    /// Kept by a few mutants only.
    plain: Option<String>,
    account: usize,
    born: Instant,
}

#[derive(Default)]
struct State {
    sessions: Vec<Session>,
    steps: HashSet<(usize, u64)>,
    backups: HashSet<(usize, usize)>,
    /// Failed logins by lock key.
    failures: HashMap<String, Vec<Instant>>,
    calls: Vec<Instant>,
    responses: u64,
    logins: u64,
    // The rest is used by mutants only.
    refused: u64,
    account_failures: HashMap<usize, u32>,
    code_failures: HashMap<usize, u32>,
    known: HashSet<usize>,
    asked: HashSet<usize>,
    last_typed: Option<Typed>,
    current: Option<usize>,
    polluted: bool,
    ended: Vec<(String, usize)>,
    cached_me: Option<(Instant, Value)>,
    cached_logins: HashMap<Vec<u8>, Value>,
}

/// The name or address of a login.
#[derive(Clone)]
struct Typed {
    text: String,
    email: bool,
    pattern: bool,
}

/// The password of a login.
enum Secret {
    Missing,
    Plain(String),
    /// Hexadecimal SHA-256 of the password.
    Digest(String),
    // Mutants only.
    Any,
    OneOf(Vec<String>),
}

pub struct Server {
    id: Id,
    accounts: Vec<Account>,
    hashes: Vec<[u8; 32]>,
    salt: [u8; 16],
    key: [u8; 32],
    root: String,
    running: AtomicUsize,
    state: Mutex<State>,
}

/// Serves until the task is dropped.
pub async fn serve(id: Id, accounts: Vec<Account>, listener: TcpListener) {
    let root = listener.local_addr().map(|a| format!("http://{a}")).unwrap_or_default();
    let server = Arc::new(Server::new(id, accounts, root));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let server = server.clone();
        tokio::spawn(async move {
            let connection = Connection::default();
            let service = service_fn(move |request| {
                let (server, connection) = (server.clone(), connection.clone());
                async move { server.handle(request, connection).await }
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(30))
                .title_case_headers(id == Id::TitleCase)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

impl Server {
    fn new(id: Id, accounts: Vec<Account>, root: String) -> Server {
        let (mut salt, mut key) = ([0; 16], [0; 32]);
        OsRng.fill_bytes(&mut salt);
        OsRng.fill_bytes(&mut key);
        if id == Id::JwtWeak {
            key = [0; 32];
            key[..6].copy_from_slice(b"secret");
        }
        let mut server = Server {
            id,
            accounts,
            hashes: Vec::new(),
            salt,
            key,
            root,
            running: AtomicUsize::new(0),
            state: Mutex::new(State::default()),
        };
        server.hashes = server
            .accounts
            .iter()
            .map(|a| server.stretch(&password_digest(&server.normal(&a.password))))
            .collect();
        server
    }

    fn is(&self, id: Id) -> bool {
        self.id == id
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ---- Requests and responses ----

    async fn handle(
        &self,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Result<Response<Pieces>, std::io::Error> {
        let reply = match Ask::read(request, connection).await {
            Ok(ask) => {
                let reply = self.route(&ask).await;
                self.dress(reply, Some(&ask))
            }
            Err(status) => self.dress(Reply::refusal(status, "Bad Request", "Bad Request"), None),
        };
        if self.is(Id::Jitter) {
            let late = rand::thread_rng().gen_range(0..40);
            sleep(Duration::from_millis(late)).await;
        }
        reply.ok_or_else(|| std::io::Error::other("dropped"))
    }

    async fn route(&self, ask: &Ask) -> Reply {
        let mut path = ask.path.as_str();
        if self.is(Id::SubPath) {
            path = path.strip_prefix("/chat").unwrap_or(path);
        }
        if self.is(Id::TrailingSlash) {
            path = path.strip_suffix('/').unwrap_or(path);
        }
        if self.is(Id::RateHeaders) && self.too_many() {
            return Reply::refusal(429, "[error-too-many-requests]", "Too many requests")
                .with("retry-after", "60");
        }
        let method = ask.method.as_str();
        if self.is(Id::CorsStar) && method == "OPTIONS" && ask.header("origin").is_some() {
            return Reply { status: 204, headers: Vec::new(), content: Content::Empty }
                .with("access-control-allow-methods", "GET, POST, PUT, DELETE, HEAD, PATCH");
        }
        let odd = self.is(Id::AnyMethod) && matches!(method, "PUT" | "PATCH" | "DELETE");
        let get_logout = !self.is(Id::NoGetLogout);
        match (path, method) {
            ("/api/v1/login", "POST") => self.login(ask).await,
            ("/api/v1/login", "GET") if self.is(Id::GetLogin) => self.login(ask).await,
            ("/api/v1/login", _) if odd => self.login(ask).await,
            ("/api/v1/login", _) => not_allowed(ask, "POST, OPTIONS"),
            ("/api/v1/me", "HEAD") if self.is(Id::HeadBypass) => Reply::json(200, json!({})),
            ("/api/v1/me", "GET" | "HEAD") if !self.is(Id::NoMe) => self.me(ask),
            ("/api/v1/me", _) if !self.is(Id::NoMe) => not_allowed(ask, "GET, HEAD, OPTIONS"),
            ("/api/v1/logout", "POST") => self.logout(ask),
            ("/api/v1/logout", "GET") if get_logout => self.logout(ask),
            ("/api/v1/logout", _) if get_logout => not_allowed(ask, "GET, POST, OPTIONS"),
            ("/api/v1/logout", _) => not_allowed(ask, "POST, OPTIONS"),
            ("/api/v1/users.list", "GET") if self.is(Id::UsersList) => self.users_list(),
            (p, "GET") if self.slips_past(ask, p) => match self.named(ask.header("x-user-id")) {
                Some(i) => self.me_response(ask, i),
                None => Reply::refusal(401, NOT_LOGGED_IN, NOT_LOGGED_IN),
            },
            _ => Reply::refusal(404, "Not Found", "Not Found"),
        }
    }

    /// Mutants: paths that reach /me past the check of the token.
    fn slips_past(&self, ask: &Ask, path: &str) -> bool {
        match self.id {
            Id::PathBypass => path == "/api/v1/me/" || path.starts_with("/api/v1/me;"),
            Id::OriginalUrl => ask.header("x-original-url") == Some("/api/v1/me"),
            _ => false,
        }
    }

    fn too_many(&self) -> bool {
        let mut state = self.state();
        state.calls.retain(|t| t.elapsed() < Duration::from_secs(60));
        state.calls.push(Instant::now());
        state.calls.len() > 600
    }

    /// Turns a reply into bytes; `None` drops the connection.
    fn dress(&self, mut reply: Reply, ask: Option<&Ask>) -> Option<Response<Pieces>> {
        let good = (200..300).contains(&reply.status);
        let accept = ask.and_then(|a| a.header("accept")).unwrap_or("");
        if !good && self.is(Id::AcceptHtml) && accept.contains("text/html") {
            reply.status = 200;
            reply.content = Content::Html("<h1>Please log in</h1>".to_owned());
        }
        if self.is(Id::Refusal200) && reply.status == 401 {
            reply.status = 200;
        }
        let mut kind = match self.id {
            Id::Charset => "application/json; charset=utf-8",
            Id::WrongContentType => "text/html",
            _ => "application/json",
        };
        if let Content::Json(value) = &mut reply.content {
            match self.id {
                Id::ExtraMembers => wire::add_members(value),
                Id::NoSuccess => wire::without(value, &["success"]),
                Id::ProblemJson if !good => {
                    kind = "application/problem+json";
                    let mut map = wire::object(value.take());
                    map.insert("type".into(), json!("about:blank"));
                    map.insert("title".into(), map.get("message").cloned().unwrap_or_default());
                    map.insert("status".into(), json!(reply.status));
                    *value = Value::Object(map);
                }
                _ => {}
            }
        }
        let style = match self.id {
            Id::Pretty => Style::Pretty,
            Id::MemberOrder => Style::Reversed,
            Id::AsciiJson => Style::Ascii,
            _ => Style::Plain,
        };
        let mut body = match &reply.content {
            Content::Json(value) => wire::write_json(value, style).into_bytes(),
            Content::Html(text) => {
                kind = "text/html; charset=utf-8";
                text.clone().into_bytes()
            }
            Content::Empty => Vec::new(),
            Content::Drop => return None,
        };
        let (status, responses) = (reply.status, self.count_response());
        if status != 204 {
            reply = reply.with("content-type", kind);
        }
        reply = if self.is(Id::Cacheable) {
            reply.with("cache-control", "public, max-age=600")
        } else {
            reply.with("cache-control", "no-store").with("pragma", "no-cache")
        };
        reply = self.usual_headers(reply.with("x-content-type-options", "nosniff"), ask, responses);
        let gzip = match self.id {
            Id::Gzip => {
                reply = reply.with("vary", "Accept-Encoding");
                ask.and_then(|a| a.header("accept-encoding")).is_some_and(wire::takes_gzip)
            }
            Id::GzipUnasked => true,
            _ => false,
        };
        if gzip && !body.is_empty() {
            body = wire::gzip(&body);
            reply = reply.with("content-encoding", "gzip");
        }
        let mut builder = Response::builder().status(status);
        if self.is(Id::Http10) {
            builder = builder.version(hyper::Version::HTTP_10);
        }
        for (name, value) in &reply.headers {
            builder = builder.header(name, value);
        }
        builder.body(Pieces { rest: body.into(), hidden: self.is(Id::Chunked) }).ok()
    }

    fn count_response(&self) -> u64 {
        let mut state = self.state();
        state.responses += 1;
        state.responses
    }

    /// Headers of proxies and of configurations.
    fn usual_headers(&self, reply: Reply, ask: Option<&Ask>, responses: u64) -> Reply {
        let origin = ask.and_then(|a| a.header("origin"));
        match self.id {
            Id::Nginx => reply
                .with("server", "nginx/1.26.2")
                .with("vary", "Accept-Encoding, Origin")
                .with("keep-alive", "timeout=65")
                .with("x-request-id", random_hex(16)),
            Id::Haproxy => {
                let node = if responses.is_multiple_of(2) { "n1" } else { "n2" };
                reply.with("set-cookie", format!("SERVERID={node}; path=/; HttpOnly"))
            }
            Id::Caddy => reply
                .with("server", "Caddy")
                .with("via", "1.1 Caddy")
                .with("alt-svc", "h3=\":443\"; ma=2592000"),
            Id::VaryingHeaders => {
                let reply = reply
                    .with("x-request-id", random_hex(8))
                    .with("traceparent", format!("00-{}-{}-01", random_hex(16), random_hex(8)));
                let micros = rand::thread_rng().gen_range(900..4000);
                let reply = reply.with("x-runtime", format!("0.{micros:06}"));
                if rand::random() { reply.with("x-cache-node", random_hex(2)) } else { reply }
            }
            Id::DateSkew => {
                let late = SystemTime::now() - Duration::from_secs(90);
                reply.with("date", httpdate::fmt_http_date(late))
            }
            Id::CloseSometimes if responses.is_multiple_of(3) => reply.with("connection", "close"),
            Id::CloseAlways | Id::Http10 => reply.with("connection", "close"),
            Id::RateHeaders => {
                let used = self.state().calls.len();
                let reset = (otp::unix_now() + 60) * 1000;
                reply
                    .with("x-ratelimit-limit", "600")
                    .with("x-ratelimit-remaining", 600usize.saturating_sub(used).to_string())
                    .with("x-ratelimit-reset", reset.to_string())
            }
            Id::CorsStar => reply.with("access-control-allow-origin", "*").with(
                "access-control-allow-headers",
                "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token",
            ),
            Id::SecurityHeaders => reply
                .with("strict-transport-security", "max-age=63072000; includeSubDomains")
                .with("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
                .with("x-frame-options", "DENY")
                .with("referrer-policy", "no-referrer")
                .with("cross-origin-resource-policy", "same-origin"),
            Id::WwwAuthenticate if reply.status == 401 => {
                reply.with("www-authenticate", "X-Auth-Token realm=\"chat\"")
            }
            Id::CorsReflect => match origin {
                Some(o) => reply
                    .with("access-control-allow-origin", o)
                    .with("access-control-allow-credentials", "true"),
                None => reply,
            },
            _ => reply,
        }
    }

    // ---- Login ----

    async fn login(&self, ask: &Ask) -> Reply {
        if self.is(Id::LoginCached)
            && let Some(value) = self.state().cached_logins.get(ask.body.as_ref())
        {
            return Reply::json(200, value.clone());
        }
        let reply = match self.judge(ask).await {
            Ok(reply) | Err(reply) => reply,
        };
        if self.is(Id::LoginCached)
            && let (200, Content::Json(value)) = (reply.status, &reply.content)
        {
            self.state().cached_logins.insert(ask.body.to_vec(), value.clone());
        }
        reply
    }

    async fn judge(&self, ask: &Ask) -> Result<Reply, Reply> {
        let (map, form) = self.body(ask).await?;
        if self.is(Id::TfaProto) && map.contains_key("__proto__") {
            self.state().polluted = true;
        }
        if self.is(Id::RemoteUser) {
            let names = ["x-forwarded-user", "remote-user", "x-remote-user"];
            if let Some(name) = names.iter().find_map(|n| ask.header(n)) {
                let named = self.accounts.iter().position(|a| a.username == name);
                return named.map(|i| self.grant(ask, i, &map)).ok_or_else(|| self.unauth());
            }
        }
        match map.get("resume") {
            None | Some(Value::Null) => {}
            Some(Value::String(token)) => {
                if MEMBERS.iter().any(|m| map.get(*m).is_some_and(|v| !v.is_null())) {
                    return Err(bad_request("resume stands alone"));
                }
                return self.resume(ask, token, &map);
            }
            Some(Value::Object(_)) if self.is(Id::ResumeOperator) => {
                let first = self.state().sessions.first().map(|s| s.account);
                return first.map(|i| self.grant(ask, i, &map)).ok_or_else(|| self.unauth());
            }
            Some(_) => return Err(ill_typed("resume")),
        }
        let mut typed = self.typed(&map)?;
        let mut secret = self.secret(&map)?;
        let code = self.code(ask, &map)?;
        if self.is(Id::UserRemembered) {
            let mut state = self.state();
            match &typed {
                Some(t) => state.last_typed = Some(t.clone()),
                None => typed = state.last_typed.clone(),
            }
        }
        let missing = typed.is_none()
            || match &secret {
                Secret::Missing => true,
                Secret::Plain(p) => p.is_empty(),
                _ => false,
            };
        if self.is(Id::Missing400) && missing {
            return Err(bad_request("user and password are needed"));
        }
        if let Some(typed) = &mut typed {
            self.crash(&typed.text)?;
            if self.is(Id::UserSqli)
                && let Some((name, rest)) = typed.text.clone().split_once('\'')
                && rest.trim_start().starts_with("--")
            {
                typed.text = name.to_owned();
                secret = Secret::Any;
            }
        }
        let account = typed.as_ref().and_then(|t| self.find(t));
        let lock = self.lock_key(ask, account, typed.as_ref());
        let locked = self.locked(&lock, account);
        if locked && !self.is(Id::LockReveals) {
            return Err(blocked());
        }
        if self.is(Id::TfaBeforePassword) && code.is_none() && account.is_some_and(|i| self.two_factor(i)) {
            return Err(self.totp_refusal(ask, account, "totp-required", "TOTP Required"));
        }
        let mut right = self.password_right(account, &secret).await;
        let mut factor_done = false;
        if self.is(Id::TfaCodeOnly)
            && let (Some(i), Some(code)) = (account, &code)
            && self.two_factor(i)
            && self.code_right(i, code).await
        {
            (right, factor_done) = (true, true);
        }
        if let (false, Some(i)) = (right, account) {
            right = self.fails_open(i);
        }
        if locked {
            // Only the mutant that tells right from wrong comes here.
            return Err(if right {
                blocked().with("x-locked", "1").member("locked", json!(true))
            } else {
                blocked()
            });
        }
        if self.is(Id::InactiveFirst) && account.is_some_and(|i| !self.accounts[i].active) {
            return Err(inactive());
        }
        let Some(i) = account.filter(|_| right) else {
            self.note_failure(&lock, account, &code);
            return Err(self.refused(ask, account, typed.as_ref(), &secret, &map));
        };
        if !self.accounts[i].active && !self.is(Id::InactiveAllowed) {
            return Err(inactive());
        }
        let typed_text = typed.as_ref().map_or("", |t| t.text.as_str());
        let skips = factor_done || self.skips_factor(ask, i, &map, form, &secret, typed_text);
        if self.two_factor(i) && !skips {
            let given = code.is_some();
            if let Err(refusal) = self.second_factor(ask, i, code, &map).await {
                if self.is(Id::Lockout) && given {
                    self.note_failure(&lock, account, &None);
                }
                return Err(refusal);
            }
        }
        if !self.is(Id::LockNotReset) {
            self.state().failures.remove(&lock);
        }
        let i = self.whose(ask, i, &map).await;
        Ok(self.grant(ask, i, &map))
    }

    /// The members of the body, and whether it was a form.
    async fn body(&self, ask: &Ask) -> Result<(Map<String, Value>, bool), Reply> {
        let from_query = match self.id {
            Id::GetLogin => ask.method == Method::GET,
            Id::QueryCredentials => ask.query.contains("password="),
            _ => false,
        };
        if from_query {
            let all = wire::pairs(ask.query.as_bytes()).unwrap_or_default();
            return Ok((all.into_iter().map(|(k, v)| (k, v.into())).collect(), true));
        }
        if self.is(Id::ChunkedIgnored) && ask.header("transfer-encoding").is_some() {
            return Ok((Map::new(), false));
        }
        let sent = ask.header("content-type").unwrap_or("");
        let kind = match self.id {
            Id::ContentTypeCase => ask.media_type().to_owned(),
            Id::CharsetRefused if sent.contains(';') => String::new(),
            _ => ask.media_type().to_ascii_lowercase(),
        };
        let read = match kind.as_str() {
            "application/json" => self.json_body(&ask.body).map(|m| (m, false)),
            "text/plain" if self.is(Id::TextPlain) => self.json_body(&ask.body).map(|m| (m, false)),
            "application/x-www-form-urlencoded" if self.is(Id::NoForm) => {
                return Err(Reply::refusal(415, "Unsupported Media Type", "Send JSON"));
            }
            "application/x-www-form-urlencoded" => self.form_body(&ask.body).map(|m| (m, true)),
            _ if self.is(Id::StrictMedia) && !ask.body.is_empty() => {
                return Err(Reply::refusal(415, "Unsupported Media Type", "Send JSON or a form"));
            }
            _ => Ok((Map::new(), false)),
        };
        match (read, self.id) {
            (Err(_), Id::MalformedEmpty) => Ok((Map::new(), false)),
            (Err(_), Id::HangMalformed) => {
                sleep(Duration::from_secs(60)).await;
                Err(bad_request("the body cannot be read"))
            }
            (read, _) => read,
        }
    }

    fn json_body(&self, bytes: &[u8]) -> Result<Map<String, Value>, Reply> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        let value = if self.is(Id::TrailingGarbage) {
            serde_json::Deserializer::from_slice(bytes)
                .into_iter()
                .next()
                .transpose()
                .map(Option::unwrap_or_default)
        } else {
            serde_json::from_slice(bytes)
        };
        match value {
            Ok(Value::Object(map)) => Ok(map),
            Ok(_) => Err(bad_request("the body must be an object")),
            Err(e) if self.is(Id::StackTrace) => {
                let trace = format!(
                    "SyntaxError: {e}\n    at JSON.parse (<anonymous>)\n    at parse (/app/bundle/programs/server/npm/node_modules/body-parser/lib/types/json.js:92:19)"
                );
                Err(Reply::refusal(500, "Internal server error", "Internal server error")
                    .member("stack", json!(trace)))
            }
            Err(_) => Err(bad_request("the body is not JSON")),
        }
    }

    fn form_body(&self, bytes: &[u8]) -> Result<Map<String, Value>, Reply> {
        let mut map: Map<String, Value> = Map::new();
        let all = if self.is(Id::FormPercent) {
            let text = String::from_utf8_lossy(bytes).into_owned();
            text.split('&')
                .filter_map(|p| p.split_once('='))
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect()
        } else if std::str::from_utf8(&percent_encoding::percent_decode(bytes).collect::<Vec<_>>()).is_err() {
            return Err(bad_request("the form is not UTF-8"));
        } else {
            wire::pairs(bytes).ok_or_else(|| bad_request("the form cannot be read"))?
        };
        for (key, value) in all {
            if self.is(Id::FormOperator) && key == "password[$ne]" {
                map.insert("password".into(), json!({"$ne": value}));
                continue;
            }
            match map.get_mut(&key) {
                None => drop(map.insert(key, value.into())),
                Some(old) if self.is(Id::FormAnyPassword) && key == "password" => {
                    let mut list = old.as_array().cloned().unwrap_or_else(|| vec![old.clone()]);
                    list.push(value.into());
                    *old = Value::Array(list);
                }
                Some(_) => return Err(bad_request("a member comes twice")),
            }
        }
        Ok(map)
    }

    /// Who wants to log in: `user`, else `username`, else `email`.
    fn typed(&self, map: &Map<String, Value>) -> Result<Option<Typed>, Reply> {
        let plain = |text: &str, email| Some(Typed { text: text.to_owned(), email, pattern: false });
        match map.get("user") {
            None | Some(Value::Null) => {}
            Some(Value::String(s)) => return Ok(plain(s, s.contains('@'))),
            Some(Value::Object(o)) => {
                if self.is(Id::UserRegex) {
                    let inner = o.get("username").and_then(Value::as_object).unwrap_or(o);
                    if let Some(Value::String(s)) = inner.get("$regex") {
                        return Ok(Some(Typed { text: s.clone(), email: false, pattern: true }));
                    }
                }
                return match (o.get("username"), o.get("email")) {
                    (Some(Value::String(s)), None) => Ok(plain(s, false)),
                    (None, Some(Value::String(s))) => Ok(plain(s, true)),
                    _ => Err(ill_typed("user")),
                };
            }
            Some(_) => return Err(ill_typed("user")),
        }
        for (name, email) in [("username", false), ("email", true)] {
            match map.get(name) {
                None | Some(Value::Null) => {}
                Some(Value::String(s)) => return Ok(plain(s, email)),
                Some(_) => return Err(ill_typed(name)),
            }
        }
        Ok(None)
    }

    fn secret(&self, map: &Map<String, Value>) -> Result<Secret, Reply> {
        match map.get("password") {
            None if self.is(Id::PwAbsent) => Ok(Secret::Any),
            Some(Value::Null) if self.is(Id::PwNull) => Ok(Secret::Any),
            None | Some(Value::Null) => Ok(Secret::Missing),
            Some(Value::String(s)) => Ok(Secret::Plain(s.clone())),
            Some(Value::Number(n)) if self.is(Id::PwZero) && n.as_u64() == Some(0) => Ok(Secret::Any),
            Some(Value::Bool(true)) if self.is(Id::PwTrue) => Ok(Secret::Any),
            Some(Value::Array(a)) if self.is(Id::PwArrayEmpty) && a.is_empty() => Ok(Secret::Any),
            Some(Value::Array(a)) if matches!(self.id, Id::PwArrayAny | Id::FormAnyPassword) => {
                Ok(Secret::OneOf(a.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()))
            }
            Some(Value::Object(o)) => {
                let operator = matches!(self.id, Id::PwOperator | Id::FormOperator);
                if operator && o.keys().any(|k| k.starts_with('$')) {
                    return Ok(Secret::Any);
                }
                match (o.get("digest"), o.get("algorithm")) {
                    (Some(Value::String(d)), Some(Value::String(a))) if a == "sha-256" => {
                        Ok(Secret::Digest(d.to_ascii_lowercase()))
                    }
                    (Some(Value::String(_)), Some(Value::String(_))) if self.is(Id::DigestAlgorithm) => {
                        Ok(Secret::Any)
                    }
                    _ => Err(ill_typed("password")),
                }
            }
            Some(_) => Err(ill_typed("password")),
        }
    }

    /// The code of the body, else of the header; an empty one counts as none.
    fn code(&self, ask: &Ask, map: &Map<String, Value>) -> Result<Option<String>, Reply> {
        let code = match map.get("code") {
            None | Some(Value::Null) => ask.only_header("x-2fa-code").map(str::to_owned),
            Some(Value::String(s)) => Some(s.clone()),
            Some(Value::Number(n)) => match n.as_u64() {
                Some(n) => Some(format!("{n:06}")),
                None => return Err(ill_typed("code")),
            },
            Some(Value::Array(a)) if self.is(Id::TfaCodeArray) => {
                Some(a.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
            }
            Some(_) => return Err(ill_typed("code")),
        };
        Ok(code.filter(|c| !c.is_empty()))
    }

    /// Mutants that do not survive some names.
    fn crash(&self, text: &str) -> Result<(), Reply> {
        let broken = || Reply::refusal(500, "Internal server error", "Internal server error");
        match self.id {
            Id::CrashUnicode if !text.is_ascii() => Err(broken()),
            Id::CrashNul if text.contains('\0') => Err(broken()),
            Id::CrashLong if text.len() > 500 => Err(Reply { content: Content::Drop, ..broken() }),
            Id::SqlError if text.contains('\'') => {
                let error =
                    format!("near \"{text}\": syntax error in SELECT * FROM users WHERE username = '{text}'");
                Err(Reply::refusal(500, "SQLITE_ERROR", &error))
            }
            _ => Ok(()),
        }
    }

    fn find(&self, typed: &Typed) -> Option<usize> {
        let text = typed.text.as_str();
        let by = |fits: &dyn Fn(&Account) -> bool| self.accounts.iter().position(fits);
        if typed.pattern {
            let start = text.trim_start_matches('^').trim_end_matches(".*");
            return by(&|a| a.username.starts_with(start));
        }
        if typed.email {
            let lower = text.to_lowercase();
            let same = |e: &str| match self.id {
                Id::NoEmailLogin => false,
                Id::EmailPlus => {
                    let (local, domain) = lower.split_once('@').unwrap_or((&lower, ""));
                    format!("{}@{domain}", local.split('+').next().unwrap_or("")) == e.to_lowercase()
                }
                Id::EmailDomain => lower.split('@').next() == e.to_lowercase().split('@').next(),
                _ => lower == e.to_lowercase(),
            };
            return by(&|a| a.email.as_deref().is_some_and(same));
        }
        let exact = by(&|a| a.username == text);
        if exact.is_some() || self.is(Id::CaseNames) {
            return exact;
        }
        let lower = text.to_lowercase();
        let mut near = self.accounts.iter().enumerate().filter(|(_, a)| a.username.to_lowercase() == lower);
        if let (Some((i, _)), None) = (near.next(), near.next()) {
            return Some(i);
        }
        match self.id {
            Id::UserWildcard => {
                let (start, end) = text.split_once('*')?;
                by(&|a| a.username.starts_with(start) && a.username.ends_with(end))
            }
            Id::UserPrefix if text.len() > 1 => by(&|a| a.username.starts_with(text)),
            Id::UserNfkc => {
                let form = |s: &str| s.nfkc().collect::<String>().to_lowercase();
                by(&|a| form(&a.username) == form(text))
            }
            _ => None,
        }
    }

    // ---- Password ----

    fn normal(&self, password: &str) -> String {
        if self.is(Id::NfcPasswords) { password.nfc().collect() } else { password.to_owned() }
    }

    fn stretch(&self, digest: &str) -> [u8; 32] {
        let mut out = hmac(&self.salt, digest.as_bytes());
        for _ in 1..HASH_ROUNDS {
            out = hmac(&self.salt, &out);
        }
        out
    }

    /// Compares a digest; an unknown account costs the same time.
    fn digest_right(&self, account: Option<usize>, digest: &str) -> bool {
        let hash = self.stretch(digest);
        let stored = account.map_or([0; 32], |i| self.hashes[i]);
        let has = account.is_some_and(|i| !self.accounts[i].password.is_empty());
        same_bytes(&hash, &stored) && has
    }

    async fn password_right(&self, account: Option<usize>, secret: &Secret) -> bool {
        match self.id {
            Id::SlowHash => sleep(Duration::from_millis(150)).await,
            Id::EnumTime if account.is_some() => sleep(Duration::from_millis(150)).await,
            Id::TimingCompare => {
                if let (Some(i), Secret::Plain(p)) = (account, secret) {
                    let same =
                        p.chars().zip(self.accounts[i].password.chars()).take_while(|(a, b)| a == b).count();
                    sleep(Duration::from_millis(30 * same as u64)).await;
                }
            }
            Id::LoadFailOpen => {
                let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
                sleep(Duration::from_millis(80)).await;
                self.running.fetch_sub(1, Ordering::SeqCst);
                if running > 4 {
                    return account.is_some();
                }
            }
            _ => {}
        }
        let has = account.is_some_and(|i| !self.accounts[i].password.is_empty());
        match secret {
            Secret::Missing => self.digest_right(None, ""),
            Secret::Any => has,
            Secret::OneOf(all) => all.iter().any(|p| self.digest_right(account, &password_digest(p))),
            Secret::Digest(d) => {
                let short = self.is(Id::DigestEmpty) && d.is_empty() && has;
                self.digest_right(account, d) || short
            }
            Secret::Plain(p) => {
                let right = self.digest_right(account, &password_digest(&self.normal(p)));
                right || account.is_some_and(|i| self.also_right(i, p))
            }
        }
    }

    /// Mutants: wrong passwords that pass.
    fn also_right(&self, i: usize, p: &str) -> bool {
        let a = &self.accounts[i];
        let q = a.password.as_str();
        match self.id {
            Id::PasswordlessAny => return q.is_empty(),
            Id::PasswordlessEmpty => return q.is_empty() && p.is_empty(),
            Id::BotAny => return a.bot,
            _ if q.is_empty() => return false,
            _ => {}
        }
        let cut = |s: &str, n: usize| s.as_bytes()[..s.len().min(n)].to_vec();
        match self.id {
            Id::PwCase => p.to_lowercase() == q.to_lowercase(),
            Id::PwTrim => p.trim() == q,
            Id::PwTruncate8 => cut(p, 8) == cut(q, 8),
            Id::PwTruncate72 => cut(p, 72) == cut(q, 72),
            Id::PwPrefix => p.starts_with(q),
            Id::PwNul => p.split('\0').next() == Some(q),
            Id::PwSwapcase => {
                let swap = |c: char| {
                    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
                };
                p.chars().map(swap).collect::<String>() == q
            }
            Id::PwHash => p.to_ascii_lowercase() == password_digest(q),
            Id::PwEmpty => p.is_empty(),
            Id::PwSqli => p.contains('\'') && p.to_uppercase().contains(" OR "),
            Id::PwPercent => percent_encoding::percent_decode_str(p).decode_utf8_lossy() == q,
            Id::PwCollation => plain_letters(p) == plain_letters(q),
            Id::PwAnyAccount => self.accounts.iter().any(|b| b.password == p && !p.is_empty()),
            Id::PwUsername => p == a.username,
            Id::PwSlashes => p.replace('\\', "") == q,
            Id::PwTags => strip_tags(p) == q,
            Id::PwZeroWidth => p.replace(['\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}', '\u{ad}'], "") == q,
            Id::PwNonAscii => p.chars().filter(char::is_ascii).collect::<String>() == q,
            Id::PwLong => p.len() > 1000,
            Id::PwCached => self.state().known.contains(&i),
            Id::BackupPassword => a.backup_codes.iter().any(|c| c == p),
            _ => false,
        }
    }

    /// Mutants: failures that pass all the same.
    fn fails_open(&self, i: usize) -> bool {
        let mut state = self.state();
        state.refused += 1;
        let mine = state.account_failures.entry(i).or_insert(0);
        *mine += 1;
        match self.id {
            Id::PwFailOpen => *mine > 5,
            Id::PwFlaky => state.refused.is_multiple_of(7),
            _ => false,
        }
    }

    // ---- Locks ----

    fn lock_limit(&self) -> Option<usize> {
        match self.id {
            Id::Lockout | Id::LockNotReset => Some(10),
            Id::EnumLock | Id::LockReveals | Id::LockXff | Id::LockGlobal | Id::LockCase => Some(5),
            Id::LockSingle => Some(1),
            _ => None,
        }
    }

    fn lock_key(&self, ask: &Ask, account: Option<usize>, typed: Option<&Typed>) -> String {
        let text = typed.map_or("", |t| t.text.as_str());
        match (self.id, account) {
            (Id::LockXff, _) => ask.header("x-forwarded-for").unwrap_or("peer").to_owned(),
            (Id::LockGlobal, _) => "all".to_owned(),
            (Id::LockCase, _) => text.to_owned(),
            (_, Some(i)) => format!("#{i}"),
            (_, None) => format!("?{}", text.to_lowercase()),
        }
    }

    fn locked(&self, key: &str, account: Option<usize>) -> bool {
        let Some(limit) = self.lock_limit() else { return false };
        if self.is(Id::EnumLock) && account.is_none() {
            return false;
        }
        let state = self.state();
        let recent = |t: &&Instant| t.elapsed() < LOCK_TIME;
        state.failures.get(key).is_some_and(|f| f.iter().filter(recent).count() >= limit)
    }

    fn note_failure(&self, lock: &str, account: Option<usize>, code: &Option<String>) {
        let mut state = self.state();
        if self.lock_limit().is_some() {
            state.failures.entry(lock.to_owned()).or_default().push(Instant::now());
        }
        if self.is(Id::FailureEnds) {
            state.sessions.retain(|s| Some(s.account) != account);
        }
        if self.is(Id::BackupBurntEarly)
            && let (Some(i), Some(code)) = (account, code)
            && let Some(n) = self.accounts[i].backup_codes.iter().position(|c| c == code)
        {
            state.backups.insert((i, n));
        }
    }

    // ---- Refusals ----

    fn unauth(&self) -> Reply {
        match self.id {
            Id::NumericError => Reply::refusal(401, "", "Unauthorized").member("error", json!(401)),
            Id::ShortRefusal => Reply::json(401, json!({"success": false, "error": "unauthorized"})),
            _ => Reply::refusal(401, "Unauthorized", "Unauthorized"),
        }
    }

    /// The response to a wrong password or an unknown user.
    fn refused(
        &self,
        ask: &Ask,
        account: Option<usize>,
        typed: Option<&Typed>,
        secret: &Secret,
        map: &Map<String, Value>,
    ) -> Reply {
        let base = self.unauth();
        let text = typed.map_or("", |t| t.text.as_str());
        match (self.id, account) {
            (Id::EnumMessage, None) => Reply::refusal(401, "Unauthorized", "User not found"),
            (Id::EnumStatus, None) => Reply { status: 404, ..base },
            (Id::EnumHeader, Some(_)) => base.with("x-failed-attempts", "1"),
            (Id::EnumBytes, Some(_)) => base.member("message", json!("Unauthorized ")),
            (Id::EnumPasswordless, Some(i)) if self.accounts[i].password.is_empty() => {
                Reply::refusal(401, "error-no-password", "User has no password set")
            }
            (Id::EnumUserId, Some(i)) => base.member("details", json!({"userId": self.accounts[i].id})),
            (Id::LeakEcho, _) => {
                let sent = map.get("password").cloned().unwrap_or_default();
                base.member("details", json!({"received": sent}))
            }
            (Id::Template, _) => {
                base.member("message", json!(format!("Unauthorized: {}", run_template(text))))
            }
            (Id::HtmlRefusal, _) => {
                Reply { content: Content::Html(format!("<p>No login for {text}</p>")), ..base }
            }
            (Id::Crlf, _) => {
                let mut lines = text.split("\r\n");
                let clean: String =
                    lines.next().unwrap_or("").chars().filter(|c| c.is_ascii_graphic()).collect();
                let reply = base.with("x-login-name", clean);
                lines.filter_map(|l| l.split_once(':')).fold(reply, |r, (k, v)| r.with(k.trim(), v.trim()))
            }
            (Id::RefusalToken, Some(i)) if matches!(secret, Secret::Plain(_)) && self.accounts[i].active => {
                let token = self.open_session(ask, i);
                base.member("data", json!({"userId": self.accounts[i].id, "authToken": token}))
            }
            _ => base,
        }
    }

    fn totp_refusal(&self, ask: &Ask, account: Option<usize>, error: &str, message: &str) -> Reply {
        let mut details = json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
        if let Some(i) = account {
            if self.is(Id::TfaLeaksCode) {
                details["expected"] = json!(self.totp(i, self.step()));
            }
            if self.is(Id::TfaPendingToken) && error == "totp-required" {
                details["authToken"] = json!(self.open_session(ask, i));
                details["userId"] = json!(self.accounts[i].id);
            }
        }
        Reply::refusal(401, error, message).member("details", details)
    }

    // ---- Second factor ----

    fn two_factor(&self, i: usize) -> bool {
        self.accounts[i].totp_secret.is_some()
    }

    fn step(&self) -> u64 {
        otp::step_now() - if self.is(Id::TotpClock) { 10 } else { 0 }
    }

    fn totp(&self, i: usize, step: u64) -> Option<String> {
        otp::code(self.accounts[i].totp_secret.as_deref()?, step)
    }

    /// Mutants: logins that are not asked for a code.
    fn skips_factor(
        &self,
        ask: &Ask,
        i: usize,
        map: &Map<String, Value>,
        form: bool,
        secret: &Secret,
        typed: &str,
    ) -> bool {
        let a = &self.accounts[i];
        match self.id {
            Id::TfaEmail => typed.contains('@'),
            Id::TfaForm => form,
            Id::TfaUserObject => map.get("user").is_some_and(Value::is_object),
            Id::TfaDigest => matches!(secret, Secret::Digest(_)),
            Id::TfaMassAssign => map.get("bypassTwoFactor") == Some(&Value::Bool(true)),
            Id::TfaNameCase => !typed.contains('@') && typed != a.username,
            Id::TfaMethodHeader => ask.header("x-2fa-method").is_some_and(|m| m != "totp"),
            Id::TfaForwardedFor => ask.header("x-forwarded-for").is_some_and(|f| f.starts_with("127.")),
            Id::TfaNoAgent => ask.header("user-agent").is_none(),
            Id::TfaProto => self.state().polluted,
            Id::TfaRemembered => self.state().known.contains(&i),
            Id::TfaAskedOnce => self.state().asked.contains(&i),
            Id::TfaNullCode => map.get("code") == Some(&Value::Null),
            Id::TfaEmptyCode => map.get("code") == Some(&json!("")),
            Id::TfaHeader => ask.header("x-2fa-code").is_some(),
            _ => false,
        }
    }

    async fn second_factor(
        &self,
        ask: &Ask,
        i: usize,
        code: Option<String>,
        map: &Map<String, Value>,
    ) -> Result<(), Reply> {
        let Some(code) = code else {
            self.state().asked.insert(i);
            return Err(self.totp_refusal(ask, Some(i), "totp-required", "TOTP Required"));
        };
        if self.code_right(i, &code).await || self.code_also_right(i, &code, map) {
            return Ok(());
        }
        *self.state().code_failures.entry(i).or_insert(0) += 1;
        Err(self.totp_refusal(ask, Some(i), "totp-invalid", "TOTP Invalid"))
    }

    /// Judges a code and uses it up.
    async fn code_right(&self, i: usize, code: &str) -> bool {
        if code.chars().count() == 8 {
            return self.backup_right(i, code).await;
        }
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        let now = self.step();
        let (before, after) = match self.id {
            Id::TfaPast => (120, 1),
            Id::TfaFuture => (1, 20),
            _ => (1, 1),
        };
        let fits: Vec<u64> = (now.saturating_sub(before)..=now + after)
            .filter(|s| self.totp(i, *s).is_some_and(|c| same_bytes(c.as_bytes(), code.as_bytes())))
            .collect();
        if self.is(Id::TfaReplayRace) {
            let unused = fits.iter().copied().find(|s| !self.state().steps.contains(&(i, *s)));
            sleep(Duration::from_millis(100)).await;
            return unused.is_some_and(|s| {
                self.state().steps.insert((i, s));
                true
            });
        }
        if self.is(Id::TfaReplay) {
            return !fits.is_empty();
        }
        let mut state = self.state();
        let good = fits.into_iter().any(|s| state.steps.insert((i, s)));
        if good && self.is(Id::BackupRestored) {
            state.backups.clear();
        }
        good
    }

    async fn backup_right(&self, i: usize, code: &str) -> bool {
        if self.is(Id::BackupRefused) {
            return false;
        }
        let hash = sha256(code.as_bytes());
        let fits = |c: &&String| same_bytes(&sha256(c.as_bytes()), &hash);
        let codes = &self.accounts[i].backup_codes;
        let Some(n) = codes.iter().position(|c| fits(&c)) else { return false };
        match self.id {
            Id::BackupReuse => return true,
            Id::BackupRace => {
                let used = self.state().backups.contains(&(i, n));
                sleep(Duration::from_millis(100)).await;
                self.state().backups.insert((i, n));
                return !used;
            }
            _ => {}
        }
        let mut state = self.state();
        let good = state.backups.insert((i, n));
        if self.is(Id::BackupBurnsAll) {
            state.backups.extend((0..codes.len()).map(|n| (i, n)));
        }
        good
    }

    /// Mutants: wrong codes that pass.
    fn code_also_right(&self, i: usize, code: &str, map: &Map<String, Value>) -> bool {
        let now = self.step();
        let window = now - 1..=now + 1;
        let others = || (0..self.accounts.len()).filter(|j| *j != i);
        match self.id {
            Id::TfaAnyCode => code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()),
            Id::TfaMaster => code == "000000",
            Id::TfaCross => {
                others().any(|j| window.clone().any(|s| self.totp(j, s).as_deref() == Some(code)))
            }
            Id::TfaPrefix => {
                code.len() >= 2
                    && window.clone().any(|s| self.totp(i, s).is_some_and(|c| c.starts_with(code)))
            }
            Id::TfaFailOpen => self.state().code_failures.get(&i).is_some_and(|n| *n >= 5),
            Id::TfaCodeArray => map.get("code").and_then(Value::as_array).is_some_and(|all| {
                all.iter().any(|c| window.clone().any(|s| self.totp(i, s).as_deref() == c.as_str()))
            }),
            Id::BackupCross => others().any(|j| self.accounts[j].backup_codes.iter().any(|c| c == code)),
            Id::BackupPrefix => {
                code.len() >= 4 && self.accounts[i].backup_codes.iter().any(|c| c.get(..4) == code.get(..4))
            }
            _ => false,
        }
    }

    // ---- Tokens ----

    /// Mutants: whom the login is granted to, if not to the account judged.
    async fn whose(&self, ask: &Ask, i: usize, map: &Map<String, Value>) -> usize {
        let named = |name: &str| self.accounts.iter().position(|a| a.username == name);
        let other = match self.id {
            Id::DupKey => serde_json::from_slice::<wire::Members>(&ask.body).ok().and_then(|all| {
                let first = all.0.iter().find(|(k, _)| k == "user")?;
                named(first.1.as_str()?)
            }),
            Id::IdentityMix => map.get("username").and_then(Value::as_str).and_then(named),
            Id::QueryUser => ask.query_value("user").and_then(|u| named(&u)),
            Id::CurrentRace => {
                self.state().current = Some(i);
                sleep(Duration::from_millis(80)).await;
                self.state().current
            }
            _ => None,
        };
        other.unwrap_or(i)
    }

    fn new_token(&self, ask: &Ask, i: usize) -> String {
        let a = &self.accounts[i];
        let hashed = |text: String| URL_SAFE_NO_PAD.encode(sha256(text.as_bytes()));
        match self.id {
            Id::JwtToken | Id::JwtNone | Id::JwtUnverified | Id::JwtWeak => {
                let head = json!({"alg": "HS256", "typ": "JWT"});
                let claims = json!({"sub": a.id, "jti": random_hex(16), "iat": otp::unix_now()});
                let start = format!("{}.{}", encode(&head), encode(&claims));
                format!("{start}.{}", URL_SAFE_NO_PAD.encode(self.signature(&start)))
            }
            Id::UuidToken => {
                let mut b = [0; 16];
                OsRng.fill_bytes(&mut b);
                (b[6], b[8]) = (b[6] & 0x0f | 0x40, b[8] & 0x3f | 0x80);
                let h = hex::encode(b);
                format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
            }
            Id::HexToken => random_hex(32),
            Id::PrefixedToken => format!("rcs_{}", random_token()),
            Id::TokenShort => random_hex(3),
            Id::TokenSequential => {
                let start = URL_SAFE_NO_PAD.encode(self.key);
                format!("{}{:08}", &start[..35], self.state().logins)
            }
            Id::TokenTime => hashed(format!("{}|{}", a.username, otp::unix_now())),
            Id::TokenFixed => hashed(format!("{}|{}", a.username, hex::encode(self.key))),
            Id::TokenSmallSeed => {
                let mut b = [0; 32];
                rand::rngs::StdRng::seed_from_u64(rand::random::<u8>().into()).fill_bytes(&mut b);
                URL_SAFE_NO_PAD.encode(b)
            }
            Id::TokenCredentials => URL_SAFE_NO_PAD.encode(format!("{}:{}", a.username, a.password)),
            Id::SessionFixation => match ask.header("x-auth-token") {
                Some(t) if !t.is_empty() => t.to_owned(),
                _ => random_token(),
            },
            _ => random_token(),
        }
    }

    fn open_session(&self, ask: &Ask, i: usize) -> String {
        let token = self.new_token(ask, i);
        let mut state = self.state();
        state.logins += 1;
        state.known.insert(i);
        state.current = Some(i);
        if self.is(Id::JwtWeak) {
            return token;
        }
        if self.is(Id::LoginKillsOlder) {
            state.sessions.retain(|s| s.account != i);
        }
        let mine = state.sessions.iter().filter(|s| s.account == i).count();
        if self.is(Id::TableFull) && mine >= 10 {
            return token;
        }
        if mine >= TOKENS_KEPT
            && let Some(at) = state.sessions.iter().position(|s| s.account == i)
        {
            state.sessions.remove(at);
        }
        let keeps = matches!(self.id, Id::TokenPrefix | Id::TokenCase);
        state.sessions.push(Session {
            hash: token_hash(&token),
            plain: keeps.then(|| token.clone()),
            account: i,
            born: Instant::now(),
        });
        token
    }

    fn grant(&self, ask: &Ask, i: usize, map: &Map<String, Value>) -> Reply {
        if self.is(Id::FlakyRefuse) {
            let mut state = self.state();
            state.refused += 1;
            if state.refused.is_multiple_of(5) {
                return self.unauth();
            }
        }
        let token = self.open_session(ask, i);
        self.success(ask, i, &token, map)
    }

    fn success(&self, ask: &Ask, i: usize, token: &str, map: &Map<String, Value>) -> Reply {
        let id = &self.accounts[i].id;
        let shown = if self.is(Id::MeOther) { self.neighbour(i) } else { i };
        let mut data = json!({"userId": id, "authToken": token, "me": self.me_object(ask, shown)});
        match self.id {
            Id::NoMeMember => wire::without(&mut data, &["me"]),
            Id::UserIdMismatch => data["me"]["_id"] = json!(format!("{id}x")),
            Id::NumericUserId => data["userId"] = json!(i + 1),
            Id::MassRoles => {
                if let Some(roles) = map.get("roles").filter(|r| r.is_array()) {
                    data["me"]["roles"] = roles.clone();
                }
            }
            _ => {}
        }
        *ask.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(i);
        let status = if self.is(Id::StatusWrong) { "ok" } else { "success" };
        let reply = Reply::json(200, json!({"status": status, "success": true, "data": data}));
        match self.id {
            Id::SafeCookie => reply
                .with("set-cookie", format!("rc_token={token}; Path=/; HttpOnly; Secure; SameSite=Strict")),
            Id::CookieFlags => reply.with("set-cookie", format!("rc_token={token}; Path=/")),
            Id::CookieAuth => reply
                .with("set-cookie", format!("rc_token={token}; Path=/; SameSite=None; Secure; HttpOnly"))
                .with("set-cookie", format!("rc_uid={id}; Path=/; SameSite=None; Secure; HttpOnly")),
            _ => reply,
        }
    }

    fn resume(&self, ask: &Ask, token: &str, map: &Map<String, Value>) -> Result<Reply, Reply> {
        if self.is(Id::ResumeRefused) {
            return Err(self.unauth());
        }
        if self.is(Id::ResumeEmpty) && token.is_empty() {
            return Ok(self.grant(ask, 0, map));
        }
        let hash = token_hash(token);
        let mut found = self.session_of(token);
        if found.is_none() {
            let mut state = self.state();
            if self.is(Id::ResumeHash) {
                found = state.sessions.iter().find(|s| s.hash == token).map(|s| s.account);
            }
            let ended = state.ended.iter().find(|(h, _)| *h == hash).map(|(_, i)| *i);
            if let (Id::ResumeRevives, Some(i)) = (self.id, ended) {
                state.sessions.push(Session { hash, plain: None, account: i, born: Instant::now() });
                found = ended;
            }
        }
        let Some(i) = found else { return Err(self.unauth()) };
        if self.is(Id::ResumeAsksCode) && self.two_factor(i) {
            return Err(self.totp_refusal(ask, None, "totp-required", "TOTP Required"));
        }
        let i = if self.is(Id::ResumeForgetsUser) { self.state().current.unwrap_or(i) } else { i };
        Ok(self.success(ask, i, token, map))
    }

    /// The account a live token belongs to.
    fn session_of(&self, token: &str) -> Option<usize> {
        let hash = token_hash(token);
        let life = if self.is(Id::TokenShortLife) { Duration::from_secs(2) } else { TOKEN_LIFE };
        let state = self.state();
        let live = state.sessions.iter().filter(|s| s.born.elapsed() < life);
        let found = live.clone().find(|s| s.hash == hash);
        if let Some(s) = found {
            return Some(s.account);
        }
        let by_plain = |fits: &dyn Fn(&str) -> bool| {
            live.clone().find(|s| s.plain.as_deref().is_some_and(fits)).map(|s| s.account)
        };
        match self.id {
            Id::TokenPrefix if token.len() >= 8 => by_plain(&|p| p.starts_with(token)),
            Id::TokenCase => by_plain(&|p| p.eq_ignore_ascii_case(token)),
            Id::JwtNone | Id::JwtUnverified | Id::JwtWeak => self.jwt_account(token),
            _ => None,
        }
    }

    fn signature(&self, text: &str) -> [u8; 32] {
        let key: &[u8] = if self.is(Id::JwtWeak) { b"secret" } else { &self.key };
        hmac(key, text.as_bytes())
    }

    /// Mutants: the account a JWT names.
    fn jwt_account(&self, token: &str) -> Option<usize> {
        let (start, signature) = token.rsplit_once('.')?;
        let (head, claims) = start.split_once('.')?;
        let part =
            |p: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(p).ok()?).ok() };
        let (head, claims) = (part(head)?, part(claims)?);
        let good = match self.id {
            Id::JwtNone => head["alg"].as_str().is_some_and(|a| a.eq_ignore_ascii_case("none")),
            Id::JwtUnverified => true,
            _ => URL_SAFE_NO_PAD.decode(signature).ok()? == self.signature(start),
        };
        let id = claims["sub"].as_str()?;
        self.accounts.iter().position(|a| a.id == id).filter(|_| good)
    }

    fn named(&self, id: Option<&str>) -> Option<usize> {
        let id = id?;
        self.accounts.iter().position(|a| a.id == id)
    }

    /// The token and user id that a request shows.
    fn shown(&self, ask: &Ask) -> (Option<String>, Option<String>) {
        let own = |v: Option<&str>| v.map(str::to_owned);
        let token = own(ask.only_header("x-auth-token"));
        let id = match self.id {
            Id::DupHeader => own(ask.header("x-user-id")),
            _ => own(ask.only_header("x-user-id")),
        };
        match self.id {
            Id::TokenQuery if token.is_none() => (ask.query_value("authToken"), ask.query_value("userId")),
            Id::CookieAuth if token.is_none() => (own(ask.cookie("rc_token")), own(ask.cookie("rc_uid"))),
            _ => (token, id),
        }
    }

    /// The account that the two login headers stand for.
    fn logged_in(&self, ask: &Ask) -> Option<usize> {
        let (token, id) = self.shown(ask);
        if self.is(Id::ConnectionAuth) && token.is_none() {
            return *ask.connection.lock().unwrap_or_else(PoisonError::into_inner);
        }
        let token = token?;
        let claimed = self.named(id.as_deref());
        match self.id {
            Id::TokenEmpty if token.is_empty() => return claimed,
            Id::IdAsToken if id.as_deref() == Some(&token) => return claimed,
            _ => {}
        }
        let owner = self.session_of(&token)?;
        match self.id {
            Id::MeNoUserId if id.is_none() => return Some(owner),
            Id::MeIdor => return claimed,
            Id::NumericUserId => return (id == Some((owner + 1).to_string())).then_some(owner),
            Id::TokenLate => {
                let hash = token_hash(&token);
                let young = self
                    .state()
                    .sessions
                    .iter()
                    .any(|s| s.hash == hash && s.born.elapsed() < Duration::from_secs(1));
                if young {
                    return None;
                }
            }
            _ => {}
        }
        if claimed != Some(owner) {
            return None;
        }
        if self.is(Id::DupHeader) { self.named(ask.last_header("x-user-id")) } else { Some(owner) }
    }

    // ---- The other calls ----

    fn me(&self, ask: &Ask) -> Reply {
        if self.is(Id::MeCached) {
            let state = self.state();
            if let Some((when, value)) = &state.cached_me
                && when.elapsed() < Duration::from_secs(10)
            {
                return Reply::json(200, value.clone());
            }
        }
        let Some(i) = self.logged_in(ask) else {
            return Reply::refusal(401, NOT_LOGGED_IN, NOT_LOGGED_IN);
        };
        self.me_response(ask, i)
    }

    fn me_response(&self, ask: &Ask, i: usize) -> Reply {
        let mut me = self.me_object(ask, i);
        me["success"] = json!(true);
        if self.is(Id::MeCached) {
            self.state().cached_me = Some((Instant::now(), me.clone()));
        }
        Reply::json(200, me)
    }

    fn logout(&self, ask: &Ask) -> Reply {
        let done = || {
            Reply::json(
                200,
                json!({"status": "success", "success": true, "data": {"message": "You've been logged out!"}}),
            )
        };
        let foreign = self.is(Id::LogoutForeign) && ask.header("x-auth-token").is_some();
        if let (true, Some(i)) = (foreign, self.named(ask.header("x-user-id"))) {
            self.state().sessions.retain(|s| s.account != i);
            return done();
        }
        let Some(i) = self.logged_in(ask) else {
            if self.is(Id::LogoutAlwaysOk) {
                return done();
            }
            return Reply::refusal(401, NOT_LOGGED_IN, NOT_LOGGED_IN);
        };
        let hash = token_hash(&self.shown(ask).0.unwrap_or_default());
        let mut state = self.state();
        match self.id {
            Id::TokenSurvives => {}
            Id::LogoutAll => state.sessions.retain(|s| s.account != i),
            _ => state.sessions.retain(|s| s.hash != hash),
        }
        if self.is(Id::ResumeRevives) {
            state.ended.push((hash, i));
        }
        done()
    }

    fn users_list(&self) -> Reply {
        let all: Vec<Value> = self
            .accounts
            .iter()
            .map(|a| json!({"_id": a.id, "username": a.username, "name": a.name, "emails": [{"address": a.email}]}))
            .collect();
        Reply::json(200, json!({"users": all, "success": true}))
    }

    fn neighbour(&self, i: usize) -> usize {
        (i + 1) % self.accounts.len()
    }

    /// The user object of the login response and of /me.
    fn me_object(&self, ask: &Ask, i: usize) -> Value {
        let a = &self.accounts[i];
        let root = match (self.id, ask.header("host")) {
            (Id::HostHeader, Some(host)) => format!("http://{host}"),
            _ => self.root.clone(),
        };
        let name = percent_encoding::utf8_percent_encode(&a.username, percent_encoding::NON_ALPHANUMERIC);
        let mut me = json!({
            "_id": a.id,
            "name": a.name,
            "username": a.username,
            "emails": [],
            "status": "offline",
            "statusConnection": "offline",
            "utcOffset": 0,
            "active": a.active,
            "roles": [if a.bot { "bot" } else { "user" }],
            "isOAuthUser": false,
            "services": {"password": {"exists": !a.password.is_empty()}},
            "settings": {"profile": {}, "preferences": {}, "calendar": {}},
            "avatarUrl": format!("{root}/avatar/{name}"),
        });
        if let Some(email) = &a.email {
            me["emails"] = json!([{"address": email, "verified": true}]);
            me["email"] = json!(email);
        }
        if self.two_factor(i) {
            me["services"]["totp"] = json!({"enabled": true});
        }
        match self.id {
            Id::OffsetFraction => me["utcOffset"] = json!(5.75),
            Id::TfaSecretLeak if self.two_factor(i) => {
                me["services"]["totp"]["secret"] = json!(a.totp_secret)
            }
            Id::BackupLeak if self.two_factor(i) => me["services"]["totp"]["codes"] = json!(a.backup_codes),
            Id::LeakHash => me["services"]["password"]["bcrypt"] = json!(hex::encode(self.hashes[i])),
            Id::LeakNeighbour => {
                me["manager"] = json!({"emails": [{"address": self.accounts[self.neighbour(i)].email}]})
            }
            Id::NoAvatar => wire::without(&mut me, &["avatarUrl"]),
            Id::EmailStrings => me["emails"] = a.email.iter().map(|e| json!(e)).collect(),
            Id::RolesString => me["roles"] = json!("user"),
            Id::ActiveString => me["active"] = json!(a.active.to_string()),
            _ => {}
        }
        me
    }
}

// ---- Small functions ----

fn not_allowed(ask: &Ask, allow: &str) -> Reply {
    if ask.method == Method::OPTIONS {
        return Reply { status: 204, headers: Vec::new(), content: Content::Empty }.with("allow", allow);
    }
    Reply::refusal(405, "Method Not Allowed", "Method Not Allowed").with("allow", allow)
}

fn bad_request(message: &str) -> Reply {
    Reply::refusal(400, "Bad Request", message)
}

fn ill_typed(name: &str) -> Reply {
    bad_request(&format!("`{name}` has the wrong type"))
}

fn inactive() -> Reply {
    Reply::refusal(401, "error-user-is-not-activated", "User is not activated")
        .member("details", json!({"function": "Accounts.validateLoginAttempt"}))
}

fn blocked() -> Reply {
    Reply::refusal(401, "error-login-blocked-for-user", "Login has been temporarily blocked For User")
        .member("details", json!({"function": "Accounts.validateLoginAttempt"}))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hmac(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!());
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn password_digest(password: &str) -> String {
    hex::encode(sha256(password.as_bytes()))
}

fn token_hash(token: &str) -> String {
    STANDARD.encode(sha256(token.as_bytes()))
}

fn random_token() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn random_hex(bytes: usize) -> String {
    let mut all = vec![0; bytes];
    OsRng.fill_bytes(&mut all);
    hex::encode(all)
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Compares without an early end.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

fn plain_letters(text: &str) -> String {
    text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
}

fn strip_tags(text: &str) -> String {
    let mut inside = false;
    text.chars()
        .filter(|c| {
            match c {
                '<' => inside = true,
                '>' if inside => {
                    inside = false;
                    return false;
                }
                _ => {}
            }
            !inside
        })
        .collect()
}

/// Mutant: replaces `{{a*b}}` by the product.
fn run_template(text: &str) -> String {
    let run = || {
        let (before, rest) = text.split_once("{{")?;
        let (inside, after) = rest.split_once("}}")?;
        let (a, b) = inside.split_once('*')?;
        let product = a.trim().parse::<u64>().ok()?.checked_mul(b.trim().parse().ok()?)?;
        Some(format!("{before}{product}{after}"))
    };
    run().unwrap_or_else(|| text.to_owned())
}
