//! Lockout after too many failures.
//!
//! Three counters are in the store, so that they survive a restart and all servers share them: one
//! for the address, one for the name as the client sent it, and one for the account.
//!
//! The lock of a name is visible. Names without an account are counted and locked in the same way,
//! so the lock does not reveal whether there is an account. The counter of the account is for
//! attackers who spread their guesses over all names of an account (its user name and its
//! addresses). Its lock must be hidden. Otherwise five guesses by user name and five by address
//! would prove that both belong to the same account. A hidden lock makes every password count as
//! wrong. An account of the directory is counted by the id of its entry, or else by its
//! distinguished name, because the directory accepts names that this server does not know.
//!
//! An attempt is counted as *pending* before anything is checked. Failed and pending attempts
//! together never exceed the limit, so concurrent guesses are no more than sequential ones. If
//! failures alone reach the limit, there is a lock. If failures and pending attempts together reach
//! it, the next attempt waits, because the pending ones may succeed. Then the attempt is settled:
//!
//! - A success resets the counters of the name and the account. The counter of the address only
//!   loses this attempt. Otherwise an attacker with one account could guess at all others for ever.
//! - An attempt that looks like a wrong password or code stays counted. This includes an attempt
//!   for which the directory gave no verdict.
//! - An attempt that was refused for another reason is given back: a correct password without a
//!   code, a deactivated account, and everything that ended without a verdict.
//!
//! If the store cannot count, no attempt is checked.

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

use super::{CounterKey, Refusal};
use crate::{
    accounts::{Account, Identity},
    clock::{Clock, Timestamp},
    config::ConfigLockout,
    store::{CountsFrom, Failures, Limit, Session, Store, StoreError, Success},
};

/// How long an attempt waits for pending attempts.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an attempt checks whether those of other servers are settled.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The limits and the duration of the lockout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockoutSettings {
    /// Whether failures are counted.
    pub enabled: bool,
    /// The number of failures that lock a name or an account.
    pub account_failures: u32,
    /// The number of failures that lock an address.
    pub address_failures: u32,
    /// How long a lock lasts after the last failure, and how long a failure counts.
    pub duration: Duration,
}

/// The keys of the counters of a login.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    address: String,
    name: String,
    account: String,
}

impl Keys {
    pub(super) fn new(address: IpAddr, identity: &Identity, account: Option<&Account>) -> Self {
        let keys = CounterKey::of_login(address, identity, account);
        let [address, name, account] = keys.map(|key| key.to_string());
        Self { address, name, account }
    }
}

/// Counts attempts and refuses those over the limit.
pub(super) struct Throttle {
    settings: LockoutSettings,
    store: Arc<dyn Store>,
    clock: Clock,
    addresses: Gates,
    names: Gates,
}

/// A password login that is counted but not yet settled.
///
/// If it is dropped before it is settled, it stays pending until the store removes it.
pub(super) struct Attempt {
    /// The counters of the address, the name and the account.
    pending: Vec<Limit>,
    /// The counter of the account's directory entry, if the directory named one. It is counted
    /// before the client learns the verdict, or together with a failure.
    entry_limit: Option<Limit>,
    account_is_locked: bool,
    /// The permits of the address and the name. Dropping them lets the next attempts in.
    _permits: Vec<OwnedSemaphorePermit>,
}

impl Attempt {
    /// Whether the account is locked. The client must not learn this.
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

