//! Decisions about passwords, names and codes.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::Account;

pub(crate) fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

pub(crate) fn totp_code(secret: &[u8], step: u64) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes([hash[offset] & 127, hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// Who wants to log in, as the request names them.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    Name(String),
    Email(String),
    /// A database operator; only a mutant makes one.
    Anyone,
}

impl Identity {
    pub fn from_text(text: &str) -> Self {
        if text.contains('@') { Self::Email(text.into()) } else { Self::Name(text.into()) }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Email(text) => text,
            Self::Anyone => "",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Password {
    Plain(String),
    Digest(String),
    /// A JSON value that the correct server refuses; only mutants make one.
    Odd(Value),
}

/// Compares a password with the account's, in the way of the variant.
pub(crate) fn password_matches(variant: &str, accounts: &[Account], account: &Account, password: &Password) -> bool {
    let is = |name: &str| variant == name;
    let right = &account.password;
    if right.is_empty() {
        return false;
    }
    if is("pw-any-account") {
        return accounts.iter().any(|a| !a.password.is_empty() && is_exact(&a.password, password));
    }
    let given = match password {
        Password::Digest(digest) => {
            if is("digest-short") {
                return !digest.is_empty() && sha256_hex(right).starts_with(digest.as_str());
            }
            return is_exact(right, password);
        }
        Password::Odd(value) => return odd_password_matches(variant, right, value),
        Password::Plain(given) => given,
    };
    if is("pw-prefix") && right.starts_with(given.as_str())
        || is("pw-extra-tail") && given.starts_with(right.as_str())
        || is("pw-first-8") && given.chars().take(8).eq(right.chars().take(8))
        || is("pw-72-bytes") && given.bytes().take(72).eq(right.bytes().take(72))
        || is("pw-nul") && given.split('\0').next() == Some(right.as_str())
        || is("pw-any-case") && given.to_lowercase() == right.to_lowercase()
        || is("pw-first-letter-case") && swap_first_case(given) == *right
        || is("pw-trim") && given.trim() == right.trim()
        || is("pw-newline") && given.strip_suffix('\n').map(|g| g.strip_suffix('\r').unwrap_or(g)) == Some(right.as_str())
        || is("pw-low-byte") && given.encode_utf16().map(|u| u as u8).eq(right.encode_utf16().map(|u| u as u8))
        || is("pw-percent-decoded") && percent_encoding::percent_decode_str(given).decode_utf8_lossy() == *right
        || is("pw-empty") && given.is_empty()
        || is("pw-hash-as-text") && *given == sha256_hex(right)
        || is("pw-very-long") && given.chars().count() > 4096
        || is("pw-sum") && sum(given) == sum(right)
        || is("pw-last-char") && without_last(given) == without_last(right) && given.len() == right.len()
        || is("bot-own-name") && account.bot && *given == account.username
        || is("backup-as-password") && account.backup_codes.contains(given)
    {
        return true;
    }
    is_exact(right, password)
}

fn is_exact(right: &str, password: &Password) -> bool {
    match password {
        Password::Plain(given) => sha256_hex(given) == sha256_hex(right),
        Password::Digest(digest) => *digest == sha256_hex(right),
        Password::Odd(_) => false,
    }
}

fn odd_password_matches(variant: &str, right: &str, value: &Value) -> bool {
    match (variant, value) {
        ("pw-true", Value::Bool(true)) => true,
        ("pw-empty-array", Value::Array(items)) => items.is_empty(),
        ("pw-list", Value::Array(items)) => items.iter().any(|item| item.as_str() == Some(right)),
        ("digest-missing", Value::Object(_)) => true,
        ("pw-operator", Value::Object(members)) => members.iter().all(|(key, operand)| match key.as_str() {
            "$ne" => operand.as_str() != Some(right),
            "$gt" | "$gte" => operand.as_str().is_none_or(|text| right > text),
            "$regex" | "$exists" => true,
            "$nin" => true,
            _ => false,
        }),
        _ => false,
    }
}

fn swap_first_case(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if c.is_lowercase() => c.to_uppercase().chain(chars).collect(),
        Some(c) => c.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn sum(text: &str) -> u64 {
    text.chars().map(|c| u64::from(u32::from(c))).sum()
}

fn without_last(text: &str) -> &str {
    text.char_indices().last().map_or("", |(at, _)| &text[..at])
}

/// The index of the account that the request names.
pub(crate) fn find_account(variant: &str, accounts: &[Account], identity: &Identity, password: &Password) -> Option<usize> {
    let is = |name: &str| variant == name;
    let fits = |a: &Account| password_matches("base", accounts, a, password);
    match identity {
        Identity::Anyone => accounts.iter().position(fits),
        Identity::Name(name) => {
            let exact = find_name(accounts, name, variant != "ok-exact-names");
            if exact.is_some() {
                return exact;
            }
            if is("name-prefix") && name.chars().count() >= 3 {
                return find_only(accounts, |a| a.username.starts_with(name.as_str()));
            }
            if is("name-nfkc") {
                return find_name(accounts, &name.nfkc().collect::<String>(), true);
            }
            if is("name-accent") {
                let plain: String = name.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect();
                return find_name(accounts, &plain, true);
            }
            if is("name-star") && name.contains('*') {
                return accounts.iter().position(|a| glob_matches(name, &a.username) && fits(a));
            }
            if is("name-nul") && name.contains('\0') {
                return find_name(accounts, name.split('\0').next().unwrap_or_default(), true);
            }
            None
        }
        Identity::Email(email) => {
            if is("email-refused") {
                return None;
            }
            let exact = find_email(accounts, email);
            if exact.is_some() {
                return exact;
            }
            let (local, domain) = email.rsplit_once('@')?;
            if is("email-local-part") {
                return find_only(accounts, |a| {
                    a.email.as_deref().and_then(|e| e.split_once('@')).is_some_and(|(l, _)| l.eq_ignore_ascii_case(local))
                });
            }
            if is("email-plus") {
                let plain = local.split('+').next().unwrap_or_default();
                return find_email(accounts, &format!("{plain}@{domain}"));
            }
            if is("email-upper") {
                return find_only(accounts, |a| {
                    a.email.as_ref().is_some_and(|e| e.to_uppercase() == email.to_uppercase())
                });
            }
            None
        }
    }
}

fn find_only(accounts: &[Account], fits: impl Fn(&Account) -> bool) -> Option<usize> {
    let mut found = accounts.iter().enumerate().filter(|(_, a)| fits(a));
    let first = found.next()?;
    if found.next().is_some() { None } else { Some(first.0) }
}

fn find_name(accounts: &[Account], name: &str, ignores_case: bool) -> Option<usize> {
    accounts.iter().position(|a| a.username == name).or_else(|| {
        if ignores_case { find_only(accounts, |a| a.username.eq_ignore_ascii_case(name)) } else { None }
    })
}

fn find_email(accounts: &[Account], email: &str) -> Option<usize> {
    let stored = |a: &Account| a.email.clone().unwrap_or_default();
    accounts
        .iter()
        .position(|a| a.email.as_deref() == Some(email))
        .or_else(|| find_only(accounts, |a| !email.is_empty() && stored(a).eq_ignore_ascii_case(email)))
}

/// Matches text with a pattern in which `*` stands for any characters.
fn glob_matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text
            .strip_prefix(head)
            .is_some_and(|tail| (0..=tail.len()).any(|at| tail.is_char_boundary(at) && glob_matches(rest, &tail[at..]))),
    }
}
