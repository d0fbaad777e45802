//! What is kept as columns, the same for both stores.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use crate::accounts::{
    Account, Email, EntryId, HashKind, PasswordHash, Profile, TotpSecret, User, UserId,
};

/// `SELECT` with the columns that [`UserRow`] is read from, in its order, and a condition; put
/// together by the compiler, since this is what every request asks.
macro_rules! select_users {
    ($condition:literal) => {
        concat!(
            "SELECT a.id, a.username, a.name, a.emails, a.roles, a.utc_offset FROM accounts a ",
            $condition
        )
    };
}
pub(super) use select_users;

/// The same with the columns of [`AccountRow`].
macro_rules! select_accounts {
    ($condition:literal) => {
        concat!(
            "SELECT a.id, a.username, a.name, a.emails, a.roles, a.utc_offset, ",
            "a.active, a.directory_dn, a.directory_id, a.password_hash, a.totp_secret FROM accounts a ",
            $condition
        )
    };
}
pub(super) use select_accounts;

/// What a database gives for [`select_users`]; texts that are parsed stay where they are.
pub(super) struct UserRow<'a> {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) name: Option<String>,
    pub(super) emails: &'a str,
    pub(super) roles: &'a str,
    pub(super) utc_offset: Option<f64>,
}

/// What a database gives for [`select_accounts`].
pub(super) struct AccountRow<'a> {
    pub(super) user: UserRow<'a>,
    pub(super) active: bool,
    pub(super) directory_dn: Option<String>,
    pub(super) directory_id: Option<String>,
    pub(super) password_hash: Option<String>,
    pub(super) totp_secret: Option<&'a str>,
}

impl TryFrom<UserRow<'_>> for User {
    type Error = StoreError;

    fn try_from(row: UserRow<'_>) -> Result<Self, StoreError> {
        let emails: Vec<Email> = serde_json::from_str(row.emails).map_err(StoreError::broken)?;
        let roles = serde_json::from_str(row.roles).map_err(StoreError::broken)?;
        Ok(Self {
            id: UserId::from_stored(row.id),
            profile: Profile {
                username: row.username,
                name: row.name,
                emails,
                roles,
                utc_offset: row.utc_offset,
            },
        })
    }
}

impl TryFrom<AccountRow<'_>> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow<'_>) -> Result<Self, StoreError> {
        let User { id, profile } = row.user.try_into()?;
        let totp = row.totp_secret.map(TotpSecret::from_base32).transpose();
        Ok(Self {
            id,
            profile,
            active: row.active,
            directory_dn: row.directory_dn,
            directory_id: row.directory_id.map(EntryId::from_stored),
            password: row.password_hash.map(PasswordHash::from_stored),
            totp: totp.map_err(StoreError::broken)?,
        })
    }
}

/// The members of a profile that are kept as JSON text.
pub(super) struct ProfileJson {
    pub(super) emails: String,
    pub(super) roles: String,
}

impl TryFrom<&Profile> for ProfileJson {
    type Error = StoreError;

    fn try_from(profile: &Profile) -> Result<Self, StoreError> {
        Ok(Self {
            emails: serde_json::to_string(&profile.emails).map_err(StoreError::broken)?,
            roles: serde_json::to_string(&profile.roles).map_err(StoreError::broken)?,
        })
    }
}

/// How many steps back a used one is remembered: a day, while a code is good for three. A clock that
/// is put back by less does not make an old code good again.
pub(super) const TOTP_STEPS_KEPT: i64 = 24 * 60 * 2;
/// What is kept beside a hash: its kind, unless no password can be verified against it.
pub(super) fn kind_text(hash: &PasswordHash) -> Option<String> {
    hash.kind().ok().map(|kind| kind.to_string())
}

/// The kind that this program takes a text in the store for, if any.
pub(super) fn kind(text: &str) -> Option<HashKind> {
    text.parse().ok()
}

/// Names may be as long as a request; PostgreSQL's indexes take 2,700 bytes.
const LONGEST_KEY: usize = 250;

/// The key of a counter as it is stored: made of what somebody typed, which may be of any length
/// and hold the one character that PostgreSQL's text cannot.
pub(super) fn failure_key(key: &str) -> Cow<'_, str> {
    if key.len() <= LONGEST_KEY && !key.contains('\0') {
        return Cow::Borrowed(key);
    }
    Cow::Owned(format!("sha256:{}", STANDARD.encode(Sha256::digest(key))))
}
