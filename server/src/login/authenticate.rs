//! The order of judgement: address lock, account lock, password, active, second factor, token.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use slog::Logger;

use crate::accounts::{Account, Identity, Token, TokenHash, User, UserId};
use crate::clock::{Clock, Timestamp};
use crate::directory::Directory;
use crate::hashing::{HashPool, Requester};
use crate::metrics::Metrics;
use crate::secret::Secret;
use crate::store::{CleanedUp, Session, Store, StoreError};

use super::password::{Judged, ReportedHashes};
use super::throttle::{Gate, Keys, LockoutSettings};
use super::{Credentials, Password, Refusal, two_factor};

/// What an operator may choose about logins.
#[derive(Clone, Copy, Debug)]
pub struct LoginSettings {
    /// Lock-out.
    pub lockout: LockoutSettings,
    /// How long a token lives.
    pub token_life: Duration,
    /// Tokens an account may have; a new one ends the oldest.
    pub tokens_per_account: u32,
}

/// Where a login comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The client's address, as far as it can be trusted.
    pub address: IpAddr,
}

/// A login that went well.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who.
    pub user: User,
    /// The new token, or the one that was resumed.
    pub token: Token,
}

/// Logs people in and out.
pub struct Login {
    pub(super) store: Arc<dyn Store>,
    pub(super) hashes: HashPool,
    pub(super) directory: Option<Directory>,
    clock: Clock,
    settings: LoginSettings,
    pub(super) metrics: Metrics,
    pub(super) log: Logger,
    pub(super) reported_hashes: ReportedHashes,
}

impl Login {
    /// With everything that it needs.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        hashes: HashPool,
        directory: Option<Directory>,
        clock: Clock,
        settings: LoginSettings,
        metrics: Metrics,
        log: Logger,
    ) -> Self {
        let reported_hashes = ReportedHashes::default();
        Self { store, hashes, directory, clock, settings, metrics, log, reported_hashes }
    }

    /// Judges credentials.
    ///
    /// # Errors
    /// Says as much as the client may know.
    pub async fn log_in(
        &self,
        credentials: Credentials,
        origin: Origin,
    ) -> Result<LoggedIn, Refusal> {
        match credentials {
            Credentials::Resume(token) => self.resume(token).await,
            Credentials::Password { identity, password, code } => {
                // Boxed: else every `resume` carries, and copies, the room that this one needs.
                Box::pin(self.log_in_by_password(&identity, &password, code.as_ref(), origin)).await
            }
        }
    }

    /// Whose session it is, for calls that carry `X-User-Id` and `X-Auth-Token`.
    ///
    /// # Errors
    /// The token is not that account's, or no longer valid.
    pub async fn authorize(&self, user: &UserId, token: &TokenHash) -> Result<User, Refusal> {
        match self.session_user(token).await? {
            Some(owner) if owner.id == *user => Ok(owner),
            _ => Err(Refusal::NotLoggedIn),
        }
    }

    /// Ends the session that the call itself came with.
    ///
    /// # Errors
    /// There is no such session, or no longer.
    pub async fn log_out(&self, user: &UserId, token: &TokenHash) -> Result<(), Refusal> {
        self.authorize(user, token).await?;
        if self.store.close_session(user, token).await? {
            Ok(())
        } else {
            Err(Refusal::NotLoggedIn)
        }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Asks the store which kinds of hashes it holds. To be called before the first login.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn refresh_hash_kinds(&self) -> Result<(), StoreError> {
        self.hashes.set_kinds(self.store.hash_kinds().await?);
        Ok(())
    }

    /// Removes what has expired, and asks again which kinds of hashes the store holds. To be called
    /// now and then.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn clean_up(&self) -> Result<CleanedUp, StoreError> {
        self.refresh_hash_kinds().await?;
        let now = self.clock.now();
        let stale = now.minus(self.settings.lockout.duration);
        let cleaned_up = self.store.clean_up(self.expired_before(now), stale).await?;
        self.metrics.expired_sessions(cleaned_up.sessions);
        Ok(cleaned_up)
    }

    async fn resume(&self, token: Token) -> Result<LoggedIn, Refusal> {
        let user = self.session_user(&token.hash()).await?.ok_or(Refusal::Unauthorized)?;
        Ok(LoggedIn { user, token })
    }

    async fn session_user(&self, token: &TokenHash) -> Result<Option<User>, StoreError> {
        self.store.session_user(token, self.expired_before(self.clock.now())).await
    }

    fn expired_before(&self, now: Timestamp) -> Timestamp {
        now.minus(self.settings.token_life)
    }

    async fn log_in_by_password(
        &self,
        identity: &Identity,
        password: &Password,
        code: Option<&Secret>,
        origin: Origin,
    ) -> Result<LoggedIn, Refusal> {
        let store = self.store.as_ref();
        let lockout = self.settings.lockout;
        let account = store.find_account(identity).await?;
        let keys = Keys::new(origin.address, identity, account.as_ref());
        let requester = Requester::new(origin.address, identity);

        let failed_before = match lockout.gate(store, &keys, self.clock.now()).await? {
            Gate::Open { failed } => failed,
            Gate::Address => return Err(Refusal::AddressLocked),
            Gate::Name => return Err(Refusal::AccountLocked),
            Gate::Account => {
                self.refuse_password(identity, password, requester).await?;
                lockout.record_failure(store, &keys, self.clock.now()).await?;
                return Err(Refusal::Unauthorized);
            }
        };
        let Judged { account, dn } =
            self.check_password(account, identity, password, requester).await?;
        let keys = keys.known_as(dn.as_deref());
        let Some(account) = account else {
            lockout.record_failure(store, &keys, self.clock.now()).await?;
            return Err(Refusal::Unauthorized);
        };
        // While this one was being hashed, others may have failed: of a thousand guesses sent at
        // once, only as many may count as of a thousand sent one by one.
        match lockout.gate(store, &keys, self.clock.now()).await? {
            Gate::Open { .. } => {}
            Gate::Address => return Err(Refusal::AddressLocked),
            Gate::Name => return Err(Refusal::AccountLocked),
            Gate::Account => return Err(Refusal::Unauthorized),
        }
        if !account.active {
            return Err(Refusal::Inactive);
        }
        match two_factor::check(store, &account, code, self.clock.now()).await {
            Err(Refusal::TotpInvalid) => {
                lockout.record_failure(store, &keys, self.clock.now()).await?;
                return Err(Refusal::TotpInvalid);
            }
            other => other?,
        }
        let token = self.issue_token(&account).await?;
        if failed_before {
            lockout.forget(store, &keys).await?;
        }
        Ok(LoggedIn { user: account.into(), token })
    }

    async fn issue_token(&self, account: &Account) -> Result<Token, Refusal> {
        let token = Token::random();
        let session = Session { token: token.hash(), issued_at: self.clock.now() };
        if self.store.open_session(account, &session, self.settings.tokens_per_account).await? {
            Ok(token)
        } else {
            Err(Refusal::Unauthorized)
        }
    }
}
