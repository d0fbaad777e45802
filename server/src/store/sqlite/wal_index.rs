//! Whether the database has changed, at the price of one system call.
//!
//! The first bytes of SQLite's `-shm` file are the header of its WAL index: every commit of every
//! process counts it up before the commit returns
//! (<https://sqlite.org/walformat.html#the_wal_index_file_format>). A reader whose snapshot was
//! taken under the same header may go on with it.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Two copies of the header, which differ while a commit is writing them.
const LENGTH: usize = 96;
/// Where the header says how many frames the log holds (`mxFrame`).
const FRAMES: std::ops::Range<usize> = 16..20;

/// The index of one database; to be dropped after all connections to it.
#[derive(Clone)]
pub(super) struct WalIndex(Arc<File>);

/// What it said at one moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Header([u8; LENGTH]);

/// Which file, whatever its path.
type Inode = (u64, u64);

/// Closing *any* descriptor of a file drops all of the process's POSIX locks on it, SQLite's too.
/// So a database is opened here once for all that use it, and closed after the last of them.
static OPEN: Mutex<BTreeMap<Inode, Weak<File>>> = Mutex::new(BTreeMap::new());

impl WalIndex {
    /// The index of the database in `file`, to which there must be a connection already.
    pub(super) fn open(file: &Path) -> io::Result<Self> {
        let mut path = file.as_os_str().to_owned();
        path.push("-shm");
        let path = PathBuf::from(path);
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, file| file.strong_count() > 0);
        let metadata = fs::metadata(&path)?;
        let inode = (metadata.dev(), metadata.ino());
        if let Some(file) = open.get(&inode).and_then(Weak::upgrade) {
            return Ok(Self(file));
        }
        let file = Arc::new(File::open(&path)?);
        open.insert(inode, Arc::downgrade(&file));
        Ok(Self(file))
    }

    /// What it says now; `None` if it cannot be read.
    pub(super) fn header(&self) -> Option<Header> {
        let mut bytes = [0; LENGTH];
        self.0.read_exact_at(&mut bytes, 0).ok()?;
        Some(Header(bytes))
    }

    #[cfg(test)]
    pub(super) fn is_same_descriptor(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Header {
    /// How many frames the log held.
    pub(super) fn frames(&self) -> u32 {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.0[FRAMES]);
        u32::from_ne_bytes(bytes)
    }
}
