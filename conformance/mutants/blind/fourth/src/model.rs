//! Accounts, sessions, failures, tokens and one-time codes.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand::Rng;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub struct Account {
    pub id: String,
    pub username: String,
    pub email: String,
    pub password: Option<String>,
    pub hash: Option<[u8; 32]>,
    pub name: String,
    pub active: bool,
    pub roles: Value,
    pub utc_offset: i64,
    pub totp: Option<Vec<u8>>,
}

#[derive(Clone)]
pub struct Session {
    pub token: String,
    pub user: String,
    pub created: Instant,
    pub personal: bool,
    pub resume_only: bool,
}

#[derive(Default)]
pub struct Failures {
    pub times: Vec<Instant>,
    pub locked_until: Option<Instant>,
}

#[derive(Default)]
pub struct Changing {
    pub sessions: Vec<Session>,
    pub failures: HashMap<String, Failures>,
    pub used_steps: HashSet<(String, u64)>,
    pub backup_codes: HashSet<(String, String)>,
    pub roles: HashMap<String, Value>,
    pub counter: u64,
    pub cached_me: Option<(Instant, Value)>,
    pub calls: HashMap<String, Vec<Instant>>,
}

pub struct State {
    pub variant: String,
    pub base: String,
    pub accounts: Vec<Account>,
    pub changing: Mutex<Changing>,
    pub login_locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    pub token_prefix: String,
    pub jwt_key: [u8; 32],
}

impl State {
    pub fn new(variant: &str, base: &str) -> Arc<Self> {
        let listed: Vec<Value> = serde_json::from_str(include_str!("../ACCOUNTS.json")).expect("accounts");
        let mut listed = listed;
        if variant == "default_admin" {
            listed.push(json!({"username": "admin", "email": "admin@login.example", "password": "admin", "name": "Administrator",
                "userId": "zA2dMn4TrQwEp6YsX", "roles": ["admin"], "utcOffset": 0, "active": true, "type": "user"}));
        }
        let mut changing = Changing::default();
        let iterations = if variant == "slow_hash" { SLOW } else { NORMAL };
        let accounts: Vec<Account> = listed
            .iter()
            .map(|a| {
                let text = |key: &str| a[key].as_str().map(str::to_owned);
                let id = text("userId").expect("an id");
                for code in a["backupCodes"].as_array().into_iter().flatten() {
                    changing.backup_codes.insert((id.clone(), code.as_str().expect("a code").to_owned()));
                }
                if let Some(token) = text("personalAccessToken") {
                    changing.sessions.push(Session {
                        token,
                        user: id.clone(),
                        created: Instant::now(),
                        personal: true,
                        resume_only: false,
                    });
                }
                let password = text("password");
                Account {
                    hash: password.as_deref().map(|p| stretch(&hex(&Sha256::digest(p)), &id, iterations)),
                    id,
                    username: text("username").expect("a user name"),
                    email: text("email").expect("an address"),
                    password,
                    name: text("name").expect("a name"),
                    active: a["active"] == true,
                    roles: a["roles"].clone(),
                    utc_offset: a["utcOffset"].as_i64().expect("an offset"),
                    totp: text("totpSecretHex").map(|s| unhex(&s)),
                }
            })
            .collect();
        Arc::new(Self {
            variant: variant.to_owned(),
            base: base.to_owned(),
            accounts,
            changing: Mutex::new(changing),
            login_locks: Mutex::default(),
            token_prefix: random_text(33),
            jwt_key: rand::rng().random(),
        })
    }

