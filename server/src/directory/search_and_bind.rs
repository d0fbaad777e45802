//! Finding the entry, and binding as it.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use ldap3::{Ldap, LdapError, Scope, SearchEntry, SearchOptions, SearchResult, ldap_escape};
use slog::Logger;
use specfirst_dropshot::Secret;

use super::{
    BindOutcome, DirectoryError, Entry, NoVerdict,
    breaker::Breaker,
    connect::Connector,
    outcome::LookupResult,
    pool::{Operation, Pool},
};
use crate::{
    accounts::{Token, UserId},
    config::{ConfigLdap, ConfigLdapAttributes},
    metrics::{DirectoryResult, Metrics},
};

/// Result codes of RFC 4511.
mod code {
    pub(super) const SUCCESS: u32 = 0;
    pub(super) const SIZE_LIMIT_EXCEEDED: u32 = 4;
    /// The codes that judge a bind: a rule is broken (such as a lock-out), no such object, the
    /// entry has no password, wrong password, no right to bind, the entry is disabled. Any other
    /// code but success is about the directory itself, and no verdict.
    pub(super) const REFUSALS: [u32; 6] = [19, 32, 48, 49, 50, 53];
}

/// A directory that can be asked.
pub(crate) struct Directory {
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
    wanted: Vec<&'a str>,
}

#[async_trait]
impl Operation for Search<'_> {
    type Output = SearchResult;

    async fn run(&self, ldap: &mut Ldap) -> Result<SearchResult, LdapError> {
        ldap.with_search_options(SearchOptions::new().sizelimit(2));
        ldap.search(self.base_dn, Scope::Subtree, self.filter, &self.wanted).await
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

    async fn run(&self, ldap: &mut Ldap) -> Result<u32, LdapError> {
        Ok(ldap.simple_bind(self.dn, self.password.0.expose()).await?.rc)
    }
}

impl Directory {
    /// Connects to nothing yet: a server must start while its directory is down.
    ///
    /// # Errors
    ///
    /// The roots to trust cannot be read.
    pub(crate) fn new(
        config: &ConfigLdap,
        metrics: Metrics,
        log: Logger,
    ) -> Result<Self, DirectoryError> {
        let timeout = Duration::from_secs(config.timeout_seconds);
        let service = Connector::new(config)?;
        Ok(Self {
            binders: Pool::new(service.anonymous(), config.connections)?,
            searchers: Pool::new(service, config.connections)?,
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

    /// Whether its accounts may log in by an earlier password while it gives no verdict.
    pub(crate) fn has_fallback(&self) -> bool {
        self.fallback
    }

    /// Judges a name and a password. Without a password (the client has sent a digest, which cannot
    /// be bound with) nobody is accepted, in the same time.
    ///
    /// # Errors
    ///
    /// There is no verdict. The log says why.
    pub(crate) async fn authenticate(
        &self,
        login: &str,
        password: Option<&Secret>,
    ) -> Result<BindOutcome, NoVerdict> {
        let outcome = self.judge(login, password.and_then(BindPassword::new)).await?;
        self.metrics.directory(match &outcome {
            BindOutcome::Accepted(_) => DirectoryResult::Accepted,
            BindOutcome::Refused(_) | BindOutcome::NoSuchEntry | BindOutcome::SeveralEntries => {
                DirectoryResult::Refused
            }
        });
        Ok(outcome)
    }

    /// What the name means, in the time that [`authenticate`](Self::authenticate) takes for a wrong
    /// password, without showing a password to anybody. Else the time would tell which names are
    /// accounts of this server and not of the directory.
    ///
    /// # Errors
    ///
    /// There is no verdict. The log says why.
    pub(crate) async fn dummy_bind(&self, login: &str) -> Result<BindOutcome, NoVerdict> {
        self.judge(login, None).await
    }

    async fn judge(
        &self,
        login: &str,
        password: Option<BindPassword<'_>>,
    ) -> Result<BindOutcome, NoVerdict> {
        // What the search finds out is a verdict even if the bind after it fails.
        let mut unproven = None;
        let work = self.search_and_bind(login, password, &mut unproven);
        self.within_bounds(work).await.or_else(|error| {
            self.log_failure(&error);
            unproven.ok_or(NoVerdict(()))
        })
    }

    fn log_failure(&self, error: &DirectoryError) {
        self.metrics.directory(DirectoryResult::Unavailable);
        // While the circuit breaker is open, one line for each login would say nothing new.
        if !matches!(error, DirectoryError::CircuitOpen) {
            slog::warn!(self.log, "no verdict from the directory"; "error" => error.to_string());
        }
    }

    async fn within_bounds<T>(
        &self,
        work: impl Future<Output = Result<T, DirectoryError>>,
    ) -> Result<T, DirectoryError> {
        if !self.breaker.admits(Instant::now()) {
            return Err(DirectoryError::CircuitOpen);
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

    /// Leaves in `unproven` what is known before the dummy bind.
    async fn search_and_bind(
        &self,
        login: &str,
        password: Option<BindPassword<'_>>,
        unproven: &mut Option<BindOutcome>,
    ) -> Result<BindOutcome, DirectoryError> {
        match (self.search(login).await?, password) {
            (LookupResult::Found(entry), Some(password)) => {
                let accepted = self.bind(&entry.dn, password).await?;
                let outcome = if accepted { BindOutcome::Accepted } else { BindOutcome::Refused };
                Ok(outcome(entry))
            }
            (found, _) => {
                let outcome = found.unproven();
                *unproven = Some(outcome.clone());
                self.bind_nobody().await?;
                Ok(outcome)
            }
        }
    }

    /// Whoever is not there is refused by the directory too, in the same time.
    async fn bind_nobody(&self) -> Result<(), DirectoryError> {
        let nobody = format!("cn={},{}", UserId::random(), self.base_dn);
        let guess = Token::random().into_secret();
        self.bind(&nobody, BindPassword(&guess)).await.map(drop)
    }

    async fn search(&self, login: &str) -> Result<LookupResult, DirectoryError> {
        let filter = self.filter.replace("{login}", &ldap_escape(login));
        let ConfigLdapAttributes { username, name, email, id: _ } = &self.attributes;
        let mut wanted = self.attributes.ids();
        wanted.extend([username, name, email].map(String::as_str));
        let search = Search { base_dn: &self.base_dn, filter: &filter, wanted };
        let SearchResult(mut found, result) = self.searchers.run(search).await?;
        match result.rc {
            code::SUCCESS => {}
            code::SIZE_LIMIT_EXCEEDED => return Ok(LookupResult::SeveralEntries),
            code => return Err(DirectoryError::ResultCode { what: "a search", code }),
        }
        let one = match (found.pop(), found.is_empty()) {
            (Some(one), true) => SearchEntry::construct(one),
            (Some(_), false) => return Ok(LookupResult::SeveralEntries),
            (None, _) => return Ok(LookupResult::NoSuchEntry),
        };
        let entry = Entry::new(&one, &self.attributes);
        Ok(entry.map_or(LookupResult::NoSuchEntry, LookupResult::Found))
    }

    async fn bind(&self, dn: &str, password: BindPassword<'_>) -> Result<bool, DirectoryError> {
        match self.binders.run(Bind { dn, password }).await? {
            code::SUCCESS => Ok(true),
            refusal if code::REFUSALS.contains(&refusal) => Ok(false),
            code => Err(DirectoryError::ResultCode { what: "a bind", code }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_password_is_none() {
        assert!(BindPassword::new(&Secret::from("")).is_none());
        assert!(BindPassword::new(&Secret::from("x")).is_some());
    }
}
