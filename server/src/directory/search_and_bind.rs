//! Finds the entry for a name and binds as it.

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
    /// The codes that refuse a bind: constraint violation (such as a lockout), no such object, no
    /// password in the entry, wrong password, insufficient rights, entry disabled. Any other code
    /// except success is about the directory itself, so it is no verdict.
    pub(super) const REFUSALS: [u32; 6] = [19, 32, 48, 49, 50, 53];
}

/// A directory that checks names and passwords.
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

/// A password that is not empty. An LDAP server treats a bind without a password as anonymous,
/// which would let everybody in.
struct BindPassword<'a>(&'a Secret);

impl<'a> BindPassword<'a> {
    fn new(password: &'a Secret) -> Option<Self> {
        (!password.is_empty()).then_some(Self(password))
    }
}

/// A search by the service account for one entry. It asks for at most two, to notice that there are
/// several.
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

/// A bind as any entry; its output is the result code.
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
    /// Makes no connection yet, because a server must start while its directory is down.
    ///
    /// # Errors
    ///
    /// The root certificates cannot be read.
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

    /// Whether accounts may log in with an earlier password while the directory gives no verdict.
    pub(crate) fn has_fallback(&self) -> bool {
        self.fallback
    }

    /// Checks a name and a password. Without a password, no login is accepted, in the same time.
    /// This happens if the client sent a digest, which cannot be bound with.
    ///
    /// # Errors
    ///
    /// The directory gives no verdict. The log says why.
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

    /// Looks up a name in the time that [`authenticate`](Self::authenticate) takes for a wrong
    /// password, without sending the user's password. Otherwise the time would reveal which names
    /// are local accounts and not entries of the directory.
    ///
    /// # Errors
    ///
    /// The directory gives no verdict. The log says why.
    pub(crate) async fn dummy_bind(&self, login: &str) -> Result<BindOutcome, NoVerdict> {
        self.judge(login, None).await
    }

    async fn judge(
        &self,
        login: &str,
        password: Option<BindPassword<'_>>,
    ) -> Result<BindOutcome, NoVerdict> {
        // The result of the search is a verdict even if the bind after it fails.
        let mut without_bind = None;
        let work = self.search_and_bind(login, password, &mut without_bind);
        self.within_bounds(work).await.or_else(|error| {
            self.log_failure(&error);
            without_bind.ok_or(NoVerdict(()))
        })
    }

    fn log_failure(&self, error: &DirectoryError) {
        self.metrics.directory(DirectoryResult::Unavailable);
        // While the circuit breaker is open, a line for each login would say nothing new.
        if !matches!(error, DirectoryError::CircuitOpen) {
            slog::warn!(self.log, "no verdict from the directory"; "error" => error.to_string());
        }
    }

    async fn within_bounds<T>(
        &self,
        work: impl Future<Output = Result<T, DirectoryError>>,
    ) -> Result<T, DirectoryError> {
        if !self.breaker.begin_call(Instant::now()) {
            return Err(DirectoryError::CircuitOpen);
        }
        let result =
            tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(DirectoryError::TimedOut));
        match &result {
            Ok(_) => self.breaker.record_success(),
            Err(_) => {
                self.breaker.record_failure(Instant::now());
                self.searchers.clear();
                self.binders.clear();
            }
        }
        result
    }

    /// Stores in `without_bind` the outcome of the search before it makes a dummy bind.
    async fn search_and_bind(
        &self,
        login: &str,
        password: Option<BindPassword<'_>>,
        without_bind: &mut Option<BindOutcome>,
    ) -> Result<BindOutcome, DirectoryError> {
        match (self.search(login).await?, password) {
            (LookupResult::Found(entry), Some(password)) => {
                let accepted = self.bind(&entry.dn, password).await?;
                let outcome = if accepted { BindOutcome::Accepted } else { BindOutcome::Refused };
                Ok(outcome(entry))
            }
            (found, _) => {
                let outcome = found.without_bind();
                *without_bind = Some(outcome.clone());
                self.bind_as_nobody().await?;
                Ok(outcome)
            }
        }
    }

    /// Binds as an entry that does not exist, which takes as long as a refused bind.
    async fn bind_as_nobody(&self) -> Result<(), DirectoryError> {
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
    fn empty_password_is_refused() {
        assert!(BindPassword::new(&Secret::from("")).is_none());
        assert!(BindPassword::new(&Secret::from("x")).is_some());
    }
}
