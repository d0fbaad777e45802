//! The pool of hashing threads.

use std::{
    collections::{BTreeSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use tokio::sync::oneshot;

use super::queue::{FairQueue, Pushed, Requester};
use crate::accounts::{
    HashKind, HashParameters, PasswordDigest, PasswordHash, UnusableHash,
    password::{HashError, Scratch, dummy_hash},
};

/// The settings of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashPoolSettings {
    /// The number of threads.
    pub threads: usize,
    /// The number of hashes that may wait for a thread.
    pub queue: usize,
    /// The cost of a new hash.
    pub parameters: HashParameters,
}

/// A handle of the pool. The threads end when the last handle is dropped.
#[derive(Clone)]
pub struct HashPool {
    handle: Arc<Handle>,
    parameters: HashParameters,
    /// The kind of new hashes.
    current: HashKind,
    /// The known kinds of stored hashes.
    kinds: Arc<Mutex<Arc<BTreeSet<HashKind>>>>,
}

/// The result of a verification.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is correct.
    Right {
        /// A new hash to store, if the old one is of an outdated kind.
        rehashed: Option<PasswordHash>,
    },
    /// The password is wrong, or there is no hash to compare with.
    Wrong,
    /// The server does not support the stored hash. This takes as long as a wrong password.
    Unusable(UnusableHash),
}

/// Why a hash was not computed.
#[derive(Debug, thiserror::Error)]
pub enum HashPoolError {
    /// The queue is full: there are more logins than the threads can hash.
    #[error("the queue for password hashes is full")]
    Overloaded,
    /// The computation failed, which is a bug.
    #[error("a password hash could not be computed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

type Job = Box<dyn Work>;

/// A hash to compute for a waiting task.
trait Work: Send {
    fn run(self: Box<Self>, scratch: &mut Scratch);
    /// Reports to the waiting task that the queue is full.
    fn refuse(self: Box<Self>);
}

struct Reply<T, F> {
    work: F,
    to: oneshot::Sender<Result<T, HashPoolError>>,
}

/// The state that the handles and the threads share.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    waiting: FairQueue<Job>,
    /// The number of threads that wait for a job and have none in `handed`.
    idle: usize,
    /// Jobs for threads that are about to wake up. They take no place in the queue.
    handed: VecDeque<Job>,
    closed: bool,
}

struct Handle(Arc<Shared>);

impl HashPool {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// The parameters are outside of the bounds, or a thread cannot be started.
    pub fn start(settings: HashPoolSettings) -> Result<Self, HashPoolError> {
        let HashPoolSettings { threads, queue, parameters } = settings;
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| HashPoolError::Failed(error);
        let current = parameters.kind().map_err(|error| failed(error.into()))?;
        let state = State {
            waiting: FairQueue::new(queue),
            idle: threads,
            handed: VecDeque::new(),
            closed: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let handle = Arc::new(Handle(Arc::clone(&shared)));
        for index in 0..threads {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("hash-{index}"))
                .spawn(move || shared.run_jobs())
                .map_err(|error| failed(error.into()))?;
        }
        let kinds = Arc::new(Mutex::new(Arc::new(BTreeSet::from([current]))));
        Ok(Self { handle, parameters, current, kinds })
    }

    /// Hashes a new password on behalf of the program itself.
    ///
    /// # Errors
    ///
    /// The queue is full.
    pub async fn hash(&self, digest: PasswordDigest) -> Result<PasswordHash, HashPoolError> {
        self.hash_for(Requester::own(), digest).await
    }

    /// Hashes a new password.
    ///
    /// # Errors
    ///
    /// The queue, or the requester's share of it, is full.
    pub async fn hash_for(
        &self,
        requester: Requester,
        digest: PasswordDigest,
    ) -> Result<PasswordHash, HashPoolError> {
        let parameters = self.parameters;
        self.run(requester, move |scratch| PasswordHash::create(&digest, parameters, scratch)).await
    }

