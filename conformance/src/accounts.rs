//! The accounts file: with whom to log in at a target.

use std::{fmt, path::Path};

use serde::Deserialize;

/// An account of the target.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its user name.
    pub username: String,
    /// Its e-mail address, where it may log in with one.
    pub email: Option<String>,
    /// Its password.
    pub password: String,
    /// The secret of its second factor, in base 32.
    pub totp_secret: Option<String>,
    /// Whether it may log in; an account that is switched off shows that it may not.
    pub active: bool,
    /// Whether a directory (LDAP) keeps its password.
    pub directory: bool,
}

/// Why an accounts file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// It cannot be read.
    #[error("{path}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// It is no TOML, or not of this form.
    #[error("{path}:{line}:{column}: {message}")]
    Malformed {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// An account lacks something.
    #[error("{path}: account[{index}]: {message}")]
    Incomplete {
        /// The file.
        path: String,
        /// Which account, from 0.
        index: usize,
        /// What is wrong.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    directory: bool,
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

/// Reads an accounts file; `environment` answers for `password_env` and `totp_secret_env`.
///
/// # Errors
///
/// [`AccountsError`] with the file and the place in it; never with what the file holds.
pub fn read(
    path: &Path,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Account>, AccountsError> {
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
            message: error.message().lines().next().unwrap_or_default().to_owned(),
        }
    })?;
    let incomplete =
        |index, message: String| AccountsError::Incomplete { path: name.clone(), index, message };
    if file.account.is_empty() {
        return Err(incomplete(0, "the file needs at least one `[[account]]`".to_owned()));
    }
    let mut accounts = Vec::new();
    for (index, entry) in file.account.into_iter().enumerate() {
        let secret =
            |name: &str, value: Option<String>, variable: Option<String>| match (value, variable) {
                (Some(_), Some(_)) => {
                    Err(incomplete(index, format!("give `{name}` or `{name}_env`, not both")))
                }
                (None, Some(variable)) => environment(&variable).map(Some).ok_or_else(|| {
                    incomplete(index, format!("{name}_env: the variable `{variable}` is not set"))
                }),
                (value, None) => Ok(value),
            };
        let password = secret("password", entry.password, entry.password_env)?
            .ok_or_else(|| incomplete(index, "`password` or `password_env` is missing".into()))?;
        let totp_secret = secret("totp_secret", entry.totp_secret, entry.totp_secret_env)?;
        accounts.push(Account {
            username: entry.username,
            email: entry.email,
            password,
            totp_secret,
            active: entry.active,
            directory: entry.directory,
        });
    }
    Ok(accounts)
}
