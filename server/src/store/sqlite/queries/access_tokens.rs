//! Personal access tokens.

use rusqlite::{Connection, params};

use super::{changed, execute, number, user};
use crate::{
    accounts::{TokenHash, User, UserId},
    clock::Timestamp,
    store::{
        AccessToken, AccessTokenChange, Result, StoredSecret,
        row::{name_hash, select_users},
    },
};

pub(in crate::store::sqlite) fn add_access_token(
    db: &Connection,
    id: &UserId,
    token: &AccessToken,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    let AccessToken { name, secret, expires_at, bypasses_two_factor } = token;
    let created_at = secret.created_at.as_millis();
    change(db, id, caller, |number| {
        execute(
            db,
            "DELETE FROM personal_access_tokens
             WHERE account = ?1 AND name_hash = ?2 AND expires_at <= ?3",
            params![number, name_hash(name), created_at],
        )?;
        changed(
            db,
            "INSERT INTO personal_access_tokens (token_hash, account, name, name_hash, last_part,
                 created_at, expires_at, bypasses_two_factor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account, name_hash) DO NOTHING",
            params![
                secret.hash.as_bytes(),
                number,
                name,
                name_hash(name),
                secret.last_part,
                created_at,
                expires_at.map(Timestamp::as_millis),
                bypasses_two_factor,
            ],
        )
    })
}

pub(in crate::store::sqlite) fn replace_access_token(
    db: &Connection,
    id: &UserId,
    name: &str,
    new: &StoredSecret,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    change(db, id, caller, |number| {
        changed(
            db,
            "UPDATE personal_access_tokens SET token_hash = ?3, last_part = ?4, created_at = ?5
             WHERE account = ?1 AND name_hash = ?2 AND (expires_at IS NULL OR expires_at > ?5)",
            params![
                number,
                name_hash(name),
                new.hash.as_bytes(),
                new.last_part,
                new.created_at.as_millis(),
            ],
        )
    })
}

pub(in crate::store::sqlite) fn remove_access_token(
    db: &Connection,
    id: &UserId,
    name: &str,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    change(db, id, caller, |number| {
        let sql = "DELETE FROM personal_access_tokens WHERE account = ?1 AND name_hash = ?2";
        changed(db, sql, params![number, name_hash(name)])
    })
}

/// Runs a change of an account's tokens, if the caller may make it. The writer's transaction is the
/// lock. The change returns whether the name was right.
fn change(
    db: &Connection,
    id: &UserId,
    caller: Option<&TokenHash>,
    change: impl FnOnce(i64) -> Result<bool>,
) -> Result<AccessTokenChange> {
    let Some(number) = number(db, id)? else { return Ok(AccessTokenChange::NotAllowed) };
    let is_allowed = "SELECT 1 FROM accounts WHERE number = ?1 AND active AND (?2 IS NULL
         OR EXISTS (SELECT 1 FROM sessions WHERE token_hash = ?2 AND account = ?1)
         OR EXISTS (SELECT 1 FROM personal_access_tokens
             WHERE token_hash = ?2 AND account = ?1))";
    let caller = caller.map(TokenHash::as_bytes);
    if !db.prepare_cached(is_allowed)?.exists(params![number, caller])? {
        return Ok(AccessTokenChange::NotAllowed);
    }
    let is_named = change(number)?;
    Ok(if is_named { AccessTokenChange::Done } else { AccessTokenChange::WrongName })
}

pub(in crate::store::sqlite) fn access_tokens(
    db: &Connection,
    id: &UserId,
) -> Result<Vec<AccessToken>> {
    let mut select = db.prepare_cached(concat!(
        "SELECT token_hash, name, last_part, created_at, expires_at, bypasses_two_factor
         FROM personal_access_tokens WHERE account = ",
        number_of!("?1"),
        " ORDER BY created_at, name"
    ))?;
    let tokens = select.query_map([id.as_str()], |row| {
        Ok(AccessToken {
            name: row.get(1)?,
            secret: StoredSecret {
                hash: TokenHash::from_stored(row.get(0)?),
                last_part: row.get(2)?,
                created_at: Timestamp::from_millis(row.get(3)?),
            },
            expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_millis),
            bypasses_two_factor: row.get(5)?,
        })
    })?;
    Ok(tokens.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::store::sqlite) fn access_token_user(
    db: &Connection,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<User>> {
    let mut select = db.prepare_cached(select_users!(
        "JOIN personal_access_tokens t ON t.account = a.number
         WHERE t.token_hash = ?1 AND (t.expires_at IS NULL OR t.expires_at > ?2) AND a.active"
    ))?;
    let mut rows = select.query(params![token.as_bytes(), now.as_millis()])?;
    rows.next()?.map(|row| user(row)?.try_into()).transpose()
}

/// Removes at most `limit` tokens that have expired at `now`.
pub(in crate::store::sqlite) fn expire_access_tokens(
    db: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<u64> {
    let sql = "DELETE FROM personal_access_tokens WHERE token_hash IN (
             SELECT token_hash FROM personal_access_tokens WHERE expires_at <= ?1 LIMIT ?2)";
    Ok(db.prepare_cached(sql)?.execute(params![now.as_millis(), limit])? as u64)
}
