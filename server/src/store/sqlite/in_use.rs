//! Keeps a restore from replacing a database that a process has open.
//!
//! Every process that opens the store holds a shared lock on the data directory, and a restore
//! needs the only lock. The kernel releases a lock when its process ends, so no crash leaves one.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// The lock on a data directory. It ends when this is dropped.
pub(super) struct DirectoryLock {
    _directory: Option<File>,
}

impl DirectoryLock {
    /// Locks the directory together with other servers and commands; `None` while a restore runs.
    ///
    /// On a file system without such locks, nothing is locked, and [`exclusive`](Self::exclusive)
    /// fails.
    pub(super) fn shared(data: &Path) -> Option<Self> {
        let lock = File::open(data).map_err(TryLockError::Error).and_then(|directory| {
            directory.try_lock_shared()?;
            Ok(directory)
        });
        match lock {
            Ok(directory) => Some(Self { _directory: Some(directory) }),
            Err(TryLockError::Error(_)) => Some(Self { _directory: None }),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Locks the directory against every server and command; `None` if one of them has the
    /// database open.
    ///
    /// # Errors
    ///
    /// The directory cannot be locked.
    pub(super) fn exclusive(data: &Path) -> io::Result<Option<Self>> {
        let directory = File::open(data)?;
        match directory.try_lock() {
            Ok(()) => Ok(Some(Self { _directory: Some(directory) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
