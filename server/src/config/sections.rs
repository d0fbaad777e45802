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
    /// The address to listen on; port 0 chooses a free port.
    pub listen: SocketAddr,
    /// The path of the data directory.
    pub data: PathBuf,
    /// The URL that clients use, for `avatarUrl`. Default: the address that the server listens on.
    pub site_url: Option<String>,
    /// The maximum size of a body; a longer one is refused with 413.
    pub body_limit_bytes: usize,
    /// The maximum time for a body to arrive; a slower one is refused with 408.
    pub body_timeout_seconds: u64,
    /// How long requests in flight may take to finish when the server stops.
    pub stop_timeout_seconds: u64,
    /// The proxies whose `X-Forwarded-For` the server trusts.
    pub trusted_proxies: TrustedProxies,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ConfigTls {
    /// The PEM file of the server's certificate, followed by the chain to the root.
    pub certificate: PathBuf,
    /// The PEM file of the private key.
    pub key: PathBuf,
}

/// `[logging]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLogging {
    /// The minimum level of the messages to log.
    pub level: LogLevel,
    /// The format of a log line.
    pub format: LogFormat,
}

/// The level of a log message.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the usual log levels")]
pub enum LogLevel {
    Debug,
    #[default]
    Info,
    Warning,
    Error,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `time level message, key: value`
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// `[store]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigStore {
    /// The URL of a PostgreSQL database, `postgres://…`. Default: SQLite in the data directory.
    pub url: Option<Secret>,
    /// A PEM file of root certificates to trust instead of the system's. With it, TLS is required.
    pub root_certificate: Option<PathBuf>,
    /// The number of connections to PostgreSQL. Default: four per core.
    pub connections: Option<NonZero<usize>>,
    /// Whether the connections keep prepared statements. Disable it for a pooler that may use
    /// another connection for each transaction.
    pub prepared_statements: bool,
}

/// `[hashing]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigHashing {
    /// The number of hashing threads. Default: one per core.
    pub threads: Option<usize>,
    /// The number of logins that may wait for a thread; further ones are refused with 503.
    pub queue: usize,
    /// The memory of a hash in KiB; see [`HashParameters::kind`] for the bounds.
    pub memory_kib: u32,
    /// The number of passes over the memory.
    pub passes: u32,
    /// The number of lanes.
    pub lanes: u32,
}

/// `[tokens]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigTokens {
    /// The lifetime of a token in days.
    pub life_days: u64,
    /// The maximum number of tokens of an account.
    pub per_account: u32,
    /// The interval in which expired tokens are removed. They do not work in the meantime either.
    pub clean_up_seconds: u64,
}

/// `[lockout]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLockout {
    /// Whether failed logins lead to a lockout.
    pub enabled: bool,
    /// The number of failures that lock a name or an account.
    pub account_failures: u32,
    /// The number of failures that lock an address.
    pub address_failures: u32,
    /// The duration of a lockout in minutes.
    pub minutes: u64,
}

/// `[rate_limit]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigRateLimit {
    /// Whether the rate limit is enabled.
    pub enabled: bool,
    /// The number of calls allowed per address and route within `seconds`.
    pub calls: u32,
    /// The length of the window in seconds.
    pub seconds: u64,
}

/// `[two_factor]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigTwoFactor {
    /// The name of this server in authenticator apps.
    pub issuer: String,
}

/// `[metrics]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigMetrics {
    /// The address to serve `/metrics` on, which should not be public. Default: none.
    pub listen: Option<SocketAddr>,
}

/// `[compatibility]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigCompatibility {
    /// Whether to accept types that Rocket.Chat accepts but does not document: an object for
    /// `user`, a digest for `password`, a number for `code`.
    pub rocketchat: bool,
}

