//! Sessions.

use rusqlite::{Connection, params};

use super::{changed, execute, user};
use crate::{
    accounts::{Account, PasswordHash, TokenHash, User, UserId},
    clock::Timestamp,
    store::{Result, Session, row::select_users},
};

pub(in crate::store::sqlite) fn open_session(
    db: &Connection,
    account: &Account,
    session: &Session,
    keep: u32,
) -> Result<bool> {
    let id = &account.id;
    let opened = changed(
        db,
        "INSERT INTO sessions (token_hash, account, issued_at, sequence)
         SELECT ?1, number, ?3,
             (SELECT COALESCE(MAX(sequence), 0) + 1 FROM sessions WHERE account = number)
         FROM accounts WHERE id = ?2 AND active
             AND (directory_dn IS NOT NULL OR password_hash IS ?4)",
        params![
            session.token.as_bytes(),
            id.as_str(),
            session.issued_at.as_millis(),
            account.password.as_ref().map(PasswordHash::expose),
        ],
    )?;
    execute(
        db,
        concat!(
            "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE account = ",
            number_of!("?1"),
            " ORDER BY sequence DESC, issued_at DESC LIMIT -1 OFFSET ?2)"
        ),
        params![id.as_str(), keep],
    )?;
    Ok(opened)
}

pub(in crate::store::sqlite) fn session_user(
    db: &Connection,
    token: &TokenHash,
    not_before: Timestamp,
) -> Result<Option<User>> {
    let mut select = db.prepare_cached(select_users!(
        "JOIN sessions s ON s.account = a.number
         WHERE s.token_hash = ?1 AND s.issued_at >= ?2 AND a.active"
    ))?;
    let mut rows = select.query(params![token.as_bytes(), not_before.as_millis()])?;
    rows.next()?.map(|row| user(row)?.try_into()).transpose()
}

pub(in crate::store::sqlite) fn close_session(
    db: &Connection,
    id: &UserId,
    token: &TokenHash,
) -> Result<bool> {
    let session =
        concat!("DELETE FROM sessions WHERE token_hash = ?2 AND account = ", number_of!("?1"));
    let access_token = concat!(
        "DELETE FROM personal_access_tokens WHERE token_hash = ?2 AND account = ",
        number_of!("?1")
    );
    let params = params![id.as_str(), token.as_bytes()];
    Ok(changed(db, session, params)? || changed(db, access_token, params)?)
}

pub(in crate::store::sqlite) fn close_sessions(db: &Connection, id: &UserId) -> Result<u64> {
    let sessions = concat!("DELETE FROM sessions WHERE account = ", number_of!("?1"));
    let access_tokens =
        concat!("DELETE FROM personal_access_tokens WHERE account = ", number_of!("?1"));
    let mut closed = 0;
    for sql in [sessions, access_tokens] {
        closed += db.prepare_cached(sql)?.execute([id.as_str()])? as u64;
    }
    Ok(closed)
}

pub(in crate::store::sqlite) fn sessions(db: &Connection, id: &UserId) -> Result<Vec<Session>> {
    let mut select = db.prepare_cached(concat!(
        "SELECT token_hash, issued_at FROM sessions WHERE account = ",
        number_of!("?1"),
        " ORDER BY sequence, issued_at"
    ))?;
    let sessions = select.query_map([id.as_str()], |row| {
        Ok(Session {
            token: TokenHash::from_stored(row.get(0)?),
            issued_at: Timestamp::from_millis(row.get(1)?),
        })
    })?;
    Ok(sessions.collect::<rusqlite::Result<_>>()?)
}

/// Removes at most `limit` sessions that were opened before `before`.
pub(in crate::store::sqlite) fn expire_sessions(
    db: &Connection,
    before: Timestamp,
    limit: u32,
) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE token_hash IN (
             SELECT token_hash FROM sessions WHERE issued_at < ?1 LIMIT ?2)";
    Ok(db.prepare_cached(sql)?.execute(params![before.as_millis(), limit])? as u64)
}