    /// Counts an attempt. If the limit is reached with pending attempts, it waits for them first.
    ///
    /// # Errors
    ///
    /// The address or the name is locked, the attempt waited too long for pending ones, or the
    /// store cannot count.
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
        let deadline = Instant::now() + WAIT_TIMEOUT;
        // Every attempt enters the address before the name. So while it waits for a name, it holds
        // a place only of its own address.
        for (gates, key) in [(&self.addresses, &keys.address), (&self.names, &keys.name)] {
            let entered = timeout_at(deadline, gates.enter(key)).await;
            attempt._permits.push(entered.map_err(|_| Refusal::Overloaded)?);
        }
        let LockoutSettings { account_failures, address_failures, .. } = self.settings;
        let counters = vec![
            Counter {
                locked: Locked::Visible(|| Refusal::AddressLocked),
                limit: Limit {
                    key: keys.address,
                    most: address_failures,
                    counts_from: CountsFrom::First,
                },
            },
            Counter {
                locked: Locked::Visible(|| Refusal::AccountLocked),
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

    /// Sets the directory entry of the attempt, which the directory named.
    pub(super) fn set_entry(&self, attempt: &mut Attempt, entry_key: &str) {
        let key = CounterKey::Entry(entry_key.to_owned()).to_string();
        let limit = account_limit(key, self.settings.account_failures);
        let is_pending = attempt.pending.iter().any(|pending| pending.key == limit.key);
        if self.settings.enabled && !is_pending {
            attempt.entry_limit = Some(limit);
        }
    }

    /// Counts the attempt for its directory entry, before the client learns that the password was
    /// correct.
    ///
    /// # Errors
    ///
    /// The same as for [`begin`](Self::begin).
    pub(super) async fn count_entry(&self, attempt: &mut Attempt) -> Result<(), Refusal> {
        let Some(limit) = attempt.entry_limit.take() else { return Ok(()) };
        let counters = vec![Counter { locked: Locked::Hidden, limit }];
        self.count(attempt, counters, Instant::now() + WAIT_TIMEOUT).await
    }

    /// Settles an attempt that was refused.
    ///
    /// # Errors
    ///
    /// The store is unavailable. Then the client must not learn the verdict.
    pub(super) async fn refuse(
        &self,
        attempt: Attempt,
        refusal: &Refusal,
    ) -> Result<(), StoreError> {
        let Attempt { pending, entry_limit, .. } = &attempt;
        if pending.is_empty() {
            return Ok(());
        }
        if !refusal.is_failure() {
            return self.give_back(attempt).await;
        }
        let (now, duration) = (self.clock.now(), self.settings.duration);
        self.store.fail_attempt(pending, entry_limit.as_ref(), now, duration).await
    }

    /// Removes an attempt that succeeded, and resets no counter.
    ///
    /// # Errors
    ///
    /// The store is unavailable. Then the client must not learn the verdict.
    pub(super) async fn give_back(&self, attempt: Attempt) -> Result<(), StoreError> {
        if attempt.pending.is_empty() {
            return Ok(());
        }
        self.store.give_back_attempt(&attempt.pending).await
    }

    /// Opens the session of a successful attempt. Returns false, and leaves the attempt pending, if
    /// the account has changed in the meantime.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
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
                // A time in the future comes from a clock that was ahead. The next attempt that
                // begins corrects it, so it must not cause a lock that prevents all attempts.
                if found.since > now {
                    continue;
                }
                if failed >= limit.most {
                    match locked {
                        Locked::Visible(refusal) => return Err(refusal()),
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
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// A counter of an attempt, and how its lock appears to the client.
struct Counter {
    limit: Limit,
    locked: Locked,
}

/// Whether the client learns of a lock.
enum Locked {
    Visible(fn() -> Refusal),
    Hidden,
}

fn account_limit(key: String, most: u32) -> Limit {
    Limit { key, most, counts_from: CountsFrom::Last }
}

/// Limits the number of attempts of each key in this process, in order of arrival. The store would
/// refuse further ones, and they would poll it.
struct Gates {
    places: usize,
    /// The semaphores by the hash of the key, which may be long. Keys with the same hash only wait
    /// for each other.
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
        // Before the map grows, remove the semaphores that are not in use.
        if open.len() == open.capacity() {
            open.retain(|_, gate| gate.strong_count() > 0);
        }
        let gate = Arc::new(Semaphore::new(self.places));
        open.insert(key, Arc::downgrade(&gate));
        gate
    }
}

impl LockoutSettings {
    /// How long a counter still locks, if it does. A time in the future comes from a wrong clock
    /// and does not lock.
    pub(crate) fn lock(
        &self,
        key: Option<&CounterKey>,
        counter: &Failures,
        now: Timestamp,
    ) -> Option<Duration> {
        let most = match key {
            Some(CounterKey::Address(_)) => self.address_failures,
            _ => self.account_failures,
        };
        let is_locked = self.enabled
            && counter.count >= most
            && counter.since <= now
            && !self.is_old(counter, now);
        is_locked.then(|| {
            let age = now.as_millis() - counter.since.as_millis();
            self.duration.saturating_sub(Duration::from_millis(age.unsigned_abs()))
        })
    }

    /// Whether the failures of a counter no longer count.
    pub(crate) fn is_old(&self, counter: &Failures, now: Timestamp) -> bool {
        counter.since <= now.minus(self.duration)
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
    async fn gate_limits_attempts_and_is_removed_when_unused() {
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
