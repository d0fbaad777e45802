//! Finding the entry, and binding as it.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use ldap3::{Ldap, LdapError, Scope, SearchEntry, SearchOptions, SearchResult, ldap_escape};
use slog::Logger;

use super::DirectoryError;
use super::breaker::Breaker;
use super::connect::Connector;
use super::pool::{Operation, Pool};
use crate::accounts::{Token, UserId};
use crate::config::{ConfigLdap, ConfigLdapAttributes};
use crate::metrics::{DirectoryAnswer, Metrics};
use crate::secret::Secret;

/// Result codes of RFC 4511.
mod code {
    pub(super) const SUCCESS: u32 = 0;
    pub(super) const SIZE_LIMIT_EXCEEDED: u32 = 4;
    /// What a directory says to a bind that it will not have: no such object, a kind of password
    /// that the entry has not, wrong, forbidden, against a rule (such as a lock-out).
    pub(super) const REFUSALS: [u32; 6] = [19, 32, 48, 49, 50, 53];
}

/// A directory that can be asked.
pub struct Directory {
    connector: Connector,
    searchers: Pool,
    binders: Pool,
    breaker: Breaker,
    timeout: Duration,
    base_dn: String,
    filter: String,
    attributes: ConfigLdapAttributes,
    fallback: bool,
    metrics: Metrics,
    log: Logger,
}

/// Somebody whom the directory has let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The distinguished name.
    pub dn: String,
    /// The user name.
    pub username: String,
    /// The name for people, where there is one.
    pub name: Option<String>,
    /// All addresses.
    pub emails: Vec<String>,
}

/// What the directory says to a name and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is theirs.
    Accepted(Entry),
    /// It is not, or nobody is called so, or there was no answer.
    Refused {
        /// Whose password it is not, if anybody's. A directory knows one entry by more names than
        /// can be foreseen: it overlooks spaces, for one.
        dn: Option<String>,
    },
}

impl Answer {
    /// Nobody, as far as is known.
    pub const NOBODY: Self = Self::Refused { dn: None };
}

/// A password that is not empty: an LDAP server takes a bind without one for an anonymous bind,
/// and lets everybody in.
struct BindPassword<'a>(&'a Secret);

impl<'a> BindPassword<'a> {
    fn new(password: &'a Secret) -> Option<Self> {
        (!password.is_empty()).then_some(Self(password))
    }
}

/// By the service, for one entry or the knowledge that there are more.
struct Search<'a> {
    base_dn: &'a str,
    filter: &'a str,
    wanted: [&'a str; 3],
}

#[async_trait]
impl Operation for Search<'_> {
    type Output = SearchResult;

    async fn connect(&self, connector: &Connector) -> Result<Ldap, DirectoryError> {
        connector.service().await
    }

    async fn run(&self, ldap: &mut Ldap) -> Result<SearchResult, LdapError> {
        ldap.with_search_options(SearchOptions::new().sizelimit(2));
        ldap.search(self.base_dn, Scope::Subtree, self.filter, self.wanted).await
    }
}

/// As anybody; the answer is a result code.
struct Bind<'a> {
    dn: &'a str,
    password: BindPassword<'a>,
}

#[async_trait]
impl Operation for Bind<'_> {
    type Output = u32;

    async fn connect(&self, connector: &Connector) -> Result<Ldap, DirectoryError> {
        connector.anonymous().await
    }

    async fn run(&self, ldap: &mut Ldap) -> Result<u32, LdapError> {
        Ok(ldap.simple_bind(self.dn, self.password.0.expose()).await?.rc)
    }
}

impl Directory {
    /// Connects to nothing yet: a server must start while its directory is down.
    ///
    /// # Errors
    /// The roots to trust cannot be read.
    pub fn new(config: &ConfigLdap, metrics: Metrics, log: Logger) -> Result<Self, DirectoryError> {
        let timeout = Duration::from_secs(config.timeout_seconds);
        Ok(Self {
            connector: Connector::new(config)?,
            searchers: Pool::new(config.connections),
            binders: Pool::new(config.connections),
            breaker: Breaker::new(timeout),
            timeout,
            base_dn: config.base_dn.clone(),
            filter: config.filter.clone(),
            attributes: config.attributes.clone(),
            fallback: config.fallback,
            metrics,
            log,
        })
    }

    /// Whether its accounts may log in by an earlier password where it does not let them in.
    #[must_use]
    pub fn has_fallback(&self) -> bool {
        self.fallback
    }

    /// Who has this name and password; nobody, where the directory does not answer.
    pub async fn authenticate(&self, login: &str, password: &Secret) -> Answer {
        let Some(password) = BindPassword::new(password) else { return Answer::NOBODY };
        match self.within_bounds(self.search_and_bind(login, password)).await {
            Ok(answer) => {
                self.metrics.directory(match &answer {
                    Answer::Accepted(_) => DirectoryAnswer::Accepted,
                    Answer::Refused { .. } => DirectoryAnswer::Refused,
                });
                answer
            }
            Err(error) => {
                self.note(&error);
                Answer::NOBODY
            }
        }
    }

