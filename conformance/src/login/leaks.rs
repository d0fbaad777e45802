//! Checks that no response holds secrets or internal details, and that no response with a token is
//! cacheable.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use login_spec::embedded;

use super::accounts::Account;
use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{case::Case, response::Response},
    redact,
    transform::Digest,
};

/// Prefixes of password hashes, and names of members that hold one.
const HASHES: [&str; 10] = [
    "$2a$",
    "$2b$",
    "$2y$",
    "$argon2",
    "$scrypt",
    "$pbkdf2",
    "{SSHA}",
    "\"bcrypt\":",
    "\"passwordHash\":",
    "\"password_hash\":",
];
/// Texts of stack traces, queries and internal paths. No proper response of a login holds one.
const INTERNALS: [&str; 14] = [
    "panicked at",
    "Traceback (most recent call last)",
    "node_modules/",
    "\\n    at ",
    "\n    at ",
    "stack backtrace",
    "SQLITE_",
    "SQLSTATE",
    "syntax error at or near",
    "MongoError",
    "MongoServerError",
    "SELECT * FROM",
    "RUST_BACKTRACE",
    ".rs:",
];

/// The most patterns for a DFA. An account has about twenty patterns.
const MAX_DFA_PATTERNS: usize = 1000;

/// Searches responses for secrets, data of other accounts, and internal details.
pub(super) struct Leaks {
    accounts: Vec<Watched>,
    /// Finds every pattern but tokens in one pass over a response. The patterns together are much longer
    /// than a response.
    finder: AhoCorasick,
    /// The meaning of each pattern of the finder.
    patterns: Vec<Pattern>,
    tokens: Mutex<Tokens>,
    /// The codes of the present steps, each with its account.
    codes: Mutex<(u64, Vec<(String, String)>)>,
}

struct Watched {
    username: String,
    /// The secrets in every encoding. Only those that no proper response would hold.
    secrets: Vec<String>,
    /// Texts that only responses about this account may hold.
    marks: Vec<String>,
}

/// The meaning of a pattern. Each number is an index into the list of accounts or of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pattern {
    SecretOf(usize),
    MarkOf(usize),
    Hash(usize),
    Internal(usize),
}

/// The tokens that are in use.
#[derive(Default)]
struct Tokens {
    known: Vec<String>,
    /// Finds the known tokens; `None` if a token was added since the last search.
    finder: Option<Arc<TokenFinder>>,
}

/// A finder, and the tokens in the order of its patterns.
type TokenFinder = (AhoCorasick, Vec<String>);

impl Leaks {
    /// Searches for the secrets and the e-mail addresses of these accounts.
    ///
    /// # Panics
    ///
    /// If there are more accounts than a matcher can hold, which no accounts file comes near.
    pub(super) fn new(accounts: &[Account]) -> Self {
        let accounts: Vec<_> = accounts.iter().map(Watched::new).collect();
        let mut patterns: Vec<(&str, Pattern)> = Vec::new();
        for (at, account) in accounts.iter().enumerate() {
            patterns.extend(account.secrets.iter().map(|text| (&**text, Pattern::SecretOf(at))));
            patterns.extend(account.marks.iter().map(|text| (&**text, Pattern::MarkOf(at))));
        }
        patterns.extend(HASHES.iter().enumerate().map(|(at, text)| (*text, Pattern::Hash(at))));
        let internals = INTERNALS.iter().enumerate();
        patterns.extend(internals.map(|(at, text)| (*text, Pattern::Internal(at))));
        // A DFA takes one step for each byte of a response and 22 KiB for each pattern. It is not the
        // default.
        let kind = (patterns.len() <= MAX_DFA_PATTERNS).then_some(AhoCorasickKind::DFA);
        let finder = AhoCorasickBuilder::new()
            .kind(kind)
            .build(patterns.iter().map(|(text, _)| text))
            .expect("accounts have some hundreds of secrets in every encoding");
        let patterns = patterns.into_iter().map(|(_, pattern)| pattern).collect();
        Self { accounts, finder, patterns, tokens: Mutex::default(), codes: Mutex::default() }
    }

