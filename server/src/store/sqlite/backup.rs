//! Copies the database to a file while it is in use, and puts such a file in its place.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::{
    super::{BoxError, OpenError, migrations},
    FILE_NAME,
    in_use::DirectoryLock,
    open::{self, version},
    permissions,
};

/// The endings of the files that SQLite keeps beside a database: the log of commits and its index.
const LOG: &str = "-wal";
const LOG_INDEX: &str = "-shm";

/// What a database contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The number of accounts.
    pub accounts: u64,
    /// The number of sessions, expired ones included.
    pub sessions: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// The outcome of a [`restore`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the restored database contains.
    pub contents: Contents,
    /// Where the earlier database is now, if there was one.
    pub earlier: Option<PathBuf>,
}

/// Why a database was not copied, or not put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file for the backup exists already.
    #[error("{} exists already; a backup replaces no file", .0.display())]
    Exists(PathBuf),
    /// The copy is damaged, or not a database of this program.
    #[error("{place} is not a usable backup: {problem}")]
    Damaged {
        /// The name of the file.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// The file has a log of commits beside it, so it is not a backup.
    #[error(
        "{file}{LOG} belongs to {file}, so this is the database of a server and not a backup: make \
         one with `login-server backup`", file = .0.display()
    )]
    HasLog(PathBuf),
    /// A process has the database open.
    #[error("a server or a command uses {}: stop it first", .0.display())]
    InUse(PathBuf),
    /// There is a database in the data directory, and the caller did not allow to move it.
    #[error("there is a database in {}: `--replace` keeps it under another name", .0.display())]
    WouldReplace(PathBuf),
    /// A file cannot be read or written.
    #[error("cannot {what}")]
    File {
        /// What failed.
        what: String,
        /// The cause.
        #[source]
        source: BoxError,
    },
}

/// Copies the database in a data directory to a new file and verifies the copy.
///
/// The copy is the state after one commit, while servers and commands go on reading and writing.
/// Only its owner can read it. The schema stays as it is, so a backup before an upgrade can be read
/// by the earlier program.
///
/// # Errors
///
/// The file exists, there is no database, or the copy cannot be written or is damaged. Then there
/// is no new file.
pub fn back_up(data: &Path, file: &Path) -> Result<Contents, BackupError> {
    if file.try_exists().map_err(failed("read", file))? {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let database = open::existing(data)?;
    let _lock = DirectoryLock::shared(data).ok_or_else(|| BackupError::InUse(data.to_owned()))?;
    let copy = new_file_beside(file)?;
    let path = copy.path().to_str().ok_or("the path is not UTF-8");
    let path = path.map_err(failed("write", file))?;
    // `VACUUM INTO` reads one snapshot, and leaves out free pages.
    let source = open::writer(&database)?;
    source.execute("VACUUM INTO ?1", [path]).map_err(failed("write", file))?;
    let contents = verify(copy.path(), file)?;
    copy.as_file().sync_all().map_err(failed("write", file))?;
    persist(copy, file)?;
    Ok(contents)
}

/// Puts a backup in the place of the database in a data directory, which is created if it does not
/// exist. An earlier database is kept under another name, with its log.
///
/// A session or a personal access token that was ended after the backup is valid again, unless
/// `end_sessions` ends all.
///
/// # Errors
///
/// A process has the database open, there is one and `replace` is false, or the backup cannot be
/// read or is damaged. Then the data directory is as it was. If a file cannot be renamed at the end,
/// the earlier database may have its new name already.
pub fn restore(
    backup: &Path,
    data: &Path,
    replace: bool,
    end_sessions: bool,
) -> Result<Restored, BackupError> {
    if fs::metadata(with_ending(backup, LOG)).is_ok_and(|log| log.len() > 0) {
        return Err(BackupError::HasLog(backup.to_owned()));
    }
    let mut source = File::open(backup).map_err(failed("read", backup))?;
    permissions::create_directory(data)?;
    let lock = DirectoryLock::exclusive(data).map_err(failed("lock", data))?;
    let _lock = lock.ok_or_else(|| BackupError::InUse(data.to_owned()))?;
    let file = data.join(FILE_NAME);
    if is_database(&file) && !replace {
        return Err(BackupError::WouldReplace(data.to_owned()));
    }
    // The copy is what is verified, so that nobody can change it in between.
    let mut copy = new_file_beside(&file)?;
    io::copy(&mut source, copy.as_file_mut()).map_err(failed("read", backup))?;
    verify(copy.path(), backup)?;
    if end_sessions {
        let ended = Connection::open_with_flags(copy.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|db| end_all_sessions(&db));
        ended.map_err(failed("end the sessions in", backup))?;
    }
    let contents = verify(copy.path(), backup)?;
    copy.as_file().sync_all().map_err(failed("write", &file))?;
    let earlier = move_away(&file)?;
    persist(copy, &file)?;
    Ok(Restored { contents, earlier })
}

fn end_all_sessions(db: &Connection) -> rusqlite::Result<()> {
    for table in ["sessions", "personal_access_tokens"] {
        // A backup of an earlier version lacks the second table.
        if db.table_exists(None, table)? {
            db.execute(&format!("DELETE FROM {table}"), [])?;
        }
    }
    Ok(())
}

/// A new file that only its owner can read, in the directory of this one. It is removed when it is
/// dropped.
fn new_file_beside(file: &Path) -> Result<NamedTempFile, BackupError> {
    let directory = match file.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    let new = tempfile::Builder::new().prefix(".login-server-").tempfile_in(directory);
    new.map_err(failed("write a file in", directory))
}

/// Gives a complete file its name, and returns when the name is on the disk.
fn persist(complete: NamedTempFile, name: &Path) -> Result<(), BackupError> {
    let failed = || failed("write", name);
    complete.persist_noclobber(name).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(name.to_owned()),
        _ => failed()(error.error),
    })?;
    let directory = name.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))
        .and_then(|directory| directory.sync_all())
        .map_err(failed())
}

