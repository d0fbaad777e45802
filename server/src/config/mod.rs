//! The configuration file.
//!
//! Precedence, written down once: flag, then environment, then file, then default. The program's
//! flags carry the environment (see `cli`); this module is the file and the defaults. Every
//! member has a default, and one that nobody knows is an error.

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

/// All that an operator can choose.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address, limits, names.
    pub server: ConfigServer,
    /// HTTPS instead of HTTP.
    pub tls: Option<ConfigTls>,
    /// What is logged, and how.
    pub logging: ConfigLogging,
    /// Where accounts and sessions are.
    pub store: ConfigStore,
    /// What a password costs.
    pub hashing: ConfigHashing,
    /// How long sessions last.
    pub tokens: ConfigTokens,
    /// When guessing stops.
    pub lockout: ConfigLockout,
    /// When calling stops.
    pub rate_limit: ConfigRateLimit,
    /// The second factor.
    pub two_factor: ConfigTwoFactor,
    /// A directory beside the local accounts.
    pub ldap: Option<ConfigLdap>,
    /// Figures for Prometheus.
    pub metrics: ConfigMetrics,
    /// How far to follow Rocket.Chat beyond its document.
    pub compatibility: ConfigCompatibility,
}

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;
/// No time here may be longer: a clock that is put forward by much more overflows.
const CENTURY: u64 = 100 * 365 * SECONDS_PER_DAY;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No such file, or no permission.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Not TOML, a member that nobody knows, a value of the wrong type.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong. Never quotes the file: it may hold passwords.
        message: String,
    },
    /// A value that makes no sense.
    #[error("configuration: {member} {problem}")]
    Senseless {
        /// Section and name.
        member: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl Config {
    /// Reads a file and checks it.
    ///
    /// # Errors
    ///
    /// Names the file and the place in it.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let config = Self::read(path)?;
        config.validate()?;
        Ok(config)
    }

    /// Reads a file that is not complete yet: the environment may add to it.
    ///
    /// # Errors
    ///
    /// Names the file and the place in it.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| {
            let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
            let message = without_values(&error.message().replace('\n', " "));
            ConfigError::Malformed { path: path.to_owned(), line, column, message }
        })
    }

    /// Finds values that TOML allows and this program cannot use.
    ///
    /// # Errors
    ///
    /// Names the member.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let senseless =
            |member, problem: &str| ConfigError::Senseless { member, problem: problem.to_owned() };
        let (server, hashing, store) = (&self.server, &self.hashing, &self.store);
        for (member, value, most) in [
            ("server.body_limit_bytes", server.body_limit_bytes as u64, u64::MAX),
            ("server.body_timeout_seconds", server.body_timeout_seconds, CENTURY),
            ("hashing.threads", hashing.threads.unwrap_or(1) as u64, 1024),
            // One more, since it may be none.
            ("hashing.queue", (hashing.queue as u64).saturating_add(1), 1_000_001),
            ("hashing.memory_kib", hashing.memory_kib.into(), MAX_ARGON2_MEMORY_KIB.into()),
            ("tokens.life_days", self.tokens.life_days, CENTURY / SECONDS_PER_DAY),
            ("tokens.per_account", self.tokens.per_account.into(), u64::MAX),
            ("tokens.clean_up_seconds", self.tokens.clean_up_seconds, CENTURY),
            ("store.connections", store.connections.map_or(1, usize::from) as u64, 10_000),
            ("lockout.account_failures", self.lockout.account_failures.into(), u64::MAX),
            ("lockout.address_failures", self.lockout.address_failures.into(), u64::MAX),
            ("lockout.minutes", self.lockout.minutes, CENTURY / 60),
            ("rate_limit.calls", self.rate_limit.calls.into(), u64::MAX),
            ("rate_limit.seconds", self.rate_limit.seconds, CENTURY),
        ] {
            if value == 0 {
                return Err(senseless(member, "must be at least 1"));
            }
            if value > most {
                return Err(senseless(member, "is too large"));
            }
        }
        if let Err(error) = self.hashing.parameters().kind() {
            return Err(senseless("hashing", &error.to_string()));
        }
        if let Some(url) = &self.server.site_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(senseless("server.site_url", "must begin with http:// or https://"));
        }
        if let Some(ldap) = &self.ldap {
            ldap.validate().map_err(|(member, problem)| senseless(member, problem))?;
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
    fn the_example_is_the_defaults() {
        let example = include_str!("../../login-server.example.toml");
        assert_eq!(load(example).unwrap(), Config::default());
    }

    /// With what the example only mentions switched on.
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
    fn what_the_example_mentions_can_be_switched_on() {
        let config = load(&whole_example()).unwrap();
        assert!(config.tls.is_some() && config.ldap.is_some() && config.store.url.is_some());
        assert_eq!(config.metrics.listen, Some(([127, 0, 0, 1], 9464).into()));
    }

    #[test]
    fn the_example_mentions_every_setting() {
        let example: toml::Table = toml::from_str(&whole_example()).unwrap();
        // Whoever asks for an unknown setting is told all that there are.
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
    fn an_error_names_the_place_and_quotes_nothing() {
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
    fn the_directory_is_a_scheme_a_host_and_perhaps_a_port() {
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
    fn senseless_values_are_named() {
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
                "configuration: ldap.filter is no LDAP filter",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nbind_dn = \"cn=x\"",
                "configuration: ldap.bind_password is missing, but there is a bind_dn",
            ),
            (
                "[ldap]\nurl = \"ldap://h\"\nbase_dn = \"\"\nattributes.id = \"entry UUID\"",
                "configuration: ldap.attributes holds something that is no name of an attribute",
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
