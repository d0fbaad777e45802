//! The accounts file, which lists the accounts of a target.

use std::{fmt, path::Path};

use serde::Deserialize;

use super::totp::{TotpSecret, TotpSecretError};
use specfirst_engine::http::extra_header::variable_text;

/// An account of the target.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user name.
    pub username: String,
    /// The e-mail address, if the account can log in with one.
    pub email: Option<String>,
    /// The password.
    pub password: String,
    /// The secret of the second factor, if the account has one.
    pub totp_secret: Option<TotpSecret>,
    /// Its backup codes, each for one login in place of a TOTP code. A run uses up to three of a sacrificial
    /// account.
    pub backup_codes: Vec<String>,
    /// Whether the account may log in. The suite checks that an inactive account may not.
    pub active: bool,
    /// Whether a directory (LDAP) keeps the password.
    pub directory: bool,
    /// Whether the account may be locked out. With `--allow-unsafe`, the suite then does not count its
    /// failed logins.
    pub sacrificial: bool,
}

/// An account that has no password. It logs in by a token only, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutPassword {
    /// The user name.
    pub username: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// As [`Account::sacrificial`].
    pub sacrificial: bool,
}

/// The contents of an accounts file.
#[derive(Debug)]
pub struct Accounts {
    /// The accounts with a password.
    pub accounts: Vec<Account>,
    /// The accounts without a password.
    pub without_password: Vec<WithoutPassword>,
    /// Whether the file says that the target is a Rocket.Chat.
    pub is_rocketchat: bool,
}

