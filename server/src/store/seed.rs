//! A large database in little time, for benchmarks.
//!
//! Everything is made from numbers, so that a load generator knows tokens without being told.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;

use crate::{
    accounts::{Account, Email, PasswordHash, Profile, Token, TokenHash, UserId},
    clock::Timestamp,
};

/// What to fill an empty store with.
#[derive(Clone, Debug)]
pub struct Seed {
    /// Accounts `user0`, `user1`, …
    pub accounts: u32,
    /// Tokens of each.
    pub tokens_per_account: u32,
    /// The one password of all; the same hash, since a million of them would take hours.
    pub password: PasswordHash,
    /// When all tokens were issued.
    pub issued_at: Timestamp,
}

impl Seed {
    /// The account of a number.
    pub fn account(&self, number: u32) -> Account {
        let username = format!("user{number}");
        let email = Email { address: format!("{username}@example.org"), verified: true };
        let profile = Profile {
            username,
            name: Some(format!("User Number {number}")),
            emails: vec![email],
            roles: vec!["user".to_owned()],
            utc_offset: Some(1.0),
        };
        let password = Some(self.password.clone());
        Account { id: Self::id(number), password, ..Account::new(profile) }
    }

    /// The id of a number.
    pub fn id(number: u32) -> UserId {
        let digest = Sha256::digest(format!("account {number}"));
        let digits = hex::encode(digest).replace('0', "g").replace('1', "h");
        UserId::from_stored(digits[..17].to_owned())
    }

    /// One of the tokens of an account, both counted from 0.
    pub fn token(account: u32, token: u32) -> Token {
        let digest = Sha256::digest(format!("token {account} {token}"));
        Token::presented(Secret::from(URL_SAFE_NO_PAD.encode(digest)))
    }

    /// All accounts' numbers, by id: a table is filled fastest in the order of its key.
    pub(super) fn numbers_by_id(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..self.accounts).collect();
        numbers.sort_by_cached_key(|&number| Self::id(number));
        numbers
    }

    /// The hash of each token and the number of its account, by hash.
    pub(super) fn sessions_by_token(&self) -> Vec<(TokenHash, u32)> {
        let tokens = (0..self.accounts)
            .flat_map(|account| (0..self.tokens_per_account).map(move |token| (account, token)));
        let mut sessions: Vec<_> =
            tokens.map(|(account, token)| (Self::token(account, token).hash(), account)).collect();
        sessions.sort_unstable();
        sessions
    }
}
