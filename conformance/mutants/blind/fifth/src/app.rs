//! The login server itself: accounts, sessions, lockout and the three endpoints.
//!
//! A variant switches its difference on by its id: `self.is("…")`.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Method;
use hyper::header::HeaderMap;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex as Gate;

use crate::accounts::{self, Account};
use crate::reply::Reply;
use crate::{crypto, variants, wire};

const ROUNDS: u32 = 60_000;
const TOKEN_LIFE: Duration = Duration::from_secs(90 * 86_400);
const TOKENS_PER_ACCOUNT: usize = 50;
const LOCK: Duration = Duration::from_secs(60);
const DEEP: usize = 500;

/// One request.
pub struct Call {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub remembered: Arc<Mutex<Option<usize>>>,
}

impl Call {
    /// The value of a header that came once.
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    }

    /// Type and parameters of the body, in lower case.
    fn media_type(&self) -> Option<(String, String)> {
        let text = self.header("content-type")?.to_ascii_lowercase();
        let (kind, parameters) = text.split_once(';').unwrap_or((&text, ""));
        Some((kind.trim().to_owned(), parameters.trim().to_owned()))
    }
}

pub struct App {
    pub variant: &'static str,
    base: String,
    rounds: u32,
    accounts: Vec<Account>,
    state: Mutex<State>,
    /// Attempts at one account are judged one after the other.
    gates: Vec<Gate<()>>,
    jwt_key: [u8; 32],
    token_start: String,
    counter: AtomicU64,
}

#[derive(Default)]
struct State {
    sessions: HashMap<[u8; 32], Session>,
    failures: HashMap<String, Failures>,
    used_steps: HashMap<usize, HashSet<u64>>,
    backup_codes: HashMap<usize, Vec<String>>,
    current: usize,
    cached: Option<(Instant, Value)>,
}

struct Session {
    token: String,
    account: usize,
    created: Instant,
    order: u64,
    personal: bool,
    ended: bool,
}

#[derive(Default)]
struct Failures {
    times: Vec<Instant>,
    locked_until: Option<Instant>,
}

#[derive(Default)]
struct Fields {
    user: Option<String>,
    password: Option<Secret>,
    code: Option<String>,
    resume: Option<String>,
    form: bool,
}

enum Secret {
    Text(String),
    /// Only the mutant `password_operator` takes objects.
    Operator(Map<String, Value>),
}

fn unauthorized() -> Reply {
    Reply::error(401, "Unauthorized", "Unauthorized")
}

fn not_logged_in() -> Reply {
    let text = "You must be logged in to do this.";
    Reply::error(401, text, text)
}

fn invalid(message: &str) -> Reply {
    Reply::error(400, "invalid-params", message)
}

impl App {
    pub fn new(variant: &'static str, base: &str) -> App {
        let rounds = if variant == "slow_hash" {
            ROUNDS * 8
        } else {
            ROUNDS
        };
        let accounts =
            accounts::load(|text, salt| crypto::stretch(&kept(variant, text), salt, rounds, false));
        let app = App {
            variant,
            base: base.to_owned(),
            rounds,
            accounts,
            state: Mutex::default(),
            gates: (0..256).map(|_| Gate::new(())).collect(),
            jwt_key: crypto::random(),
            token_start: crypto::base64url(&crypto::random::<32>())[..35].to_owned(),
            counter: AtomicU64::new(u64::from(u16::from_be_bytes(crypto::random()))),
        };
        for (account, data) in app.accounts.iter().enumerate() {
            let mut state = app.state();
            state
                .backup_codes
                .insert(account, data.backup_codes.clone());
            if let Some(token) = &data.personal_token {
                let session = app.session(token.clone(), account, true);
                state.sessions.insert(app.token_key(token), session);
            }
        }
        app
    }

    pub fn is(&self, id: &str) -> bool {
        debug_assert!(variants::find(id).is_some(), "no variant {id}");
        self.variant == id
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under the lock")
    }

