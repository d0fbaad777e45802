//! Why a login, or a call with a token, is refused.

use crate::{
    hashing::HashPoolError,
    store::{BoxError, StoreError},
};

/// The reason of a refusal: one variant for each case that a client may treat differently.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The name, the password or the token is wrong or missing. It does not say which.
    #[error("unauthorized")]
    Unauthorized,
    /// The password is correct, but the account also requires a code.
    #[error("a second factor is required")]
    TotpRequired,
    /// The password is correct, but the code is wrong or has been used.
    #[error("the second factor is wrong")]
    TotpInvalid,
    /// The password is correct, but the account is deactivated.
    #[error("the account is not active")]
    Inactive,
    /// There were too many failures for this name.
    #[error("too many failures for this name")]
    AccountLocked,
    /// There were too many failures from this address.
    #[error("too many failures from this address")]
    AddressLocked,
    /// The call requires a session, but has no valid one.
    #[error("not logged in")]
    NotLoggedIn,
    /// The server is temporarily overloaded.
    #[error("overloaded")]
    Overloaded,
    /// The store is temporarily unavailable.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// A bug, or invalid data in the store.
    #[error("internal error")]
    Internal(#[source] BoxError),
}

impl Refusal {
    /// Whether an attempt with this refusal counts as a failure. The others do not tell an attacker
    /// that a guess was wrong: it was correct, or it was not checked.
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Unauthorized | Self::TotpInvalid => true,
            Self::TotpRequired
            | Self::Inactive
            | Self::AccountLocked
            | Self::AddressLocked
            | Self::NotLoggedIn
            | Self::Overloaded
            | Self::Unavailable(_)
            | Self::Internal(_) => false,
        }
    }

    /// The name of the reason, for metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::TotpRequired => "totp_required",
            Self::TotpInvalid => "totp_invalid",
            Self::Inactive => "inactive",
            Self::AccountLocked => "account_locked",
            Self::AddressLocked => "address_locked",
            Self::NotLoggedIn => "not_logged_in",
            Self::Overloaded => "overloaded",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error.into()),
            StoreError::Taken { .. } | StoreError::Broken(_) => Self::Internal(error.into()),
        }
    }
}

impl From<HashPoolError> for Refusal {
    fn from(error: HashPoolError) -> Self {
        match error {
            HashPoolError::Overloaded => Self::Overloaded,
            HashPoolError::Failed(_) => Self::Internal(error.into()),
        }
    }
}
