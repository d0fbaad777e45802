//! The configuration file.
//!
//! The order of precedence is flag, environment, file, default. The flags read the environment (see
//! `cli`); this module reads the file and sets the defaults. Every member has a default, and an
//! unknown member is an error.

mod network;
mod sections;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use specfirst_dropshot::without_values;

pub(crate) use self::network::address_of_hop;
pub use self::{
    network::{Network, TrustedProxies},
    sections::{
        ConfigCompatibility, ConfigHashing, ConfigLdap, ConfigLdapAttributes, ConfigLockout,
        ConfigLogging, ConfigMetrics, ConfigRateLimit, ConfigServer, ConfigStore, ConfigTls,
        ConfigTokens, ConfigTwoFactor, LdapSecurity, LogFormat, LogLevel,
    },
};
use crate::accounts::MAX_ARGON2_MEMORY_KIB;

/// The whole configuration.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The address, the limits and the paths of the server.
    pub server: ConfigServer,
    /// The certificate for HTTPS; without it, the server uses HTTP.
    pub tls: Option<ConfigTls>,
    /// What the server logs, and in which format.
    pub logging: ConfigLogging,
    /// The store of accounts and sessions.
    pub store: ConfigStore,
    /// The cost of password hashes, and the threads that compute them.
    pub hashing: ConfigHashing,
    /// The lifetime and the number of sessions.
    pub tokens: ConfigTokens,
    /// The lockout after failed logins.
    pub lockout: ConfigLockout,
    /// The rate limit.
    pub rate_limit: ConfigRateLimit,
    /// The second factor.
    pub two_factor: ConfigTwoFactor,
    /// An LDAP directory, in addition to the local accounts.
    pub ldap: Option<ConfigLdap>,
    /// The metrics for Prometheus.
    pub metrics: ConfigMetrics,
    /// Features of Rocket.Chat beyond its documentation.
    pub compatibility: ConfigCompatibility,
}

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;
/// The longest time that can be configured. Much longer times would overflow the clock.
const MAX_SECONDS: u64 = 100 * 365 * SECONDS_PER_DAY;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file does not exist or cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML, has an unknown member, or a value of the wrong type.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Malformed {
        /// The path of the file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong. It never quotes the file, which may contain passwords.
        message: String,
    },
    /// A value is out of range or does not fit others.
    #[error("configuration: {member} {problem}")]
    Invalid {
        /// The section and the name of the member.
        member: &'static str,
        /// What is wrong with the value.
        problem: String,
    },
}