    /// Adds the codes that are valid now. No response may hold one.
    ///
    /// # Panics
    ///
    /// If another thread panicked while it held the codes.
    pub(super) fn learn_codes(&self, accounts: &[Account], step: u64) {
        let mut codes = self.codes.lock().expect("no thread panics while it holds the codes");
        if codes.0 == step {
            return;
        }
        let with_secret =
            accounts.iter().filter_map(|account| Some((account, account.totp_secret.as_ref()?)));
        let present = with_secret.flat_map(|(account, secret)| {
            [step.saturating_sub(1), step, step + 1]
                .map(|step| (secret.code(step), account.username.clone()))
        });
        *codes = (step, present.collect());
    }

    /// The account whose live code a text holds as a whole word, unless the request holds it too.
    fn shows_code(&self, text: &str, case: &Case) -> Option<String> {
        let codes = self.codes.lock().expect("no thread panics while it holds the codes");
        let body = String::from_utf8_lossy(case.request.body.as_deref().unwrap_or_default());
        let is_word = |code: &str| {
            text.match_indices(code).any(|(at, _)| {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
                let (before, after) = (&text[..at], &text[at + code.len()..]);
                !before.ends_with(is_part) && !after.starts_with(is_part)
            })
        };
        let shown = codes.1.iter().find(|(code, _)| is_word(code) && !body.contains(code.as_str()));
        shown.map(|(_, account)| account.clone())
    }

    /// Adds a token that no response but that of its own login may hold.
    ///
    /// # Panics
    ///
    /// If another thread panicked while it held the tokens.
    pub(super) fn learn_token(&self, token: &str) {
        let mut tokens = self.tokens.lock().expect("no thread panics while it holds the tokens");
        // Concurrent phases create many tokens. A mix-up would show one of the newest.
        if tokens.known.len() >= 64 {
            tokens.known.remove(0);
        }
        if token.len() >= 16 && !tokens.known.iter().any(|known| known == token) {
            tokens.known.push(token.to_owned());
        }
        tokens.finder = None;
    }

    /// Judges one response.
    ///
    /// # Panics
    ///
    /// If another thread panicked while it held the tokens.
    pub(super) fn judge(&self, case: &Case, response: &Response, judgement: &mut Judgement) {
        judgement.check("responses_hold_no_secret");
        judgement.check("responses_show_no_internals");
        if self.accounts.iter().any(|account| !account.marks.is_empty()) {
            judgement.check("responses_hold_no_foreign_data");
        }
        let Judgement { findings, checked } = judgement;
        let mut text = response.text();
        for (name, value) in &response.headers {
            text.push('\n');
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
        }
        let own_token = response.string_at("/data/authToken");
        let found = self.finder.find_overlapping_iter(&text);
        let found: BTreeSet<_> = found.map(|found| self.patterns[found.pattern()]).collect();
        for (at, account) in self.accounts.iter().enumerate() {
            if found.contains(&Pattern::SecretOf(at)) {
                findings.push(Finding::new(
                    "responses_hold_no_secret",
                    "/",
                    format!("a response holds a secret of the account `{}`", account.username),
                    "no secret",
                    excerpt(response),
                ));
            }
            let is_about = || {
                case.account.as_ref().is_some_and(|name| *name == account.username)
                    || request_names(case, account)
            };
            if found.contains(&Pattern::MarkOf(at)) && !is_about() {
                findings.push(Finding::new(
                    "responses_hold_no_foreign_data",
                    "/",
                    format!("a response that is not about `{}` holds its data", account.username),
                    "only data of the account that sent the request",
                    excerpt(response),
                ));
            }
        }
        let mark = (0..HASHES.len()).find(|at| found.contains(&Pattern::Hash(*at)));
        if let Some(mark) = mark.map(|at| HASHES[at]) {
            findings.push(Finding::new(
                "responses_hold_no_secret",
                "/",
                format!("a response holds a text that looks like a password hash (`{mark}…`)"),
                "no hash",
                excerpt(response),
            ));
        }
        let mark = (0..INTERNALS.len()).find(|at| found.contains(&Pattern::Internal(*at)));
        if let Some(mark) = mark.map(|at| INTERNALS[at]) {
            findings.push(Finding::new(
                "responses_show_no_internals",
                "/",
                format!("a response shows internal details of the server (`{}`)", mark.trim()),
                "a message without internal details",
                excerpt(response),
            ));
        }
        if let Some(account) = self.shows_code(&text, case) {
            findings.push(Finding::new(
                "responses_hold_no_secret",
                "/",
                format!("a response holds a live code of the account `{account}`"),
                "no code",
                excerpt(response),
            ));
        }
        let own_token = own_token.filter(|_| response.is_success());
        if self.shows_token(&text, own_token, safe_cookies(response, own_token)) {
            findings.push(Finding::new(
                "responses_hold_no_secret",
                "/",
                "a response holds a token other than the login's own `authToken`, or holds that one twice",
                "no token",
                excerpt(response),
            ));
        }
        let caching = response.header("cache-control").unwrap_or_default().to_ascii_lowercase();
        let is_shared = ["public", "s-maxage", "max-age"].iter().any(|word| caching.contains(word));
        let is_private = ["private", "no-store", "no-cache", "max-age=0"];
        let is_private = is_private.iter().any(|word| caching.contains(word));
        if case.operation == "me" && response.is_success() && is_shared && !is_private {
            findings.push(Finding::new(
                "tokens_are_not_cached",
                "cache-control",
                "shared caches may store the account of a token",
                "no-store, or private",
                caching.clone(),
            ));
        }
        if own_token.is_some() {
            checked.push("tokens_are_not_cached");
            if !caching.contains("no-store") {
                findings.push(Finding::new(
                    "tokens_are_not_cached",
                    "cache-control",
                    "caches may store a response that holds a token",
                    "no-store",
                    caching,
                ));
            }
        }
    }

