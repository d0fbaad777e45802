//! The login server. Each variant changes one place.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use rand::Rng;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::variants::{CORRECT, MUTANTS};

const ACCOUNTS: &str = include_str!("../ACCOUNTS.json");
const MAX_BODY: usize = 1 << 20;
const LOGIN: &str = "/api/v1/login";

/// Returns the static identifier of a variant.
pub fn known(id: &str) -> Option<&'static str> {
    MUTANTS.iter().chain(CORRECT).map(|v| v.0).find(|k| *k == id)
}

struct Session {
    user: String,
    since: Instant,
    uses: u32,
    revoked: Option<Instant>,
}

#[derive(Default)]
struct State {
    sessions: HashMap<String, Session>,
    used_backup: HashSet<String>,
    no_factor: HashSet<String>,
    failures: HashMap<String, u32>,
    last_step: HashMap<String, u64>,
    me_cache: HashMap<String, Value>,
    last_issue: HashMap<String, (Instant, String)>,
    counter: u64,
    requests: u32,
}

struct Server {
    id: &'static str,
    accounts: Vec<Value>,
    state: Mutex<State>,
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
    fn query_value(&self, name: &str) -> Option<String> {
        form(&self.query, true).get(name).and_then(Value::as_str).map(str::to_owned)
    }
}

struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    delay: u64,
    close: bool,
}

fn reply(status: u16, body: Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes(), delay: 0, close: false }
}

fn refusal(error: &str, message: &str) -> Response {
    reply(401, json!({"success": false, "status": "error", "error": error, "message": message}))
}

fn unauthorized() -> Response {
    refusal("Unauthorized", "Unauthorized")
}

fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut i) = (Vec::new(), 0);
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(b) if bytes[i] == b'%' => {
                out.push(b);
                i += 3;
            }
            _ => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    out
}

