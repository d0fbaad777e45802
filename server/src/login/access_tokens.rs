//! Personal access tokens: who may make, replace and remove them.
//!
//! The order of checks is that of Rocket.Chat: the caller's token, then the second factor, then the
//! name. A code is therefore used up even if the name is wrong.

use specfirst_dropshot::Secret;
use tokio::time::timeout;

use super::{
    Login, Origin, Refusal,
    authenticate::JUDGEMENT_TIMEOUT,
    throttle::{Attempt, Keys},
    two_factor,
};
use crate::{
    accounts::{Account, Identity, Token, TokenHash, UserId},
    store::{AccessToken, AccessTokenChange, StoreError, StoredSecret},
};

/// A call that changes the personal access tokens of an account.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The account.
    pub user: UserId,
    /// The token that the call was made with.
    pub token: TokenHash,
    /// The code of a second factor, if the call has one.
    pub code: Option<Secret>,
    /// The kind of the code, if the call names one.
    pub method: Option<String>,
    /// The origin of the call.
    pub origin: Origin,
}

/// Why a call on personal access tokens is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessTokenError {
    /// The account has a token with this name already.
    #[error("the account has a token with this name")]
    NameTaken,
    /// The account has no token with this name.
    #[error("the account has no token with this name")]
    NoSuchToken,
    /// The caller is not logged in, its second factor is missing or wrong, or the server failed.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for AccessTokenError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Login {
    /// The personal access tokens of an account that have not expired.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
    pub(crate) async fn access_tokens(&self, user: &UserId) -> Result<Vec<AccessToken>, Refusal> {
        let now = self.clock.now();
        let mut tokens = self.store.access_tokens(user).await?;
        tokens.retain(|token| token.expires_at.is_none_or(|at| at > now));
        Ok(tokens)
    }

    /// Makes a personal access token that does not expire.
    ///
    /// # Errors
    ///
    /// The call is refused, or the name is taken.
    pub(crate) async fn generate_access_token(
        &self,
        caller: &Caller,
        name: String,
        bypasses_two_factor: bool,
    ) -> Result<Token, AccessTokenError> {
        self.check_second_factor(caller).await?;
        let token = Token::random();
        let secret = self.stored(&token);
        let added = AccessToken { name, secret, expires_at: None, bypasses_two_factor };
        let change = self.store.add_access_token(&caller.user, &added, Some(&caller.token)).await?;
        succeeded(change, AccessTokenError::NameTaken).map(|()| token)
    }

    /// Replaces the secret of a personal access token. The old one no longer works.
    ///
    /// # Errors
    ///
    /// The call is refused, or there is no token with this name.
    pub(crate) async fn regenerate_access_token(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Token, AccessTokenError> {
        self.check_second_factor(caller).await?;
        let token = Token::random();
        let (user, new) = (&caller.user, self.stored(&token));
        let change = self.store.replace_access_token(user, name, &new, Some(&caller.token)).await?;
        succeeded(change, AccessTokenError::NoSuchToken).map(|()| token)
    }

    /// Removes a personal access token.
    ///
    /// # Errors
    ///
    /// The call is refused, or there is no token with this name.
    pub(crate) async fn remove_access_token(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<(), AccessTokenError> {
        self.check_second_factor(caller).await?;
        let user = &caller.user;
        let change = self.store.remove_access_token(user, name, Some(&caller.token)).await?;
        succeeded(change, AccessTokenError::NoSuchToken)
    }

    fn stored(&self, token: &Token) -> StoredSecret {
        let created_at = self.clock.now();
        StoredSecret { hash: token.hash(), last_part: token.last_part(), created_at }
    }

    /// Passes if the account has no second factor, if the caller's token bypasses it, or if the code
    /// is right and unused.
    ///
    /// Wrong codes are counted with the failed logins of the account, because otherwise a stolen token
    /// would let its holder guess. A right code resets no counter: it proves no password.
    async fn check_second_factor(&self, caller: &Caller) -> Result<(), Refusal> {
        let account = self.store.find_account_by_id(&caller.user).await?;
        let account = account.ok_or(Refusal::NotLoggedIn)?;
        if account.totp.is_none() || self.bypasses_two_factor(caller).await? {
            return Ok(());
        }
        let code = caller.code.as_ref().ok_or(Refusal::TotpRequired)?;
        // The account has no codes by e-mail. Any other method stands for the one that it has.
        if caller.method.as_deref() == Some("email") {
            return Err(Refusal::TotpInvalid);
        }
        let identity = Identity::Username(account.profile.username.clone());
        let keys = Keys::new(caller.origin.address, &identity, Some(&account));
        let attempt = self.throttle.begin(keys).await?;
        let judgement = self.judge_code(&attempt, &account, code);
        let judged =
            timeout(JUDGEMENT_TIMEOUT, judgement).await.unwrap_or(Err(Refusal::Overloaded));
        match &judged {
            Ok(()) => self.throttle.give_back(attempt).await?,
            Err(refusal) => self.throttle.refuse(attempt, refusal).await?,
        }
        judged
    }

    async fn judge_code(
        &self,
        attempt: &Attempt,
        account: &Account,
        code: &Secret,
    ) -> Result<(), Refusal> {
        if attempt.account_is_locked() {
            return Err(Refusal::TotpInvalid);
        }
        two_factor::check(self.store.as_ref(), account, Some(code), self.clock.now()).await
    }

    async fn bypasses_two_factor(&self, caller: &Caller) -> Result<bool, StoreError> {
        let tokens = self.store.access_tokens(&caller.user).await?;
        let is_caller = |token: &&AccessToken| token.secret.hash == caller.token;
        Ok(tokens.iter().find(is_caller).is_some_and(|token| token.bypasses_two_factor))
    }
}

fn succeeded(
    change: AccessTokenChange,
    wrong_name: AccessTokenError,
) -> Result<(), AccessTokenError> {
    match change {
        AccessTokenChange::Done => Ok(()),
        AccessTokenChange::WrongName => Err(wrong_name),
        AccessTokenChange::NotAllowed => Err(Refusal::NotLoggedIn.into()),
    }
}
