//! `login-server lockout …`

use std::{io::Write, net::IpAddr, time::Duration};

use clap::Subcommand;
use serde_json::json;

use super::{StoreArgs, find_account, open_store};
use crate::{
    accounts::{Account, Identity, UserId},
    clock::Clock,
    login::{CounterKey, throttle::LockoutSettings},
    store::Store,
};

/// How many counters are read at once.
const PAGE: u32 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Lockout {
    /// List the addresses, names and accounts that are locked out. Names without an account are only
    /// counted, because people type passwords into the field for the name
    List(List),
    /// End a lockout and forget the failures
    Clear(Clear),
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// List every counter with a failure, not only those that lock
    #[arg(long)]
    all: bool,
    /// Print JSON, one counter per line
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Clear {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    counters: Counters,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The counters to clear.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct Counters {
    /// The failures of this account, and of all its names
    #[arg(long)]
    username: Option<String>,
    /// The failures of this address, or of its IPv6 network
    #[arg(long)]
    address: Option<IpAddr>,
    /// All failures
    #[arg(long)]
    all: bool,
}

impl Lockout {
    pub(super) async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run(out).await,
            Self::Clear(clear) => clear.run(out).await,
        }
    }
}

/// A line of the list.
struct Line {
    kind: &'static str,
    owner: String,
    failures: u32,
    /// How long the lock still lasts, if there is one.
    locked: Option<Duration>,
}

impl List {
    async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let config = self.store.config()?;
        let settings = LockoutSettings::from(&config.lockout);
        let store = open_store(&config).await?;
        let now = Clock::default().now();
        let mut unknown_names = 0_u64;
        let mut after: Option<String> = None;
        loop {
            let page = store.counters(after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            for counter in &page {
                let key = CounterKey::parse(&counter.key);
                let locked = settings.lock(key.as_ref(), counter, now);
                if settings.is_old(counter, now) || (locked.is_none() && !self.all) {
                    continue;
                }
                match owner(store.as_ref(), key).await? {
                    Owner::Known(kind, owner) => {
                        let line = Line { kind, owner, failures: counter.count, locked };
                        line.print(out, self.json)?;
                    }
                    Owner::UnknownName => unknown_names += 1,
                    Owner::CountedTwice => {}
                }
            }
        }
        if self.json {
            writeln!(
                out,
                "{}",
                json!({"kind": "names without an account", "count": unknown_names})
            )?;
        } else if unknown_names > 0 {
            writeln!(out, "names without an account: {unknown_names}")?;
        }
        Ok(())
    }
}

impl Line {
    fn print(&self, out: &mut (dyn Write + Send), json: bool) -> anyhow::Result<()> {
        let Self { kind, owner, failures, locked } = self;
        let seconds = locked.map(|left| left.as_secs());
        if json {
            let object = json!({
                "kind": kind, "owner": owner, "failures": failures, "lockedForSeconds": seconds,
            });
            writeln!(out, "{object}")?;
        } else {
            let lock = seconds.map(|left| format!("locked for {left} s")).unwrap_or_default();
            writeln!(out, "{kind}\t{owner}\t{failures} failures\t{lock}")?;
        }
        Ok(())
    }
}

/// The owner of a counter.
enum Owner {
    Known(&'static str, String),
    /// Somebody typed this name, and there is no such account.
    UnknownName,
    /// The second counter of a name without an account.
    CountedTwice,
}

async fn owner(store: &dyn Store, key: Option<CounterKey>) -> anyhow::Result<Owner> {
    let named = async |kind, identity: Identity, name: String| -> anyhow::Result<Owner> {
        let account = store.find_account(&identity).await?;
        Ok(account.map_or(Owner::UnknownName, |_| Owner::Known(kind, name)))
    };
    Ok(match key {
        Some(CounterKey::Address(address)) => Owner::Known("address", address.to_string()),
        Some(CounterKey::Username(name)) => {
            named("user name", Identity::Username(name.clone()), name).await?
        }
        Some(CounterKey::Email(address)) => {
            named("e-mail", Identity::Email(address.clone()), address).await?
        }
        Some(CounterKey::Account(id)) => {
            let account = store.find_account_by_id(&UserId::from_stored(id.clone())).await?;
            Owner::Known("account", account.map_or(id, |account| account.profile.username))
        }
        Some(CounterKey::Entry(key)) => Owner::Known("directory entry", key),
        Some(CounterKey::Nobody(_)) => Owner::CountedTwice,
        // The key of a long name is a hash.
        None => Owner::UnknownName,
    })
}

impl Clear {
    async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let store = open_store(&self.store.config()?).await?;
        let cleared = match &self.counters {
            Counters { username: Some(name), .. } => {
                let account = find_account(store.as_ref(), name).await?;
                clear_account(store.as_ref(), &account).await?
            }
            Counters { address: Some(address), .. } => {
                let key = CounterKey::address(*address).to_string();
                store.clear_failures(&[key]).await?
            }
            Counters { .. } => clear_all(store.as_ref()).await?,
        };
        if self.json {
            writeln!(out, "{}", json!({"cleared": cleared}))?;
        } else {
            writeln!(out, "{cleared} counters cleared")?;
        }
        Ok(())
    }
}

/// Forgets the failures of an account and of all its names.
///
/// # Errors
///
/// The store is unavailable.
pub(super) async fn clear_account(store: &dyn Store, account: &Account) -> anyhow::Result<u64> {
    let keys: Vec<String> = CounterKey::all_of(account).iter().map(ToString::to_string).collect();
    Ok(store.clear_failures(&keys).await?)
}

async fn clear_all(store: &dyn Store) -> anyhow::Result<u64> {
    let (mut cleared, mut after) = (0, None::<String>);
    loop {
        let page = store.counters(after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(cleared) };
        after = Some(last.key.clone());
        let keys: Vec<String> = page.into_iter().map(|counter| counter.key).collect();
        cleared += store.clear_failures(&keys).await?;
    }
}