fn form(text: &str, decode: bool) -> Map<String, Value> {
    let part = |t: &str| match decode {
        true => String::from_utf8_lossy(&percent(&t.replace('+', " "))).into_owned(),
        false => t.to_owned(),
    };
    let pairs = text.split('&').filter(|p| !p.is_empty());
    pairs.map(|p| p.split_once('=').unwrap_or((p, ""))).map(|(k, v)| (part(k), part(v).into())).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// The TOTP code of a step for a hexadecimal secret.
pub fn totp(secret: &str, step: u64) -> String {
    let key: Vec<u8> = (0..secret.len() / 2)
        .filter_map(|i| u8::from_str_radix(&secret[2 * i..2 * i + 2], 16).ok())
        .collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes([sum[at] & 127, sum[at + 1], sum[at + 2], sum[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// The current TOTP step.
pub fn step_now() -> u64 {
    unix_seconds() / 30
}

impl Server {
    fn is(&self, id: &str) -> bool {
        self.id == id
    }

    fn find(&self, name: &str) -> Option<&Value> {
        let name = if self.is("ok_user_case") { name.to_lowercase() } else { name.to_owned() };
        if name.contains('@') {
            if self.is("user_no_email") {
                return None;
            }
            if self.is("user_local_part") {
                return self.accounts.iter().find(|a| a["username"].as_str() == name.split('@').next());
            }
            return self.accounts.iter().find(|a| a["email"].as_str() == Some(name.to_lowercase().as_str()));
        }
        self.accounts.iter().find(|a| a["username"] == name.as_str())
    }

    fn password_matches(&self, account: &Value, given: &Value) -> bool {
        let real = account["password"].as_str().unwrap_or("");
        if let Value::Object(digest) = given {
            let text = digest.get("digest").and_then(Value::as_str).unwrap_or("");
            return !real.is_empty()
                && match digest.get("algorithm").and_then(Value::as_str) {
                    Some("sha-256") => text.eq_ignore_ascii_case(&sha256(real)),
                    _ => self.is("pw_digest_plain") && text == real,
                };
        }
        let given = given.as_str().unwrap_or("");
        if real.is_empty() {
            return self.is("no_password_null") && given == "null";
        }
        if given == real {
            return !(self.is("pw_long_refused") && real.len() > 64);
        }
        match self.id {
            "pw_trim" => given.trim() == real,
            "pw_nul" => given.split('\0').next() == Some(real),
            "pw_first_case" => {
                given.get(1..) == real.get(1..)
                    && given.get(..1).is_some_and(|c| c.eq_ignore_ascii_case(&real[..1]))
            }
            "pw_percent" => percent(given) == real.as_bytes(),
            "pw_glob" => given.strip_suffix('*').is_some_and(|start| real.starts_with(start)),
            "pw_pass_the_hash" => given == sha256(real),
            "pw_control" => given.chars().filter(|c| !c.is_control()).eq(real.chars()),
            "pw_non_ascii" => given.chars().filter(char::is_ascii).eq(real.chars()),
            "pw_default" => account["bot"] == true && account["username"] == given,
            _ => false,
        }
    }

    fn user_object(&self, account: &Value) -> Value {
        let emails: Vec<Value> =
            account["email"].as_str().map(|a| json!({"address": a, "verified": true})).into_iter().collect();
        let mut me = json!({
            "_id": account["id"], "name": account["name"], "emails": emails, "status": "online",
            "statusConnection": "online", "username": account["username"], "utcOffset": 0,
            "active": account["active"], "roles": [if account["bot"] == true { "bot" } else { "user" }],
            "settings": {"profile": {}, "preferences": {}, "calendar": {}},
            "avatarUrl": format!("http://localhost/avatar/{}", account["username"].as_str().unwrap_or("")),
            "isOAuthUser": false, "services": {"password": {"exists": account["password"] != ""}},
        });
        match self.id {
            "schema_no_id" => drop(me.as_object_mut().and_then(|m| m.remove("_id"))),
            "schema_roles" => me["roles"] = "user".into(),
            "schema_emails" => me["emails"] = json!({"address": account["email"], "verified": true}),
            "schema_active" => me["active"] = "true".into(),
            "schema_settings" => me["settings"] = json!([]),
            "ok_extra" => me["nickname"] = "nick".into(),
            "ok_offset" => me["utcOffset"] = json!(5.5),
            "leak_hash" => {
                me["services"]["password"]["bcrypt"] =
                    format!("$2b$10${}", &sha256(account["password"].as_str().unwrap_or(""))[..53]).into();
            }
            _ => (),
        }
        me
    }

    fn issue(&self, state: &mut State, account: &Value, request: &Request) -> String {
        let user = account["id"].as_str().unwrap_or("").to_owned();
        state.counter += 1;
        let set = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let random = |n: usize| -> String {
            let mut rng = rand::thread_rng();
            (0..n).map(|_| char::from(set[rng.gen_range(0..set.len())])).collect()
        };
        let last = state.last_issue.get(&user);
        let token = match self.id {
            "token_counter" => format!("{:043}", state.counter),
            "token_clock" => format!("{user}-{}", unix_seconds()),
            "token_short" => random(6),
            "token_adopted" => request.header("x-auth-token").map_or_else(|| random(43), str::to_owned),
            "token_per_second" => last
                .filter(|l| l.0.elapsed() < Duration::from_secs(10))
                .map_or_else(|| random(43), |l| l.1.clone()),
            "token_reissued" => last
                .filter(|l| state.sessions.get(&l.1).is_some_and(|s| s.revoked.is_some()))
                .map_or_else(|| random(43), |l| l.1.clone()),
            "ok_token_hex" => sha256(&random(43)),
            "ok_token_dotted" => format!("{}.{}.{}", random(20), random(40), random(43)),
            _ => random(43),
        };
        if self.is("session_single") {
            state.sessions.retain(|_, s| s.user != user);
        }
        state.last_issue.insert(user.clone(), (Instant::now(), token.clone()));
        state.sessions.insert(token.clone(), Session { user, since: Instant::now(), uses: 0, revoked: None });
        token
    }

    /// Returns the account of a token that is still valid.
    fn owner(&self, state: &mut State, token: &str) -> Option<&Value> {
        let session = state.sessions.get_mut(token)?;
        session.uses += 1;
        let dead = match self.id {
            "logout_late" => session.revoked.is_some_and(|t| t.elapsed() > Duration::from_secs(2)),
            _ => session.revoked.is_some(),
        };
        let old = self.is("session_short") && session.since.elapsed() > Duration::from_secs(2)
            || self.is("session_uses") && session.uses > 3;
        if dead || old {
            return None;
        }
        self.accounts.iter().find(|a| a["id"] == session.user.as_str() && a["active"] == true)
    }

    fn success(&self, state: &mut State, account: &Value, token: &str) -> Response {
        let mut me = self.user_object(account);
        if self.is("leak_tokens") {
            me["services"]["resume"] = json!({"loginTokens": state.sessions.keys().collect::<Vec<_>>()});
        }
        let user_id = if self.is("schema_user_id") { &account["username"] } else { &account["id"] };
        let data = json!({"userId": user_id, "authToken": token, "me": me});
        let data = if self.is("schema_data") { json!([data]) } else { data };
        let status = if self.is("schema_status") { "error" } else { "success" };
        let mut response = reply(200, json!({"status": status, "success": true, "data": data}));
        match self.id {
            "cookie_plain" => response.headers.push(("Set-Cookie", format!("rc_token={token}; Path=/"))),
            "ok_secure_cookie" => response
                .headers
                .push(("Set-Cookie", format!("rc_token={token}; Path=/; Secure; HttpOnly; SameSite=Strict"))),
            _ => (),
        }
        response
    }

    fn refuse_password(
        &self,
        state: &mut State,
        name: &str,
        body: &Value,
        account: Option<&Value>,
    ) -> Response {
        let count = state.failures.entry(name.to_owned()).or_default();
        *count += 1;
        let count = *count;
        let known = account.is_some();
        let mut response = unauthorized();
        match self.id {
            "enum_slow" if known => response.delay = 150,
            "enum_header" if known => response.headers.push(("X-Failure-Count", count.to_string())),
            "enum_message" if !known => response = refusal("Unauthorized", "Unauthorized."),
            "enum_connection" if !known => response.close = true,
            "enum_order" if !known => {
                let body = json!({"status": "error", "success": false, "message": "Unauthorized", "error": "Unauthorized"});
                response = reply(401, body);
            }
            "enum_rate" if known && count > 5 => {
                response.status = 429;
                response.headers.push(("Retry-After", "60".to_owned()));
            }
            "enum_status" if !known => response.status = 404,
            "leak_echo" => {
                let message = format!("The password {} is wrong", body["password"].as_str().unwrap_or(""));
                response = refusal("Unauthorized", &message);
            }
            "inactive_told" if account.is_some_and(|a| a["active"] == false) => {
                response = refusal("error-user-is-not-activated", "User is not activated");
            }
            _ => (),
        }
        if let Some(account) = account.filter(|_| self.is("failure_revokes")) {
            state.sessions.retain(|_, s| account["id"] != s.user.as_str());
        }
        response
    }

    /// Returns the refusal of the second factor, or nothing if the code is right.
    fn second_factor(
        &self,
        state: &mut State,
        account: &Value,
        body: &Value,
        request: &Request,
    ) -> Option<Response> {
        let secret = account["totp_secret"].as_str()?;
        let user = account["id"].as_str().unwrap_or("").to_owned();
        let by_form = request.header("content-type").is_some_and(|t| t.contains("urlencoded"));
        let by_email = body["user"].as_str().is_some_and(|u| u.contains('@'));
        if self.is("totp_method_header") && request.header("x-2fa-method") == Some("email")
            || self.is("totp_form") && by_form
            || self.is("totp_email_login") && by_email
            || self.is("totp_bool") && body["code"] == true
            || state.no_factor.contains(&user)
        {
            return None;
        }
        let code = body["code"].as_str().or_else(|| request.header("x-2fa-code"));
        if self.is("totp_empty") && code == Some("") {
            return None;
        }
        let details = json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
        let Some(code) = code.filter(|c| !c.is_empty()) else {
            let mut body = json!({"success": false, "status": "error", "error": "totp-required",
                "message": "TOTP Required", "details": details});
            if self.is("totp_refusal_token") {
                body["details"]["authToken"] = self.issue(state, account, request).into();
            }
            let mut response = reply(if self.is("totp_refusal_200") { 200 } else { 401 }, body);
            if self.is("totp_header_leak") {
                response.headers.push(("X-Debug-Code", totp(secret, step_now())));
            }
            return Some(response);
        };
        let now = step_now();
        for step in now - 1..=now + 1 {
            let real = totp(secret, step);
            if code == real || self.is("totp_suffix") && code == &real[2..] {
                if state.last_step.get(&user).is_some_and(|last| *last >= step) {
                    break;
                }
                state.last_step.insert(user, step);
                return None;
            }
        }
        let backup = account["backup_codes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .find(|b| *b == code || self.is("backup_case") && b.eq_ignore_ascii_case(code));
        if backup.is_some_and(|b| state.used_backup.insert(b.to_owned())) {
            if self.is("backup_disables") {
                state.no_factor.insert(user);
            }
            return None;
        }
        let wrong = state.failures.entry(format!("code {user}")).or_default();
        *wrong += 1;
        if self.is("totp_zero") && code == "000000"
            || self.is("totp_third_try") && *wrong >= 3
            || self.is("backup_digits") && code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())
        {
            return None;
        }
        Some(reply(
            401,
            json!({"success": false, "status": "error", "error": "totp-invalid", "message": "TOTP Invalid", "details": details}),
        ))
    }

    fn resume(&self, state: &mut State, body: &Value) -> Response {
        let given = match &body["resume"] {
            Value::Array(list) if self.is("resume_array") => {
                list.first().and_then(Value::as_str).unwrap_or("")
            }
            other => other.as_str().unwrap_or(""),
        };
        let matching = |t: &&String| match self.id {
            "resume_prefix" => given.len() >= 20 && t.starts_with(given),
            "resume_case" => t.eq_ignore_ascii_case(given),
            _ => *t == given,
        };
        let Some(token) = state.sessions.keys().find(matching).cloned() else { return unauthorized() };
        if self.is("logout_resume") {
            if let Some(session) = state.sessions.get_mut(&token) {
                session.revoked = None;
            }
        }
        let Some(mut account) = self.owner(state, &token) else { return unauthorized() };
        if self.is("resume_override") {
            if let Some(other) = body["user"].as_str().and_then(|u| self.find(u)) {
                account = other;
                state
                    .sessions
                    .entry(token.clone())
                    .and_modify(|s| s.user = other["id"].as_str().unwrap_or("").into());
            }
        }
        self.success(state, account, &token)
    }

    fn login(&self, state: &mut State, request: &Request) -> Response {
        let content_type = request.header("content-type").unwrap_or("application/json").to_lowercase();
        if self.is("parse_charset") && content_type.contains("charset") {
            return reply(
                415,
                json!({"success": false, "status": "error", "error": "Unsupported", "message": "Unsupported"}),
            );
        }
        let text = String::from_utf8_lossy(&request.body);
        let mut body = if content_type.starts_with("application/x-www-form-urlencoded") {
            Value::Object(form(&text, !self.is("parse_form_raw")))
        } else if text.trim().is_empty() {
            json!({})
        } else {
            match serde_json::from_str(&text) {
                Ok(value) => value,
                Err(_) if self.is("ok_malformed_401") => json!({}),
                Err(e) => {
                    let mut body = json!({"success": false, "status": "error", "error": "Bad Request", "message": "Malformed JSON"});
                    if self.is("leak_trace") {
                        body["stack"] =
                            format!("SyntaxError: {e}\n    at parse (/app/server/login.js:41:7)").into();
                    }
                    return reply(400, body);
                }
            }
        };
        if self.is("parse_query") && request.method == "GET" {
            body = Value::Object(form(&request.query, true));
        }
        if self.is("parse_array") && body.is_array() {
            body = body[0].clone();
        }
        let bad = |what: &str| {
            reply(400, json!({"success": false, "status": "error", "error": "Bad Request", "message": what}))
        };
        let Some(members) = body.as_object() else { return bad("The body must be an object") };
        let familiar = ["user", "username", "email", "password", "code", "resume"];
        if self.is("parse_extra") && members.keys().any(|k| !familiar.contains(&k.as_str())) {
            return reply(500, json!({"success": false, "error": "Internal server error"}));
        }
        for name in ["user", "username", "email", "resume"] {
            let tolerated = name == "resume" && self.is("resume_array");
            if members.get(name).is_some_and(|v| !v.is_string() && !v.is_null()) && !tolerated {
                let mut response = bad(&format!("{name} must be a string"));
                if self.is("parse_number") && name == "user" {
                    response.status = 0;
                }
                return response;
            }
        }
        if members.get("password").is_some_and(|v| !v.is_string() && !v.is_object() && !v.is_null()) {
            return bad("password must be a string");
        }
        if members.get("code").is_some_and(|v| v.is_array() || v.is_object() || v.is_boolean())
            && !self.is("totp_bool")
        {
            return bad("code must be a string");
        }
        if let Some(n) = body["code"].as_u64() {
            body["code"] = format!("{n:06}").into();
        }
        if self.is("user_proxy_header") {
            if let Some(account) = request.header("x-forwarded-user").and_then(|u| self.find(u)) {
                let token = self.issue(state, account, request);
                return self.success(state, account, &token);
            }
        }
        if !body["resume"].is_null() {
            return self.resume(state, &body);
        }
        let name =
            ["user", "username", "email"].iter().find_map(|n| body[*n].as_str()).unwrap_or("").to_owned();
        if name.is_empty() || body["password"].is_null() || body["password"] == "" {
            return if self.is("ok_missing_400") {
                bad("user and password are needed")
            } else {
                unauthorized()
            };
        }
        if self.is("ok_lock") && state.failures.get(&name).is_some_and(|n| *n >= 10) {
            return refusal("error-login-blocked-for-user", "Login has been temporarily blocked For User");
        }
        let account = self.find(&name);
        if let Some(account) = account.filter(|_| self.is("totp_oracle")) {
            if let Some(refused) = self.second_factor(state, account, &body, request) {
                return refused;
            }
        }
        let right = account.is_some_and(|a| self.password_matches(a, &body["password"]))
            || self.is("user_debug_query") && request.query == "debug=1"
            || self.is("pw_third_try") && state.failures.get(&name).is_some_and(|n| *n >= 2);
        let Some(mut account) = account.filter(|_| right) else {
            return self.refuse_password(state, &name, &body, account);
        };
        if account["active"] == false && !(self.is("inactive_email") && name.contains('@')) {
            let mut response = refusal("error-user-is-not-activated", "User is not activated");
            response.headers.clear();
            return response;
        }
        if self.is("user_mismatch") {
            account = body["username"].as_str().and_then(|u| self.find(u)).unwrap_or(account);
        }
        if !self.is("totp_oracle") {
            if let Some(refused) = self.second_factor(state, account, &body, request) {
                return refused;
            }
        }
        state.failures.remove(&name);
        let token = self.issue(state, account, request);
        let mut response = self.success(state, account, &token);
        if self.is("ok_slow") {
            response.delay = 60;
        }
        response
    }

    fn signed_in(&self, state: &mut State, request: &Request, any_user: bool) -> Option<(String, &Value)> {
        let exact = |n: &str| request.headers.iter().find(|h| h.0 == n).map(|h| h.1.clone());
        let token = match self.id {
            "http_header_case" => exact("X-Auth-Token"),
            "token_in_url" if request.path.ends_with("/me") => {
                request.query_value("authToken").or(request.header("x-auth-token").map(str::to_owned))
            }
            _ => request.header("x-auth-token").map(str::to_owned),
        }?;
        let user = match request.header("x-user-id") {
            Some(user) => Some(user.to_owned()),
            None if self.is("token_in_url") => request.query_value("userId"),
            None => None,
        };
        let account = self.owner(state, &token)?;
        match user {
            None if self.is("me_token_only") && request.path.ends_with("/me") => Some((token, account)),
            Some(user) if any_user || account["id"] == user.as_str() => Some((token, account)),
            _ => None,
        }
    }

    fn handle(&self, request: &Request) -> Response {
        let mut state = self.state.lock().expect("the state lock is never poisoned");
        let state = &mut *state;
        state.requests += 1;
        if self.is("ok_rate") && state.requests > 60 {
            let mut response = reply(
                429,
                json!({"success": false, "status": "error",
                "error": "Too many requests [error-too-many-requests]", "message": "Too many requests"}),
            );
            response.headers.push(("Retry-After", "60".to_owned()));
            return response;
        }
        let denied = || {
            let message = "You must be logged in to do this.";
            reply(401, json!({"success": false, "status": "error", "error": message, "message": message}))
        };
        let method = match request.header("x-http-method-override") {
            Some(m) if self.is("http_override") => m,
            _ => &request.method,
        };
        if method == "TRACE" && self.is("leak_method_trace") {
            return reply(200, json!(request.headers));
        }
        let deeper = self.is("http_path") && request.path.starts_with("/api/v1/login/");
        let method =
            if method == "GET" && self.is("parse_query") && request.path == LOGIN { "POST" } else { method };
        match (method, request.path.as_str()) {
            ("POST", path) if path == LOGIN || deeper => self.login(state, request),
            ("GET" | "HEAD", "/api/v1/me") => {
                let user = request.header("x-user-id").unwrap_or("").to_owned();
                if let Some(cached) = state.me_cache.get(&user).filter(|_| self.is("http_me_cached")) {
                    return reply(200, cached.clone());
                }
                let Some((_, account)) = self.signed_in(state, request, self.is("me_any_user")) else {
                    return denied();
                };
                let mut me = self.user_object(account);
                me["success"] = true.into();
                state.me_cache.insert(user, me.clone());
                reply(200, me)
            }
            ("GET" | "POST", "/api/v1/logout") => {
                let signed = self.signed_in(state, request, self.is("logout_any_user"));
                if let Some((token, account)) = signed {
                    for (t, s) in &mut state.sessions {
                        if *t == token || self.is("logout_all") && account["id"] == s.user.as_str() {
                            s.revoked.get_or_insert_with(Instant::now);
                        }
                    }
                    if self.is("backup_restored") {
                        state.used_backup.clear();
                    }
                } else if !self.is("logout_anonymous") {
                    return denied();
                }
                reply(
                    200,
                    json!({"status": "success", "success": true, "data": {"message": "You've been logged out!"}}),
                )
            }
            (_, "/api/v1/me") => not_allowed("GET, HEAD"),
            (_, "/api/v1/logout") => not_allowed("GET, POST"),
            (_, LOGIN) => not_allowed("POST"),
            _ => reply(
                404,
                json!({"success": false, "status": "error", "error": "Not Found", "message": "Not Found"}),
            ),
        }
    }

    /// Applies what a variant changes in any response.
    fn finish(&self, request: &Request, response: &mut Response) {
        let ok = response.status == 200;
        let value: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let text = value.to_string();
        let mut short = value.clone();
        if let Some(members) = short.as_object_mut() {
            match self.id {
                "ok_no_success" => drop(members.remove("success")),
                "ok_error_number" if response.status == 401 && members["error"] == "Unauthorized" => {
                    members["error"] = 401.into();
                }
                "ok_error_short" if members.get("error").is_some_and(|e| e == "Unauthorized") => {
                    *members = Map::from_iter([
                        ("success".into(), false.into()),
                        ("error".into(), "unauthorized".into()),
                    ]);
                }
                _ => (),
            }
        }
        response.body = match self.id {
            "body_string" => json!(text).to_string().into_bytes(),
            "body_bom" => format!("\u{feff}{text}").into_bytes(),
            "body_comma" => format!("{},}}", &text[..text.len() - 1]).into_bytes(),
            "body_latin1" => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
            "ok_pretty" => format!("{value:#}").into_bytes(),
            "ok_escaped" => text
                .chars()
                .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
                .collect::<String>()
                .into_bytes(),
            _ => short.to_string().into_bytes(),
        };
        let media = match self.id {
            "body_type" => "text/html",
            "ok_charset" => "application/json; charset=utf-8",
            _ => "application/json",
        };
        let mut add = |name, value: &str| response.headers.push((name, value.to_owned()));
        add("Content-Type", media);
        add("Cache-Control", if self.is("http_cache") { "public, max-age=3600" } else { "no-store" });
        match self.id {
            "ok_security_headers" => {
                add("Strict-Transport-Security", "max-age=31536000");
                add("X-Content-Type-Options", "nosniff");
                add("X-Frame-Options", "DENY");
            }
            "ok_www_authenticate" if response.status == 401 => {
                add("WWW-Authenticate", "Token realm=\"chat\"")
            }
            "ok_proxy" => {
                add("Via", "1.1 proxy");
                add("Server", "nginx");
                add("X-Request-Id", &format!("{:016x}", rand::thread_rng().r#gen::<u64>()));
            }
            "ok_cors" => add("Access-Control-Allow-Origin", "*"),
            "ok_keep_alive" => {
                add("Connection", "keep-alive");
                add("Keep-Alive", "timeout=5");
            }
            "ok_date" => {
                add("Date", "Fri, 27 Nov 2026 12:00:00 GMT");
                add("Vary", "Origin");
            }
            "http_cors" => {
                if let Some(origin) = request.header("origin") {
                    add("Access-Control-Allow-Origin", origin);
                    add("Access-Control-Allow-Credentials", "true");
                }
            }
            _ => (),
        }
        response.close |= self.is("ok_close") || !ok && response.status == 413;
    }

    async fn read_request(&self, stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at;
            }
            if buffer.len() > 65_536 || stream.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let headers: Vec<_> = lines
            .filter_map(|l| l.split_once(':'))
            .map(|(n, v)| (n.to_owned(), v.trim().to_owned()))
            .collect();
        let mut request =
            Request { method, path: path.to_owned(), query: query.to_owned(), headers, body: Vec::new() };
        if request.header("expect").is_some_and(|e| e.eq_ignore_ascii_case("100-continue")) {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
        }
        if request.header("transfer-encoding").is_some_and(|t| t.eq_ignore_ascii_case("chunked")) {
            loop {
                let line = loop {
                    if let Some(at) = buffer.windows(2).position(|w| w == b"\r\n") {
                        break at;
                    }
                    if stream.read_buf(buffer).await.ok()? == 0 {
                        return None;
                    }
                };
                let size = String::from_utf8_lossy(&buffer[..line]).into_owned();
                let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
                buffer.drain(..line + 2);
                if size > MAX_BODY || request.body.len() > MAX_BODY {
                    return None;
                }
                while buffer.len() < size + 2 {
                    if stream.read_buf(buffer).await.ok()? == 0 {
                        return None;
                    }
                }
                request.body.extend_from_slice(&buffer[..size]);
                buffer.drain(..size + 2);
                if size == 0 {
                    break;
                }
            }
            if self.is("parse_chunked") {
                request.body.clear();
            }
        } else {
            let length: usize = request.header("content-length").unwrap_or("0").parse().ok()?;
            if length > MAX_BODY {
                let _ = stream
                    .write_all(
                        b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    )
                    .await;
                return None;
            }
            while buffer.len() < length {
                if stream.read_buf(buffer).await.ok()? == 0 {
                    return None;
                }
            }
            request.body = buffer.drain(..length).collect();
        }
        Some(request)
    }

    async fn connection(&self, mut stream: TcpStream) -> Option<()> {
        let mut buffer = Vec::new();
        let mut earlier: Option<Vec<u8>> = None;
        loop {
            let request = self.read_request(&mut stream, &mut buffer).await?;
            let mut response = self.handle(&request);
            if response.status == 0 {
                return None;
            }
            self.finish(&request, &mut response);
            tokio::time::sleep(Duration::from_millis(response.delay)).await;
            let close = response.close
                || request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
            let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
            let chunked = self.is("ok_chunked") && request.method != "HEAD";
            let length = response.body.len() - if self.is("http_length") { 2 } else { 0 };
            match chunked {
                true => response.headers.push(("Transfer-Encoding", "chunked".to_owned())),
                false => response.headers.push(("Content-Length", length.to_string())),
            }
            if close {
                response.headers.retain(|h| h.0 != "Connection");
                response.headers.push(("Connection", "close".to_owned()));
            }
            for (name, value) in &response.headers {
                let name = match self.id {
                    "ok_lower_headers" => name.to_lowercase(),
                    "ok_upper_headers" => name.to_uppercase(),
                    _ => (*name).to_owned(),
                };
                head += &format!("{name}: {value}\r\n");
            }
            head += "\r\n";
            let mut body = response.body;
            if chunked {
                body =
                    [format!("{:x}\r\n", body.len()).into_bytes(), body, b"\r\n0\r\n\r\n".to_vec()].concat();
            }
            if request.method == "HEAD" && !self.is("http_head_body") {
                body.clear();
            }
            let mut message = [head.into_bytes(), body].concat();
            if self.is("http_mixed") {
                message = earlier.get_or_insert(message).clone();
            }
            if self.is("ok_split") {
                let at = message.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
                stream.write_all(&message[..at]).await.ok()?;
                tokio::time::sleep(Duration::from_millis(10)).await;
                stream.write_all(&message[at..]).await.ok()?;
            } else {
                stream.write_all(&message).await.ok()?;
            }
            if close {
                let _ = stream.shutdown().await;
                return Some(());
            }
        }
    }
}

fn not_allowed(allow: &str) -> Response {
    let body = json!({"success": false, "status": "error", "error": "Method Not Allowed", "message": "Method Not Allowed"});
    let mut response = reply(405, body);
    response.headers.push(("Allow", allow.to_owned()));
    response
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    }
}

/// Serves a variant until the task is dropped.
pub async fn serve(id: &'static str, listener: TcpListener) {
    let accounts: Vec<Value> = serde_json::from_str(ACCOUNTS).expect("the accounts file is valid");
    let server = Arc::new(Server { id, accounts, state: Mutex::default() });
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let server = server.clone();
        tokio::spawn(async move { server.connection(stream).await });
    }
}
