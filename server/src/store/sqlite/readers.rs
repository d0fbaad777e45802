//! The connections that read.
//!
//! To begin and end a read, SQLite takes and gives back locks of the file, under a lock that all
//! connections of the process share: more than the read itself costs, and on several cores the
//! readers wait for each other. So a connection keeps its snapshot from one read to the next for as
//! long as the [`WalIndex`] says that nothing has been committed, by this process or any other.
//! A snapshot keeps the log from being begun anew; [`Readers::let_go`] is for that.

use std::sync::{
    Mutex, MutexGuard, PoisonError, TryLockError,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;

use super::{
    super::Result,
    wal_index::{Header, WalIndex},
};

/// A few connections, each with its prepared statements.
pub(super) struct Readers {
    readers: Vec<Mutex<Reader>>,
    index: Option<WalIndex>,
}

struct Reader {
    db: Connection,
    /// What the index said before the open transaction took its snapshot.
    header: Option<Header>,
}

impl Readers {
    /// Without an index, each read has a snapshot of its own.
    pub(super) fn new(connections: Vec<Connection>, index: Option<WalIndex>) -> Self {
        let reader = |db| Mutex::new(Reader { db, header: None });
        Self { readers: connections.into_iter().map(reader).collect(), index }
    }

    /// Runs a query that sees all that has been committed before this call.
    pub(super) fn with<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut reader = self.reader();
        if let Some(index) = &self.index {
            // Read before the snapshot is taken: it may be older than that, never newer.
            reader.keep_or_renew(index.header())?;
        }
        query(&reader.db)
    }

    /// Whether snapshots outlive the read that took them.
    pub(super) fn keep_snapshots(&self) -> bool {
        self.index.is_some()
    }

    /// How many frames the log holds, if that can be told.
    pub(super) fn frames(&self) -> Option<u32> {
        Some(self.index.as_ref()?.header()?.frames())
    }

    /// Ends all snapshots, after the reads that use them. The next reads take new ones.
    pub(super) fn let_go(&self) {
        for reader in &self.readers {
            // An open snapshot costs room in the log and nothing else.
            let _ = reader.lock().unwrap_or_else(PoisonError::into_inner).end();
        }
    }

    /// The connection that this thread had last, if it is free: another's would have to come over
    /// from the caches of another core.
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

    /// A database with one counter, and as many readers as asked for.
    struct Counter {
        readers: Readers,
        writer: Connection,
        /// Dropped after the connections.
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

        fn count(&self) {
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

        /// Whether the log could be written back and begun anew.
        fn restart_log(&self) -> bool {
            let mut checkpoint = self.writer.prepare("PRAGMA wal_checkpoint(RESTART)").unwrap();
            let busy: i64 = checkpoint.query_row([], |row| row.get(0)).unwrap();
            busy == 0
        }
    }

    #[test]
    fn a_read_sees_every_commit_that_came_before_it() {
        let counter = Counter::new(1);
        for n in 0..500 {
            assert_eq!(counter.read(), n);
            assert_eq!(counter.read(), n, "and sees it again");
            counter.count();
        }
    }

    #[test]
    fn a_commit_after_the_log_was_begun_anew_is_seen_too() {
        let counter = Counter::new(1);
        for n in 0..20 {
            assert_eq!(counter.read(), n);
            counter.readers.let_go();
            assert!(counter.restart_log());
            assert_eq!(counter.read(), n);
            counter.count();
        }
    }

    #[test]
    fn a_snapshot_is_kept_until_something_is_committed_or_it_is_let_go() {
        let counter = Counter::new(1);
        counter.writer.busy_timeout(std::time::Duration::ZERO).unwrap();
        counter.count();
        counter.read();
        assert!(counter.has_snapshots());
        assert!(!counter.restart_log(), "the log is being read from");
        // A new snapshot would read from the database, into which all of the log is written by now.
        counter.read();
        assert!(!counter.restart_log(), "it is still the same snapshot");
        counter.readers.let_go();
        assert!(!counter.has_snapshots());
        assert!(counter.restart_log());
    }

    #[test]
    fn a_failed_query_leaves_the_connection_usable() {
        let counter = Counter::new(1);
        let broken = |db: &Connection| Ok(db.prepare("SELECT nothing FROM nowhere").map(drop)?);
        assert!(counter.readers.with(broken).is_err());
        counter.count();
        assert_eq!(counter.read(), 1);
    }

    #[test]
    fn without_an_index_no_snapshot_is_kept() {
        let mut counter = Counter::new(1);
        counter.readers.index = None;
        assert_eq!(counter.read(), 0);
        assert!(!counter.has_snapshots());
        counter.count();
        assert_eq!(counter.read(), 1);
    }

    #[test]
    fn a_database_is_opened_once_for_all_that_use_it() {
        let counter = Counter::new(1);
        let file = counter.directory.path().join(super::super::FILE_NAME);
        let other = WalIndex::open(&file).unwrap();
        assert!(counter.index.is_same_descriptor(&other));
    }
}