    /// Verifies a password; `stored` is `None` if there is no account or no password.
    ///
    /// A refusal takes one hash of each known kind: the stored hash, if there is one, and dummy
    /// hashes of all other kinds. So the time does not reveal the kind of a hash, or whether there
    /// is an account.
    ///
    /// # Errors
    ///
    /// The queue, or the requester's share of it, is full.
    pub async fn verify(
        &self,
        requester: Requester,
        digest: PasswordDigest,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashPoolError> {
        let kind = stored.as_ref().map(PasswordHash::kind);
        let (own, unusable) = match (stored, kind) {
            (Some(hash), Some(Ok(kind))) => (Some((hash, kind)), None),
            (_, Some(Err(error))) => (None, Some(error)),
            _ => (None, None),
        };
        let kinds = self.kinds_with(own.as_ref().map(|(_, kind)| *kind));
        let (current, parameters) = (self.current, self.parameters);
        let verdict = self.run(requester, move |scratch| {
            if let Some((hash, kind)) = &own
                && hash.verify(&digest, scratch)?
            {
                let is_outdated = *kind != current;
                let rehash = || PasswordHash::create(&digest, parameters, scratch);
                return Ok(Verdict::Right { rehashed: is_outdated.then(rehash).transpose()? });
            }
            let own = own.map(|(_, kind)| kind);
            for &kind in kinds.iter().filter(|&&kind| Some(kind) != own) {
                dummy_hash(kind, &digest, scratch)?;
            }
            Ok::<_, HashError>(Verdict::Wrong)
        });
        Ok(match (verdict.await?, unusable) {
            (Verdict::Wrong, Some(error)) => Verdict::Unusable(error),
            (verdict, _) => verdict,
        })
    }

    /// Sets the known kinds of stored hashes. The kind of new hashes is always known.
    pub fn set_kinds(&self, mut kinds: BTreeSet<HashKind>) {
        kinds.insert(self.current);
        *self.kinds.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(kinds);
    }

    /// The known kinds, to which it adds `seen`. A kind is new if another program has stored the
    /// hash.
    fn kinds_with(&self, seen: Option<HashKind>) -> Arc<BTreeSet<HashKind>> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = seen
            && !kinds.contains(&seen)
        {
            Arc::make_mut(&mut kinds).insert(seen);
        }
        Arc::clone(&kinds)
    }

    async fn run<T, E>(
        &self,
        requester: Requester,
        work: impl FnOnce(&mut Scratch) -> Result<T, E> + Send + 'static,
    ) -> Result<T, HashPoolError>
    where
        T: Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let (to, result) = oneshot::channel();
        let work = |scratch: &mut Scratch| {
            work(scratch).map_err(|error| HashPoolError::Failed(error.into()))
        };
        self.handle.0.submit(requester, Box::new(Reply { work, to }));
        result.await.unwrap_or_else(|_| Err(HashPoolError::Failed("the hash panicked".into())))
    }
}

