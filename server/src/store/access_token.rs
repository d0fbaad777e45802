//! Personal access tokens: an account gives them to its programs.

use crate::{accounts::TokenHash, clock::Timestamp};

/// A personal access token of an account, without its secret.
///
/// It works like the token of a session, but it is outside the limit of sessions and does not expire
/// unless [`expires_at`](Self::expires_at) says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The name, which is unique in the account. It is compared exactly, and may be empty.
    pub name: String,
    /// What is stored of the secret.
    pub secret: StoredSecret,
    /// The time from which it no longer works; `None` if it never expires.
    pub expires_at: Option<Timestamp>,
    /// Whether calls with it need no code of a second factor.
    pub bypasses_two_factor: bool,
}

/// What is stored of the secret of an [`AccessToken`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecret {
    /// The hash of the secret.
    pub hash: TokenHash,
    /// The last 6 characters of the secret.
    pub last_part: String,
    /// When the secret was made.
    pub created_at: Timestamp,
}

/// The result of a change to the personal access tokens of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessTokenChange {
    /// The change was made.
    Done,
    /// A token that was to be added has the name of another one, or there is no token with this name.
    WrongName,
    /// The account was removed or deactivated, or the token of the caller has ended.
    NotAllowed,
}