    /// Whether a text holds a token that is in use. The token `own` of a login may occur once, and once more
    /// for each of its safe cookies.
    fn shows_token(&self, text: &str, own: Option<&str>, cookies: usize) -> bool {
        let Some(finder) = self.token_finder() else { return false };
        let (finder, known) = &*finder;
        let mut allowed = 1 + cookies;
        finder.find_overlapping_iter(text).any(|found| {
            let is_own = own == Some(known[found.pattern().as_usize()].as_str());
            let is_allowed = is_own && allowed > 0;
            allowed -= usize::from(is_allowed);
            !is_allowed
        })
    }

    /// The finder of tokens. It is shared, so that no job waits for the search of another.
    fn token_finder(&self) -> Option<Arc<TokenFinder>> {
        let mut tokens = self.tokens.lock().expect("no thread panics while it holds the tokens");
        if tokens.known.is_empty() {
            return None;
        }
        let Tokens { known, finder } = &mut *tokens;
        let finder = finder.get_or_insert_with(|| {
            // The finder is rebuilt for each new token and used only a few times, so it is of the kind
            // that is built fastest.
            let mut builder = AhoCorasickBuilder::new();
            builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
            let finder = builder.build(&*known).expect("few tokens are kept, and none is long");
            Arc::new((finder, known.clone()))
        });
        Some(Arc::clone(finder))
    }
}

/// How many cookies of a login hold its own token, and are kept from scripts and from plain connections.
fn safe_cookies(response: &Response, own: Option<&str>) -> usize {
    let is_safe = |cookie: &str| {
        let mut parts = cookie.split(';').map(str::trim);
        let holds = parts.next().and_then(|pair| pair.split_once('=')).map(|(_, value)| value);
        let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
        let has = |name: &str| attributes.iter().any(|attribute| attribute == name);
        own.is_some() && holds == own && has("httponly") && has("secure")
    };
    let cookies = response.headers.iter().filter(|(name, _)| name == "set-cookie");
    cookies.filter(|(_, value)| is_safe(value)).count()
}

