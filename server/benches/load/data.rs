//! Databases to measure on, with three tokens per account and the same password for all.
//!
//! Their names are derived from their numbers, so a database is made once and then reused.

use std::{
    fs,
    path::{Path, PathBuf},
};

use login_server::{
    Secret,
    accounts::{HashParameters, PasswordDigest},
    clock::Clock,
    config::ConfigStore,
    hashing::{HashPool, HashPoolSettings},
    store::{Seed, postgres::PostgresStore, sqlite},
};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const TOKENS_PER_ACCOUNT: u32 = 3;
/// The number of accounts that log in by password. They are the last ones, because their tokens
/// change.
const LOGIN_ACCOUNTS: u32 = 200;

/// A database for the benchmark.
pub(crate) struct Data {
    pub(crate) directory: PathBuf,
    pub(crate) accounts: u32,
}

impl Data {
    /// Finds the database with this number of accounts below `cache`, or makes it.
    pub(crate) fn of(
        cache: &Path,
        accounts: u32,
        parameters: HashParameters,
    ) -> anyhow::Result<Self> {
        let HashParameters { memory_kib, .. } = parameters;
        let directory = cache.join(format!("accounts-{accounts}-hashed-in-{memory_kib}-kib"));
        if !directory.join("complete").exists() {
            if directory.exists() {
                fs::remove_dir_all(&directory)?;
            }
            eprintln!("making a database of {accounts} accounts");
            sqlite::seed(&directory, &seed(accounts, parameters)?)?;
            fs::write(directory.join("complete"), "")?;
        }
        Ok(Self { directory, accounts })
    }

    /// Fills an empty PostgreSQL database in the same way.
    pub(crate) fn in_postgres(
        cache: &Path,
        accounts: u32,
        parameters: HashParameters,
        url: &Secret,
    ) -> anyhow::Result<Self> {
        let seed = seed(accounts, parameters)?;
        tokio::runtime::Runtime::new()?.block_on(async {
            let store = PostgresStore::open(url, &ConfigStore::default()).await?;
            anyhow::Ok(store.seed(&seed).await?)
        })?;
        Ok(Self { directory: cache.to_owned(), accounts })
    }

    /// Writes a request that logs in with a token. Consecutive numbers spread over the database.
    pub(crate) fn resume(&self, number: u64, request: &mut Vec<u8>) {
        let (account, token) = self.some_token(number);
        let token = Seed::token(account, token).into_secret();
        let body = format!(r#"{{"resume":"{}"}}"#, token.expose());
        write_login(request, &body);
    }

    /// Writes a request for the account of a token.
    pub(crate) fn me(&self, number: u64, request: &mut Vec<u8>) {
        let (account, token) = self.some_token(number);
        let (id, token) = (Seed::id(account), Seed::token(account, token).into_secret());
        let text = format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-User-Id: {id}\r\nX-Auth-Token: {}\r\n\r\n",
            token.expose()
        );
        request.extend_from_slice(text.as_bytes());
    }

    /// Writes a request that logs in with a password.
    pub(crate) fn log_in(&self, number: u64, request: &mut Vec<u8>) {
        let account = self.accounts - 1 - below(number, self.logs_in());
        let body = format!(r#"{{"user":"user{account}","password":"{PASSWORD}"}}"#);
        write_login(request, &body);
    }

    fn logs_in(&self) -> u32 {
        LOGIN_ACCOUNTS.min(self.accounts / 2)
    }

    /// An account and one of its tokens.
    fn some_token(&self, number: u64) -> (u32, u32) {
        let tokens = (self.accounts - self.logs_in()) * TOKENS_PER_ACCOUNT;
        // A step without a common factor visits all tokens, far apart, before it repeats.
        let token = below(number.wrapping_mul(2_654_435_761), tokens);
        (token / TOKENS_PER_ACCOUNT, token % TOKENS_PER_ACCOUNT)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is less than a `u32`")]
fn below(number: u64, limit: u32) -> u32 {
    (number % u64::from(limit)) as u32
}

fn write_login(request: &mut Vec<u8>, body: &str) {
    let text = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.extend_from_slice(text.as_bytes());
}

fn seed(accounts: u32, parameters: HashParameters) -> anyhow::Result<Seed> {
    let hashes = HashPool::start(HashPoolSettings { threads: 1, queue: 1, parameters })?;
    let hash = hashes.hash(PasswordDigest::of(&Secret::from(PASSWORD)));
    // All accounts share one salt, which does not change the time of a verification.
    let password = tokio::runtime::Runtime::new()?.block_on(hash)?;
    let issued_at = Clock::default().now();
    Ok(Seed { accounts, tokens_per_account: TOKENS_PER_ACCOUNT, password, issued_at })
}
