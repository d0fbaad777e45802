//! Records of the responses of a server, and the changes between two records.
//!
//! A record has a small text file for each canonical exchange of a suite, without data that differs
//! between two runs or two accounts.

mod change;
mod snapshot;

use std::{fs, io, path::Path};

pub use change::{Change, Impact, Purpose, changes};
pub use snapshot::{Snapshot, SnapshotError};

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file or the directory cannot be read.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file is not a snapshot.
    #[error("{path}: is no record of an exchange")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: SnapshotError,
    },
    /// The directory holds no record.
    #[error("{path}: holds no record; `record --out` writes one")]
    Empty {
        /// The directory.
        path: String,
    },
}

/// Reads a record.
///
/// # Errors
///
/// [`RecordError`].
pub fn read(directory: &Path) -> Result<Vec<Snapshot>, RecordError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| RecordError::Unreadable { path, source }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable(directory))? {
        let file = entry.map_err(unreadable(directory))?.path();
        if file.extension().is_some_and(|extension| extension == "snap") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(RecordError::Empty { path: directory.display().to_string() });
    }
    let mut snapshots = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
        let snapshot = text.parse().map_err(|source| RecordError::Malformed {
            path: file.display().to_string(),
            source,
        })?;
        snapshots.push(snapshot);
    }
    Ok(snapshots)
}
