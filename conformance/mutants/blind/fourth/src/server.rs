//! The endpoints.

#![allow(clippy::result_large_err)] // Responses are values here.

use crate::model::{Account, Session, State, hex, like_bcrypt, random_text, stretch, totp, unix};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::HeaderMap;
use hyper::{Request, Response};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const MOST_BODY: usize = 100 * 1024;
const MOST_READ: usize = 8 * 1024 * 1024;
const MOST_PASSWORD: usize = 4096;

type Identity = Arc<Mutex<Option<String>>>;

struct Out {
    status: u16,
    body: Value,
    headers: Vec<(&'static str, String)>,
    raw: Option<(&'static str, String)>,
}

impl Out {
    fn new(status: u16, body: Value) -> Self {
        Self { status, body, headers: Vec::new(), raw: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

fn refusal(status: u16, error: &str, message: &str) -> Out {
    Out::new(status, json!({"success": false, "status": "error", "error": error, "message": message}))
}

fn unauthorized() -> Out {
    refusal(401, "Unauthorized", "Unauthorized")
}

fn refusal_with(error: &str, message: &str, details: Value) -> Out {
    let mut out = refusal(401, error, message);
    out.body["details"] = details;
    out
}

pub async fn handle(
    state: Arc<State>,
    identity: Identity,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, &'static str> {
    let (parts, incoming) = request.into_parts();
    let chunked_request = parts.headers.contains_key("transfer-encoding");
    let mut body = match Limited::new(incoming, MOST_READ).collect().await.map(|b| b.to_bytes()) {
        Ok(body) if body.len() <= MOST_BODY => Ok(body),
        _ => Err(refusal(413, "body-too-large", "The body is too large").with("connection", "close")),
    };
    if chunked_request && state.on("chunked_request_ignored") {
        body = body.map(|_| Bytes::new());
    }
    if state.on("deep_json_drops_connection") && body.as_ref().is_ok_and(|b| depth(b) > 100) {
        return Err("stack overflow");
    }
    let path = parts.uri.path();
    let method = parts.method.as_str();
    let out = match body {
        Err(out) => out,
        Ok(_) if too_many_calls(&state, path) => {
            let wait = 10;
            refusal(429, "Error, too many requests. Please slow down. [error-too-many-requests]", "Too many requests")
                .with("retry-after", wait.to_string())
                .with("x-ratelimit-limit", "60")
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", ((unix() + wait) * 1000).to_string())
        }
        Ok(_) if method == "TRACE" && state.on("trace_echo") => {
            let mut text = format!("TRACE {path} HTTP/1.1\r\n");
            for (name, value) in &parts.headers {
                text += &format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes()));
            }
            let mut out = Out::new(200, Value::Null);
            out.raw = Some(("message/http", text));
            out
        }
        Ok(body) => match (method, path) {
            ("POST", "/api/v1/login") => match members(&state, &parts.headers, &body) {
                Ok((fields, form)) => login(&state, &identity, &parts.headers, &fields, form).await,
                Err(out) => out,
            },
            ("GET", "/api/v1/login") if state.on("login_by_get") => {
                match form(&state, parts.uri.query().unwrap_or("").as_bytes()) {
                    Ok(fields) => login(&state, &identity, &parts.headers, &fields, true).await,
                    Err(out) => out,
                }
            }
            ("GET" | "HEAD", "/api/v1/me") => me(&state, &identity, &parts.headers),
            ("GET", "/api/v1/logout") if state.on("no_get_logout") => not_allowed("POST"),
            ("GET" | "POST", "/api/v1/logout") => logout(&state, &identity, &parts.headers),
            (_, "/api/v1/login") => not_allowed("POST"),
            (_, "/api/v1/me") => not_allowed("GET, HEAD"),
            (_, "/api/v1/logout") => not_allowed(if state.on("no_get_logout") { "POST" } else { "GET, POST" }),
            _ => refusal(404, "not-found", "There is no such page"),
        },
    };
    Ok(finish(&state, &parts.headers, out).await)
}

fn not_allowed(allow: &str) -> Out {
    refusal(405, "method-not-allowed", "This method is not allowed here").with("allow", allow)
}

fn too_many_calls(state: &State, path: &str) -> bool {
    if !state.on("rate_limit") {
        return false;
    }
    let mut changing = state.changing.lock().expect("unpoisoned");
    let calls = changing.calls.entry(path.to_owned()).or_default();
    calls.retain(|at| at.elapsed() < Duration::from_secs(10));
    if calls.len() < 60 {
        calls.push(Instant::now());
        return false;
    }
    true
}

fn depth(body: &[u8]) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for byte in body {
        match byte {
            b'[' | b'{' => now += 1,
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

// ---- bodies of requests

fn members(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<(Map<String, Value>, bool), Out> {
    let given = headers.get("content-type").map_or("", |v| v.to_str().unwrap_or("?"));
    if state.on("content_type_param_refused") && given.contains(';') {
        return Err(refusal(415, "unsupported-media-type", "Send application/json"));
    }
    if headers.get("content-encoding").is_some_and(|v| v != "identity") {
        return Err(refusal(415, "unsupported-media-type", "Send the body without a content coding"));
    }
    let media = given.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match media.as_str() {
        "application/x-www-form-urlencoded" if !state.on("no_form") => Ok((form(state, body)?, true)),
        "text/plain" if state.on("text_plain_json") => Ok((json_members(state, body)?, false)),
        "application/json" | "" => Ok((json_members(state, body)?, false)),
        _ if body.is_empty() => Ok((Map::new(), false)),
        _ => Err(refusal(415, "unsupported-media-type", "Send application/json")),
    }
}

fn json_members(state: &State, body: &[u8]) -> Result<Map<String, Value>, Out> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let unescaped;
    let mut text = body;
    if state.on("json_escapes_ignored") {
        unescaped = String::from_utf8_lossy(body).replace("\\u", "\\\\u");
        text = unescaped.as_bytes();
    }
    match serde_json::from_slice(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ if state.on("malformed_is_unauthorized") => Ok(Map::new()),
        _ if state.on("malformed_body_echoed") => Err(refusal(
            400,
            "invalid-json",
            &format!("Not a JSON object: {}", String::from_utf8_lossy(body)),
        )),
        _ => Err(refusal(400, "invalid-json", "The body is not a JSON object")),
    }
}

fn form(state: &State, body: &[u8]) -> Result<Map<String, Value>, Out> {
    let mut fields = Map::new();
    for pair in body.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
        let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let name = form_text(state, &pair[..at])?;
        let value = form_text(state, pair.get(at + 1..).unwrap_or(b""))?;
        fields.insert(name, Value::String(value));
    }
    Ok(fields)
}

fn form_text(state: &State, coded: &[u8]) -> Result<String, Out> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < coded.len() {
        let digit = |i: usize| coded.get(i).and_then(|b| char::from(*b).to_digit(16));
        match coded[at] {
            b'+' if !state.on("form_plus_literal") => bytes.push(b' '),
            b'%' => match (digit(at + 1), digit(at + 2)) {
                (Some(high), Some(low)) => {
                    bytes.push((high * 16 + low) as u8);
                    at += 2;
                }
                _ => bytes.push(b'%'),
            },
            other => bytes.push(other),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|_| refusal(400, "invalid-form", "The form is not UTF-8"))
}

/// What a login gives, judged by type.
#[derive(Default)]
struct Given {
    identity: Option<String>,
    password: Option<Secret>,
    code: Option<String>,
    resume: Option<String>,
}

enum Secret {
    Plain(String),
    Digest(String),
    Operator,
}

fn given(state: &State, fields: &Map<String, Value>) -> Result<Given, Out> {
    let ill = |member: &str| -> Out {
        if state.on("ill_typed_500") {
            let mut out = refusal(500, "Internal server error", "Internal server error");
            out.body["stack"] = json!(format!(
                "TypeError: {member}.trim is not a function\n    at login (/srv/app/server/login.js:118:23)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
            ));
            return out;
        }
        refusal(400, "invalid-params", &format!("`{member}` must be a string"))
    };
    let member = |name: &str| fields.get(name).filter(|v| !(v.is_null() && state.on("null_is_absent")));
    let text = |name: &str| match member(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ill(name)),
    };
    let mut given = Given::default();
    let (username, email) = (text("username")?, text("email")?);
    given.identity = match member("user") {
        None => username.or(email),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Object(wrapped)) => match (wrapped.get("username"), wrapped.get("email")) {
            (Some(Value::String(text)), None) | (None, Some(Value::String(text))) => Some(text.clone()),
            _ => return Err(ill("user")),
        },
        Some(_) => return Err(ill("user")),
    };
    given.password = match member("password") {
        None => None,
        Some(Value::String(text)) => Some(Secret::Plain(text.clone())),
        Some(Value::Object(object)) => match (object.get("digest"), object.get("algorithm")) {
            (Some(Value::String(digest)), Some(algorithm)) if algorithm == "sha-256" => {
                Some(Secret::Digest(digest.to_ascii_lowercase()))
            }
            _ if state.on("nosql_operator_password")
                && ["$ne", "$gt", "$regex", "$exists"].iter().any(|o| object.contains_key(*o)) =>
            {
                Some(Secret::Operator)
            }
            _ => return Err(ill("password")),
        },
        Some(_) => return Err(ill("password")),
    };
    given.resume = text("resume")?;
    given.code = match member("code") {
        Some(Value::Number(number)) if state.on("numeric_code") => {
            Some(number.as_u64().map_or_else(|| number.to_string(), |n| format!("{n:06}")))
        }
        _ => text("code")?,
    };
    Ok(given)
}

// ---- login

async fn login(
    state: &Arc<State>,
    connection: &Identity,
    headers: &HeaderMap,
    fields: &Map<String, Value>,
    form: bool,
) -> Out {
    let given = match given(state, fields) {
        Ok(given) => given,
        Err(out) => return out,
    };
    if let Some(token) = &given.resume {
        if given.identity.is_some() || given.password.is_some() {
            return refusal(400, "invalid-params", "Send `user` and `password`, or only `resume`");
        }
        return resume(state, connection, headers, token);
    }
    let (Some(identity), Some(password)) = (given.identity, given.password) else {
        return unauthorized();
    };
    let account = state.find(&identity);

    if state.on("sql_injection_user") && identity.contains('\'') {
        let (head, tail) = identity.split_once('\'').expect("a quote");
        let tail = tail.trim_start().to_ascii_lowercase();
        let victim = state.find(head).or_else(|| tail.starts_with("or").then(|| &state.accounts[0]));
        if let Some(victim) = victim.filter(|_| tail.starts_with("--") || tail.starts_with("or")) {
            return success(state, connection, headers, victim, fields);
        }
    }
    if state.on("unknown_email_500") && account.is_none() && identity.contains('@') {
        return refusal(500, "Internal server error", "Internal server error");
    }
    let empty = matches!(&password, Secret::Plain(p) if p.is_empty());
    if empty && let Some(account) = account.filter(|a| a.password.is_none()) && state.on("bot_empty_password") {
        return success(state, connection, headers, account, fields);
    }
    if empty || identity.is_empty() {
        return unauthorized();
    }

    let forwarded = headers.get("x-forwarded-for").map_or("", |v| v.to_str().unwrap_or(""));
    let key = state.key_of_failures(&identity, account, forwarded);
    let lock = {
        let mut locks = state.login_locks.lock().expect("unpoisoned");
        locks.entry(key.clone()).or_default().clone()
    };
    let mut one_at_a_time = if state.on("race_lockout") { None } else { Some(lock.lock().await) };
    if state.locked(&key) {
        let details = json!({"function": "Accounts.validateLoginAttempt"});
        let (error, message) = ("error-login-blocked-for-user", "Login has been temporarily blocked For User");
        let mut out = refusal_with(error, message, details);
        if state.on("lockout_429") {
            out.status = 429;
            out = out.with("retry-after", "60");
        }
        return out;
    }
    if let Some(account) = account {
        if state.on("totp_before_password") && account.totp.is_some() && given.code.is_none() {
            return totp_refusal(state, account, "totp-required", "TOTP Required");
        }
        if state.on("inactive_revealed") && !account.active {
            return inactive();
        }
    }
    if !right_password(state, account, &password).await {
        state.note_failure(&key, account);
        if state.on("slow_refusals") {
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        if state.on("unknown_user_message") && account.is_none() {
            return refusal(401, "Unauthorized", "User not found");
        }
        return unauthorized();
    }
    let Some(account) = account else { return unauthorized() };
    if !account.active && !state.on("inactive_logs_in") {
        return inactive();
    }
    if state.on("race_backup_code") || state.on("race_sessions_lost") {
        one_at_a_time = None;
    }
    let header_code = headers.get("x-2fa-code").and_then(|v| v.to_str().ok()).map(str::to_owned);
    if account.totp.is_some() && !(form && state.on("totp_skipped_on_form")) {
        let Some(code) = given.code.or(header_code) else {
            if state.on("totp_required_as_unauthorized") {
                return unauthorized();
            }
            return totp_refusal(state, account, "totp-required", "TOTP Required");
        };
        if !right_code(state, account, &code).await {
            if !state.on("totp_not_limited") {
                state.note_failure(&key, Some(account));
            }
            return totp_refusal(state, account, "totp-invalid", "TOTP Invalid");
        }
    }
    state.forget_failures(&key);
    if state.on("race_sessions_lost") {
        let mine = |s: &Session| s.user == account.id;
        let before: Vec<Session> = {
            let changing = state.changing.lock().expect("unpoisoned");
            changing.sessions.iter().filter(|s| mine(s)).cloned().collect()
        };
        tokio::time::sleep(Duration::from_millis(80)).await;
        let mut changing = state.changing.lock().expect("unpoisoned");
        changing.sessions.retain(|s| !mine(s));
        changing.sessions.extend(before);
    }
    let out = success(state, connection, headers, account, fields);
    drop(one_at_a_time);
    out
}

fn inactive() -> Out {
    let details = json!({"function": "Accounts.validateLoginAttempt"});
    refusal_with("error-user-is-not-activated", "User is not activated", details)
}

fn totp_refusal(state: &State, account: &Account, error: &str, message: &str) -> Out {
    let mut details = json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
    if state.on("totp_code_leaked") && let Some(secret) = &account.totp {
        details["code"] = json!(totp(secret, unix() / 30));
    }
    refusal_with(error, message, details)
}

async fn right_password(state: &Arc<State>, account: Option<&Account>, given: &Secret) -> bool {
    if state.on("unknown_user_timing") && account.is_none() {
        return false;
    }
    let mut digest = match given {
        Secret::Operator => return account.is_some_and(|a| a.password.is_some()),
        Secret::Digest(digest) => digest.clone(),
        Secret::Plain(password) => {
            if state.on("long_password_slow") {
                tokio::time::sleep(Duration::from_micros(100 * password.len().saturating_sub(1000) as u64)).await;
            } else if password.len() > MOST_PASSWORD {
                return false;
            }
            let password = match state.variant.as_str() {
                "nul_cuts_password" => password.split('\0').next().unwrap_or(""),
                _ => password,
            };
            if let Some(stored) = account.and_then(|a| a.password.as_deref()) {
                if state.on("password_case_folded") && stored.to_lowercase() == password.to_lowercase() {
                    return true;
                }
                if state.on("password_cut_16") && stored.chars().take(16).eq(password.chars().take(16)) {
                    return true;
                }
            }
            hex(&Sha256::digest(password))
        }
    };
    if let Some(stored) = account.and_then(|a| a.password.as_deref())
        && state.on("digest_prefix")
    {
        let stored = hex(&Sha256::digest(stored));
        if stored.starts_with(&digest) {
            digest = stored;
        }
    }
    let salt = account.map_or_else(|| "nobody".to_owned(), |a| a.id.clone());
    let iterations = state.iterations();
    let sum = tokio::task::spawn_blocking(move || stretch(&digest, &salt, iterations)).await.expect("no panic");
    if state.on("race_lockout") {
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let stored = account.and_then(|a| a.hash).unwrap_or([0; 32]);
    let differences = sum.iter().zip(stored).fold(0, |all, (a, b)| all | (a ^ b));
    differences == 0
}

async fn right_code(state: &State, account: &Account, code: &str) -> bool {
    if state.on("totp_empty_code") && code.is_empty() {
        return true;
    }
    if code.len() == 8 {
        let wanted = (account.id.clone(), code.to_owned());
        let known = {
            let mut changing = state.changing.lock().expect("unpoisoned");
            if state.on("race_backup_code") || state.on("backup_code_reusable") {
                changing.backup_codes.contains(&wanted)
            } else {
                changing.backup_codes.remove(&wanted)
            }
        };
        if known && state.on("race_backup_code") {
            tokio::time::sleep(Duration::from_millis(120)).await;
            state.changing.lock().expect("unpoisoned").backup_codes.remove(&wanted);
        }
        return known;
    }
    let step = unix() / 30;
    let width = if state.on("totp_wide_window") { 20 } else { 1 };
    for step in step - width..=step + width {
        let right = if state.on("totp_code_of_another") {
            state.accounts.iter().any(|a| a.totp.as_ref().is_some_and(|secret| totp(secret, step) == code))
        } else {
            account.totp.as_ref().is_some_and(|secret| totp(secret, step) == code)
        };
        if right {
            let mut changing = state.changing.lock().expect("unpoisoned");
            return changing.used_steps.insert((account.id.clone(), step)) || state.on("totp_replay");
        }
    }
    false
}

fn success(state: &State, connection: &Identity, headers: &HeaderMap, account: &Account, fields: &Map<String, Value>) -> Out {
    let token = {
        let mut changing = state.changing.lock().expect("unpoisoned");
        let mut token = state.new_token(account, &mut changing);
        if state.on("token_fixation")
            && let Some(sent) = headers.get("x-auth-token").and_then(|v| v.to_str().ok()).filter(|t| t.len() >= 10)
        {
            token = sent.to_owned();
        }
        if state.on("mass_assignment_roles") && let Some(Value::Array(roles)) = fields.get("roles") {
            changing.roles.insert(account.id.clone(), json!(roles));
        }
        let ordinary = |s: &&Session| s.user == account.id && !s.personal;
        if state.on("second_login_ends_first") {
            changing.sessions.retain(|s| !ordinary(&s));
        }
        changing.sessions.push(Session {
            token: token.clone(),
            user: account.id.clone(),
            created: Instant::now(),
            personal: false,
            resume_only: false,
        });
        if changing.sessions.iter().filter(ordinary).count() > 50
            && let Some(oldest) = changing.sessions.iter().position(|s| ordinary(&s))
        {
            changing.sessions.remove(oldest);
        }
        token
    };
    logged_in(state, connection, headers, account, &token)
}

fn resume(state: &State, connection: &Identity, headers: &HeaderMap, token: &str) -> Out {
    let session = if token.is_empty() && state.on("empty_resume") {
        state.changing.lock().expect("unpoisoned").sessions.last().cloned()
    } else {
        state.session(token)
    };
    let account = session.as_ref().and_then(|s| state.account(&s.user)).filter(|a| a.active || state.on("inactive_logs_in"));
    let (Some(session), Some(account)) = (&session, account) else {
        return unauthorized();
    };
    if state.on("resume_asks_code") && account.totp.is_some() {
        return totp_refusal(state, account, "totp-required", "TOTP Required");
    }
    if state.on("resume_kills_token") {
        state.changing.lock().expect("unpoisoned").sessions.retain(|s| s.token != session.token);
    }
    logged_in(state, connection, headers, account, &session.token)
}

fn logged_in(state: &State, connection: &Identity, headers: &HeaderMap, account: &Account, token: &str) -> Out {
    *connection.lock().expect("unpoisoned") = Some(account.id.clone());
    let mut me = user_object(state, headers, account);
    match state.variant.as_str() {
        "user_id_mismatch" => me["_id"] = json!(format!("{}{}", &account.id[9..], &account.id[..8])),
        "password_hash_leak" => {
            if let Some(hash) = &account.hash {
                me["services"]["password"]["bcrypt"] = json!(like_bcrypt(hash));
            }
        }
        "utc_offset_string" => me["utcOffset"] = json!(account.utc_offset.to_string()),
        "emails_object" => me["emails"] = me["emails"][0].take(),
        _ => {}
    }
    let mut body = json!({
        "status": "success",
        "success": true,
        "data": {"userId": account.id, "authToken": token, "me": me},
    });
    match state.variant.as_str() {
        "me_missing" => drop(body["data"].as_object_mut().expect("an object").shift_remove("me")),
        "no_success_member" => drop(body.as_object_mut().expect("an object").shift_remove("success")),
        "extra_members" => {
            body["data"]["expiresIn"] = json!(90 * 86_400);
            body["data"]["me"]["language"] = json!("en");
            body["data"]["me"]["customFields"] = json!({});
            body["data"]["me"]["statusText"] = json!("");
        }
        _ => {}
    }
    let mut out = Out::new(200, body);
    if state.on("cookie_without_flags") {
        out = out.with("set-cookie", format!("rc_token={token}; Path=/"));
    }
    out
}

fn user_object(state: &State, headers: &HeaderMap, account: &Account) -> Value {
    let roles = state.changing.lock().expect("unpoisoned").roles.get(&account.id).cloned();
    let name = match state.variant.as_str() {
        "name_mojibake" => account.name.bytes().map(char::from).collect(),
        _ => account.name.clone(),
    };
    let mut base = state.base.clone();
    if state.on("avatar_from_host_header")
        && let Some(host) = headers.get("host").and_then(|v| v.to_str().ok())
    {
        base = format!("http://{host}");
    }
    let mut services = json!({"password": {"exists": account.password.is_some()}});
    if account.totp.is_some() {
        services["totp"] = json!({"enabled": true});
    }
    let mut me = json!({
        "_id": account.id,
        "name": name,
        "emails": [{"address": account.email, "verified": true}],
        "email": account.email,
        "status": "online",
        "statusConnection": "online",
        "username": account.username,
        "utcOffset": account.utc_offset,
        "active": account.active,
        "roles": roles.unwrap_or_else(|| account.roles.clone()),
        "settings": {"profile": {}, "preferences": {}, "calendar": {}},
        "services": services,
        "isOAuthUser": false,
        "avatarUrl": format!("{base}/avatar/{}", account.username),
    });
    let object = me.as_object_mut().expect("an object");
    match state.variant.as_str() {
        "no_utc_offset" => drop(object.shift_remove("utcOffset")),
        "small_me" => object.retain(|name, _| {
            ["_id", "username", "name", "emails", "active", "roles", "settings", "isOAuthUser", "avatarUrl"]
                .contains(&name.as_str())
        }),
        _ => {}
    }
    me
}

// ---- sessions

/// The session that the login headers name.
fn session_of(state: &State, connection: &Identity, headers: &HeaderMap) -> Option<(Session, String)> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if state.on("proxy_header_trusted")
        && let Some(account) = header("x-webauth-user").and_then(|name| state.find(name))
    {
        return Some((passing(account), account.id.clone()));
    }
    let (token, user) = (header("x-auth-token"), header("x-user-id"));
    if state.on("connection_keeps_identity") && token.is_none() {
        let known = connection.lock().expect("unpoisoned").clone()?;
        return state.account(&known).map(|a| (passing(a), a.id.clone()));
    }
    let session = state.session(token?).filter(|s| !s.resume_only)?;
    let user = match user {
        None if state.on("user_id_optional") => session.user.clone(),
        user => user?.to_owned(),
    };
    if user != session.user && !state.on("me_of_header_user") {
        return None;
    }
    let account = state.account(&user).filter(|a| a.active || state.on("inactive_logs_in"))?;
    *connection.lock().expect("unpoisoned") = Some(account.id.clone());
    Some((session, account.id.clone()))
}

fn passing(account: &Account) -> Session {
    Session {
        token: random_text(43),
        user: account.id.clone(),
        created: Instant::now(),
        personal: false,
        resume_only: false,
    }
}

fn not_logged_in() -> Out {
    let message = "You must be logged in to do this.";
    refusal(401, message, message)
}

fn me(state: &State, connection: &Identity, headers: &HeaderMap) -> Out {
    let Some((_, user)) = session_of(state, connection, headers) else {
        return not_logged_in();
    };
    if state.on("me_cached_across_users") {
        let changing = state.changing.lock().expect("unpoisoned");
        if let Some((_, body)) = changing.cached_me.as_ref().filter(|(at, _)| at.elapsed() < Duration::from_secs(5)) {
            return Out::new(200, body.clone());
        }
    }
    let account = state.account(&user).expect("judged above");
    let mut body = user_object(state, headers, account);
    if !state.on("no_success_member") {
        body["success"] = json!(true);
    }
    if state.on("me_cached_across_users") {
        state.changing.lock().expect("unpoisoned").cached_me = Some((Instant::now(), body.clone()));
    }
    Out::new(200, body)
}

fn logout(state: &State, connection: &Identity, headers: &HeaderMap) -> Out {
    let done = || Out::new(200, json!({"status": "success", "data": {"message": "You've been logged out!"}}));
    if state.on("logout_by_user_id_only")
        && !headers.contains_key("x-auth-token")
        && let Some(user) = headers.get("x-user-id")
    {
        state.changing.lock().expect("unpoisoned").sessions.retain(|s| s.personal || s.user.as_bytes() != user.as_bytes());
        return done();
    }
    let Some((session, user)) = session_of(state, connection, headers) else {
        return not_logged_in();
    };
    *connection.lock().expect("unpoisoned") = None;
    let mut changing = state.changing.lock().expect("unpoisoned");
    let sessions = &mut changing.sessions;
    match state.variant.as_str() {
        "logout_noop" => {}
        "logout_all" => sessions.retain(|s| s.personal || s.user != user),
        "logout_newest" => {
            if let Some(at) = sessions.iter().rposition(|s| s.user == user) {
                sessions.remove(at);
            }
        }
        "logout_resume_survives" => {
            for s in sessions.iter_mut().filter(|s| s.token == session.token) {
                s.resume_only = true;
            }
        }
        _ => sessions.retain(|s| s.token != session.token),
    }
    done()
}

// ---- responses

async fn finish(state: &State, headers: &HeaderMap, mut out: Out) -> Response<BoxBody<Bytes, Infallible>> {
    let refused = out.status >= 400;
    if refused && out.status == 401 {
        match state.variant.as_str() {
            "status_200_on_refusal" => out.status = 200,
            "status_success_on_refusal" => out.body["status"] = json!("success"),
            "www_authenticate" => out = out.with("www-authenticate", "X-Auth-Token realm=\"api\""),
            _ => {}
        }
    }
    if refused && state.on("problem_bodies") {
        out.body["type"] = json!("about:blank");
        out.body["title"] = json!(match out.status {
            400 => "Bad Request",
            401 => "Unauthorized",
            404 => "Not Found",
            405 => "Method Not Allowed",
            413 => "Content Too Large",
            _ => "Unsupported Media Type",
        });
        out.body["detail"] = out.body["message"].clone();
        out.body["instance"] = json!(format!("urn:request:{}", random_text(16)));
    }
    if state.on("member_order") {
        out.body = reversed(&out.body);
    }
    let (mut media, mut text) = match out.raw {
        Some((media, text)) => (media, text),
        None if state.on("pretty_json") => ("application/json", serde_json::to_string_pretty(&out.body).expect("JSON") + "\n"),
        None if state.on("unicode_escaped") => ("application/json", escaped(&out.body.to_string())),
        None => ("application/json", out.body.to_string()),
    };
    if state.on("content_type_html") && out.status == 200 {
        media = "text/html; charset=utf-8";
    }
    if state.on("json_charset") {
        media = "application/json; charset=utf-8";
    }
    if state.on("final_newline") {
        text.push('\n');
    }
    let mut response = Response::builder().status(out.status).header("content-type", media);
    response = match state.variant.as_str() {
        "public_cache" => response.header("cache-control", "public, max-age=300"),
        _ => response.header("cache-control", "no-store").header("pragma", "no-cache"),
    };
    response = response.header("x-content-type-options", "nosniff");
    for (name, value) in out.headers {
        response = response.header(name, value);
    }
    match state.variant.as_str() {
        "version_banner" => {
            response = response.header("server", "Apache/2.4.49 (Unix) OpenSSL/1.0.2k PHP/5.6.40").header("x-powered-by", "PHP/5.6.40");
        }
        "cors_reflects_origin" => {
            if let Some(origin) = headers.get("origin") {
                response = response
                    .header("access-control-allow-origin", origin)
                    .header("access-control-allow-credentials", "true");
            }
        }
        "extra_headers" => {
            response = response
                .header("strict-transport-security", "max-age=31536000")
                .header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
                .header("referrer-policy", "no-referrer")
                .header("x-request-id", random_text(20));
        }
        "connection_close" => response = response.header("connection", "close"),
        _ => {}
    }
    let wanted = headers.get("accept-encoding").and_then(|v| v.to_str().ok()).is_some_and(accepts_gzip);
    let mut bytes = text.into_bytes();
    if state.on("gzip_when_accepted") {
        response = response.header("vary", "Accept-Encoding");
    }
    if state.on("gzip_unasked") || wanted && state.on("gzip_when_accepted") {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&bytes).expect("memory");
        bytes = encoder.finish().expect("memory");
        response = response.header("content-encoding", "gzip");
    }
    let body = if state.on("chunked_responses") {
        let frames: Vec<_> = bytes.chunks(64).map(|c| Ok(Frame::data(Bytes::copy_from_slice(c)))).collect();
        Frames(frames.into_iter()).boxed()
    } else {
        Full::new(Bytes::from(bytes)).boxed()
    };
    response.body(body).expect("a response")
}

/// Whether `Accept-Encoding` takes gzip, not with `q=0`.
fn accepts_gzip(value: &str) -> bool {
    value.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let coding = pieces.next().unwrap_or("");
        let quality = pieces.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
        coding.eq_ignore_ascii_case("gzip") && quality > 0.0
    })
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(object.iter().rev().map(|(k, v)| (k.clone(), reversed(v))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

fn escaped(json: &str) -> String {
    let mut text = String::new();
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                text += &format!("\\u{unit:04x}");
            }
        }
    }
    text
}

struct Frames(std::vec::IntoIter<Result<Frame<Bytes>, Infallible>>);

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::task::Poll::Ready(self.0.next())
    }
}
