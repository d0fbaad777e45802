//! Sessions.

use std::time::Duration;

use super::{CLOSE_ACCESS_TOKENS, CLOSE_SESSIONS, LOCK_ACCOUNT, changed, get, millis, user};
use crate::{
    accounts::{Account, PasswordHash, TokenHash, User, UserId},
    clock::Timestamp,
    store::{
        Result, Session, StoreError, Success,
        postgres::{
            database::{Database, Params},
            params::Param,
        },
        row::{failure_key, select_users},
    },
};

pub(in crate::store::postgres) async fn open_session(
    db: &Database,
    attempt: Success<'_>,
    account: &Account,
    session: &Session,
    keep: u32,
) -> Result<bool> {
    let (token, id) = (session.token.to_base64(), account.id.as_str());
    let (issued_at, keep) = (session.issued_at.as_millis(), i64::from(keep));
    let hash = account.password.as_ref().map(PasswordHash::expose);
    let insert: Params<'_> = &[&token, &id, &issued_at, &hash];
    let trim: Params<'_> = &[&id, &keep];
    let reset = attempt.reset.iter().map(|key| (failure_key(key), true));
    let given_back = attempt.given_back.iter().map(|key| (failure_key(key), false));
    let mut counters: Vec<_> = reset.chain(given_back).collect();
    counters.sort_unstable();
    let settled: Vec<[&dyn Param; 3]> =
        counters.iter().map(|(key, resets)| [key as &dyn Param, resets, &token]).collect();
    // Without the lock, concurrent servers would not count each other's sessions.
    let mut steps: Vec<(&str, Params<'_>)> = vec![(LOCK_ACCOUNT, &insert[1..2])];
    steps.push((
        "INSERT INTO sessions (token_hash, account_id, issued_at, sequence)
         SELECT $1::TEXT, a.id, $3::BIGINT,
             (SELECT COALESCE(MAX(s.sequence), 0) + 1 FROM sessions s WHERE s.account_id = a.id)
         FROM accounts a WHERE a.id = $2 AND a.active
             AND (a.directory_dn IS NOT NULL OR a.password_hash IS NOT DISTINCT FROM $4::TEXT)",
        insert,
    ));
    steps.push((
        "DELETE FROM sessions WHERE token_hash IN (
         SELECT token_hash FROM sessions WHERE account_id = $1
         ORDER BY sequence DESC, issued_at DESC OFFSET $2)",
        trim,
    ));
    let settle = "UPDATE failures SET pending = GREATEST(pending - 1, 0),
             count = CASE WHEN $2::BOOLEAN THEN 0 ELSE count END
         WHERE failure_key = $1 AND EXISTS (SELECT 1 FROM sessions WHERE token_hash = $3)";
    steps.extend(settled.iter().map(|params| (settle, &params[..])));
    Ok(db.transaction(&steps).await?[1] > 0)
}

pub(in crate::store::postgres) async fn session_user(
    db: &Database,
    token: &TokenHash,
    not_before: Timestamp,
) -> Result<Option<User>> {
    let sql = select_users!(
        "JOIN sessions s ON s.account_id = a.id
         WHERE s.token_hash = $1 AND s.issued_at >= $2 AND a.active"
    );
    let rows = db.query(sql, &[&token.to_base64(), &not_before.as_millis()]).await?;
    rows.first().map(|row| user(row)?.try_into()).transpose()
}

pub(in crate::store::postgres) async fn close_session(
    db: &Database,
    id: &UserId,
    token: &TokenHash,
) -> Result<bool> {
    let session = "DELETE FROM sessions WHERE token_hash = $2 AND account_id = $1";
    let access_token =
        "DELETE FROM personal_access_tokens WHERE token_hash = $2 AND account_id = $1";
    let (id, token) = (id.as_str(), token.to_base64());
    let params: Params<'_> = &[&id, &token];
    Ok(changed(db, session, params).await? || changed(db, access_token, params).await?)
}

pub(in crate::store::postgres) async fn close_sessions(db: &Database, id: &UserId) -> Result<u64> {
    let id = id.as_str();
    let params: Params<'_> = &[&id];
    let steps = [LOCK_ACCOUNT, CLOSE_SESSIONS, CLOSE_ACCESS_TOKENS].map(|sql| (sql, params));
    let closed = db.transaction(&steps).await?;
    Ok(closed[1] + closed[2])
}

pub(in crate::store::postgres) async fn sessions(
    db: &Database,
    id: &UserId,
) -> Result<Vec<Session>> {
    let sql = "SELECT token_hash, issued_at FROM sessions WHERE account_id = $1
         ORDER BY sequence, issued_at";
    let rows = db.query(sql, &[&id.as_str()]).await?;
    rows.iter()
        .map(|row| {
            let token = TokenHash::from_base64(get(row, 0)?);
            Ok(Session {
                token: token.ok_or_else(|| StoreError::broken("a stored token hash is invalid"))?,
                issued_at: Timestamp::from_millis(get(row, 1)?),
            })
        })
        .collect()
}

/// Removes at most `limit` sessions that are older than `life` by the clocks of both the server and
/// the database.
pub(in crate::store::postgres) async fn expire_sessions(
    db: &Database,
    now: Timestamp,
    life: Duration,
    limit: u32,
) -> Result<u64> {
    let sql = concat!(
        "DELETE FROM sessions WHERE token_hash IN (
             SELECT token_hash FROM sessions WHERE issued_at < LEAST($1::BIGINT, ",
        now_millis!(),
        ") - $2::BIGINT ORDER BY issued_at LIMIT $3)"
    );
    db.execute(sql, &[&now.as_millis(), &millis(life), &i64::from(limit)]).await
}
