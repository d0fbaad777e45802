//! Small login servers, each right or with a single known defect.

use serde::{Deserialize, Serialize};

pub mod otp;
pub mod server;
pub mod variants;
pub mod wire;

/// One account of the file the server is started with.
#[derive(Clone, Deserialize)]
pub struct Account {
    pub id: String,
    pub username: String,
    pub email: Option<String>,
    pub name: String,
    /// Empty: the account cannot log in with a password.
    pub password: String,
    /// Hexadecimal secret; present means the second factor is on.
    pub totp_secret: Option<String>,
    #[serde(default)]
    pub backup_codes: Vec<String>,
    pub active: bool,
    #[serde(default)]
    pub bot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Mutant,
    Correct,
}

/// What the list tells about a variant.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Variant {
    pub name: &'static str,
    pub kind: Kind,
    pub what: &'static str,
    pub source: &'static str,
}