    /// Whether there is an entry of that name; unknown, where the directory does not answer.
    ///
    /// Takes as long as [`authenticate`](Self::authenticate) does for a wrong password, without
    /// showing a password to anybody. Else the time would tell which names are accounts of this
    /// server and not of the directory.
    pub async fn pretend(&self, login: &str) -> Option<bool> {
        let search = async {
            let found = self.search(login).await?.is_some();
            self.bind_nobody().await?;
            Ok(found)
        };
        self.within_bounds(search).await.inspect_err(|error| self.note(error)).ok()
    }

    fn note(&self, error: &DirectoryError) {
        self.metrics.directory(DirectoryAnswer::Unavailable);
        // While it is left alone, one line for each login would say nothing new.
        if !matches!(error, DirectoryError::LeftAlone) {
            slog::warn!(self.log, "no answer from the directory"; "error" => error.to_string());
        }
    }

    async fn within_bounds<T>(
        &self,
        work: impl Future<Output = Result<T, DirectoryError>>,
    ) -> Result<T, DirectoryError> {
        if !self.breaker.admits(Instant::now()) {
            return Err(DirectoryError::LeftAlone);
        }
        let result =
            tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(DirectoryError::TimedOut));
        match &result {
            Ok(_) => self.breaker.worked(),
            Err(_) => {
                self.breaker.failed(Instant::now());
                self.searchers.clear();
                self.binders.clear();
            }
        }
        result
    }

    async fn search_and_bind(
        &self,
        login: &str,
        password: BindPassword<'_>,
    ) -> Result<Answer, DirectoryError> {
        let Some(entry) = self.search(login).await? else {
            self.bind_nobody().await?;
            return Ok(Answer::NOBODY);
        };
        Ok(if self.bind(&entry.dn, password).await? {
            Answer::Accepted(entry)
        } else {
            Answer::Refused { dn: Some(entry.dn) }
        })
    }

    /// Whoever is not there is refused by the directory too, in the same time.
    async fn bind_nobody(&self) -> Result<(), DirectoryError> {
        let nobody = format!("cn={},{}", UserId::random(), self.base_dn);
        let guess = Token::random().into_secret();
        self.bind(&nobody, BindPassword(&guess)).await.map(drop)
    }

    /// The one entry that the name means; none where there are several.
    async fn search(&self, login: &str) -> Result<Option<Entry>, DirectoryError> {
        let filter = self.filter.replace("{login}", &ldap_escape(login));
        let ConfigLdapAttributes { username, name, email } = &self.attributes;
        let search = Search {
            base_dn: &self.base_dn,
            filter: &filter,
            wanted: [username.as_str(), name.as_str(), email.as_str()],
        };
        let SearchResult(mut found, result) = self.searchers.run(&self.connector, search).await?;
        match result.rc {
            code::SUCCESS => {}
            code::SIZE_LIMIT_EXCEEDED => return Ok(None),
            code => return Err(DirectoryError::Answer { what: "a search", code }),
        }
        let (Some(one), true) = (found.pop(), found.is_empty()) else { return Ok(None) };
        let entry = entry(SearchEntry::construct(one), &self.attributes);
        if entry.is_none() {
            slog::warn!(self.log, "an entry has no user name"; "attribute" => username);
        }
        Ok(entry)
    }

    async fn bind(&self, dn: &str, password: BindPassword<'_>) -> Result<bool, DirectoryError> {
        match self.binders.run(&self.connector, Bind { dn, password }).await? {
            code::SUCCESS => Ok(true),
            refusal if code::REFUSALS.contains(&refusal) => Ok(false),
            code => Err(DirectoryError::Answer { what: "a bind", code }),
        }
    }
}

/// What the configured attributes say; none without a name to bind or to be called by.
fn entry(found: SearchEntry, attributes: &ConfigLdapAttributes) -> Option<Entry> {
    // The directory may write an attribute's name in another case than the configuration.
    let values = |wanted: &str| -> Vec<String> {
        let mut all = found.attrs.iter();
        let found = all.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let values = found.map(|(_, values)| values.clone()).unwrap_or_default();
        values.into_iter().filter(|value| !value.is_empty()).collect()
    };
    let username = values(&attributes.username).into_iter().next()?;
    let name = values(&attributes.name).into_iter().next();
    let emails = values(&attributes.email);
    let dn = found.dn;
    (!dn.is_empty()).then_some(Entry { dn, username, name, emails })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn attributes_are_found_in_any_case_and_empty_ones_are_none() {
        let found = |dn: &str, attributes: &[(&str, &str)]| {
            let attrs = attributes.iter().map(|&(n, v)| (n.to_owned(), vec![v.to_owned()]));
            let attrs = attrs.collect::<HashMap<_, _>>();
            let found = SearchEntry { dn: dn.to_owned(), attrs, bin_attrs: HashMap::new() };
            entry(found, &ConfigLdapAttributes::default())
        };
        let al = found("uid=al,dc=x", &[("UID", "al"), ("cn", ""), ("Mail", "al@x.org")]).unwrap();
        assert_eq!(
            (al.username.as_str(), al.name, al.emails),
            ("al", None, vec!["al@x.org".to_owned()])
        );
        assert_eq!(found("uid=al,dc=x", &[("uid", "")]), None);
        assert_eq!(found("uid=al,dc=x", &[("cn", "Al")]), None);
        assert_eq!(found("", &[("uid", "al")]), None);
    }

    #[test]
    fn an_empty_password_is_none() {
        assert!(BindPassword::new(&Secret::from("")).is_none());
        assert!(BindPassword::new(&Secret::from("x")).is_some());
    }
}