/// Why an accounts file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file cannot be read.
    #[error("{path}: cannot be read: {reason}")]
    Unreadable {
        /// The path of the file.
        path: String,
        /// The error of the operating system.
        reason: String,
    },
    /// The file is not TOML, or has unknown or missing members.
    #[error("{path}:{line}:{column}: {message}")]
    Malformed {
        /// The path of the file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// An account cannot be used.
    #[error("{path}: account[{index}]: {message}")]
    Unusable {
        /// The path of the file.
        path: String,
        /// The index of the account, from 0.
        index: usize,
        /// What is wrong.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The version of Rocket.Chat, if the target is one. Then its practice is part of the verdict.
    rocketchat: Option<String>,
    #[serde(default)]
    account: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    username: String,
    email: Option<String>,
    password: Option<String>,
    password_env: Option<String>,
    totp_secret: Option<String>,
    totp_secret_env: Option<String>,
    #[serde(default)]
    backup_codes: Vec<String>,
    backup_codes_env: Option<String>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    directory: bool,
    #[serde(default)]
    sacrificial: bool,
}

fn yes() -> bool {
    true
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("username", &self.username)
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// Reads and validates an accounts file. `environment` returns the values of the variables that
/// `password_env` and `totp_secret_env` name.
///
/// # Errors
///
/// [`AccountsError`] with the file and the place in it. It never holds a value that may be a secret.
pub fn read(
    path: &Path,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Accounts, AccountsError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| AccountsError::Unreadable {
        path: name.clone(),
        reason: error.to_string(),
    })?;
    let file: File = toml::from_str(&text).map_err(|error| {
        // The error's own `Display` quotes the line, which may hold a password.
        let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        AccountsError::Malformed {
            path: name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: without_value(error.message().lines().next().unwrap_or_default()),
        }
    })?;
    let unusable =
        |index, message: String| AccountsError::Unusable { path: name.clone(), index, message };
    if file.account.is_empty() {
        return Err(unusable(0, "the file needs at least one `[[account]]`".to_owned()));
    }
    let mut read = Accounts {
        accounts: Vec::new(),
        without_password: Vec::new(),
        is_rocketchat: file.rocketchat.is_some(),
    };
    let mut known: Vec<(String, Option<String>)> = Vec::new();
    for (index, entry) in file.account.into_iter().enumerate() {
        let names = (entry.username.to_lowercase(), entry.email.as_ref().map(|e| e.to_lowercase()));
        // Failures are counted by account, so two entries for one account could lock it out.
        let is_same = |(name, email): &(String, Option<String>)| {
            *name == names.0 || email.is_some() && *email == names.1
        };
        let same = known.iter().position(is_same);
        match entry.check(&environment).map_err(|message| unusable(index, message))? {
            Checked::Account(account) => read.accounts.push(*account),
            Checked::WithoutPassword(account) => read.without_password.push(account),
        }
        if let Some(first) = same {
            let message =
                format!("its `username` or `email` is that of account[{first}], in any case");
            return Err(unusable(index, message));
        }
        known.push(names);
    }
    if read.accounts.is_empty() {
        let message = "no account of the file has `password` or `password_env`";
        return Err(unusable(0, message.to_owned()));
    }
    Ok(read)
}

/// An entry that can be used.
enum Checked {
    Account(Box<Account>),
    WithoutPassword(WithoutPassword),
}

impl Entry {
    /// Validates the entry. The error says what is wrong.
    fn check(self, environment: &impl Fn(&str) -> Option<String>) -> Result<Checked, String> {
        if self.username.trim().is_empty() {
            return Err("`username` is empty".to_owned());
        }
        if self.email.as_ref().is_some_and(|email| !email.contains('@')) {
            return Err("`email` is no address: it has no `@`".to_owned());
        }
        let password =
            secret("password", self.password, self.password_env.as_deref(), environment)?;
        let Some(password) = password else {
            let has_more = self.totp_secret.is_some()
                || self.totp_secret_env.is_some()
                || !self.backup_codes.is_empty()
                || self.backup_codes_env.is_some()
                || self.directory;
            if has_more {
                return Err("`password` or `password_env` is missing. An account that has no \
                            password has no second factor, and no directory keeps it"
                    .to_owned());
            }
            return Ok(Checked::WithoutPassword(WithoutPassword {
                username: self.username,
                email: self.email,
                sacrificial: self.sacrificial,
            }));
        };
        let totp_secret =
            secret("totp_secret", self.totp_secret, self.totp_secret_env.as_deref(), environment)?;
        let totp_secret = totp_secret
            .map(|text| text.parse())
            .transpose()
            .map_err(|reason: TotpSecretError| format!("`totp_secret` cannot be used: {reason}"))?;
        let backup_codes =
            backup_codes(self.backup_codes, self.backup_codes_env.as_deref(), environment)?;
        Ok(Checked::Account(Box::new(Account {
            username: self.username,
            email: self.email,
            password,
            totp_secret,
            backup_codes,
            active: self.active,
            directory: self.directory,
            sacrificial: self.sacrificial,
        })))
    }
}

/// A secret from the file or from an environment variable, if either is given.
fn secret(
    name: &str,
    value: Option<String>,
    variable: Option<&str>,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, String> {
    let (value, place) = match (value, variable) {
        (Some(_), Some(_)) => return Err(format!("give `{name}` or `{name}_env`, not both")),
        (None, None) => return Ok(None),
        (Some(value), None) => (value, format!("`{name}`")),
        (None, Some(variable)) => {
            let shown = format!("`{name}_env`: {}", variable_text(variable));
            let value = environment(variable).ok_or_else(|| format!("{shown} is not set"))?;
            (value, shown)
        }
    };
    if value.is_empty() { Err(format!("{place} is empty")) } else { Ok(Some(value)) }
}

/// Backup codes from the file, or from an environment variable that separates them by blanks.
fn backup_codes(
    codes: Vec<String>,
    variable: Option<&str>,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, String> {
    let Some(variable) = variable else {
        return match codes.iter().position(|code| code.trim().is_empty()) {
            Some(index) => Err(format!("`backup_codes[{index}]` is empty")),
            None => Ok(codes),
        };
    };
    let given = (!codes.is_empty()).then(String::new);
    let text = secret("backup_codes", given, Some(variable), environment)?.unwrap_or_default();
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// A parser message without the value that it quotes. The value may be a password of digits, which has
/// no quotation marks.
fn without_value(message: &str) -> String {
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some(rest) = message.strip_prefix(kind)
            && let Some((value, expected)) = rest.rsplit_once(", expected ")
        {
            let class = value.split([' ', '`', '"']).next().unwrap_or_default();
            return format!("{kind}{class}, expected {expected}");
        }
    }
    message.to_owned()
}
