//! The thread that writes, and the group commit.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    super::{BoxError, Result, StoreError},
    readers::Readers,
    store_error,
};

/// Writes that may wait; at a thousand `fsync`s a second they would take seconds already.
const QUEUE: usize = 4096;
/// Writes that share a commit. More would only make the first of them wait longer.
const BATCH: usize = 512;
/// Frames in the log from which on it is written back into the database after each commit, as
/// SQLite does by itself where nobody keeps snapshots.
const CHECKPOINT_AT: u32 = 1000;
/// How long readers may keep snapshots while nothing is written here: another process may write,
/// and its log cannot be begun anew meanwhile.
const IDLE: Duration = Duration::from_secs(1);

/// A handle on the thread; dropping it lets the thread finish what it has, and waits for it.
pub(super) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// With the readers of the same database, whose snapshots stand in the way of checkpoints.
    pub(super) fn start(
        db: Connection,
        readers: Arc<Readers>,
    ) -> std::result::Result<Self, BoxError> {
        let (jobs, queued) = sync_channel(QUEUE);
        if readers.keep_snapshots() {
            db.pragma_update(None, "wal_autocheckpoint", 0)?;
        }
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            write_all(&db, &readers, &queued);
            // Whoever closes a database last writes the log back; one that only reads should not.
            drop(readers);
            drop(db);
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Returns when `work` is on the disk, or has left no trace.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        let job = Box::new(Write { work: Some(work), outcome: None, reply });
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::unavailable("the queue of writes is full"),
            TrySendError::Disconnected(_) => gone(),
        })?;
        result.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A write that waits for the group's commit.
trait Job: Send {
    /// Does the work inside of the open transaction; false asks for it to be undone.
    fn work(&mut self, db: &Connection) -> bool;
    /// Tells the caller.
    fn reply(self: Box<Self>, committed: std::result::Result<(), String>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T> + Send> Job for Write<T, F> {
    fn work(&mut self, db: &Connection) -> bool {
        self.outcome = self.work.take().map(|work| work(db));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn reply(self: Box<Self>, committed: std::result::Result<(), String>) {
        let outcome = match (self.outcome, committed) {
            // What failed by itself says so; what succeeded depends on the commit.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(StoreError::unavailable(error)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(gone()),
        };
        let _ = self.reply.send(outcome);
    }
}

fn write_all(db: &Connection, readers: &Readers, queued: &Receiver<Box<dyn Job>>) {
    loop {
        let first = match queued.recv_timeout(IDLE) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                readers.let_go();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut batch = vec![first];
        let committed = write_batch(db, &mut batch, queued);
        if committed.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        // An error is not `Clone`, and everyone in the batch is owed one.
        let committed = committed.map_err(|error| error.to_string());
        for job in batch {
            job.reply(committed.clone());
        }
        if readers.frames().is_some_and(|frames| frames >= CHECKPOINT_AT) {
            checkpoint(db, readers);
        }
    }
}

/// Writes the log back into the database, so that the next commit begins it anew.
///
/// That takes two things of the readers: none may still need what the database holds now, and
/// afterwards none may still read from the log.
fn checkpoint(db: &Connection, readers: &Readers) {
    readers.let_go();
    // Where another process reads, the rest stays for the next time, as it does where it fails.
    let _ = db
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|mut checkpoint| checkpoint.query_row([], |_| Ok(())));
    readers.let_go();
}

/// Works on what is in `batch` and on all that has come in meanwhile, then commits once.
fn write_batch(
    db: &Connection,
    batch: &mut Vec<Box<dyn Job>>,
    queued: &Receiver<Box<dyn Job>>,
) -> rusqlite::Result<()> {
    let execute = |sql| db.prepare_cached(sql)?.execute([]).map(drop);
    execute("BEGIN IMMEDIATE")?;
    let mut next = 0;
    while next < batch.len() {
        execute("SAVEPOINT job")?;
        if !batch[next].work(db) {
            execute("ROLLBACK TO job")?;
        }
        execute("RELEASE job")?;
        next += 1;
        if batch.len() < BATCH {
            batch.extend(queued.try_recv());
        }
    }
    execute("COMMIT")
}

fn gone() -> StoreError {
    StoreError::unavailable("the writer has stopped")
}

/// Kept beside the group commit because it is the one who must tell apart what it did.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        store_error(error)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::super::{FILE_NAME, SqliteStore};

    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_is_begun_anew_while_others_read() {
        const FRAME: u64 = 4096 + 24;
        const READ: &str = "SELECT 1 FROM accounts LIMIT 1";
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path()).unwrap();
        let create = "CREATE TABLE padding (bytes BLOB)";
        store.write(move |db| Ok(db.execute_batch(create)?)).await.unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let read = || {
                while !done.load(Ordering::Relaxed) {
                    store.read(|db| Ok(db.execute_batch(READ)?)).unwrap();
                }
            };
            scope.spawn(read);
            scope.spawn(read);
            for _ in 0..60 {
                // A hundred frames and some.
                let insert = "INSERT INTO padding VALUES (zeroblob(409600))";
                let write = store.write(move |db| Ok(db.execute_batch(insert)?));
                futures::executor::block_on(write).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        let log = directory.path().join(format!("{FILE_NAME}-wal"));
        let frames = std::fs::metadata(log).unwrap().len() / FRAME;
        // Six thousand were written; a thousand ask for a checkpoint.
        assert!(frames < 2000, "{frames} frames");
    }
}
