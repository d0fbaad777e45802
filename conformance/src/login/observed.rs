//! What the suite learns from requests and responses: tokens for the sample, long strings, and the codes that
//! were sent.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::{Login, Session, lock, totp};
use specfirst_engine::{
    http::{case::Case, response::Response},
    runner::environment::Environment,
    sample::Issued,
};

/// The most strings of responses that are tried as credentials.
const MAX_STRINGS: usize = 24;
/// The most tokens of the sample.
const MAX_SAMPLE: usize = 256;

impl Login {
    /// Notes the long strings of a response, which must not be credentials.
    pub(super) fn note_strings(&self, case: &Case, response: &Response) {
        let mut strings = lock(&self.strings);
        if strings.len() >= MAX_STRINGS || case.account.is_none() {
            return;
        }
        let mut found = Vec::new();
        let is_own =
            |at: &str| matches!(at, "/data/authToken" | "/data/userId" | "/data/me/_id" | "/_id");
        if let Some(body) = response.json() {
            collect_strings(body, "", &mut found);
        }
        let headers = response.headers.iter().flat_map(|(name, value)| {
            let values = value.split([';', ',', ' ']).map(|part| {
                let part = part.trim();
                part.split_once('=').map_or(part, |(_, value)| value).trim_matches('"')
            });
            values.map(|value| (format!("header {name}"), value.to_owned())).collect::<Vec<_>>()
        });
        found.extend(headers);
        let account = case.account.clone().unwrap_or_default();
        for (at, text) in found {
            let is_token = text.len() >= 16
                && text.len() <= 512
                && text.chars().all(is_of_token)
                && !text.contains("://")
                && text.chars().any(|c| c.is_ascii_digit());
            let is_new = !strings.iter().any(|(place, known, _)| *place == at || *known == text);
            if is_token && is_new && !is_own(&at) && strings.len() < MAX_STRINGS {
                strings.push((at, text, account.clone()));
            }
        }
    }

    /// Notes a token for the sample that is judged, with what an attacker may know about it.
    pub(super) fn note_issued(
        &self,
        environment: &Environment<'_>,
        session: &Session,
        response: &Response,
    ) {
        let mut issued = lock(&self.issued);
        if issued.len() >= MAX_SAMPLE {
            return;
        }
        let received = since_epoch(environment);
        let account = self.accounts.iter().find(|a| Some(&a.username) == session.account.as_ref());
        let mut facts = vec![("user id", session.user_id.clone())];
        if let Some(account) = account {
            facts.push(("user name", account.username.clone()));
            facts.push(("password", account.password.clone()));
            facts.extend(account.email.iter().map(|email| ("e-mail address", email.clone())));
        }
        facts.push(("number of the login", (issued.len() + 1).to_string()));
        facts.push(("number of the login before", issued.len().to_string()));
        issued.push(Issued {
            secret: session.token.clone(),
            facts,
            between: (received.saturating_sub(response.duration), received),
        });
    }

    /// Notes that a code was sent, because each works only once.
    pub(crate) fn note_code(&self, environment: &Environment<'_>, case: &Case) {
        let Some(name) = &case.account else { return };
        let mut accounts = self.accounts.iter().filter(|account| account.username == *name);
        let Some(secret) = accounts.find_map(|account| account.totp_secret.as_ref()) else {
            return;
        };
        let body = case.request.body.as_deref().unwrap_or_default();
        let body = String::from_utf8_lossy(body);
        let step = present_step(environment);
        for step in [step.saturating_sub(1), step, step + 1] {
            if body.contains(&secret.code(step)) {
                lock(&self.used_codes).entry((name.clone(), step)).or_default();
            }
        }
    }
}

/// Whether a bearer token may hold the character (RFC 6750, section 2.1), or some server's token does.
fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/=:".contains(c)
}

/// Every string of a value, with its pointer.
fn collect_strings(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((at.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect_strings(item, at, found)),
        Value::Object(object) => {
            for (name, member) in object {
                collect_strings(member, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The time of the wall clock, since 1970.
fn since_epoch(environment: &Environment<'_>) -> Duration {
    environment.clock.wall().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The present step of TOTP codes.
pub(super) fn present_step(environment: &Environment<'_>) -> u64 {
    totp::step(since_epoch(environment).as_secs())
}