/// Checks every page and reference of a copy. Errors name `place`, which it is a copy of or for.
fn verify(copy: &Path, place: &Path) -> Result<Contents, BackupError> {
    let damaged =
        |problem: String| BackupError::Damaged { place: place.display().to_string(), problem };
    let foreign = || damaged("it is not a database of this program".to_owned());
    let sqlite = |error: rusqlite::Error| damaged(error.to_string());
    let db = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sqlite)?;
    let check: String =
        db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sqlite)?;
    if check != "ok" {
        return Err(damaged(check));
    }
    let dangling = db.prepare("PRAGMA foreign_key_check").and_then(|mut check| check.exists([]));
    if dangling.map_err(sqlite)? {
        return Err(damaged("a row refers to an account that does not exist".to_owned()));
    }
    let (found, known) = (version(&db).map_err(sqlite)?, migrations::known_version());
    if found > known {
        let place = place.display().to_string();
        return Err(OpenError::NewerSchema { place, found, known }.into());
    }
    // An empty file is a database with version 0.
    if found < 1 {
        return Err(foreign());
    }
    let count = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|_| foreign());
    let accounts = count("SELECT COUNT(*) FROM accounts")?.unsigned_abs();
    let sessions = count("SELECT COUNT(*) FROM sessions")?.unsigned_abs();
    let bytes = fs::metadata(copy).map_err(failed("read", place))?.len();
    Ok(Contents { accounts, sessions, bytes })
}

/// Renames a database and its log to a name that is free, and removes the index of the log. Without
/// this, SQLite would replay the log on the next file of that name.
fn move_away(file: &Path) -> Result<Option<PathBuf>, BackupError> {
    let (log, index) = (with_ending(file, LOG), with_ending(file, LOG_INDEX));
    if !is_database(file) && !log.exists() {
        return Ok(None);
    }
    let is_free = |name: &PathBuf| !name.exists() && !with_ending(name, LOG).exists();
    let earlier = (1_u32..)
        .map(|number| with_ending(file, &format!(".replaced-{number}")))
        .find(is_free)
        .unwrap_or_else(|| with_ending(file, ".replaced"));
    let rename = |from: &Path, to: &Path| match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("rename", from)(error)),
        _ => Ok(()),
    };
    // The log goes first. If the power fails in between, both files still exist, while SQLite
    // would remove a log without a database.
    rename(&log, &with_ending(&earlier, LOG))?;
    rename(file, &earlier)?;
    match fs::remove_file(&index) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", &index)(error))
        }
        _ => Ok(Some(earlier)),
    }
}

/// Whether a file exists and is not empty.
fn is_database(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.len() > 0)
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn failed<E: Into<BoxError>>(verb: &str, place: &Path) -> impl FnOnce(E) -> BackupError {
    let what = format!("{verb} {}", place.display());
    |source| BackupError::File { what, source: source.into() }
}