impl<T, F> Work for Reply<T, F>
where
    T: Send,
    F: FnOnce(&mut Scratch) -> Result<T, HashPoolError> + Send,
{
    fn run(self: Box<Self>, scratch: &mut Scratch) {
        let Self { work, to } = *self;
        // If the caller has given up waiting, do not compute the hash.
        if !to.is_closed() {
            let _ = to.send(work(scratch));
        }
    }

    fn refuse(self: Box<Self>) {
        let _ = self.to.send(Err(HashPoolError::Overloaded));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(&self, requester: Requester, job: Job) {
        let mut state = self.lock();
        if state.idle > 0 {
            state.idle -= 1;
            state.handed.push_back(job);
            self.changed.notify_one();
            return;
        }
        let pushed = state.waiting.push(requester, job);
        drop(state);
        if let Pushed::Displaced(job) | Pushed::Refused(job) = pushed {
            job.refuse();
        }
    }

    /// Waits for the next job; `None` when the last handle has been dropped.
    fn next_job(&self) -> Option<Job> {
        let mut state = self.lock();
        if let Some(job) = state.waiting.pop() {
            return Some(job);
        }
        state.idle += 1;
        self.wait_for_job(state)
    }

    /// Waits for the next job of a thread that is already counted as idle.
    fn wait_for_job(&self, mut state: MutexGuard<'_, State>) -> Option<Job> {
        loop {
            if let Some(job) = state.handed.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run_jobs(&self) {
        lower_priority();
        let mut scratch = Scratch::default();
        let mut next = self.wait_for_job(self.lock());
        while let Some(job) = next {
            // A panic is a bug, but must not end the thread that other logins wait for.
            let _ = catch_unwind(AssertUnwindSafe(|| job.run(&mut scratch)));
            next = self.next_job();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

/// Lowers the priority of this thread, so that requests without a hash go first when cores are
/// short.
#[cfg(target_os = "linux")]
fn lower_priority() {
    const NICENESS: i32 = 10;
    // On Linux, niceness is a property of the thread. Hashing works even if this fails.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use specfirst_dropshot::Secret;

    use super::*;
    use crate::accounts::Identity;

    fn pool(threads: usize, queue: usize) -> HashPool {
        HashPool::start(HashPoolSettings { threads, queue, parameters: HashParameters::CHEAP })
            .unwrap()
    }

    fn digest(password: &str) -> PasswordDigest {
        PasswordDigest::of(&Secret::from(password))
    }

    fn bcrypt(password: &str, cost: u32) -> PasswordHash {
        let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(password));
        PasswordHash::from_stored(bcrypt::hash(digest, cost).unwrap())
    }

    async fn verify(pool: &HashPool, password: &str, stored: Option<&PasswordHash>) -> Verdict {
        pool.verify(Requester::own(), digest(password), stored.cloned()).await.unwrap()
    }

    #[tokio::test]
    async fn passwords_are_verified() {
        let pool = pool(1, 8);
        let hash = pool.hash(digest("pw")).await.unwrap();
        assert_eq!(verify(&pool, "pw", Some(&hash)).await, Verdict::Right { rehashed: None });
        assert_eq!(verify(&pool, "no", Some(&hash)).await, Verdict::Wrong);
        assert_eq!(verify(&pool, "pw", None).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn outdated_hash_is_replaced_after_a_correct_password() {
        let pool = pool(1, 8);
        let parameters = HashParameters { passes: 2, ..HashParameters::CHEAP };
        let mut scratch = Scratch::default();
        let costlier = PasswordHash::create(&digest("pw"), parameters, &mut scratch).unwrap();
        for stored in [bcrypt("pw", 4), costlier] {
            let verdict = verify(&pool, "pw", Some(&stored)).await;
            let Verdict::Right { rehashed: Some(rehashed) } = verdict else {
                panic!("not rehashed: {verdict:?}");
            };
            assert_eq!(rehashed.kind(), Ok(pool.current));
            let again = verify(&pool, "pw", Some(&rehashed)).await;
            assert_eq!(again, Verdict::Right { rehashed: None });
        }
    }

    #[tokio::test]
    async fn kind_is_known_from_its_first_use_until_the_store_has_none() {
        let pool = pool(1, 8);
        let stored = bcrypt("pw", 5);
        let kind = stored.kind().unwrap();
        assert_eq!(*pool.kinds_with(None), BTreeSet::from([pool.current]));
        assert_eq!(verify(&pool, "no", Some(&stored)).await, Verdict::Wrong);
        assert_eq!(*pool.kinds_with(None), BTreeSet::from([pool.current, kind]));
        pool.set_kinds(BTreeSet::new());
        assert_eq!(*pool.kinds_with(None), BTreeSet::from([pool.current]));
    }

    #[tokio::test]
    async fn hash_outside_of_the_bounds_is_not_computed() {
        let pool = pool(1, 8);
        let beyond = "$2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
        let stored = PasswordHash::from_stored(beyond.to_owned());
        let error = stored.kind().unwrap_err();
        assert_eq!(verify(&pool, "no", Some(&stored)).await, Verdict::Unusable(error));
        assert_eq!(*pool.kinds_with(None), BTreeSet::from([pool.current]));
    }

    /// Keeps the only thread busy until the sender is dropped.
    async fn block(pool: &HashPool) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let pool = pool.clone();
        let blocked = tokio::spawn(async move {
            let work = move |_: &mut Scratch| {
                let _ = started.send(());
                let _ = held.recv();
                Ok::<_, Infallible>(())
            };
            pool.run(Requester::own(), work).await.unwrap();
        });
        running.await.unwrap();
        (release, blocked)
    }

    #[tokio::test]
    async fn full_queue_refuses_at_once() {
        for places in [0, 1] {
            let pool = pool(1, places);
            let (release, blocked) = block(&pool).await;
            // A future that was polled once waits in the queue.
            let mut waiting: Vec<_> =
                (0..places).map(|_| Box::pin(pool.hash(digest("waits")))).collect();
            for hash in &mut waiting {
                assert!(futures::poll!(hash).is_pending());
            }
            let refused = pool.hash(digest("too many")).await;
            assert!(matches!(refused, Err(HashPoolError::Overloaded)));
            drop(release);
            blocked.await.unwrap();
            for hash in waiting {
                hash.await.unwrap();
            }
        }
    }

    #[tokio::test]
    async fn displaced_job_is_refused() {
        let pool = pool(1, 4);
        let (release, blocked) = block(&pool).await;
        let requester = |address: [u8; 4], name: &str| {
            Requester::new(address.into(), &Identity::Username(name.to_owned()))
        };
        let hash = |requester| Box::pin(pool.hash_for(requester, digest("pw")));
        let mut flood: Vec<_> =
            (0..4).map(|n| hash(requester([192, 0, 2, n / 2], &format!("flood{n}")))).collect();
        for hash in &mut flood {
            assert!(futures::poll!(hash).is_pending());
        }
        let mut other = hash(requester([198, 51, 100, 1], "other"));
        assert!(futures::poll!(&mut other).is_pending());
        drop(release);
        blocked.await.unwrap();
        other.await.unwrap();
        let outcomes = futures::future::join_all(flood).await;
        let refused = outcomes.iter().filter(|o| matches!(o, Err(HashPoolError::Overloaded)));
        assert_eq!(refused.count(), 1);
    }

    #[tokio::test]
    async fn panic_is_an_error_and_the_thread_continues() {
        let pool = pool(1, 4);
        let work = |_: &mut Scratch| -> Result<(), Infallible> { panic!("on purpose") };
        let broken = pool.run(Requester::own(), work).await;
        assert!(matches!(broken, Err(HashPoolError::Failed(_))));
        pool.hash(digest("pw")).await.unwrap();
    }

    #[tokio::test]
    async fn no_job_is_lost_with_many_threads() {
        let pool = pool(8, 1000);
        for _ in 0..20 {
            let hashes = (0..40).map(|_| pool.hash(digest("pw")));
            for hash in futures::future::join_all(hashes).await {
                hash.unwrap();
            }
        }
    }
}