impl Config {
    /// Reads and validates a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is malformed, or has an invalid value.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let config = Self::read(path)?;
        config.validate()?;
        Ok(config)
    }

    /// Reads a file without validating it, because the environment may add values.
    ///
    /// # Errors
    ///
    /// The file cannot be read or is malformed.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| {
            let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
            let message = without_values(&error.message().replace('\n', " "));
            ConfigError::Malformed { path: path.to_owned(), line, column, message }
        })
    }

    /// Checks for values that the types allow but the server cannot use.
    ///
    /// # Errors
    ///
    /// A value is invalid; the error names the member.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let invalid =
            |member, problem: &str| ConfigError::Invalid { member, problem: problem.to_owned() };
        let (server, hashing, store) = (&self.server, &self.hashing, &self.store);
        for (member, value, max) in [
            ("server.body_limit_bytes", server.body_limit_bytes as u64, u64::MAX),
            ("server.body_timeout_seconds", server.body_timeout_seconds, MAX_SECONDS),
            ("hashing.threads", hashing.threads.unwrap_or(1) as u64, 1024),
            // The queue may have no places, so both numbers are one higher.
            ("hashing.queue", (hashing.queue as u64).saturating_add(1), 1_000_001),
            ("hashing.memory_kib", hashing.memory_kib.into(), MAX_ARGON2_MEMORY_KIB.into()),
            ("tokens.life_days", self.tokens.life_days, MAX_SECONDS / SECONDS_PER_DAY),
            ("tokens.per_account", self.tokens.per_account.into(), u64::MAX),
            ("tokens.clean_up_seconds", self.tokens.clean_up_seconds, MAX_SECONDS),
            ("store.connections", store.connections.map_or(1, usize::from) as u64, 10_000),
            ("lockout.account_failures", self.lockout.account_failures.into(), u64::MAX),
            ("lockout.address_failures", self.lockout.address_failures.into(), u64::MAX),
            ("lockout.minutes", self.lockout.minutes, MAX_SECONDS / 60),
            ("rate_limit.calls", self.rate_limit.calls.into(), u64::MAX),
            ("rate_limit.seconds", self.rate_limit.seconds, MAX_SECONDS),
        ] {
            if value == 0 {
                return Err(invalid(member, "must be at least 1"));
            }
            if value > max {
                return Err(invalid(member, "is too large"));
            }
        }
        if let Err(error) = self.hashing.parameters().kind() {
            return Err(invalid("hashing", &error.to_string()));
        }
        if let Some(url) = &self.server.site_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(invalid("server.site_url", "must begin with http:// or https://"));
        }
        if let Some(ldap) = &self.ldap {
            ldap.validate().map_err(|(member, problem)| invalid(member, problem))?;
        }
        Ok(())
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let shown = file.path().display().to_string();
        Config::from_file(file.path()).map_err(|error| error.to_string().replace(&shown, "FILE"))
    }

    #[test]
    fn example_equals_the_defaults() {
        let example = include_str!("../../login-server.example.toml");
        assert_eq!(load(example).unwrap(), Config::default());
    }

    /// The example with every commented-out setting enabled.
    fn whole_example() -> String {
        let example = include_str!("../../login-server.example.toml");
        let setting = |line: &str| {
            line.starts_with('[')
                || line.split_once(" = ").is_some_and(|(name, _)| {
                    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                })
        };
        let lines = example.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if setting(rest) => rest,
            _ => line,
        });
        lines.map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn commented_out_settings_of_the_example_are_valid() {
        let config = load(&whole_example()).unwrap();
        assert!(config.tls.is_some() && config.ldap.is_some() && config.store.url.is_some());
        assert_eq!(config.metrics.listen, Some(([127, 0, 0, 1], 9464).into()));
    }

    #[test]
    fn example_mentions_every_setting() {
        let example: toml::Table = toml::from_str(&whole_example()).unwrap();
        // The error for an unknown setting lists all settings.
        let settings = |section: &str| -> Vec<String> {
            let error = load(&format!("{section}\nnonsense = 1\n")).unwrap_err();
            let (_, expected) = error.split_once(", expected ").unwrap();
            expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let sections = settings("");
        assert_eq!(sections.len(), 12, "{sections:?}");
        for section in sections {
            let mentioned = example[&section].as_table().unwrap();
            for setting in settings(&format!("[{section}]")) {
                assert!(mentioned.contains_key(&setting), "{section}.{setting}");
            }
        }
        let mentioned = example["ldap"]["attributes"].as_table().unwrap();
        for setting in settings("[ldap.attributes]") {
            assert!(mentioned.contains_key(&setting), "ldap.attributes.{setting}");
        }
    }

    #[test]
    fn error_names_the_place_and_quotes_no_value() {
        let error = load("[store]\nurl = \"postgres://u:hunter2@h/d\"\nurll = 1\n").unwrap_err();
        assert!(error.starts_with("FILE:3:1: unknown field `urll`"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        let error = load("[server]\nbody_limit_bytes = \"hunter2\"\n").unwrap_err();
        assert_eq!(error, "FILE:2:20: invalid type: string, expected usize");
        let error = load("[logging]\nlevel = \"hunter2\"\n").unwrap_err();
        assert!(error.starts_with("FILE:2:9: unknown variant, expected "), "{error}");
        let error = load("[server]\nlisten = \"hunter2\"\n").unwrap_err();
        assert!(error.starts_with("FILE:2:10: ") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn ldap_url_is_a_scheme_a_host_and_an_optional_port() {
        let load = |url: &str| load(&format!("[ldap]\nurl = \"{url}\"\nbase_dn = \"\"\n"));
        for url in [
            "ldap://h",
            "ldaps://h.example.org:636",
            "ldap://127.0.0.1:389/",
            "ldap://[::1]:389",
            "ldap://[::1]",
        ] {
            assert!(load(url).is_ok(), "{url}");
        }
        for url in [
            "http://h",
            "ldap://",
            "ldap://:389",
            "ldap://h:0",
            "ldap://h:99999",
            "ldap://h:x",
            "ldap://h/dc=x",
            "ldap://a b",
            "ldap://::1",
            "ldap://al@h",
        ] {
            assert!(load(url).unwrap_err().starts_with("configuration: ldap.url "), "{url}");
        }
    }

    #[test]
    fn invalid_values_are_named() {
        for (text, expected) in [
            ("[tokens]\nlife_days = 0", "configuration: tokens.life_days must be at least 1"),
            ("[hashing]\nmemory_kib = 1", "configuration: hashing Argon2 refuses these parameters"),
            (
                "[ldap]\nurl = \"x\"\nbase_dn = \"\"",
                "configuration: ldap.url must begin with ldap:// or ldaps://",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nfilter = \"(uid=al)\"",
                "configuration: ldap.filter does not contain {login}",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nfilter = \"(uid={login}\"",
                "configuration: ldap.filter is not an LDAP filter",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nbind_dn = \"cn=x\"",
                "configuration: ldap.bind_password is missing, but there is a bind_dn",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nattributes.id = \"entry UUID\"",
                "configuration: ldap.attributes contains a text that is not an attribute name",
            ),
            ("[hashing]\nqueue = 9223372036854775807", "configuration: hashing.queue is too large"),
            ("[hashing]\nmemory_kib = 262145", "configuration: hashing.memory_kib is too large"),
            (
                "[hashing]\nmemory_kib = 262144\npasses = 5",
                "configuration: hashing Argon2 memory of 262144 KiB times 5 passes is more than \
                 1048576 KiB",
            ),
            ("[hashing]\nlanes = 17", "configuration: hashing 17 lanes of Argon2 are more than 16"),
            (
                "[tokens]\nclean_up_seconds = 9223372036854775807",
                "configuration: tokens.clean_up_seconds is too large",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nconnections = 9223372036854775807",
                "configuration: ldap timeout_seconds and connections must be from 1 to 1024",
            ),
            (
                "[server]\nsite_url = \"x\"",
                "configuration: server.site_url must begin with http:// or https://",
            ),
        ] {
            assert_eq!(load(text).unwrap_err(), expected);
        }
    }
}