    pub async fn answer(self: Arc<Self>, call: Call) -> Reply {
        let method = call.method.as_str();
        let known = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE",
        ];
        if !known.contains(&method) {
            return Reply::error(501, "not-implemented", "Not Implemented");
        }
        let Some(allow) = allowed(&call.path, &self) else {
            return Reply::error(404, "not-found", "Not Found");
        };
        match (call.path.as_str(), method) {
            (_, "OPTIONS") => Reply {
                status: 204,
                headers: Vec::new(),
                body: None,
            }
            .with("allow", allow),
            ("/api/v1/login", "POST") => self.login(call).await,
            ("/api/v1/me", "GET" | "HEAD") => self.me(&call),
            ("/api/v1/logout", "POST") => self.logout(&call),
            ("/api/v1/logout", "GET") if !self.is("no_get_logout") => self.logout(&call),
            _ => Reply::error(405, "method-not-allowed", "Method Not Allowed").with("allow", allow),
        }
    }

    // ---- POST /api/v1/login ----

    async fn login(self: Arc<Self>, call: Call) -> Reply {
        let fields = match self.fields(&call) {
            Ok(fields) => fields,
            Err(reply) => return reply,
        };
        let typed = fields.user.clone();
        let reply = match &fields.resume {
            Some(_) if fields.user.is_some() || fields.password.is_some() => {
                invalid("Send either user and password, or resume alone")
            }
            Some(token) => self.resume(token),
            None => self.clone().judge(&call, fields).await,
        };
        if self.is("header_injection")
            && let Some(user) = typed
        {
            let hex = crypto::hex(user.as_bytes());
            return reply.with("x-login-user", format!("{0}{hex}{0}", wire::MARK));
        }
        reply
    }

    /// Reads the body.
    fn fields(&self, call: &Call) -> Result<Fields, Reply> {
        let body = &call.body[..];
        if body.is_empty() {
            if self.is("query_credentials") {
                return self.typed(form(call.query.as_bytes(), true), false, call);
            }
            return Ok(Fields::default());
        }
        let unsupported = || Reply::error(415, "unsupported-media-type", "Unsupported Media Type");
        if call.headers.contains_key("content-encoding") {
            return Err(unsupported().with("accept-encoding", "identity"));
        }
        let (kind, parameters) = call
            .media_type()
            .unwrap_or_else(|| ("application/json".into(), String::new()));
        if self.is("charset_refused") && !parameters.is_empty() {
            return Err(unsupported());
        }
        match kind.as_str() {
            "application/json" => {}
            "application/x-www-form-urlencoded" if !self.is("no_form") => {
                return self.typed(form(body, !self.is("form_plus_kept")), true, call);
            }
            _ => return Err(unsupported()),
        }
        if self.is("deep_json_kills")
            && body.iter().filter(|b| matches!(b, b'[' | b'{')).count() > DEEP
        {
            // What an overflowing stack does.
            std::process::abort();
        }
        let mut text = body.to_vec();
        if self.is("json_escape_unread") {
            text = String::from_utf8_lossy(body)
                .replace("\\u", "\\\\u")
                .into_bytes();
        }
        let mut message = "The body is not JSON".to_owned();
        let value = serde_json::from_slice::<Value>(&text).map_err(|_| {
            if self.is("error_echoes_body") {
                message = format!("The body is not JSON: {}", String::from_utf8_lossy(body));
            }
            invalid(&message)
        })?;
        match value {
            Value::Object(members) => self.typed(members, false, call),
            _ => Err(invalid("The body must be a JSON object")),
        }
    }

    /// Checks the types of the members.
    fn typed(
        &self,
        mut members: Map<String, Value>,
        form: bool,
        call: &Call,
    ) -> Result<Fields, Reply> {
        let mut text = |name: &str| match members.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(n)) if name == "code" && self.is("code_as_number") => {
                Ok(n.as_u64().map(|n| format!("{n:06}")))
            }
            Some(Value::Object(operators))
                if name == "password" && self.is("password_operator") =>
            {
                Err(Ok(operators))
            }
            Some(_) => Err(Err(invalid(&format!("{name} must be a string")))),
        };
        let plain = |got: Result<Option<String>, Result<Map<String, Value>, Reply>>| match got {
            Ok(text) => Ok(text),
            Err(Err(reply)) => Err(reply),
            Err(Ok(_)) => Ok(None),
        };
        let user = plain(text("user"))?;
        let password = match text("password") {
            Ok(text) => text.map(Secret::Text),
            Err(Ok(operators)) => Some(Secret::Operator(operators)),
            Err(Err(reply)) => return Err(reply),
        };
        let code = plain(text("code"))?.or(call.header("x-2fa-code").map(str::to_owned));
        let resume = plain(text("resume"))?;
        Ok(Fields {
            user,
            password,
            code,
            resume,
            form,
        })
    }

    fn resume(&self, token: &str) -> Reply {
        let mut state = self.state();
        let after_logout = self.is("resume_after_logout");
        let account = match state.sessions.get_mut(&self.token_key(token)) {
            Some(session) if self.alive(session) || after_logout => {
                session.ended = false;
                Some(session.account)
            }
            Some(_) => None,
            None => self.unsigned(token),
        };
        match account {
            Some(account) if self.accounts[account].active => {
                let mut reply = self.success(account, token);
                if self.is("resume_without_me") {
                    let body = reply.body.as_mut().expect("a body");
                    body["data"]
                        .as_object_mut()
                        .expect("an object")
                        .remove("me");
                }
                reply
            }
            _ => unauthorized(),
        }
    }

    /// Judges user, password and code.
    async fn judge(self: Arc<Self>, call: &Call, fields: Fields) -> Reply {
        let (Some(user), Some(password)) = (fields.user, fields.password) else {
            return unauthorized();
        };
        let mut user = user;
        let mut quoted_out = false;
        if self.is("sql_quote") && user.contains('\'') {
            let Some(name) = sql(&user) else {
                return Reply::error(
                    500,
                    "internal",
                    "syntax error in query: SELECT * FROM users WHERE username = '…'",
                );
            };
            quoted_out = true;
            user = name.unwrap_or_else(|| self.accounts[0].username.clone());
        }
        let found = self.find(&user);
        let key = self.failure_key(call, &user, found);
        let before = self
            .is("parallel_login_lost")
            .then(|| self.tokens_of(found));
        let mut gate = if self.is("lockout_race") {
            None
        } else {
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            let at = hasher.finish() as usize % self.gates.len();
            Some(self.gates[at].lock().await)
        };
        let lockable = found.is_some() || !self.is("enum_by_lock");
        let locked = if lockable { self.locked(&key) } else { None };
        if let Some(rest) = locked
            && !self.is("lockout_lets_right_password_in")
        {
            return self.blocked(rest);
        }
        if self.is("second_factor_first")
            && let Some(account) = found
            && self.accounts[account].totp.is_some()
            && fields.code.is_none()
        {
            return second_factor("totp-required", "TOTP Required");
        }
        if self.is("concurrent_logins_mixed")
            && let Some(account) = found
        {
            self.state().current = account;
        }
        let right = quoted_out && found.is_some() || self.clone().check(found, password).await;
        let Some(account) = found.filter(|_| right) else {
            if let Some(rest) = locked {
                return self.blocked(rest);
            }
            if lockable {
                self.fail(&key, found);
            }
            if self.is("unknown_user_told") && found.is_none() {
                return Reply::error(401, "Unauthorized", "User not found");
            }
            return unauthorized();
        };
        let data = &self.accounts[account];
        let enters = data.active || self.is("inactive_by_email") && user.contains('@');
        if !enters {
            return Reply::refusal(
                "error-user-is-not-activated",
                "User is not activated",
                json!({"function": "Accounts.validateLoginAttempt"}),
            );
        }
        let skipped = self.is("form_skips_second_factor") && fields.form
            || self.is("empty_code_skips") && fields.code.as_deref() == Some("");
        if data.totp.is_some() && !skipped {
            let code = fields.code.unwrap_or_default();
            if code.is_empty() {
                return second_factor("totp-required", "TOTP Required");
            }
            if self.is("backup_code_race") {
                gate = None;
            }
            if !self.check_code(account, &code).await {
                if !self.is("code_guessing_unlimited") {
                    self.fail(&key, found);
                }
                return second_factor("totp-invalid", "TOTP Invalid");
            }
        }
        if !self.is("success_does_not_reset") {
            self.state().failures.remove(&key);
        }
        let account = if self.is("concurrent_logins_mixed") {
            self.state().current
        } else {
            account
        };
        let token = self.new_session(account, call, before);
        drop(gate);
        if self.is("connection_remembers_login") {
            *call.remembered.lock().expect("no panic") = Some(account);
        }
        self.success(account, &token)
    }

    /// The account of a user name or an e-mail address.
    fn find(&self, typed: &str) -> Option<usize> {
        let position = |test: &dyn Fn(&Account) -> bool| self.accounts.iter().position(test);
        if typed.contains('@') {
            return position(&|a| a.email.eq_ignore_ascii_case(typed));
        }
        position(&|a| a.username == typed)
            .or_else(|| position(&|a| a.username.eq_ignore_ascii_case(typed)))
    }

    /// Is it the password? Takes the same time with and without an account.
    async fn check(self: Arc<Self>, found: Option<usize>, password: Secret) -> bool {
        let work = move || {
            let account = found.map(|at| &self.accounts[at]);
            let password = match password {
                Secret::Text(text) => text,
                Secret::Operator(operators) => {
                    return account.is_some_and(|a| a.hash.is_some()) && matches(&operators);
                }
            };
            if self.is("empty_password_of_bot") && password.is_empty() {
                return account.is_some_and(|a| a.hash.is_none());
            }
            if account.is_none() && self.is("enum_by_time") {
                return false;
            }
            let salt = account.map_or([7; 16], |a| a.salt);
            let naive = self.is("long_password_slow");
            let hash = crypto::stretch(&kept(self.variant, &password), &salt, self.rounds, naive);
            account
                .and_then(|a| a.hash)
                .is_some_and(|want| crypto::same(&hash, &want))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }

    /// Is it the second factor? A right code is used up.
    async fn check_code(&self, account: usize, code: &str) -> bool {
        let now = crypto::unix_now() / 30;
        let reach = if self.is("totp_wide_window") { 20 } else { 1 };
        let step = (now - reach..=now + reach).find(|step| {
            self.accounts.iter().enumerate().any(|(at, data)| {
                (at == account || self.is("code_of_other_account"))
                    && data.totp.as_ref().is_some_and(|secret| {
                        crypto::same(crypto::totp(secret, *step).as_bytes(), code.as_bytes())
                    })
            })
        });
        if let Some(step) = step {
            let mut state = self.state();
            let used = state.used_steps.entry(account).or_default();
            used.retain(|old| old + 50 > now);
            return used.insert(step) || self.is("totp_replay");
        }
        let place = |state: &State| {
            let codes = &state.backup_codes[&account];
            codes
                .iter()
                .position(|c| crypto::same(c.as_bytes(), code.as_bytes()))
        };
        let found = place(&self.state());
        if self.is("backup_code_race") && found.is_some() {
            tokio::time::sleep(Duration::from_millis(150)).await;
            self.state()
                .backup_codes
                .entry(account)
                .or_default()
                .retain(|c| c != code);
            return true;
        }
        if self.is("backup_code_reusable") {
            return found.is_some();
        }
        let mut state = self.state();
        let Some(at) = place(&state) else {
            return false;
        };
        state.backup_codes.entry(account).or_default().remove(at);
        true
    }

    // ---- lockout ----

    fn failure_key(&self, call: &Call, typed: &str, found: Option<usize>) -> String {
        if self.is("lockout_by_typed_name") {
            return typed.to_owned();
        }
        let mut key = match found {
            Some(account) => self.accounts[account].id.clone(),
            None => format!("?{}", typed.to_lowercase()),
        };
        if self.is("forwarded_for_escapes_lock")
            && let Some(address) = call.header("x-forwarded-for")
        {
            key.push_str(address);
        }
        key
    }

    fn limit(&self) -> usize {
        match self.variant {
            "strict_lockout" => 5,
            "loose_lockout" => 25,
            _ => 10,
        }
    }

    /// How long the account stays locked.
    fn locked(&self, key: &str) -> Option<Duration> {
        let until = self.state().failures.get(key)?.locked_until?;
        let rest = until.checked_duration_since(Instant::now())?;
        (!self.is("lockout_absent")).then_some(rest)
    }

    fn blocked(&self, rest: Duration) -> Reply {
        let mut reply = Reply::refusal(
            "error-login-blocked-for-user",
            "Login has been temporarily blocked For User",
            json!({"function": "Accounts.validateLoginAttempt"}),
        );
        if self.is("lock_as_429") {
            reply.status = 429;
            reply = reply.with("retry-after", (rest.as_secs() + 1).to_string());
        }
        reply
    }

    fn fail(&self, key: &str, found: Option<usize>) {
        let now = Instant::now();
        let mut state = self.state();
        if state.failures.len() > 10_000 {
            state.failures.retain(|_, f| {
                f.locked_until.is_some_and(|until| until > now)
                    || f.times.iter().any(|time| now - *time < LOCK)
            });
        }
        let failures = state.failures.entry(key.to_owned()).or_default();
        failures.times.retain(|time| now - *time < LOCK);
        failures.times.push(now);
        if failures.times.len() >= self.limit() {
            failures.times.clear();
            failures.locked_until = Some(now + LOCK);
        }
        if self.is("failure_kills_sessions") {
            state
                .sessions
                .retain(|_, s| s.personal || Some(s.account) != found);
        }
    }

    // ---- sessions ----

    fn session(&self, token: String, account: usize, personal: bool) -> Session {
        Session {
            token,
            account,
            created: Instant::now(),
            order: self.counter.fetch_add(1, Ordering::Relaxed),
            personal,
            ended: false,
        }
    }

    fn token_key(&self, token: &str) -> [u8; 32] {
        if self.is("token_any_case") {
            return crypto::sha256(token.to_lowercase().as_bytes());
        }
        crypto::sha256(token.as_bytes())
    }

    fn alive(&self, session: &Session) -> bool {
        let life = if self.is("token_expires_early") {
            Duration::from_secs(5)
        } else {
            TOKEN_LIFE
        };
        !session.ended && (session.personal || session.created.elapsed() < life)
    }

    fn tokens_of(&self, account: Option<usize>) -> HashSet<[u8; 32]> {
        let state = self.state();
        let all = state.sessions.iter();
        all.filter(|(_, s)| Some(s.account) == account)
            .map(|(key, _)| *key)
            .collect()
    }

    fn new_session(
        &self,
        account: usize,
        call: &Call,
        before: Option<HashSet<[u8; 32]>>,
    ) -> String {
        let mut state = self.state();
        let mine = |s: &&Session| s.account == account && !s.personal && self.alive(s);
        if self.is("one_token_per_account")
            && let Some(session) = state.sessions.values().find(mine)
        {
            return session.token.clone();
        }
        let offered = call
            .header("x-auth-token")
            .filter(|t| (20..=128).contains(&t.len()));
        let token = match offered {
            Some(token) if self.is("session_fixation") => token.to_owned(),
            _ => self.new_token(account),
        };
        if let Some(before) = before {
            // The list as it was before the hash is written back.
            state
                .sessions
                .retain(|key, s| s.account != account || before.contains(key));
        }
        let session = self.session(token.clone(), account, false);
        state.sessions.insert(self.token_key(&token), session);
        let mut orders: Vec<_> = state
            .sessions
            .values()
            .filter(mine)
            .map(|s| s.order)
            .collect();
        if orders.len() > TOKENS_PER_ACCOUNT {
            orders.sort_unstable();
            let oldest = orders[orders.len() - TOKENS_PER_ACCOUNT];
            state
                .sessions
                .retain(|_, s| s.account != account || s.personal || s.order >= oldest);
        }
        token
    }

    fn new_token(&self, account: usize) -> String {
        match self.variant {
            "token_counter" => {
                let next = self.counter.fetch_add(1, Ordering::Relaxed);
                format!("{}{next:08x}", self.token_start)
            }
            "uuid_tokens" => crypto::uuid(),
            "jwt_tokens" | "jwt_alg_none" => crypto::jwt(&self.jwt_key, &self.accounts[account].id),
            _ => crypto::base64url(&crypto::random::<32>()),
        }
    }

    /// The mutant `jwt_alg_none` believes tokens that say they are not signed.
    fn unsigned(&self, token: &str) -> Option<usize> {
        if !self.is("jwt_alg_none") {
            return None;
        }
        let mut parts = token.split('.');
        let mut part =
            || serde_json::from_slice::<Value>(&crypto::unbase64url(parts.next()?)?).ok();
        let (head, claims) = (part()?, part()?);
        let none = head["alg"].as_str()?.eq_ignore_ascii_case("none");
        self.accounts
            .iter()
            .position(|a| none && claims["sub"] == a.id.as_str())
    }

    /// The account of the two login headers.
    fn caller(&self, call: &Call) -> Option<usize> {
        let found = || {
            let id = call.header("x-user-id")?;
            let token = call.header("x-auth-token")?;
            let account = match self.state().sessions.get(&self.token_key(token)) {
                Some(session) => self.alive(session).then_some(session.account)?,
                None => self.unsigned(token)?,
            };
            let data = &self.accounts[account];
            if self.is("me_trusts_user_id") && call.path == "/api/v1/me" {
                return self.accounts.iter().position(|a| a.id == id);
            }
            (data.active && crypto::same(data.id.as_bytes(), id.as_bytes())).then_some(account)
        };
        let account = found();
        if account.is_none() && self.is("connection_remembers_login") {
            return *call.remembered.lock().expect("no panic");
        }
        account
    }

    // ---- GET /api/v1/me, GET and POST /api/v1/logout ----

    fn me(&self, call: &Call) -> Reply {
        let Some(account) = self.caller(call) else {
            return not_logged_in();
        };
        let mut me = self.user(account);
        me["success"] = json!(true);
        if self.is("me_leaks_hash")
            && let Some(hash) = self.accounts[account].hash
        {
            me["services"]["password"]["pbkdf2"] = json!(format!(
                "$pbkdf2-sha256${}${}${}",
                self.rounds,
                crypto::base64url(&self.accounts[account].salt),
                crypto::base64url(&hash)
            ));
        }
        if self.is("me_cache_mixed") {
            let mut state = self.state();
            match &state.cached {
                Some((at, kept)) if at.elapsed() < Duration::from_secs(2) => me = kept.clone(),
                _ => state.cached = Some((Instant::now(), me.clone())),
            }
        }
        Reply::new(200, me)
    }

    fn logout(&self, call: &Call) -> Reply {
        let Some(account) = self.caller(call) else {
            return not_logged_in();
        };
        if self.is("logout_needs_body")
            && call.method == Method::POST
            && call
                .media_type()
                .is_some_and(|(kind, _)| kind == "application/json")
            && serde_json::from_slice::<Value>(&call.body).is_err()
        {
            return invalid("The body is not JSON");
        }
        let mut key = self.token_key(call.header("x-auth-token").unwrap_or(""));
        let mut state = self.state();
        if self.is("logout_ends_newest") {
            let mine = state.sessions.iter().filter(|(_, s)| s.account == account);
            if let Some((newest, _)) = mine.max_by_key(|(_, s)| s.order) {
                key = *newest;
            }
        }
        if self.is("resume_after_logout") {
            if let Some(session) = state.sessions.get_mut(&key) {
                session.ended = true;
            }
        } else if !(self.is("get_logout_keeps_session") && call.method == Method::GET) {
            state.sessions.remove(&key);
        }
        Reply::new(
            200,
            json!({"status": "success", "data": {"message": "You've been logged out!"}}),
        )
    }

    // ---- bodies ----

    fn success(&self, account: usize, token: &str) -> Reply {
        let id = &self.accounts[account].id;
        let mut body = json!({
            "status": "success",
            "data": {"userId": id, "authToken": token, "me": self.user(account)},
        });
        if self.is("user_id_differs") {
            body["data"]["me"]["_id"] = json!(id.chars().rev().collect::<String>());
        }
        if self.is("extra_members") {
            body["success"] = json!(true);
            body["data"]["tokenExpires"] = json!(crypto::unix_now() + 90 * 86_400);
            body["data"]["me"]["nickname"] = json!("Al");
            body["data"]["me"]["language"] = json!("en");
            body["data"]["me"]["customFields"] = json!({"team": "red", "desk": 12.5});
        }
        let reply = Reply::new(200, body);
        if self.is("login_cacheable") {
            return reply
                .with("cache-control", "public, max-age=300")
                .with("pragma", "cache");
        }
        reply
    }

    fn user(&self, account: usize) -> Value {
        let data = &self.accounts[account];
        let mut services = json!({"password": {"exists": data.hash.is_some()}});
        if data.totp.is_some() {
            services["totp"] = json!({"enabled": true});
        }
        let mut user = json!({
            "_id": data.id,
            "name": data.name,
            "username": data.username,
            "emails": [{"address": data.email, "verified": true}],
            "email": data.email,
            "status": "offline",
            "statusConnection": "offline",
            "utcOffset": 0,
            "active": data.active,
            "roles": [if data.bot { "bot" } else { "user" }],
            "settings": {"profile": {}, "preferences": {}, "calendar": {}},
            "services": services,
            "isOAuthUser": false,
            "avatarUrl": format!("{}/avatar/{}", self.base, data.username),
        });
        if self.is("utc_offset_string") {
            user["utcOffset"] = json!("0");
        }
        user
    }
}

