//! The writer thread and its group commit.

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

/// The maximum number of waiting writes. At a thousand `fsync`s a second, they would already take
/// seconds.
const QUEUE_SIZE: usize = 4096;
/// The maximum number of writes per commit. More would only delay the first of them.
const MAX_BATCH: usize = 512;
/// The number of log frames from which the log is checkpointed after each commit, as SQLite does by
/// itself if nobody keeps snapshots.
const CHECKPOINT_FRAMES: u32 = 1000;
/// How long readers may keep snapshots while nothing is written here. Another process may write,
/// and snapshots prevent it from restarting the log.
const IDLE_TIMEOUT: Duration = Duration::from_secs(1);

/// A handle of the writer thread. Dropping it waits until the thread has finished its jobs.
pub(super) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It releases the snapshots of `readers` for checkpoints.
    pub(super) fn start(
        db: Connection,
        readers: Arc<Readers>,
    ) -> std::result::Result<Self, BoxError> {
        let (jobs, queued) = sync_channel(QUEUE_SIZE);
        if readers.keep_snapshots() {
            db.pragma_update(None, "wal_autocheckpoint", 0)?;
        }
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            write_all(&db, &readers, &queued);
            // The connection that closes last checkpoints the log, which should not be a reader.
            drop(readers);
            drop(db);
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `work` in a transaction, and returns when it is on the disk or has left no trace.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        let job = Box::new(Write { work: Some(work), outcome: None, reply });
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::unavailable("the queue of writes is full"),
            TrySendError::Disconnected(_) => stopped(),
        })?;
        result.await.unwrap_or_else(|_| Err(stopped()))
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

/// A write that waits for the group commit.
trait Job: Send {
    /// Does the work in the open transaction. Returns false to undo it.
    fn work(&mut self, db: &Connection) -> bool;
    /// Reports the outcome to the caller.
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
            // A failed job reports its own error; a successful one depends on the commit.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(StoreError::unavailable(error)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(stopped()),
        };
        let _ = self.reply.send(outcome);
    }
}

fn write_all(db: &Connection, readers: &Readers, queued: &Receiver<Box<dyn Job>>) {
    loop {
        let first = match queued.recv_timeout(IDLE_TIMEOUT) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                readers.release_snapshots();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut batch = vec![first];
        let committed = write_batch(db, &mut batch, queued);
        if committed.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        // The error is not `Clone`, but every job of the batch needs it.
        let committed = committed.map_err(|error| error.to_string());
        for job in batch {
            job.reply(committed.clone());
        }
        if readers.log_frames().is_some_and(|frames| frames >= CHECKPOINT_FRAMES) {
            checkpoint(db, readers);
        }
    }
}

/// Checkpoints the log, so that the next commit restarts it.
///
/// For this, no reader may need the old contents of the database, and afterwards no reader may
/// still read from the log. afterwards none may still read from the log.
fn checkpoint(db: &Connection, readers: &Readers) {
    readers.release_snapshots();
    // If another process reads, or the checkpoint fails, the rest remains for the next time.
    let _ = db
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|mut checkpoint| checkpoint.query_row([], |_| Ok(())));
    readers.release_snapshots();
}

/// Runs the jobs in `batch` and those that arrive in the meantime, then commits once.
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
        if batch.len() < MAX_BATCH {
            batch.extend(queued.try_recv());
        }
    }
    execute("COMMIT")
}

fn stopped() -> StoreError {
    StoreError::unavailable("the writer has stopped")
}

/// Lets the queries use `?` on the errors of SQLite.
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
    async fn log_is_restarted_while_others_read() {
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
                // A little more than a hundred frames.
                let insert = "INSERT INTO padding VALUES (zeroblob(409600))";
                let write = store.write(move |db| Ok(db.execute_batch(insert)?));
                futures::executor::block_on(write).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        let log = directory.path().join(format!("{FILE_NAME}-wal"));
        let frames = std::fs::metadata(log).unwrap().len() / FRAME;
        // Six thousand frames were written, and a thousand cause a checkpoint.
        assert!(frames < 2000, "{frames} frames");
    }
}
