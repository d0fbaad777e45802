//! The read connections.
//!
//! To begin and end a read, SQLite takes and releases file locks, under a mutex that all
//! connections of the process share. This costs more than the read itself, and readers on several
//! cores wait for each other. A connection therefore keeps its snapshot between reads while the
//! [`WalIndex`] shows that no process has committed anything. Snapshots prevent SQLite from
//! restarting the log, so [`Readers::release_snapshots`] ends them.

use std::sync::{
    Mutex, MutexGuard, PoisonError, TryLockError,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;

use super::{
    super::Result,
    wal_index::{Header, WalIndex},
};

/// A number of connections, each with its prepared statements.
pub(super) struct Readers {
    readers: Vec<Mutex<Reader>>,
    index: Option<WalIndex>,
}

struct Reader {
    db: Connection,
    /// The header of the index before the open transaction took its snapshot.
    header: Option<Header>,
}

impl Readers {
    /// Makes the readers. Without an index, each read takes its own snapshot.
    pub(super) fn new(connections: Vec<Connection>, index: Option<WalIndex>) -> Self {
        let reader = |db| Mutex::new(Reader { db, header: None });
        Self { readers: connections.into_iter().map(reader).collect(), index }
    }

    /// Runs a query that sees everything committed before this call.
    pub(super) fn with<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut reader = self.reader();
        if let Some(index) = &self.index {
            // Read the header before the snapshot is taken, so that it can be older than the
            // snapshot but never newer.
            reader.keep_or_renew(index.header())?;
        }
        query(&reader.db)
    }

    /// Whether snapshots are kept between reads.
    pub(super) fn keep_snapshots(&self) -> bool {
        self.index.is_some()
    }

    /// The number of frames in the log; `None` if it is unknown.
    pub(super) fn log_frames(&self) -> Option<u32> {
        Some(self.index.as_ref()?.header()?.frames())
    }

    /// Ends all snapshots after the reads that use them. The next reads take new ones.
    pub(super) fn release_snapshots(&self) {
        for reader in &self.readers {
            // An error can be ignored, because an open snapshot only costs space in the log.
            let _ = reader.lock().unwrap_or_else(PoisonError::into_inner).end();
        }
    }

    /// The connection that this thread used last, if it is free. Another one would have to move
    /// between the caches of the cores.
    fn reader(&self) -> MutexGuard<'_, Reader> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed);
        }
        let count = self.readers.len();
        let first = THREAD.with(|thread| thread % count);
        for offset in 0..count {
            match self.readers[(first + offset) % count].try_lock() {
                Ok(reader) => return reader,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.readers[first].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn keep_or_renew(&mut self, header: Option<Header>) -> Result<()> {
        if header.is_some() && self.header == header && !self.db.is_autocommit() {
            return Ok(());
        }
        self.end()?;
        if header.is_some() {
            self.db.prepare_cached("BEGIN")?.execute([])?;
            self.header = header;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        self.header = None;
        if !self.db.is_autocommit() {
            self.db.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{super::open, *};

    /// A database with a counter, and a number of readers.
    struct Counter {
        readers: Readers,
        writer: Connection,
        /// Declared after the connections, because it must be dropped last.
        index: WalIndex,
        directory: tempfile::TempDir,
    }

    impl Counter {
        fn new(readers: usize) -> Self {
            let directory = tempfile::tempdir().unwrap();
            let file = open::prepare(directory.path()).unwrap();
            let writer = open::writer(&file).unwrap();
            writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
            writer.execute_batch("CREATE TABLE counter (n INTEGER, padding TEXT)").unwrap();
            writer.execute("INSERT INTO counter VALUES (0, '')", []).unwrap();
            let connections = (0..readers).map(|_| open::reader(&file).unwrap()).collect();
            let index = WalIndex::open(&file).unwrap();
            let readers = Readers::new(connections, Some(index.clone()));
            Self { readers, writer, index, directory }
        }

        fn increment(&self) {
            self.writer.execute("UPDATE counter SET n = n + 1", []).unwrap();
        }

        fn read(&self) -> i64 {
            let read =
                |db: &Connection| Ok(db.query_row("SELECT n FROM counter", [], |row| row.get(0))?);
            self.readers.with(read).unwrap()
        }

        fn has_snapshots(&self) -> bool {
            self.readers.readers.iter().any(|reader| !reader.lock().unwrap().db.is_autocommit())
        }

        /// Whether the log could be checkpointed and restarted.
        fn restart_log(&self) -> bool {
            let mut checkpoint = self.writer.prepare("PRAGMA wal_checkpoint(RESTART)").unwrap();
            let busy: i64 = checkpoint.query_row([], |row| row.get(0)).unwrap();
            busy == 0
        }
    }

    #[test]
    fn read_sees_every_earlier_commit() {
        let counter = Counter::new(1);
        for n in 0..500 {
            assert_eq!(counter.read(), n);
            assert_eq!(counter.read(), n, "and sees it again");
            counter.increment();
        }
    }

    #[test]
    fn commit_after_a_restart_of_the_log_is_seen() {
        let counter = Counter::new(1);
        for n in 0..20 {
            assert_eq!(counter.read(), n);
            counter.readers.release_snapshots();
            assert!(counter.restart_log());
            assert_eq!(counter.read(), n);
            counter.increment();
        }
    }

    #[test]
    fn snapshot_is_kept_until_a_commit_or_its_release() {
        let counter = Counter::new(1);
        counter.writer.busy_timeout(std::time::Duration::ZERO).unwrap();
        counter.increment();
        counter.read();
        assert!(counter.has_snapshots());
        assert!(!counter.restart_log(), "the log is being read from");
        // A new snapshot would read from the database, which contains the whole log by now.
        counter.read();
        assert!(!counter.restart_log(), "it is still the same snapshot");
        counter.readers.release_snapshots();
        assert!(!counter.has_snapshots());
        assert!(counter.restart_log());
    }

    #[test]
    fn failed_query_leaves_the_connection_usable() {
        let counter = Counter::new(1);
        let broken = |db: &Connection| Ok(db.prepare("SELECT nothing FROM nowhere").map(drop)?);
        assert!(counter.readers.with(broken).is_err());
        counter.increment();
        assert_eq!(counter.read(), 1);
    }

    #[test]
    fn no_snapshot_is_kept_without_an_index() {
        let mut counter = Counter::new(1);
        counter.readers.index = None;
        assert_eq!(counter.read(), 0);
        assert!(!counter.has_snapshots());
        counter.increment();
        assert_eq!(counter.read(), 1);
    }

    #[test]
    fn index_of_a_database_is_opened_once_per_process() {
        let counter = Counter::new(1);
        let file = counter.directory.path().join(super::super::FILE_NAME);
        let other = WalIndex::open(&file).unwrap();
        assert!(counter.index.is_same_descriptor(&other));
    }
}
