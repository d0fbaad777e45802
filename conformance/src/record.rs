//! Records of how a server answers, to be compared with how it, or another, answers later.
//!
//! A record is a small text file for each canonical exchange, without anything that differs between
//! two runs or two accounts: tokens, ids, names, times. It is made within the same limits as a run.

mod change;
mod exchanges;
mod normal;
mod snapshot;

use std::{fs, io, path::Path};

pub use change::{Change, Impact, Purpose, changes};
pub use exchanges::purpose;
pub use snapshot::{Snapshot, SnapshotError};

use crate::{
    driver::{Halt, Options},
    environment::Environment,
    login::{Login, Run},
    run::{self, RunError},
    suite::Suite as _,
};

/// What a server said.
#[derive(Debug)]
pub struct Recording {
    /// A snapshot for each exchange that took place.
    pub snapshots: Vec<Snapshot>,
    /// Exchanges that did not, and what each needs.
    pub skipped: Vec<(&'static str, &'static str)>,
    /// Why it ended early, where it did.
    pub halt: Option<Halt>,
    /// Sessions that could not be ended.
    pub sessions_left: usize,
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file or the directory cannot be read.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file is no snapshot.
    #[error("{path}: is no record of an exchange")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: SnapshotError,
    },
    /// There is nothing to compare with.
    #[error("{path}: holds no record; `record --out` writes one")]
    Empty {
        /// The directory.
        path: String,
    },
}

/// Carries out the canonical exchanges.
///
/// # Errors
///
/// [`RunError`] where it could not even begin.
pub fn record(
    options: &Options,
    login: &Login,
    environment: &Environment<'_>,
) -> Result<Recording, RunError> {
    if let Some(reason) = login.unusable() {
        return Err(RunError::Unusable(reason));
    }
    let run = Run::new(options, login, environment);
    let mut driver = run.driver()?;
    run.begin_stage("record");
    run::probe(&mut driver)?;
    let mut recording =
        Recording { snapshots: Vec::new(), skipped: Vec::new(), halt: None, sessions_left: 0 };
    recording.halt = exchanges::carry_out(&mut driver, &mut recording).err();
    recording.sessions_left = driver.clean_up(false);
    // Once all are known: what a later answer gives away may stand in an earlier one.
    recording.snapshots = recording
        .snapshots
        .into_iter()
        .map(|snapshot| snapshot.without(environment.secrets))
        .collect();
    Ok(recording)
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
