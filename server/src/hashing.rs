//! The bounded pool of threads that hash passwords.
//!
//! A hash keeps a core busy for tens of milliseconds, a hundred times longer than everything else
//! a login does. So hashes have threads of their own, one a core and of lower priority than the
//! ones that answer `resume` and `me`, and a queue that ends: what does not fit is refused at
//! once, instead of being answered after its client has given up.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::accounts::password::{HashError, Scratch};
use crate::accounts::{HashParameters, PasswordDigest, PasswordHash};

/// How the pool is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashPoolSettings {
    /// Threads.
    pub threads: usize,
    /// Hashes that may wait for a thread.
    pub queue: usize,
    /// Cost of a new hash.
    pub parameters: HashParameters,
}

/// A handle on the threads; they end when the last handle is dropped.
#[derive(Clone)]
pub struct HashPool {
    jobs: SyncSender<Job>,
    parameters: HashParameters,
    /// Verified for accounts that do not exist, so that they cost what others cost.
    dummy: Arc<PasswordHash>,
}

/// What a verification found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right {
        /// To be stored in place of an outdated hash.
        rehashed: Option<PasswordHash>,
    },
    /// It is wrong, or there is nothing that it could match.
    Wrong,
}

/// Whether bcrypt hashes are still about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyHashes {
    /// Each failure costs one Argon2id and one bcrypt, whichever kind the account has, or whether
    /// there is one at all: else the time would tell.
    Present,
    /// Each failure costs one Argon2id.
    Absent,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum HashPoolError {
    /// More logins than cores can hash.
    #[error("the queue for password hashes is full")]
    Overloaded,
    /// The stored hash is broken, or the pool is.
    #[error("a password hash could not be computed")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

type Job = Box<dyn FnOnce(&mut Scratch) + Send>;

impl HashPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// The parameters are not Argon2's, or no thread can be started.
    pub fn start(settings: HashPoolSettings) -> Result<Self, HashPoolError> {
        let HashPoolSettings { threads, queue, parameters } = settings;
        let (jobs, queued) = sync_channel::<Job>(queue);
        let queued = Arc::new(Mutex::new(queued));
        for index in 0..threads {
            let queued = Arc::clone(&queued);
            thread::Builder::new()
                .name(format!("hash-{index}"))
                .spawn(move || work(&queued))
                .map_err(|error| HashPoolError::Broken(error.into()))?;
        }
        let nobody = PasswordDigest::of(&crate::accounts::Token::random().into_secret());
        let dummy = PasswordHash::create(&nobody, parameters, &mut Scratch::default())
            .map_err(|error| HashPoolError::Broken(error.into()))?;
        Ok(Self { jobs, parameters, dummy: Arc::new(dummy) })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// The queue is full.
    pub async fn hash(&self, digest: PasswordDigest) -> Result<PasswordHash, HashPoolError> {
        let parameters = self.parameters;
        self.run(move |scratch| PasswordHash::create(&digest, parameters, scratch)).await
    }

    /// Judges a password; `stored` is `None` where no account or no password is there.
    ///
    /// # Errors
    /// The queue is full, or `stored` is not a hash.
    pub async fn verify(
        &self,
        digest: PasswordDigest,
        stored: Option<PasswordHash>,
        legacy: LegacyHashes,
    ) -> Result<Verdict, HashPoolError> {
        let parameters = self.parameters;
        let dummy = Arc::clone(&self.dummy);
        self.run(move |scratch| judge(&digest, stored, &dummy, legacy, parameters, scratch)).await
    }

    async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Scratch) -> Result<T, E> + Send + 'static,
    ) -> Result<T, HashPoolError>
    where
        T: Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |scratch| {
            // Nobody waits any more: the core has better things to do.
            if !reply.is_closed() {
                let _ = reply.send(work(scratch));
            }
        });
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(HashPoolError::Overloaded),
            Err(TrySendError::Disconnected(_)) => {
                return Err(HashPoolError::Broken("the hash threads are gone".into()));
            }
        }
        match result.await {
            Ok(result) => result.map_err(|error| HashPoolError::Broken(error.into())),
            Err(_) => Err(HashPoolError::Broken("the hash thread died".into())),
        }
    }
}

