//! Lock-out after too many failures.
//!
//! Three counters, in the store, so that they outlive a restart and are shared by all servers:
//! one for the address, one for the name as it was typed, and one for the account.
//!
//! The name's is the one whose lock shows: names that no account has are counted and locked just
//! the same, so a lock tells nothing about whether there is an account. The account's is for an
//! attacker who spreads guesses over all names of one account (its user name, its addresses). Its
//! lock must not show, or five guesses by user name and five by address would prove that both
//! belong to one account: it silently turns every password into a wrong one. An account of the
//! directory is counted by the id of its entry, else its distinguished name, since the directory
//! takes names for it that this server has never heard of.
//!
//! An attempt is counted before anything is judged, as *pending*. Failed and pending attempts
//! together never exceed the limit, so that guesses sent at once are no more than guesses sent one
//! by one. Where failures alone reach the limit, there is a lock; where it takes pending ones too,
//! the next attempt waits for them: they may well be right. Then the attempt is settled:
//!
//! - A success resets the counters of the name and the account. The counter of the address only
//!   loses this attempt: else whoever has one account could guess at all others for ever.
//! - Whatever is answered as wrong stays counted: password, code, or no verdict of the directory,
//!   which looks like a wrong password.
//! - What is refused for another reason is given back: a right password without a code, an account
//!   that is switched off, and everything that ended without a verdict.
//!
//! Without a store that counts, nothing is judged.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::Refusal;
use crate::{
    accounts::{Account, Identity},
    client_network::network,
    clock::Clock,
    config::ConfigLockout,
    store::{CountsFrom, Limit, Session, Store, StoreError, Success},
};

/// How long an attempt waits for those that are in its way.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks whether those of other servers are settled.
const POLL: Duration = Duration::from_millis(20);

/// How many failures, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockoutSettings {
    /// Whether failures are counted at all.
    pub enabled: bool,
    /// Failures under one name or account.
    pub account_failures: u32,
    /// Failures from one address.
    pub address_failures: u32,
    /// How long a lock holds after the last failure, and how long a failure counts.
    pub duration: Duration,
}

/// The keys of one login.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    address: String,
    name: String,
    account: String,
}

impl Keys {
    pub(super) fn new(address: IpAddr, identity: &Identity, account: Option<&Account>) -> Self {
        let name = identity.folded();
        let account = match account {
            Some(account) => match account.entry_key() {
                Some(key) => entry(key),
                None => format!("account:{}", account.id),
            },
            // Counted like an account, so that a failure is the same work for the store.
            None => format!("nobody:{name}"),
        };
        Self { address: format!("address:{}", network(address)), name, account }
    }
}

fn entry(key: &str) -> String {
    format!("entry:{key}")
}

/// Counts attempts, and keeps those out that are too many.
pub(super) struct Throttle {
    settings: LockoutSettings,
    store: Arc<dyn Store>,
    clock: Clock,
    addresses: Gates,
    names: Gates,
}

/// A login by password that is counted and not yet settled.
///
/// If it is dropped without having been settled, it stays pending until the store forgets it.
pub(super) struct Attempt {
    /// The address, the name, the account.
    pending: Vec<Limit>,
    /// The account by another key, which the directory has told while it judged. It is counted
    /// before the verdict is told, together with a wrong one.
    entry_limit: Option<Limit>,
    account_is_locked: bool,
    /// Lets the next ones of the address and the name in.
    _permits: Vec<OwnedSemaphorePermit>,
}

impl Attempt {
    /// Whether the account is locked, which must not show.
    pub(super) fn account_is_locked(&self) -> bool {
        self.account_is_locked
    }
}

impl Throttle {
    pub(super) fn new(settings: LockoutSettings, store: Arc<dyn Store>, clock: Clock) -> Self {
        let (addresses, names) =
            (Gates::new(settings.address_failures), Gates::new(settings.account_failures));
        Self { settings, store, clock, addresses, names }
    }

    /// Counts an attempt, after those before it where there are as many as the limit allows.
    ///
    /// # Errors
    ///
    /// The address or the name is locked, too many attempts are in the way for too long, or the
    /// store does not count.
    pub(super) async fn begin(&self, keys: Keys) -> Result<Attempt, Refusal> {
        let mut attempt = Attempt {
            pending: Vec::new(),
            entry_limit: None,
            account_is_locked: false,
            _permits: Vec::new(),
        };
        if !self.settings.enabled {
            return Ok(attempt);
        }
        let deadline = Instant::now() + PATIENCE;
        // Whoever waits for a name holds a place of an address, which is their own, and never the
        // other way round.
        for (gates, key) in [(&self.addresses, &keys.address), (&self.names, &keys.name)] {
            let entered = timeout_at(deadline, gates.enter(key)).await;
            attempt._permits.push(entered.map_err(|_| Refusal::Overloaded)?);
        }
        let LockoutSettings { account_failures, address_failures, .. } = self.settings;
        let counters = vec![
            Counter {
                locked: Locked::Shows(|| Refusal::AddressLocked),
                limit: Limit {
                    key: keys.address,
                    most: address_failures,
                    counts_from: CountsFrom::First,
                },
            },
            Counter {
                locked: Locked::Shows(|| Refusal::AccountLocked),
                limit: account_limit(keys.name, account_failures),
            },
            Counter {
                locked: Locked::Hidden,
                limit: account_limit(keys.account, account_failures),
            },
        ];
        self.count(&mut attempt, counters, deadline).await?;
        Ok(attempt)
    }

    /// Takes note of the entry of the directory that the name means.
    pub(super) fn note_entry(&self, attempt: &mut Attempt, entry_key: &str) {
        let limit = account_limit(entry(entry_key), self.settings.account_failures);
        let is_pending = attempt.pending.iter().any(|pending| pending.key == limit.key);
        if self.settings.enabled && !is_pending {
            attempt.entry_limit = Some(limit);
        }
    }

