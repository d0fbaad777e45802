//! Who else on this machine may look at the database, or change it.
//!
//! It holds password hashes, and TOTP secrets in clear. What this program creates is for its owner
//! alone. The mode of what was there before is the operator's: it is judged, and never changed.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use super::{super::OpenError, FILE_NAME, open::unusable};

/// How far the bits of a class are from the right of a mode.
const GROUP: u32 = 3;
const OTHERS: u32 = 0;

/// What a class of users may do with a data directory and the database in it.
struct Access {
    list: bool,
    /// Put another database, or a journal, in its place.
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
        // Without this bit of the directory, what is inside cannot be reached.
        let reach = directory & 1 != 0;
        Self {
            list: directory & 4 != 0,
            replace: reach && directory & 2 != 0,
            read: reach && file & 4 != 0,
            change: reach && file & 2 != 0,
        }
    }
}

/// Creates the directory and an empty database where they are missing. SQLite gives the files that
/// it puts beside the database the mode of the database.
pub(super) fn create(data: &Path) -> Result<(), OpenError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .map_err(|error| unusable(data, error))?;
    refuse_writable_by_all(data)?;
    let path = data.join(FILE_NAME);
    let created = match File::options().write(true).create_new(true).mode(0o600).open(&path) {
        // The umask has a say in the mode of a new file, and none in this.
        Ok(file) => file.set_permissions(Permissions::from_mode(0o600)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    created.map_err(|error| unusable(&path, error))
}

/// Refuses a directory or a database that everybody can change. The sticky bit is no help: it keeps
/// nobody from putting a journal beside the database, which SQLite would play back.
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

/// The most serious that others can do with the database in a data directory, and the command that
/// ends it.
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
