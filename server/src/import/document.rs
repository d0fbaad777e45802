//! The members of a document of the users collection that an import reads.

use serde::{Deserialize, Deserializer};
use specfirst_dropshot::Secret;

use super::extended_json::{Id, Number};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(rename = "_id")]
    pub id: Id,
    pub username: Option<String>,
    pub name: Option<String>,
    pub emails: Option<Vec<DocumentEmail>>,
    pub roles: Option<Vec<String>>,
    pub active: Option<bool>,
    pub utc_offset: Option<Number>,
    pub services: Option<Services>,
    pub ldap: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct DocumentEmail {
    pub address: String,
    #[serde(default, deserialize_with = "false_if_null")]
    pub verified: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Services {
    pub password: Option<PasswordService>,
    pub totp: Option<TotpService>,
    pub email2fa: Option<EmailCodes>,
    pub ldap: Option<LdapService>,
}

#[derive(Deserialize)]
pub(super) struct PasswordService {
    pub bcrypt: Option<Secret>,
    pub argon2: Option<Secret>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TotpService {
    #[serde(default, deserialize_with = "false_if_null")]
    pub enabled: bool,
    pub secret: Option<Secret>,
    pub hashed_backup: Option<Vec<Secret>>,
}

#[derive(Deserialize)]
pub(super) struct EmailCodes {
    #[serde(default, deserialize_with = "false_if_null")]
    pub enabled: bool,
}

#[derive(Deserialize)]
pub(super) struct LdapService {
    pub id: Option<String>,
}

/// Treats `null` as an absent member, as serde does for `Option`.
fn false_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(false))
}