    /// Counts the attempt for the entry that the directory has named, before anybody is told that
    /// the password was right.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin).
    pub(super) async fn count_entry(&self, attempt: &mut Attempt) -> Result<(), Refusal> {
        let Some(limit) = attempt.entry_limit.take() else { return Ok(()) };
        let counters = vec![Counter { locked: Locked::Hidden, limit }];
        self.count(attempt, counters, Instant::now() + PATIENCE).await
    }

    /// Ends an attempt that is refused.
    ///
    /// # Errors
    ///
    /// The store does not answer: then the verdict must not be told.
    pub(super) async fn refuse(
        &self,
        attempt: Attempt,
        refusal: &Refusal,
    ) -> Result<(), StoreError> {
        let Attempt { pending, entry_limit, .. } = &attempt;
        if pending.is_empty() {
            return Ok(());
        }
        if refusal.is_failure() {
            let (now, duration) = (self.clock.now(), self.settings.duration);
            self.store.fail_attempt(pending, entry_limit.as_ref(), now, duration).await
        } else {
            self.store.give_back_attempt(pending).await
        }
    }

    /// Opens the session of an attempt that succeeded; none, and the attempt is still there, if the
    /// account has changed meanwhile.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub(super) async fn open_session(
        &self,
        attempt: &Attempt,
        account: &Account,
        session: &Session,
        keep: u32,
    ) -> Result<bool, StoreError> {
        let keys: Vec<&str> = attempt.pending.iter().map(|limit| limit.key.as_str()).collect();
        let (given_back, reset) = keys.split_at(keys.len().min(1));
        let success = Success { reset, given_back };
        self.store.open_session_after(success, account, session, keep).await
    }

    async fn count(
        &self,
        attempt: &mut Attempt,
        mut counters: Vec<Counter>,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let keys: Vec<String> = counters.iter().map(|counter| counter.limit.key.clone()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        loop {
            let now = self.clock.now();
            let stale = now.minus(self.settings.duration);
            let found = self.store.failures(&keys).await?;
            let mut is_full = false;
            for Counter { limit, locked } in &mut counters {
                let Some(found) = found.iter().find(|found| found.key == limit.key) else {
                    continue;
                };
                let failed = if found.since > stale { found.count } else { 0 };
                // What a clock that was ahead has counted is put right by the next attempt that
                // begins; none does where that makes a lock.
                if found.since > now {
                    continue;
                }
                if failed >= limit.most {
                    match locked {
                        Locked::Shows(refusal) => return Err(refusal()),
                        Locked::Hidden => {
                            attempt.account_is_locked = true;
                            limit.most = u32::MAX;
                        }
                    }
                }
                is_full |= failed.saturating_add(found.pending) >= limit.most;
            }
            if !is_full {
                let limits: Vec<Limit> = counters.iter().map(|c| c.limit.clone()).collect();
                if self.store.begin_attempt(&limits, now, self.settings.duration).await? {
                    attempt.pending.extend(limits);
                    return Ok(());
                }
            }
            if Instant::now() >= deadline {
                return Err(Refusal::Overloaded);
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// A counter of an attempt, and what its lock means.
struct Counter {
    limit: Limit,
    locked: Locked,
}

/// Whether the client is told of a lock.
enum Locked {
    Shows(fn() -> Refusal),
    Hidden,
}

fn account_limit(key: String, most: u32) -> Limit {
    Limit { key, most, counts_from: CountsFrom::Last }
}

/// Lets so many attempts of each key into this process at once, in the order in which they came. The
/// store would refuse the others, who would ask it again and again.
struct Gates {
    places: usize,
    /// By a hash of the key, which may be long. Keys that share one only wait for each other.
    open: Mutex<HashMap<u64, Weak<Semaphore>>>,
    hasher: RandomState,
}

impl Gates {
    fn new(places: u32) -> Self {
        let places = usize::try_from(places).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { places, open: Mutex::default(), hasher: RandomState::new() }
    }

    async fn enter(&self, key: &str) -> OwnedSemaphorePermit {
        let gate = self.gate(key);
        match gate.acquire_owned().await {
            Ok(permit) => permit,
            Err(_) => unreachable!("no gate is ever closed"),
        }
    }

    fn gate(&self, key: &str) -> Arc<Semaphore> {
        let key = self.hasher.hash_one(key);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = open.get(&key).and_then(Weak::upgrade) {
            return gate;
        }
        // It is about to grow: those that nobody uses make room.
        if open.len() == open.capacity() {
            open.retain(|_, gate| gate.strong_count() > 0);
        }
        let gate = Arc::new(Semaphore::new(self.places));
        open.insert(key, Arc::downgrade(&gate));
        gate
    }
}

impl From<&ConfigLockout> for LockoutSettings {
    fn from(config: &ConfigLockout) -> Self {
        Self {
            enabled: config.enabled,
            account_failures: config.account_failures,
            address_failures: config.address_failures,
            duration: Duration::from_secs(config.minutes.saturating_mul(60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_lets_so_many_in_and_is_forgotten_when_nobody_is_inside() {
        let gates = Gates::new(2);
        let inside = [gates.enter("a").await, gates.enter("a").await];
        let mut third = std::pin::pin!(gates.enter("a"));
        assert!(futures::poll!(third.as_mut()).is_pending());
        drop(gates.enter("b").await);
        drop(inside);
        drop(third.await);
        for key in 0..1000 {
            drop(gates.enter(&key.to_string()).await);
        }
        let remembered = gates.open.lock().unwrap().len();
        assert!(remembered < 10, "{remembered}");
    }
}
