//! The sections of the configuration file, with their defaults.

use std::{net::SocketAddr, num::NonZero, path::PathBuf};

use serde::Deserialize;
use specfirst_dropshot::Secret;

use super::TrustedProxies;
use crate::{
    accounts::{EntryId, HashParameters},
    hashing::HashPoolSettings,
};

/// `[server]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigServer {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The data directory.
    pub data: PathBuf,
    /// What clients call this server, for `avatarUrl`. Default: what it listens on.
    pub site_url: Option<String>,
    /// A longer body is refused with 413.
    pub body_limit_bytes: usize,
    /// A body that takes longer to arrive is refused with 408.
    pub body_timeout_seconds: u64,
    /// At a stop, requests in flight may take this long to end.
    pub stop_timeout_seconds: u64,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ConfigTls {
    /// PEM: this server's certificate, then those up to the root.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
}

/// `[logging]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLogging {
    /// The least important that is logged.
    pub level: LogLevel,
    /// For people or for programs.
    pub format: LogFormat,
}

/// How important a line is.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Debug,
    #[default]
    Info,
    Warning,
    Error,
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `time level message, key: value`
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// `[store]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigStore {
    /// `postgres://…`. Without it: SQLite in the data directory.
    pub url: Option<Secret>,
    /// PEM: roots to trust instead of the system's. With it, the connection is never without TLS.
    pub root_certificate: Option<PathBuf>,
    /// Connections to PostgreSQL. Default: four a core.
    pub connections: Option<NonZero<usize>>,
    /// Whether PostgreSQL keeps each statement for the next time. A pooler in between must not hand
    /// out another connection for each transaction.
    pub prepared_statements: bool,
}

/// `[hashing]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigHashing {
    /// Threads that hash. Default: one a core.
    pub threads: Option<usize>,
    /// Logins that may wait for one; beyond it they get 503.
    pub queue: usize,
    /// KiB of memory a hash takes; see [`HashParameters::kind`] for the bounds.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// `[tokens]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigTokens {
    /// A token's life, in days.
    pub life_days: u64,
    /// Tokens an account may have at once.
    pub per_account: u32,
    /// How often expired tokens are removed. They log nobody in before that either.
    pub clean_up_seconds: u64,
}

/// `[lockout]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLockout {
    /// Whether there is any.
    pub enabled: bool,
    /// Failures under one name or account.
    pub account_failures: u32,
    /// Failures from one address.
    pub address_failures: u32,
    /// How long a lock lasts.
    pub minutes: u64,
}

/// `[rate_limit]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigRateLimit {
    /// Whether there is any.
    pub enabled: bool,
    /// Calls by address and route …
    pub calls: u32,
    /// … in this time.
    pub seconds: u64,
}

/// `[two_factor]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigTwoFactor {
    /// What the user's device calls this server.
    pub issuer: String,
}

/// `[metrics]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigMetrics {
    /// Where to serve `/metrics`; a listener of its own, not for the public. Default: nowhere.
    pub listen: Option<SocketAddr>,
}

/// `[compatibility]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigCompatibility {
    /// Take the types that Rocket.Chat takes and its document does not mention: an object for
    /// `user`, a digest for `password`, a number for `code`.
    pub rocketchat: bool,
}

/// `[ldap]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ConfigLdap {
    /// `ldap://host:port` or `ldaps://host:port`.
    pub url: String,
    /// How the connection is protected.
    #[serde(default)]
    pub security: LdapSecurity,
    /// PEM: roots to trust, beside the system's.
    pub root_certificate: Option<PathBuf>,
    /// Who searches; default: anonymous.
    pub bind_dn: Option<String>,
    /// With which password. Also from the environment, as `LOGIN_SERVER_LDAP_BIND_PASSWORD`.
    pub bind_password: Option<Secret>,
    /// Where to search.
    pub base_dn: String,
    /// What to search for; `{login}` is replaced by the escaped name.
    #[serde(default = "default_filter")]
    pub filter: String,
    /// Which attributes say what.
    #[serde(default)]
    pub attributes: ConfigLdapAttributes,
    /// How long the directory may take over a login, in seconds. After a failure, it gets no requests
    /// for as long.
    #[serde(default = "default_ldap_timeout")]
    pub timeout_seconds: u64,
    /// Connections for searching, and as many for checking passwords.
    #[serde(default = "default_ldap_connections")]
    pub connections: usize,
    /// Whether an account of the directory may log in with the password it last logged in with
    /// while the directory gives no verdict. A refusal is a verdict.
    #[serde(default)]
    pub fallback: bool,
}

/// `[ldap.attributes]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLdapAttributes {
    /// The user name.
    pub username: String,
    /// The name for people.
    pub name: String,
    /// The address.
    pub email: String,
    /// What never changes, whatever the entry is called. Default: the first of
    /// [`EntryId::ATTRIBUTES`] that the entry has.
    pub id: Option<String>,
}