fn judge(
    digest: &PasswordDigest,
    stored: Option<PasswordHash>,
    dummy: &PasswordHash,
    legacy: LegacyHashes,
    parameters: HashParameters,
    scratch: &mut Scratch,
) -> Result<Verdict, HashError> {
    let against = stored.as_ref().unwrap_or(dummy);
    let right = against.verify(digest, scratch)? && stored.is_some();
    if right {
        let rehashed = against
            .is_outdated(parameters)
            .then(|| PasswordHash::create(digest, parameters, scratch))
            .transpose()?;
        return Ok(Verdict::Right { rehashed });
    }
    if against.is_legacy() {
        dummy.verify(digest, scratch)?;
    } else if legacy == LegacyHashes::Present {
        PasswordHash::waste_a_bcrypt(digest);
    }
    Ok(Verdict::Wrong)
}

fn work(queued: &Mutex<Receiver<Job>>) {
    yield_to_answers();
    let mut scratch = Scratch::default();
    loop {
        let job = queued.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut scratch),
            Err(_) => return,
        }
    }
}

/// Lowers this thread's priority: where cores are short, an answer that needs no hash goes first.
#[cfg(target_os = "linux")]
fn yield_to_answers() {
    const NICENESS: i32 = 10;
    // On Linux, niceness belongs to the thread. If it is refused, hashing still works.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn yield_to_answers() {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn pool(threads: usize, queue: usize) -> HashPool {
        HashPool::start(HashPoolSettings { threads, queue, parameters: HashParameters::CHEAP })
            .unwrap()
    }

    fn digest(password: &str) -> PasswordDigest {
        PasswordDigest::of(&Secret::from(password))
    }

    #[tokio::test]
    async fn judges_passwords() {
        let pool = pool(1, 8);
        let hash = pool.hash(digest("pw")).await.unwrap();
        let verify = |password: &str, stored: Option<PasswordHash>| {
            let (pool, digest) = (pool.clone(), digest(password));
            async move { pool.verify(digest, stored, LegacyHashes::Present).await.unwrap() }
        };
        let right = verify("pw", Some(hash.clone())).await;
        assert_eq!(right, Verdict::Right { rehashed: None });
        assert_eq!(verify("no", Some(hash)).await, Verdict::Wrong);
        assert_eq!(verify("pw", None).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn bcrypt_is_replaced_when_the_password_is_known() {
        let pool = pool(1, 8);
        let bcrypt = bcrypt::hash(hex::encode(<sha2::Sha256 as sha2::Digest>::digest("pw")), 4);
        let stored = PasswordHash::from_stored(bcrypt.unwrap());
        let verdict = pool.verify(digest("pw"), Some(stored), LegacyHashes::Present).await.unwrap();
        let Verdict::Right { rehashed: Some(rehashed) } = verdict else {
            panic!("not rehashed: {verdict:?}");
        };
        assert!(!rehashed.is_legacy());
        let again = pool.verify(digest("pw"), Some(rehashed), LegacyHashes::Absent).await.unwrap();
        assert_eq!(again, Verdict::Right { rehashed: None });
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let pool = pool(1, 1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let blocker = tokio::spawn({
            let pool = pool.clone();
            async move {
                let work = move |_: &mut Scratch| {
                    let _ = started.send(());
                    let _ = held.recv();
                    Ok::<_, std::convert::Infallible>(())
                };
                pool.run(work).await
            }
        });
        running.await.unwrap();
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.hash(digest("waits")).await }
        });
        // The queue takes one; how soon the spawned task has filled it is the runtime's affair.
        let refused = loop {
            match futures::poll!(std::pin::pin!(pool.hash(digest("too many")))) {
                std::task::Poll::Ready(result) => break result,
                std::task::Poll::Pending => tokio::task::yield_now().await,
            }
        };
        assert!(matches!(refused, Err(HashPoolError::Overloaded)));
        drop(release);
        blocker.await.unwrap().unwrap();
        // It may be the one that filled the queue, or the one that found it full.
        let _ = waiting.await.unwrap();
    }
}
