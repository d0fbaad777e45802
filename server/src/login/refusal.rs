//! Why a login, or a call with a token, is refused.

use crate::{
    hashing::HashPoolError,
    store::{BoxError, StoreError},
};

/// Each variant is a thing that a client may treat differently.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Wrong name, password or token, or too little of them. Never says which.
    #[error("unauthorized")]
    Unauthorized,
    /// The password is right; the account wants a code too.
    #[error("a second factor is required")]
    TotpRequired,
    /// The password is right, the code is not, or it has been used.
    #[error("the second factor is wrong")]
    TotpInvalid,
    /// The password is right, the account is switched off.
    #[error("the account is not active")]
    Inactive,
    /// Too many failures under this name.
    #[error("too many failures for this name")]
    AccountLocked,
    /// Too many failures from this address.
    #[error("too many failures from this address")]
    AddressLocked,
    /// A call that needs a session came without a valid one.
    #[error("not logged in")]
    NotLoggedIn,
    /// Busy beyond its means; later it will not be.
    #[error("overloaded")]
    Overloaded,
    /// The store does not answer; later it may.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// A fault of ours or of the data.
    #[error("internal error")]
    Internal(#[source] BoxError),
}

impl Refusal {
    /// Whether an attempt that ends like this counts as a failure. The others tell nobody whether a
    /// guess was wrong: it was right, or it has not been judged.
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

    /// A word for it, for figures.
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
            HashPoolError::Broken(_) => Self::Internal(error.into()),
        }
    }
}
