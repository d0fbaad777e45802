//! The accounts of `ACCOUNTS.json`, built into the program.

use serde_json::Value;

use crate::crypto;

pub const ACCOUNTS: &str = include_str!("../ACCOUNTS.json");

pub struct Account {
    pub username: String,
    pub email: String,
    pub name: String,
    pub id: String,
    pub active: bool,
    pub bot: bool,
    pub totp: Option<Vec<u8>>,
    pub backup_codes: Vec<String>,
    pub personal_token: Option<String>,
    pub salt: [u8; 16],
    pub hash: Option<[u8; 32]>,
}

/// Reads the accounts; `hash` turns a password and a salt into what is kept of it.
pub fn load(hash: impl Fn(&str, &[u8]) -> [u8; 32]) -> Vec<Account> {
    let list: Vec<Value> = serde_json::from_str(ACCOUNTS).expect("ACCOUNTS.json is JSON");
    list.iter()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().map(str::to_owned);
            let must = |key: &str| text(key).unwrap_or_else(|| panic!("an account lacks {key}"));
            let salt = crypto::random();
            Account {
                username: must("username"),
                email: must("email"),
                name: must("name"),
                id: must("id"),
                active: entry["active"] != Value::Bool(false),
                bot: entry["type"] == "bot",
                totp: text("totpSecretHex").map(|hex| crypto::unhex(&hex)),
                backup_codes: entry["backupCodes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|code| code.as_str().map(str::to_owned))
                    .collect(),
                personal_token: text("personalAccessToken"),
                hash: text("password").map(|password| hash(&password, &salt)),
                salt,
            }
        })
        .collect()
}
