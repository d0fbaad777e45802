//! The order of checks: address lock, name lock, account lock, password, active, second factor,
//! token.

use std::{net::IpAddr, sync::Arc, time::Duration};

use slog::Logger;
use specfirst_dropshot::Secret;
use tokio::time::timeout;

use super::{
    Credentials, Password, Refusal,
    password::{PasswordCheck, PasswordOutcome},
    throttle::{Attempt, Keys, LockoutSettings, Throttle},
    two_factor,
};
use crate::{
    accounts::{Account, Identity, Token, TokenHash, User, UserId},
    clock::{Clock, Timestamp},
    directory::Directory,
    hashing::{HashPool, Requester},
    metrics::Metrics,
    store::{CleanedUp, PENDING_LIFETIME, Session, Store, StoreError},
};

/// The maximum time to judge a login. It is shorter than the time for which the store counts the
/// attempt as pending. A slow login therefore ends without a verdict before the limit could be
/// exceeded.
pub(super) const JUDGEMENT_TIMEOUT: Duration = Duration::from_secs(20);
const _: () = assert!(JUDGEMENT_TIMEOUT.as_secs() + 5 < PENDING_LIFETIME.as_secs());

/// The settings of logins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoginSettings {
    /// The settings of the lockout.
    pub lockout: LockoutSettings,
    /// The lifetime of a token.
    pub token_life: Duration,
    /// The maximum number of tokens of an account; a new one ends the oldest.
    pub tokens_per_account: u32,
}

/// The origin of a login.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The client's address, as determined from the trusted proxies.
    pub address: IpAddr,
}

/// A successful login.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// The user who logged in.
    pub user: User,
    /// The new token, or the resumed one.
    pub token: Token,
}

/// Logs users in and out.
pub(crate) struct Login {
    pub(super) store: Arc<dyn Store>,
    passwords: PasswordCheck,
    pub(super) clock: Clock,
    settings: LoginSettings,
    pub(super) throttle: Throttle,
    metrics: Metrics,
}

