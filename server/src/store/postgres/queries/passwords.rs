//! Password hashes.

use std::collections::BTreeSet;

use super::{CLOSE_ACCESS_TOKENS, CLOSE_SESSIONS, changed, get};
use crate::{
    accounts::{HashKind, PasswordHash, UserId},
    store::{
        Result,
        postgres::database::Database,
        row::{kind, kind_text},
    },
};

pub(in crate::store::postgres) async fn set_password(
    db: &Database,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    let changed = db
        .transaction(&[
            (
                "UPDATE accounts SET password_hash = $2, hash_kind = $3 WHERE id = $1",
                &[&id.as_str(), &hash.expose(), &kind_text(hash)],
            ),
            (CLOSE_SESSIONS, &[&id.as_str()]),
            (CLOSE_ACCESS_TOKENS, &[&id.as_str()]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(in crate::store::postgres) async fn set_directory_password(
    db: &Database,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = $2, hash_kind = $3
         WHERE id = $1 AND directory_dn IS NOT NULL";
    changed(db, sql, &[&id.as_str(), &hash.expose(), &kind_text(hash)]).await
}

pub(in crate::store::postgres) async fn forget_directory_password(
    db: &Database,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = NULL, hash_kind = NULL
         WHERE id = $1 AND password_hash = $2 AND directory_dn IS NOT NULL";
    changed(db, sql, &[&id.as_str(), &hash.expose()]).await
}

pub(in crate::store::postgres) async fn rehash_password(
    db: &Database,
    id: &UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = $3, hash_kind = $4
         WHERE id = $1 AND password_hash = $2";
    changed(db, sql, &[&id.as_str(), &old.expose(), &new.expose(), &kind_text(new)]).await
}

pub(in crate::store::postgres) async fn hash_kinds(db: &Database) -> Result<BTreeSet<HashKind>> {
    let sql = "SELECT hash_kind FROM accounts WHERE hash_kind > $1 ORDER BY hash_kind LIMIT 1";
    let (mut kinds, mut last) = (BTreeSet::new(), String::new());
    while let Some(row) = db.query(sql, &[&last]).await?.first() {
        last = get(row, 0)?;
        kinds.extend(kind(&last));
    }
    Ok(kinds)
}