    pub fn on(&self, id: &str) -> bool {
        self.variant == id
    }

    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|a| a.id == id)
    }

    pub fn iterations(&self) -> u32 {
        if self.on("slow_hash") { SLOW } else { NORMAL }
    }

    /// A user name or, with `@`, an e-mail address.
    pub fn find(&self, identity: &str) -> Option<&Account> {
        if identity.contains('@') {
            if self.on("email_not_accepted") {
                return None;
            }
            return self.accounts.iter().find(|a| a.email.eq_ignore_ascii_case(identity));
        }
        if self.on("ldap_wildcard_user") && identity.contains('*') {
            let (head, tail) = identity.split_once('*').expect("a star");
            let mut found = self.accounts.iter().filter(|a| a.username.starts_with(head) && a.username.ends_with(tail));
            return found.next().filter(|_| found.next().is_none());
        }
        self.accounts.iter().find(|a| a.username.eq_ignore_ascii_case(identity))
    }

    pub fn new_token(&self, account: &Account, changing: &mut Changing) -> String {
        changing.counter += 1;
        match self.variant.as_str() {
            "token_sequential" => format!("{}{:010}", self.token_prefix, 1000 + changing.counter),
            "token_constant" => URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{}{}", self.token_prefix, account.id))),
            "token_short" => format!("{:06x}", rand::rng().random_range(0..0x100_0000)),
            "token_embeds_password" => URL_SAFE_NO_PAD.encode(format!(
                "{}:{}:{}",
                account.username,
                account.password.as_deref().unwrap_or(""),
                random_text(12)
            )),
            "uuid_tokens" => {
                let mut b: [u8; 16] = rand::rng().random();
                b[6] = b[6] & 0x0f | 0x40;
                b[8] = b[8] & 0x3f | 0x80;
                let h = hex(&b);
                format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
            }
            "jwt_tokens" | "jwt_alg_none" => {
                let now = unix();
                let claims = json!({"sub": account.id, "iat": now, "exp": now + 90 * 86400, "jti": random_text(22)});
                let signed = format!(
                    "{}.{}",
                    URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#),
                    URL_SAFE_NO_PAD.encode(claims.to_string())
                );
                let mut mac = Hmac::<Sha256>::new_from_slice(&self.jwt_key).expect("a key");
                mac.update(signed.as_bytes());
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
            }
            _ => random_text(43),
        }
    }

    /// The session of a token, or none.
    pub fn session(&self, token: &str) -> Option<Session> {
        if self.on("jwt_alg_none")
            && let Some(user) = unsigned_subject(token)
            && self.account(&user).is_some()
        {
            return Some(Session {
                token: token.to_owned(),
                user,
                created: Instant::now(),
                personal: false,
                resume_only: false,
            });
        }
        let changing = self.changing.lock().expect("unpoisoned");
        let same = |s: &&Session| {
            s.token == token || self.on("token_case_folded") && s.token.eq_ignore_ascii_case(token)
        };
        changing.sessions.iter().rev().find(same).cloned().filter(|s| {
            s.personal || !self.on("token_dies_early") || s.created.elapsed() < Duration::from_secs(5)
        })
    }

    pub fn key_of_failures(&self, identity: &str, account: Option<&Account>, forwarded: &str) -> String {
        let key = account.map_or_else(|| identity.to_lowercase(), |a| a.id.clone());
        match self.variant.as_str() {
            "lockout_global" => String::new(),
            "lockout_per_spelling" => identity.to_owned(),
            "forwarded_for_evades_lockout" => format!("{key} {forwarded}"),
            _ => key,
        }
    }

    pub fn locked(&self, key: &str) -> bool {
        let changing = self.changing.lock().expect("unpoisoned");
        let until = changing.failures.get(key).and_then(|f| f.locked_until);
        until.is_some_and(|until| self.on("lockout_never_ends") || until > Instant::now())
    }

    pub fn note_failure(&self, key: &str, account: Option<&Account>) {
        if self.on("no_lockout") || self.on("lockout_only_known") && account.is_none() {
            return;
        }
        let limit = match self.variant.as_str() {
            "strict_lockout" => 5,
            "loose_lockout" => 30,
            _ => 10,
        };
        let now = Instant::now();
        let mut changing = self.changing.lock().expect("unpoisoned");
        if let Some(account) = account
            && self.on("failed_login_ends_sessions")
        {
            changing.sessions.retain(|s| s.personal || s.user != account.id);
        }
        let failures = changing.failures.entry(key.to_owned()).or_default();
        failures.times.retain(|t| now - *t < Duration::from_secs(60));
        failures.times.push(now);
        if failures.times.len() >= limit {
            failures.times.clear();
            failures.locked_until = Some(now + Duration::from_secs(60));
        }
    }

    pub fn forget_failures(&self, key: &str) {
        if !self.on("failures_never_reset") {
            self.changing.lock().expect("unpoisoned").failures.remove(key);
        }
    }
}

/// The subject of a JWT whose header says `"alg":"none"`.
fn unsigned_subject(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let mut json = || -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next()?.trim_end_matches('=')).ok()?).ok()
    };
    let (header, claims) = (json()?, json()?);
    let none = header["alg"].as_str()?.eq_ignore_ascii_case("none");
    none.then(|| claims["sub"].as_str().map(str::to_owned))?
}

const NORMAL: u32 = 40_000;
const SLOW: u32 = 280_000;

pub fn stretch(input: &str, salt: &str, iterations: u32) -> [u8; 32] {
    let start = Hmac::<Sha256>::new_from_slice(input.as_bytes()).expect("any length");
    let mut mac = start.clone();
    mac.update(salt.as_bytes());
    mac.update(&1_u32.to_be_bytes());
    let mut block: [u8; 32] = mac.finalize().into_bytes().into();
    let mut sum = block;
    for _ in 1..iterations {
        let mut mac = start.clone();
        mac.update(&block);
        block = mac.finalize().into_bytes().into();
        for (s, b) in sum.iter_mut().zip(block) {
            *s ^= b;
        }
    }
    sum
}

/// Six digits after RFC 6238 with HMAC-SHA-1.
pub fn totp(secret: &[u8], step: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any length");
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes(sum[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

pub fn unix() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

pub fn random_text(length: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(letters[rng.random_range(0..64)])).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).expect("hexadecimal") as u8).collect();
    digits.chunks(2).map(|d| d[0] << 4 | d[1]).collect()
}

pub fn like_bcrypt(hash: &[u8; 32]) -> String {
    let mut text = STANDARD.encode([&hash[..], &hash[..8]].concat()).replace(['+', '='], ".");
    text.truncate(53);
    format!("$2b$10${text}")
}