impl Login {
    /// Makes the login logic from its parts.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        hashes: HashPool,
        directory: Option<Directory>,
        clock: Clock,
        settings: LoginSettings,
        metrics: Metrics,
        log: Logger,
    ) -> Self {
        let throttle = Throttle::new(settings.lockout, Arc::clone(&store), clock.clone());
        let passwords =
            PasswordCheck::new(Arc::clone(&store), hashes, directory, metrics.clone(), log);
        Self { store, passwords, clock, settings, throttle, metrics }
    }

    /// Logs in with credentials.
    ///
    /// # Errors
    ///
    /// The login is refused. The refusal reveals only what the client may know.
    pub(crate) async fn log_in(
        &self,
        credentials: Credentials,
        origin: Origin,
    ) -> Result<LoggedIn, Refusal> {
        match credentials {
            Credentials::Resume(token) => self.resume(token).await,
            Credentials::Password { identity, password, code } => {
                // Boxed, because otherwise the future of `resume` would be as large as this one.
                Box::pin(self.log_in_by_password(&identity, &password, code.as_ref(), origin)).await
            }
        }
    }

    /// The user of a session, for calls that send `X-User-Id` and `X-Auth-Token`.
    ///
    /// # Errors
    ///
    /// The token does not belong to the account or is no longer valid.
    pub(crate) async fn authorize(
        &self,
        user: &UserId,
        token: &TokenHash,
    ) -> Result<User, Refusal> {
        match self.session_user(token).await? {
            Some(owner) if owner.id == *user => Ok(owner),
            _ => Err(Refusal::NotLoggedIn),
        }
    }

    /// Ends the session that the call was made with, or removes its personal access token.
    ///
    /// # Errors
    ///
    /// The token does not exist or has already ended.
    pub(crate) async fn log_out(&self, user: &UserId, token: &TokenHash) -> Result<(), Refusal> {
        self.authorize(user, token).await?;
        if self.store.close_session(user, token).await? {
            Ok(())
        } else {
            Err(Refusal::NotLoggedIn)
        }
    }

    /// Checks that the store accepts the writes of a login.
    ///
    /// # Errors
    ///
    /// The store refuses writes, so no login can succeed.
    pub(crate) async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }

    /// Releases the attempts that this server was judging when it was stopped. Call it before the
    /// first login.
    ///
    /// # Errors
    ///
    /// The store is unavailable. Then these attempts count as pending for half a minute.
    pub(crate) async fn give_back_abandoned_attempts(&self) -> Result<(), StoreError> {
        self.store.give_back_abandoned_attempts().await
    }

    /// Loads the kinds of hashes in the store. Call it before the first login.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
    pub(crate) async fn refresh_hash_kinds(&self) -> Result<(), StoreError> {
        self.passwords.refresh_hash_kinds().await
    }

    /// Removes expired data and reloads the kinds of hashes in the store. Call it regularly.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
    pub(crate) async fn clean_up(&self) -> Result<CleanedUp, StoreError> {
        self.refresh_hash_kinds().await?;
        let LoginSettings { token_life, lockout, .. } = self.settings;
        let clock = self.clock.reading();
        let cleaned_up = self.store.clean_up(clock, token_life, lockout.duration).await?;
        self.metrics.expired_sessions(cleaned_up.sessions);
        Ok(cleaned_up)
    }

    async fn resume(&self, token: Token) -> Result<LoggedIn, Refusal> {
        let user = self.session_user(&token.hash()).await?.ok_or(Refusal::Unauthorized)?;
        Ok(LoggedIn { user, token })
    }

    /// The user of a session or of a personal access token.
    async fn session_user(&self, token: &TokenHash) -> Result<Option<User>, StoreError> {
        let now = self.clock.now();
        match self.store.session_user(token, self.expired_before(now)).await? {
            Some(user) => Ok(Some(user)),
            None => self.store.access_token_user(token, now).await,
        }
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
        let account = self.store.find_account(identity).await?;
        let keys = Keys::new(origin.address, identity, account.as_ref());
        let mut attempt = self.throttle.begin(keys).await?;
        let requester = Requester::new(origin.address, identity);
        let judgement = self.judge(&mut attempt, account, identity, password, code, requester);
        let judged =
            timeout(JUDGEMENT_TIMEOUT, judgement).await.unwrap_or(Err(Refusal::Overloaded));
        let issued = match judged {
            Ok(account) => self.issue_token(&attempt, account).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = &issued {
            self.throttle.refuse(attempt, refusal).await?;
        }
        issued
    }

    /// The account, if the login is allowed. The client must not learn this before the attempt is
    /// settled.
    async fn judge(
        &self,
        attempt: &mut Attempt,
        account: Option<Account>,
        identity: &Identity,
        password: &Password,
        code: Option<&Secret>,
        requester: Requester,
    ) -> Result<Account, Refusal> {
        if attempt.account_is_locked() {
            self.passwords.dummy_check(identity, password, requester).await?;
            return Err(Refusal::Unauthorized);
        }
        let PasswordOutcome { account, entry_key } =
            self.passwords.check(account, identity, password, requester).await?;
        if let Some(key) = &entry_key {
            self.throttle.set_entry(attempt, key);
        }
        let account = account.ok_or(Refusal::Unauthorized)?;
        self.throttle.count_entry(attempt).await?;
        if attempt.account_is_locked() {
            return Err(Refusal::Unauthorized);
        }
        if !account.active {
            return Err(Refusal::Inactive);
        }
        two_factor::check(self.store.as_ref(), &account, code, self.clock.now()).await?;
        Ok(account)
    }

    async fn issue_token(&self, attempt: &Attempt, account: Account) -> Result<LoggedIn, Refusal> {
        let token = Token::random();
        let session = Session { token: token.hash(), issued_at: self.clock.now() };
        let keep = self.settings.tokens_per_account;
        if self.throttle.open_session(attempt, &account, &session, keep).await? {
            Ok(LoggedIn { user: account.into(), token })
        } else {
            Err(Refusal::Unauthorized)
        }
    }
}