/// `[ldap]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ConfigLdap {
    /// The URL of the directory: `ldap://host:port` or `ldaps://host:port`.
    pub url: String,
    /// How the connection is protected.
    #[serde(default)]
    pub security: LdapSecurity,
    /// A PEM file of root certificates to trust, in addition to the system's.
    pub root_certificate: Option<PathBuf>,
    /// The distinguished name to search as. Default: anonymous.
    pub bind_dn: Option<String>,
    /// The password for `bind_dn`, also read from `LOGIN_SERVER_LDAP_BIND_PASSWORD`.
    pub bind_password: Option<Secret>,
    /// The distinguished name of the subtree to search.
    pub base_dn: String,
    /// The search filter; `{login}` is replaced by the escaped name.
    #[serde(default = "default_filter")]
    pub filter: String,
    /// The names of the attributes to read.
    #[serde(default)]
    pub attributes: ConfigLdapAttributes,
    /// How long a login may wait for the directory, in seconds. After a failure, the circuit
    /// breaker stays open for as long.
    #[serde(default = "default_ldap_timeout")]
    pub timeout_seconds: u64,
    /// The number of connections for searches, and also the number for binds.
    #[serde(default = "default_ldap_connections")]
    pub connections: usize,
    /// Whether an account of the directory may log in with its last successful password while the
    /// directory gives no verdict. A refusal is a verdict.
    #[serde(default)]
    pub fallback: bool,
}

/// `[ldap.attributes]`
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigLdapAttributes {
    /// The attribute with the user name.
    pub username: String,
    /// The attribute with the display name.
    pub name: String,
    /// The attribute with the e-mail address.
    pub email: String,
    /// The attribute with the unchanging id of the entry. Default: the first of
    /// [`EntryId::ATTRIBUTES`] that the entry has.
    pub id: Option<String>,
}

/// The protection of the connection to the directory.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LdapSecurity {
    /// TLS with `ldaps://`, none with `ldap://`.
    #[default]
    Url,
    /// StartTLS: a connection to `ldap://` that switches to TLS before any request.
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
    /// The same values as Rocket.Chat's defaults.
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
    /// The names of the attributes that may hold an id, in order of preference.
    pub fn ids(&self) -> Vec<&str> {
        match &self.id {
            Some(id) => vec![id],
            None => EntryId::ATTRIBUTES.to_vec(),
        }
    }
}

impl ConfigHashing {
    /// The cost of a new hash.
    pub fn parameters(&self) -> HashParameters {
        HashParameters { memory_kib: self.memory_kib, passes: self.passes, lanes: self.lanes }
    }

    /// The settings of the pool that this section describes.
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
            return Err(("ldap.url", "must be a scheme, a host and an optional port"));
        }
        if secure && self.security == LdapSecurity::StartTls {
            return Err(("ldap.security", "is starttls, but the URL already begins with ldaps://"));
        }
        if !self.filter.contains("{login}") {
            return Err(("ldap.filter", "does not contain {login}"));
        }
        if ldap3::parse_filter(self.filter.replace("{login}", "x")).is_err() {
            return Err(("ldap.filter", "is not an LDAP filter"));
        }
        if self.bind_dn.is_some() && self.bind_password.as_ref().is_none_or(Secret::is_empty) {
            // An LDAP server treats a bind with a name but no password as anonymous.
            return Err(("ldap.bind_password", "is missing, but there is a bind_dn"));
        }
        let ConfigLdapAttributes { username, name, email, id } = &self.attributes;
        let attributes = [username, name, email].into_iter().chain(id);
        let is_attribute = |name: &String| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.;".contains(&b))
        };
        if !attributes.into_iter().all(is_attribute) {
            return Err(("ldap.attributes", "contains a text that is not an attribute name"));
        }
        let bounds = 1..=1024;
        let connections = u64::try_from(self.connections).unwrap_or(u64::MAX);
        if !bounds.contains(&self.timeout_seconds) || !bounds.contains(&connections) {
            return Err(("ldap", "timeout_seconds and connections must be from 1 to 1024"));
        }
        Ok(())
    }
}

/// Whether the text has the form `host`, `host:port` or `[::1]:port`.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_forbidden = |c: char| c.is_whitespace() || "/?#@".contains(c);
    let has_bare_colon = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    !host.is_empty()
        && !host.contains(is_forbidden)
        && !has_bare_colon
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}
