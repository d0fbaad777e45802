//! Detects with one system call whether the database has changed.
//!
//! SQLite's `-shm` file begins with the header of the WAL index. Every commit of every process
//! increments a counter in it before the commit returns
//! (<https://sqlite.org/walformat.html#the_wal_index_file_format>). A reader may keep a snapshot
//! that was taken under the same header.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The length of the two copies of the header, which differ while a commit is writing them.
const HEADER_BYTES: usize = 96;
/// The position of the number of frames in the log (`mxFrame`).
const FRAMES: std::ops::Range<usize> = 16..20;

/// The WAL index of a database. It must be dropped after all connections to the database.
#[derive(Clone)]
pub(super) struct WalIndex(Arc<File>);

/// The contents of the header at some time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Header([u8; HEADER_BYTES]);

/// The device and inode numbers, which identify a file whatever its path.
type Inode = (u64, u64);

/// The open indexes. Closing *any* descriptor of a file drops all POSIX locks of the process on it,
/// including those of SQLite. Therefore each index is opened once and closed after its last use.
static OPEN: Mutex<BTreeMap<Inode, Weak<File>>> = Mutex::new(BTreeMap::new());

impl WalIndex {
    /// Opens the index of the database in `file`, to which there must be a connection.
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

    /// Reads the header; `None` if it cannot be read.
    pub(super) fn header(&self) -> Option<Header> {
        let mut bytes = [0; HEADER_BYTES];
        self.0.read_exact_at(&mut bytes, 0).ok()?;
        Some(Header(bytes))
    }

    #[cfg(test)]
    pub(super) fn is_same_descriptor(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Header {
    /// The number of frames in the log.
    pub(super) fn frames(&self) -> u32 {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.0[FRAMES]);
        u32::from_ne_bytes(bytes)
    }
}
