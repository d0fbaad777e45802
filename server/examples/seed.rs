//! Fills an empty store with accounts and tokens, for benchmarks.
//!
//! ```sh
//! cargo run --release -p login-server --example seed -- --data DIR --accounts 1000000 --tokens 3
//! ```
//!
//! Prints `--print` sessions, spread over all accounts, as JSON lines with `username`, `userId` and
//! `authToken`. Account N is `userN`; all have the password `seed`.

use std::path::PathBuf;

use clap::Parser;
use login_server::{
    Secret,
    accounts::PasswordDigest,
    clock::Clock,
    config::{Config, ConfigStore},
    hashing::{HashPool, HashPoolSettings},
    store::{Seed, postgres::PostgresStore, sqlite},
};
use serde_json::json;

/// Fill an empty store
#[derive(Parser)]
struct Args {
    /// The data directory of SQLite
    #[arg(long, value_name = "DIR", required_unless_present = "url")]
    data: Option<PathBuf>,
    /// Use this PostgreSQL database instead of SQLite
    #[arg(long, env = "LOGIN_SERVER_STORE_URL", hide_env_values = true)]
    url: Option<String>,
    /// The number of accounts
    #[arg(long, default_value_t = 1_000_000)]
    accounts: u32,
    /// The number of tokens per account
    #[arg(long, default_value_t = 3)]
    tokens: u32,
    /// The number of sessions to print
    #[arg(long, default_value_t = 1000)]
    print: u32,
    /// The memory of the password hash in KiB [default: the server's default]
    #[arg(long)]
    memory_kib: Option<u32>,
    /// The passes of the password hash [default: the server's default]
    #[arg(long)]
    passes: Option<u32>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args { data, url, accounts, tokens, print, memory_kib, passes } = Args::parse();
    let mut hashing = Config::default().hashing;
    hashing.memory_kib = memory_kib.unwrap_or(hashing.memory_kib);
    hashing.passes = passes.unwrap_or(hashing.passes);
    let pool = HashPool::start(HashPoolSettings { threads: 1, queue: 1, ..hashing.pool() })?;
    let password = pool.hash(PasswordDigest::of(&Secret::from("seed"))).await?;
    let issued_at = Clock::default().now();
    let seed = Seed { accounts, tokens_per_account: tokens, password, issued_at };
    match (url, data) {
        (Some(url), _) => {
            PostgresStore::open(&Secret::from(url), &ConfigStore::default())
                .await?
                .seed(&seed)
                .await?
        }
        (None, Some(data)) => sqlite::seed(&data, &seed)?,
        (None, None) => anyhow::bail!("no store: give --data or --url"),
    }
    let step = (accounts / print.max(1)).max(1);
    for number in (0..accounts).step_by(step as usize).take(print as usize) {
        let token = Seed::token(number, 0).into_secret();
        let id = Seed::id(number);
        println!(
            "{}",
            json!({"username": format!("user{number}"), "userId": id.as_str(), "authToken": token})
        );
    }
    Ok(())
}