impl Watched {
    fn new(account: &Account) -> Self {
        let email = account.email.clone().unwrap_or_default();
        let public = format!("{} {email} {}", account.username, embedded::OPENAPI).to_lowercase();
        // A password that is part of a public text cannot be distinguished from that text.
        let telling =
            |secret: &&String| secret.len() >= 6 && !public.contains(&secret.to_lowercase());
        let mut own = vec![account.password.clone()];
        own.extend(account.totp_secret.as_ref().map(|secret| secret.as_base32().to_owned()));
        own.extend(account.backup_codes.iter().cloned());
        let digests: Vec<String> = own
            .iter()
            .filter(telling)
            .flat_map(|secret| Digest::all().map(|digest| digest.of(secret)))
            .collect();
        let reversed = own.iter().filter(telling).map(|secret| secret.chars().rev().collect());
        let secrets = own.iter().filter(telling).flat_map(|secret| redact::encodings(secret));
        // The secret of a second factor is bytes, which a server may store in other notations than Base32.
        let keys = account
            .totp_secret
            .iter()
            .flat_map(|secret| [hex::encode(secret.key()), BASE64.encode(secret.key())]);
        let secrets = secrets.chain(digests).chain(reversed).chain(keys);
        let secrets = secrets.filter(|form| form.len() >= 6).collect();
        Self {
            username: account.username.clone(),
            secrets,
            marks: account.email.iter().filter(|email| email.contains('@')).cloned().collect(),
        }
    }
}

/// Whether the request itself names the account. In that case a response may repeat the name.
fn request_names(case: &Case, account: &Watched) -> bool {
    let body = case.request.body.as_deref().unwrap_or_default();
    let body = String::from_utf8_lossy(body);
    let named = |text: &str| {
        text.contains(&account.username) || account.marks.iter().any(|mark| text.contains(mark))
    };
    named(&body) || named(&case.request.path)
}

fn excerpt(response: &Response) -> String {
    response.text().chars().take(600).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfirst_engine::http::case::{Expect, Request};

    #[test]
    fn token_may_occur_once_in_its_own_login_response() {
        let leaks = Leaks::new(&[]);
        let case = Case::new("login", "any", Request::new("POST", "/"), Expect::Anything);
        let (own, other) = ("own-token-0123456789", "other-token-0123456789");
        for token in [own, other] {
            leaks.learn_token(token);
        }
        let told = |status: u16, body: &serde_json::Value| {
            let mut judgement = Judgement::default();
            leaks.judge(&case, &Response::of_json(status, body), &mut judgement);
            judgement.findings.iter().any(|finding| finding.rule == "responses_hold_no_secret")
        };
        let login = |more: &str| serde_json::json!({"data": {"authToken": own, "more": more}});
        assert!(!told(200, &login("nothing")));
        assert!(told(200, &login(own)) && told(200, &login(other)));
        assert!(told(401, &login("nothing")), "a refusal has no token of its own");
        let told_of_cookie = |cookie: &str| {
            let mut judgement = Judgement::default();
            let mut response = Response::of_json(200, &login("nothing"));
            response.headers.push(("set-cookie".to_owned(), cookie.to_owned()));
            leaks.judge(&case, &response, &mut judgement);
            judgement.findings.iter().any(|finding| finding.rule == "responses_hold_no_secret")
        };
        assert!(!told_of_cookie(&format!("session={own}; Path=/; Secure; HttpOnly")));
        for attributes in ["", "; HttpOnly", "; Secure"] {
            assert!(told_of_cookie(&format!("session={own}{attributes}")), "{attributes}");
        }
        assert!(told_of_cookie(&format!("session={other}; Secure; HttpOnly")));
        leaks.learn_token("late-token-0123456789");
        assert!(told(200, &login("late-token-0123456789")));
    }

    #[test]
    fn internal_details_are_distinguished_from_messages() {
        let leaks = Leaks::new(&[]);
        let case = Case::new("login", "any", Request::new("POST", "/"), Expect::Anything);
        let told = |text: &str| {
            let mut judgement = Judgement::default();
            let response = Response::of(500, "text/plain", text.to_owned());
            leaks.judge(&case, &response, &mut judgement);
            judgement.findings.iter().any(|finding| finding.rule == "responses_show_no_internals")
        };
        for text in [
            "thread 'main' panicked at src/main.rs:7:5",
            "Traceback (most recent call last):\n  File \"app.py\"",
            "TypeError: x\n    at login (server.js:1:2)",
            r#"{"stack":"TypeError: x\n    at login (server.js:1:2)"}"#,
            "SQLITE_BUSY: database is locked",
            "SQLSTATE[42000]: invalid",
            "ERROR: syntax error at or near \"OR\"",
            "MongoError: E11000",
            "MongoServerError: E11000",
            "near SELECT * FROM users",
            "/app/node_modules/express",
        ] {
            assert!(told(text), "{text}");
        }
        assert!(!told("Your user name or password is wrong. Try again at 10:00."));
    }
}
