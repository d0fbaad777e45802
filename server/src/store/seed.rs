//! Fills a large database quickly, for benchmarks.
//!
//! All data is derived from numbers, so a load generator can compute the tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;

use crate::{
    accounts::{Account, Email, PasswordHash, Profile, Token, TokenHash, UserId},
    clock::Timestamp,
};

/// The data to fill an empty store with.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The number of accounts, which are called `user0`, `user1`, …
    pub accounts: u32,
    /// The number of tokens per account.
    pub tokens_per_account: u32,
    /// The hash of the password that all accounts share, because a million hashes would take hours.
    pub password: PasswordHash,
    /// The time at which all tokens were issued.
    pub issued_at: Timestamp,
}

impl Seed {
    /// The account with this number.
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

    /// The id of the account with this number.
    pub fn id(number: u32) -> UserId {
        let digest = Sha256::digest(format!("account {number}"));
        let digits = hex::encode(digest).replace('0', "g").replace('1', "h");
        UserId::from_stored(digits[..17].to_owned())
    }

    /// A token of an account. Accounts and their tokens are counted from 0.
    pub fn token(account: u32, token: u32) -> Token {
        let digest = Sha256::digest(format!("token {account} {token}"));
        Token::from_client(Secret::from(URL_SAFE_NO_PAD.encode(digest)))
    }

    /// The numbers of all accounts in the order of their ids, the fastest order to fill a table.
    pub(super) fn numbers_by_id(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..self.accounts).collect();
        numbers.sort_by_cached_key(|&number| Self::id(number));
        numbers
    }

    /// The hash of each token with the number of its account, in the order of the hashes.
    pub(super) fn sessions_by_token(&self) -> Vec<(TokenHash, u32)> {
        let tokens = (0..self.accounts)
            .flat_map(|account| (0..self.tokens_per_account).map(move |token| (account, token)));
        let mut sessions: Vec<_> =
            tokens.map(|(account, token)| (Self::token(account, token).hash(), account)).collect();
        sessions.sort_unstable();
        sessions
    }
}