fn allowed(path: &str, app: &App) -> Option<&'static str> {
    match path {
        "/api/v1/login" => Some("POST, OPTIONS"),
        "/api/v1/me" => Some("GET, HEAD, OPTIONS"),
        "/api/v1/logout" if app.is("no_get_logout") => Some("POST, OPTIONS"),
        "/api/v1/logout" => Some("GET, POST, OPTIONS"),
        _ => None,
    }
}

fn second_factor(error: &str, message: &str) -> Reply {
    Reply::refusal(
        error,
        message,
        json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]}),
    )
}

/// What is kept of a password before the hash: all of it.
fn kept(variant: &str, password: &str) -> Vec<u8> {
    let bytes = password.as_bytes();
    match variant {
        "password_truncated" => bytes[..bytes.len().min(16)].to_vec(),
        "password_any_case" => password.to_lowercase().into_bytes(),
        _ => bytes.to_vec(),
    }
}

/// A condition as a document database takes it. Each password is longer than
/// the text that an attacker compares with.
fn matches(operators: &Map<String, Value>) -> bool {
    !operators.is_empty()
        && operators.iter().all(|(name, value)| match name.as_str() {
            "$ne" => true,
            "$gt" | "$gte" => value.as_str().is_some_and(str::is_empty),
            "$exists" => value == &json!(true),
            "$regex" => matches!(
                value.as_str(),
                Some("" | ".*" | ".+" | "^" | "^.*" | "^.*$")
            ),
            _ => false,
        })
}

