//! Password hashes.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{changed, sessions::close_sessions};
use crate::{
    accounts::{HashKind, PasswordHash, UserId},
    store::{
        Result,
        row::{kind, kind_text},
    },
};

pub(in crate::store::sqlite) fn set_password(
    db: &Connection,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    close_sessions(db, id)?;
    changed(
        db,
        "UPDATE accounts SET password_hash = ?2, hash_kind = ?3 WHERE id = ?1",
        params![id.as_str(), hash.expose(), kind_text(hash)],
    )
}

pub(in crate::store::sqlite) fn set_directory_password(
    db: &Connection,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = ?2, hash_kind = ?3
         WHERE id = ?1 AND directory_dn IS NOT NULL",
        params![id.as_str(), hash.expose(), kind_text(hash)],
    )
}

pub(in crate::store::sqlite) fn forget_directory_password(
    db: &Connection,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = NULL, hash_kind = NULL
         WHERE id = ?1 AND password_hash = ?2 AND directory_dn IS NOT NULL",
        params![id.as_str(), hash.expose()],
    )
}

pub(in crate::store::sqlite) fn rehash_password(
    db: &Connection,
    id: &UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = ?3, hash_kind = ?4
         WHERE id = ?1 AND password_hash = ?2",
        params![id.as_str(), old.expose(), new.expose(), kind_text(new)],
    )
}

pub(in crate::store::sqlite) fn hash_kinds(db: &Connection) -> Result<BTreeSet<HashKind>> {
    let mut next = db.prepare_cached(
        "SELECT hash_kind FROM accounts WHERE hash_kind > ?1 ORDER BY hash_kind LIMIT 1",
    )?;
    let (mut kinds, mut last) = (BTreeSet::new(), String::new());
    while let Some(text) = next.query_row([&last], |row| row.get(0)).optional()? {
        last = text;
        kinds.extend(kind(&last));
    }
    Ok(kinds)
}
