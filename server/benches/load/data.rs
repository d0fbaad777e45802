//! Databases to measure on: so many accounts, three tokens each, all of one password.
//!
//! What they are called follows from their numbers, so a database is made once and found again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::StreamExt as _;
use login_server::accounts::{
    Account, Email, HashParameters, NewAccount, PasswordDigest, PasswordHash, Profile, Token,
    UserId,
};
use login_server::clock::Clock;
use login_server::config::ConfigStore;
use login_server::hashing::{HashPool, HashPoolSettings};
use login_server::secret::Secret;
use login_server::store::{self, Session, Store};
use sha2::{Digest as _, Sha256};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const TOKENS_PER_ACCOUNT: u64 = 3;
/// The last of the accounts log in by password; their tokens come and go.
const LOG_IN: u64 = 200;
/// As many writes as share one commit.
const AT_ONCE: usize = 512;

/// A database, for as long as the benchmark likes.
pub(crate) struct Data {
    pub(crate) directory: PathBuf,
    pub(crate) accounts: u64,
}

impl Data {
    /// Finds the database of so many accounts below `cache`, or makes it.
    pub(crate) fn of(
        cache: &Path,
        accounts: u64,
        parameters: HashParameters,
    ) -> anyhow::Result<Self> {
        let HashParameters { memory_kib, .. } = parameters;
        let directory = cache.join(format!("accounts-{accounts}-hashed-in-{memory_kib}-kib"));
        if !directory.join("complete").exists() {
            if directory.exists() {
                fs::remove_dir_all(&directory)?;
            }
            fill(&ConfigStore::default(), &directory, accounts, parameters)?;
            fs::write(directory.join("complete"), "")?;
        }
        Ok(Self { directory, accounts })
    }

    /// Fills another store with so many accounts.
    pub(crate) fn in_store(
        cache: &Path,
        accounts: u64,
        parameters: HashParameters,
        store: &ConfigStore,
    ) -> anyhow::Result<Self> {
        let directory = cache.to_owned();
        fill(store, &directory, accounts, parameters)?;
        Ok(Self { directory, accounts })
    }

    /// The request that logs in with a token, one after another all over the database.
    pub(crate) fn resume(&self, number: u64, request: &mut Vec<u8>) {
        let body = format!(r#"{{"resume":"{}"}}"#, self.some_token(number).1);
        write_login(request, &body);
    }

    /// The request for the account of a token.
    pub(crate) fn me(&self, number: u64, request: &mut Vec<u8>) {
        let (account, token) = self.some_token(number);
        let text = format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-User-Id: {}\r\nX-Auth-Token: {token}\r\n\r\n",
            user_id(account)
        );
        request.extend_from_slice(text.as_bytes());
    }

    /// The request that logs in with a password.
    pub(crate) fn log_in(&self, number: u64, request: &mut Vec<u8>) {
        let account = self.accounts - 1 - number % self.logs_in();
        let body = format!(r#"{{"user":"user{account}","password":"{PASSWORD}"}}"#);
        write_login(request, &body);
    }

    fn logs_in(&self) -> u64 {
        LOG_IN.min(self.accounts / 2)
    }

    fn some_token(&self, number: u64) -> (u64, String) {
        let tokens = (self.accounts - self.logs_in()) * TOKENS_PER_ACCOUNT;
        // A step without a common factor visits all of them, far apart, before the first comes again.
        let token = number.wrapping_mul(2_654_435_761) % tokens;
        (token / TOKENS_PER_ACCOUNT, auth_token(token))
    }
}

fn write_login(request: &mut Vec<u8>, body: &str) {
    let text = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.extend_from_slice(text.as_bytes());
}

fn user_id(account: u64) -> String {
    format!("{account:017}")
}

/// 43 characters, as the server's own are.
fn auth_token(number: u64) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("token {number}")))
}

fn fill(
    store: &ConfigStore,
    directory: &Path,
    accounts: u64,
    parameters: HashParameters,
) -> anyhow::Result<()> {
    eprintln!("making a database of {accounts} accounts");
    tokio::runtime::Runtime::new()?.block_on(async {
        add_all(store::open(store, directory).await?, accounts, parameters).await
    })
}

async fn add_all(
    store: Arc<dyn Store>,
    accounts: u64,
    parameters: HashParameters,
) -> anyhow::Result<()> {
    let hashes = HashPool::start(HashPoolSettings { threads: 1, queue: 1, parameters })?;
    // One salt for all: what is measured verifies it all the same.
    let hash = hashes.hash(PasswordDigest::of(&Secret::from(PASSWORD))).await?;
    let now = Clock::default().now();
    let add = |number| {
        let (store, account) = (Arc::clone(&store), account(number, &hash));
        async move {
            store.add_account(&account).await?;
            for token in 0..TOKENS_PER_ACCOUNT {
                let token = auth_token(number * TOKENS_PER_ACCOUNT + token);
                let token = Token::presented(Secret::from(token)).hash();
                let session = Session { token, issued_at: now };
                store.open_session(&account.account, &session, u32::MAX).await?;
            }
            anyhow::Ok(())
        }
    };
    let mut added = futures::stream::iter((0..accounts).map(add)).buffer_unordered(AT_ONCE);
    while let Some(result) = added.next().await {
        result.context("cannot fill the database")?;
    }
    Ok(())
}

fn account(number: u64, hash: &PasswordHash) -> NewAccount {
    let profile = Profile {
        username: format!("user{number}"),
        name: Some(format!("User {number}")),
        emails: vec![Email { address: format!("user{number}@example.org"), verified: true }],
        roles: vec!["user".to_owned()],
        utc_offset: Some(1.0),
    };
    let id = UserId::from_stored(user_id(number));
    let account = Account { id, password: Some(hash.clone()), ..Account::new(profile) };
    NewAccount { account, backup_code_hashes: Vec::new() }
}