/// Puts the name between quotes into a query, and reads what comes of it:
/// `Some(Some(name))` is one account, `Some(None)` the first of all.
fn sql(typed: &str) -> Option<Option<String>> {
    let (name, rest) = typed.split_once('\'')?;
    let rest = rest.trim().to_lowercase();
    let comment = ["--", "#", "/*"].iter().find_map(|mark| rest.find(mark))?;
    let condition = rest[..comment].trim();
    if condition.is_empty() {
        return Some(Some(name.to_owned()));
    }
    condition.starts_with("or ").then_some(None)
}

/// Reads `application/x-www-form-urlencoded`; the last of equal names counts.
fn form(body: &[u8], plus_is_blank: bool) -> Map<String, Value> {
    let decode = |part: &[u8]| {
        let mut out = Vec::with_capacity(part.len());
        let mut at = 0;
        while at < part.len() {
            let digits = part
                .get(at + 1..at + 3)
                .and_then(|d| std::str::from_utf8(d).ok());
            let byte = digits
                .filter(|d| part[at] == b'%' && d.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|d| u8::from_str_radix(d, 16).ok());
            match (byte, part[at]) {
                (Some(byte), _) => {
                    out.push(byte);
                    at += 2;
                }
                (None, b'+') if plus_is_blank => out.push(b' '),
                (None, other) => out.push(other),
            }
            at += 1;
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    body.split(|b| *b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let value = pair.get(equals + 1..).unwrap_or(b"");
            (decode(&pair[..equals]), Value::String(decode(value)))
        })
        .collect()
}
