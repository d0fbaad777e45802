//! Conversions between accounts and database columns, which both stores share.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use crate::accounts::{
    Account, Email, EntryId, HashKind, PasswordHash, Profile, TotpSecret, User, UserId,
};

/// A `SELECT` of the columns of [`UserRow`], in its order, with a condition. It is built at compile
/// time, because every request uses it.
macro_rules! select_users {
    ($condition:literal) => {
        concat!(
            "SELECT a.id, a.username, a.name, a.emails, a.roles, a.utc_offset FROM accounts a ",
            $condition
        )
    };
}
pub(super) use select_users;

/// A `SELECT` of the columns of [`AccountRow`], in its order, with a condition.
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

/// A row of [`select_users`]. Texts that are parsed later are borrowed.
pub(super) struct UserRow<'a> {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) name: Option<String>,
    pub(super) emails: &'a str,
    pub(super) roles: &'a str,
    pub(super) utc_offset: Option<f64>,
}

/// A row of [`select_accounts`].
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

/// The members of a profile that are stored as JSON text.
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

/// The number of past steps for which used steps are kept: a day, whereas a code is valid for three
/// steps. A clock that is set back by less than a day does not make an old code valid again.
pub(super) const TOTP_STEPS_KEPT: i64 = 24 * 60 * 2;
/// The text of a hash's kind for the store; `None` if no password can be verified against it.
pub(super) fn kind_text(hash: &PasswordHash) -> Option<String> {
    hash.kind().ok().map(|kind| kind.to_string())
}

/// The hash kind of a stored text; `None` if this program does not know it.
pub(super) fn kind(text: &str) -> Option<HashKind> {
    text.parse().ok()
}

/// The form in which a name of a personal access token is unique in its account: its hash, because an
/// index entry of PostgreSQL is shorter than a name may be.
pub(super) fn name_hash(name: &str) -> String {
    STANDARD.encode(Sha256::digest(name))
}

/// The maximum length of a stored key. PostgreSQL index entries are limited to 2,700 bytes, but
/// names may be as long as a request.
const MAX_KEY_BYTES: usize = 250;

/// The stored form of a counter's key. Keys contain text of clients, which may be long or contain
/// NUL, which PostgreSQL cannot store.
pub(super) fn failure_key(key: &str) -> Cow<'_, str> {
    if key.len() <= MAX_KEY_BYTES && !key.contains('\0') {
        return Cow::Borrowed(key);
    }
    Cow::Owned(format!("sha256:{}", STANDARD.encode(Sha256::digest(key))))
}