/// How a connection to the directory is protected.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LdapSecurity {
    /// As the URL says: TLS with `ldaps://`, none with `ldap://`.
    #[default]
    Url,
    /// `ldap://`, then TLS before anything is said.
    StartTls,
}

impl Default for ConfigServer {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data: PathBuf::from("login-data"),
            site_url: None,
            body_limit_bytes: 64 * 1024,
            body_timeout_seconds: 10,
            stop_timeout_seconds: 30,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

impl Default for ConfigHashing {
    fn default() -> Self {
        let HashParameters { memory_kib, passes, lanes } = HashParameters::RECOMMENDED;
        Self { threads: None, queue: 256, memory_kib, passes, lanes }
    }
}

impl Default for ConfigTokens {
    fn default() -> Self {
        Self { life_days: 90, per_account: 50, clean_up_seconds: 60 }
    }
}

impl Default for ConfigLockout {
    /// The defaults of Rocket.Chat.
    fn default() -> Self {
        Self { enabled: true, account_failures: 10, address_failures: 50, minutes: 5 }
    }
}

impl Default for ConfigRateLimit {
    fn default() -> Self {
        Self { enabled: false, calls: 10, seconds: 60 }
    }
}

impl Default for ConfigTwoFactor {
    fn default() -> Self {
        Self { issuer: "login-server".to_owned() }
    }
}

impl Default for ConfigLdapAttributes {
    fn default() -> Self {
        Self {
            username: "uid".to_owned(),
            name: "cn".to_owned(),
            email: "mail".to_owned(),
            id: None,
        }
    }
}

fn default_filter() -> String {
    "(&(objectClass=inetOrgPerson)(|(uid={login})(mail={login})))".to_owned()
}

fn default_ldap_timeout() -> u64 {
    5
}

fn default_ldap_connections() -> usize {
    4
}

impl ConfigLdapAttributes {
    /// The attributes to look for an id in, the preferred one first.
    pub fn ids(&self) -> Vec<&str> {
        match &self.id {
            Some(id) => vec![id],
            None => EntryId::ATTRIBUTES.to_vec(),
        }
    }
}

impl ConfigHashing {
    /// What a new hash costs.
    pub fn parameters(&self) -> HashParameters {
        HashParameters { memory_kib: self.memory_kib, passes: self.passes, lanes: self.lanes }
    }

    /// The pool that this section describes.
    pub fn pool(&self) -> HashPoolSettings {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        HashPoolSettings {
            threads: self.threads.unwrap_or_else(cores),
            queue: self.queue,
            parameters: self.parameters(),
        }
    }
}

impl ConfigLdap {
    pub(super) fn validate(&self) -> Result<(), (&'static str, &'static str)> {
        let secure = self.url.starts_with("ldaps://");
        let rest = self.url.strip_prefix("ldaps://").or_else(|| self.url.strip_prefix("ldap://"));
        let rest = rest.ok_or(("ldap.url", "must begin with ldap:// or ldaps://"))?;
        if !is_authority(rest.strip_suffix('/').unwrap_or(rest)) {
            return Err(("ldap.url", "must be a scheme, a host and perhaps a port, and no more"));
        }
        if secure && self.security == LdapSecurity::StartTls {
            return Err(("ldap.security", "is starttls, but the URL is ldaps:// already"));
        }
        if !self.filter.contains("{login}") {
            return Err(("ldap.filter", "does not contain {login}"));
        }
        if ldap3::parse_filter(self.filter.replace("{login}", "x")).is_err() {
            return Err(("ldap.filter", "is no LDAP filter"));
        }
        if self.bind_dn.is_some() && self.bind_password.as_ref().is_none_or(Secret::is_empty) {
            // An LDAP server takes a name without a password for an anonymous bind.
            return Err(("ldap.bind_password", "is missing, but there is a bind_dn"));
        }
        let ConfigLdapAttributes { username, name, email, id } = &self.attributes;
        let attributes = [username, name, email].into_iter().chain(id);
        let is_attribute = |name: &String| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.;".contains(&b))
        };
        if !attributes.into_iter().all(is_attribute) {
            return Err(("ldap.attributes", "holds something that is no name of an attribute"));
        }
        let sensible = 1..=1024;
        let connections = u64::try_from(self.connections).unwrap_or(u64::MAX);
        if !sensible.contains(&self.timeout_seconds) || !sensible.contains(&connections) {
            return Err(("ldap", "timeout_seconds and connections must be from 1 to 1024"));
        }
        Ok(())
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let odd = |c: char| c.is_whitespace() || "/?#@".contains(c);
    let bare_colon = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    !host.is_empty()
        && !host.contains(odd)
        && !bare_colon
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}
