//! Checks which other users of this machine can read or change the database.
//!
//! The database contains password hashes, and TOTP secrets in plain text. Only the owner can access
//! what this program creates. The program checks the modes of existing files but never changes
//! them, because they are the operator's choice.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use super::{super::OpenError, FILE_NAME, open::unusable};

/// The number of bits to shift a mode by for a class of users.
const GROUP: u32 = 3;
const OTHERS: u32 = 0;

/// The access of a class of users to a data directory and its database.
struct Access {
    list: bool,
    /// Whether they can replace the database or add a journal.
    replace: bool,
    read: bool,
    change: bool,
}

impl Access {
    fn of(class: u32, data: &Path) -> Self {
        let bits = |path: &Path| {
            fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode() >> class)
        };
        let (directory, file) = (bits(data), bits(&data.join(FILE_NAME)));
        // Without this bit of the directory, its contents cannot be reached.
        let reach = directory & 1 != 0;
        Self {
            list: directory & 4 != 0,
            replace: reach && directory & 2 != 0,
            read: reach && file & 4 != 0,
            change: reach && file & 2 != 0,
        }
    }
}

/// Creates the directory if it does not exist.
pub(super) fn create_directory(data: &Path) -> Result<(), OpenError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .map_err(|error| unusable(data, error))?;
    refuse_writable_by_all(data)
}

/// Creates the directory and an empty database if they do not exist. SQLite gives its additional
/// files the mode of the database.
pub(super) fn create(data: &Path) -> Result<(), OpenError> {
    create_directory(data)?;
    let path = data.join(FILE_NAME);
    let created = match File::options().write(true).create_new(true).mode(0o600).open(&path) {
        // The umask changes the mode of a new file, but not this one.
        Ok(file) => file.set_permissions(Permissions::from_mode(0o600)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    created.map_err(|error| unusable(&path, error))
}

/// Refuses a directory or a database that every user can change. The sticky bit does not help,
/// because it does not prevent adding a journal, which SQLite would replay.
pub(super) fn refuse_writable_by_all(data: &Path) -> Result<(), OpenError> {
    let everybody = Access::of(OTHERS, data);
    let refused = |place: &Path| OpenError::WritableByAll { place: place.display().to_string() };
    if everybody.replace {
        return Err(refused(data));
    }
    if everybody.change {
        return Err(refused(&data.join(FILE_NAME)));
    }
    Ok(())
}

/// The most serious access that other users have to the database, with the command to prevent it.
pub fn exposure(data: &Path) -> Option<String> {
    let classes = [("everybody", Access::of(OTHERS, data)), ("the group", Access::of(GROUP, data))];
    let file = data.join(FILE_NAME);
    let (file, data) = (file.display(), data.display());
    let who = |can: fn(&Access) -> bool| {
        let (who, _) = classes.iter().find(|(_, access)| can(access))?;
        Some(who)
    };
    Some(if let Some(who) = who(|access| access.change) {
        format!("{who} can change {file}: run chmod 600 {file}")
    } else if let Some(who) = who(|access| access.replace) {
        format!("{who} can replace the database in {data}: run chmod 700 {data}")
    } else if let Some(who) = who(|access| access.read) {
        format!("{who} can read {file}: run chmod 600 {file}")
    } else {
        let who = who(|access| access.list)?;
        format!("{who} can list {data}: run chmod 700 {data}")
    })
}
