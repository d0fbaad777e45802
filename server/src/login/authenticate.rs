//! The order of judgement: address lock, name lock, account lock, password, active, second factor,
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
    store::{CleanedUp, PENDING_LIFE, Session, Store, StoreError},
};

/// How long a login may be judged. It is shorter than the store counts it as pending, so that what
/// takes longer ends without a verdict rather than beside more attempts than the limit allows.
const MAX_JUDGEMENT: Duration = Duration::from_secs(20);
const _: () = assert!(MAX_JUDGEMENT.as_secs() + 5 < PENDING_LIFE.as_secs());

/// What an operator may choose about logins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoginSettings {
    /// Lock-out.
    pub lockout: LockoutSettings,
    /// How long a token lives.
    pub token_life: Duration,
    /// Tokens an account may have; a new one ends the oldest.
    pub tokens_per_account: u32,
}

/// Where a login comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The client's address, as far as it can be trusted.
    pub address: IpAddr,
}

/// A login that went well.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// Who.
    pub user: User,
    /// The new token, or the one that was resumed.
    pub token: Token,
}

/// Logs people in and out.
pub(crate) struct Login {
    store: Arc<dyn Store>,
    passwords: PasswordCheck,
    clock: Clock,
    settings: LoginSettings,
    throttle: Throttle,
    metrics: Metrics,
}

impl Login {
    /// With everything that it needs.
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

    /// Judges credentials.
    ///
    /// # Errors
    ///
    /// Says as much as the client may know.
    pub(crate) async fn log_in(
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
    ///
    /// The token is not that account's, or no longer valid.
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

    /// Ends the session that the call itself came with.
    ///
    /// # Errors
    ///
    /// There is no such session, or no longer.
    pub(crate) async fn log_out(&self, user: &UserId, token: &TokenHash) -> Result<(), Refusal> {
        self.authorize(user, token).await?;
        if self.store.close_session(user, token).await? {
            Ok(())
        } else {
            Err(Refusal::NotLoggedIn)
        }
    }

    /// Whether the store takes what a login writes.
    ///
    /// # Errors
    ///
    /// It does not, and so no login can succeed.
    pub(crate) async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }

    /// Gives back the attempts that this server left behind when it was stopped while it judged
    /// them. To be called before the first login.
    ///
    /// # Errors
    ///
    /// The store does not answer. Then such attempts are in the way for half a minute.
    pub(crate) async fn give_back_abandoned_attempts(&self) -> Result<(), StoreError> {
        self.store.give_back_abandoned_attempts().await
    }

    /// Asks the store which kinds of hashes it holds. To be called before the first login.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub(crate) async fn refresh_hash_kinds(&self) -> Result<(), StoreError> {
        self.passwords.refresh_hash_kinds().await
    }

    /// Removes what has expired, and asks again which kinds of hashes the store holds. To be called
    /// now and then.
    ///
    /// # Errors
    ///
    /// The store does not answer.
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
        let account = self.store.find_account(identity).await?;
        let keys = Keys::new(origin.address, identity, account.as_ref());
        let mut attempt = self.throttle.begin(keys).await?;
        let requester = Requester::new(origin.address, identity);
        let judgement = self.judge(&mut attempt, account, identity, password, code, requester);
        let judged = timeout(MAX_JUDGEMENT, judgement).await.unwrap_or(Err(Refusal::Overloaded));
        let issued = match judged {
            Ok(account) => self.issue_token(&attempt, account).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = &issued {
            self.throttle.refuse(attempt, refusal).await?;
        }
        issued
    }

    /// The account, if it is to be let in. Tells nobody before the attempt is settled.
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
            self.throttle.note_entry(attempt, key);
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
