//! The threads, and what they do.

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
    handle: Arc<Handle>,
    parameters: HashParameters,
    /// The kind of new hashes.
    current: HashKind,
    /// Every kind that a stored hash may be of, as far as is known.
    kinds: Arc<Mutex<Arc<BTreeSet<HashKind>>>>,
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
    /// The stored hash is not one that this server verifies. Costs what a wrong password costs.
    Unusable(UnusableHash),
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum HashPoolError {
    /// More logins than cores can hash.
    #[error("the queue for password hashes is full")]
    Overloaded,
    /// A fault of this program.
    #[error("a password hash could not be computed")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

type Job = Box<dyn Work>;

/// A hash that somebody waits for.
trait Work: Send {
    fn run(self: Box<Self>, scratch: &mut Scratch);
    /// Tells whoever waits that there is no place for it.
    fn refuse(self: Box<Self>);
}

struct Reply<T, F> {
    work: F,
    to: oneshot::Sender<Result<T, HashPoolError>>,
}

/// What the handles and the threads share.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    waiting: FairQueue<Job>,
    /// Threads that wait for a job and have none in `handed`.
    idle: usize,
    /// Jobs for threads that are about to wake up. They need no place in the queue.
    handed: VecDeque<Job>,
    closed: bool,
}

struct Handle(Arc<Shared>);

impl HashPool {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// The parameters are outside of the bounds, or no thread can be started.
    pub fn start(settings: HashPoolSettings) -> Result<Self, HashPoolError> {
        let HashPoolSettings { threads, queue, parameters } = settings;
        let broken = |error: Box<dyn std::error::Error + Send + Sync>| HashPoolError::Broken(error);
        let current = parameters.kind().map_err(|error| broken(error.into()))?;
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
                .spawn(move || shared.work())
                .map_err(|error| broken(error.into()))?;
        }
        let kinds = Arc::new(Mutex::new(Arc::new(BTreeSet::from([current]))));
        Ok(Self { handle, parameters, current, kinds })
    }

    /// Hashes a new password, for the program itself.
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
    /// The queue is full, or the requester's part of it is.
    pub async fn hash_for(
        &self,
        requester: Requester,
        digest: PasswordDigest,
    ) -> Result<PasswordHash, HashPoolError> {
        let parameters = self.parameters;
        self.run(requester, move |scratch| PasswordHash::create(&digest, parameters, scratch)).await
    }

    /// Judges a password; `stored` is `None` where no account or no password is there.
    ///
    /// Whatever is refused costs one hash of each kind that is known: the stored hash where there
    /// is one, and dummies of all other kinds. So the time does not tell which kind an account has,
    /// or whether there is one.
    ///
    /// # Errors
    ///
    /// The queue is full, or the requester's part of it is.
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

    /// Replaces what is known of the kinds of stored hashes; the kind of new ones stays known.
    pub fn set_kinds(&self, mut kinds: BTreeSet<HashKind>) {
        kinds.insert(self.current);
        *self.kinds.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(kinds);
    }

    /// The kinds that are known. One that was not until now, because another program has stored
    /// it, is added at once.
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
            work(scratch).map_err(|error| HashPoolError::Broken(error.into()))
        };
        self.handle.0.submit(requester, Box::new(Reply { work, to }));
        result.await.unwrap_or_else(|_| Err(HashPoolError::Broken("the hash panicked".into())))
    }
}

impl<T, F> Work for Reply<T, F>
where
    T: Send,
    F: FnOnce(&mut Scratch) -> Result<T, HashPoolError> + Send,
{
    fn run(self: Box<Self>, scratch: &mut Scratch) {
        let Self { work, to } = *self;
        // Nobody waits any more: the core has better things to do.
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
        if let Pushed::WaitsInsteadOf(job) | Pushed::Refused(job) = pushed {
            job.refuse();
        }
    }

    /// The next job; none when the last handle has gone.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        if let Some(job) = state.waiting.pop() {
            return Some(job);
        }
        state.idle += 1;
        self.wait(state)
    }

    /// The next job for one that is counted as idle.
    fn wait(&self, mut state: MutexGuard<'_, State>) -> Option<Job> {
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

    fn work(&self) {
        yield_to_answers();
        let mut scratch = Scratch::default();
        let mut next = self.wait(self.lock());
        while let Some(job) = next {
            // A panic is a bug, but must not take the thread from those who wait.
            let _ = catch_unwind(AssertUnwindSafe(|| job.run(&mut scratch)));
            next = self.next();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
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
    async fn judges_passwords() {
        let pool = pool(1, 8);
        let hash = pool.hash(digest("pw")).await.unwrap();
        assert_eq!(verify(&pool, "pw", Some(&hash)).await, Verdict::Right { rehashed: None });
        assert_eq!(verify(&pool, "no", Some(&hash)).await, Verdict::Wrong);
        assert_eq!(verify(&pool, "pw", None).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_another_kind_is_replaced_when_the_password_is_known() {
        let pool = pool(1, 8);
        let parameters = HashParameters { passes: 2, ..HashParameters::CHEAP };
        let mut scratch = Scratch::default();
        let dearer = PasswordHash::create(&digest("pw"), parameters, &mut scratch).unwrap();
        for stored in [bcrypt("pw", 4), dearer] {
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
    async fn a_kind_that_is_seen_is_known_until_the_store_has_it_no_longer() {
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
    async fn a_hash_beyond_the_bounds_is_not_computed() {
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
    async fn a_full_queue_refuses_at_once() {
        for places in [0, 1] {
            let pool = pool(1, places);
            let (release, blocked) = block(&pool).await;
            // What is polled once waits; the queue takes as many as it has places.
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
    async fn whoever_gives_way_hears_of_it() {
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
    async fn a_panic_is_an_error_and_the_thread_goes_on() {
        let pool = pool(1, 4);
        let work = |_: &mut Scratch| -> Result<(), Infallible> { panic!("on purpose") };
        let broken = pool.run(Requester::own(), work).await;
        assert!(matches!(broken, Err(HashPoolError::Broken(_))));
        pool.hash(digest("pw")).await.unwrap();
    }

    #[tokio::test]
    async fn many_threads_lose_no_job() {
        let pool = pool(8, 1000);
        for _ in 0..20 {
            let hashes = (0..40).map(|_| pool.hash(digest("pw")));
            for hash in futures::future::join_all(hashes).await {
                hash.unwrap();
            }
        }
    }
}
