//! The thread that writes, and the group commit.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::super::{BoxError, Result, StoreError};
use super::store_error;

/// Writes that may wait; at a thousand `fsync`s a second they would take seconds already.
const QUEUE: usize = 4096;
/// Writes that share a commit. More would only make the first of them wait longer.
const BATCH: usize = 512;

/// A handle on the thread; dropping it lets the thread finish what it has, and waits for it.
pub(super) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(db: Connection) -> std::result::Result<Self, BoxError> {
        let (jobs, queued) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_all(&db, &queued))?;
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

fn write_all(db: &Connection, queued: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queued.recv() {
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
    }
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
