//! The statements.
//!
//! Each is one round trip, and takes nothing for granted that CockroachDB or YugabyteDB lack. Where
//! two servers may meet, the row of the account is the lock: whoever opens a session, changes the
//! password or stops the account takes it first.

use std::collections::BTreeSet;

use tokio_postgres::Row;

use super::super::row::{
    AccountRow, ProfileJson, UserRow, failure_key, kind, kind_text, select_accounts, select_users,
};
use super::super::{Failures, Result, Session, StoreError};
use super::add::{ADD_BACKUP_CODES, ADD_EMAILS, addresses};
use super::database::{Database, Params};
use crate::accounts::{
    Account, HashKind, Identity, PasswordHash, Profile, TokenHash, TotpSecret, User, UserId, fold,
};
use crate::clock::Timestamp;

const LOCK_ACCOUNT: &str = "SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE";
pub(super) const CLOSE_SESSIONS: &str = "DELETE FROM sessions WHERE account_id = $1";
pub(super) const SET_PROFILE: &str = "UPDATE accounts SET username = $2, username_folded = $3,
     name = $4, emails = $5, roles = $6, utc_offset = $7 WHERE id = $1";
pub(super) const REMOVE_EMAILS: &str = "DELETE FROM account_emails WHERE account_id = $1";
pub(super) const SET_ACTIVE: &str = "UPDATE accounts SET active = $2 WHERE id = $1";
pub(super) const REMOVE_BACKUP_CODES: &str = "DELETE FROM backup_codes WHERE account_id = $1";

pub(super) async fn ping(db: &Database) -> Result<()> {
    db.query("SELECT 1", &[]).await.map(drop)
}

pub(super) async fn find_account(db: &Database, identity: &Identity) -> Result<Option<Account>> {
    let (is_email, name) = identity.resolved();
    // PostgreSQL's text cannot hold it, so no account is called so.
    if name.contains('\0') {
        return Ok(None);
    }
    if is_email {
        let sql = select_accounts!(
            "JOIN account_emails e ON e.account_id = a.id WHERE e.address_folded = $1"
        );
        return one_account(db, sql, &[&fold(name)]).await;
    }
    let sql =
        select_accounts!("WHERE a.username_folded = $1 ORDER BY a.username = $2 DESC LIMIT 2");
    let mut similar = some_accounts(db, sql, &[&fold(name), &name]).await?.into_iter();
    // Two that differ only in case: neither is meant, unless one of them is exact.
    Ok(match (similar.next(), similar.next()) {
        (Some(exact), _) if exact.profile.username == name => Some(exact),
        (only, None) => only,
        _ => None,
    })
}

pub(super) async fn find_account_by_id(db: &Database, id: &UserId) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.id = $1"), &[&id.as_str()]).await
}

pub(super) async fn find_directory_account(db: &Database, dn: &str) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.directory_dn = $1"), &[&dn]).await
}

pub(super) async fn accounts(
    db: &Database,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Account>> {
    let sql = select_accounts!("WHERE a.username > $1 ORDER BY a.username LIMIT $2");
    some_accounts(db, sql, &[&after.unwrap_or_default(), &i64::from(limit)]).await
}

pub(super) async fn set_profile(db: &Database, id: &UserId, profile: &Profile) -> Result<bool> {
    let json = ProfileJson::try_from(profile)?;
    let update: (&str, Params<'_>) = (
        SET_PROFILE,
        &[
            &id.as_str(),
            &profile.username,
            &fold(&profile.username),
            &profile.name,
            &json.emails,
            &json.roles,
            &profile.utc_offset,
        ],
    );
    let emails = addresses(profile);
    let changed = db
        .transaction(&[
            update,
            (REMOVE_EMAILS, &[&id.as_str()]),
            (ADD_EMAILS, &[&id.as_str(), &emails]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(super) async fn set_active(db: &Database, id: &UserId, active: bool) -> Result<bool> {
    let update: (&str, Params<'_>) = (SET_ACTIVE, &[&id.as_str(), &active]);
    let close: (&str, Params<'_>) = (CLOSE_SESSIONS, &[&id.as_str()]);
    let steps = [update, close];
    let changed = db.transaction(if active { &steps[..1] } else { &steps }).await?;
    Ok(changed[0] > 0)
}

pub(super) async fn set_password(db: &Database, id: &UserId, hash: &PasswordHash) -> Result<bool> {
    let changed = db
        .transaction(&[
            (
                "UPDATE accounts SET password_hash = $2, hash_kind = $3 WHERE id = $1",
                &[&id.as_str(), &hash.expose(), &kind_text(hash)],
            ),
            (CLOSE_SESSIONS, &[&id.as_str()]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(super) async fn set_directory_password(
    db: &Database,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = $2, hash_kind = $3
         WHERE id = $1 AND directory_dn IS NOT NULL";
    changed(db, sql, &[&id.as_str(), &hash.expose(), &kind_text(hash)]).await
}

pub(super) async fn rehash_password(
    db: &Database,
    id: &UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = $3, hash_kind = $4
         WHERE id = $1 AND password_hash = $2";
    changed(db, sql, &[&id.as_str(), &old.expose(), &new.expose(), &kind_text(new)]).await
}

pub(super) async fn hash_kinds(db: &Database) -> Result<BTreeSet<HashKind>> {
    let sql = "SELECT hash_kind FROM accounts WHERE hash_kind > $1 ORDER BY hash_kind LIMIT 1";
    let (mut kinds, mut last) = (BTreeSet::new(), String::new());
    while let Some(row) = db.query(sql, &[&last]).await?.first() {
        last = get(row, 0)?;
        kinds.extend(kind(&last));
    }
    Ok(kinds)
}

pub(super) async fn set_totp(
    db: &Database,
    id: &UserId,
    totp: Option<(&TotpSecret, &[String])>,
) -> Result<bool> {
    let secret = totp.map(|(secret, _)| secret.to_base32());
    let secret = secret.as_ref().map(|secret| secret.expose());
    let hashes = totp.map_or(&[][..], |(_, hashes)| hashes);
    let changed = db
        .transaction(&[
            // The step stays: an old code of the same secret must not become good again.
            ("UPDATE accounts SET totp_secret = $2 WHERE id = $1", &[&id.as_str(), &secret]),
            (REMOVE_BACKUP_CODES, &[&id.as_str()]),
            (ADD_BACKUP_CODES, &[&id.as_str(), &hashes]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(super) async fn claim_totp_step(db: &Database, id: &UserId, step: u64) -> Result<bool> {
    let step = i64::try_from(step).map_err(StoreError::broken)?;
    let sql = "UPDATE accounts SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2";
    changed(db, sql, &[&id.as_str(), &step]).await
}

pub(super) async fn claim_backup_code(db: &Database, id: &UserId, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM backup_codes WHERE account_id = $1 AND hash = $2";
    changed(db, sql, &[&id.as_str(), &hash]).await
}

pub(super) async fn remove_account(db: &Database, id: &UserId) -> Result<bool> {
    changed(db, "DELETE FROM accounts WHERE id = $1", &[&id.as_str()]).await
}

pub(super) async fn open_session(
    db: &Database,
    account: &Account,
    session: &Session,
    keep: u32,
) -> Result<bool> {
    let (token, id) = (session.token.to_base64(), account.id.as_str());
    let hash = account.password.as_ref().map(PasswordHash::expose);
    let changed = db
        .transaction(&[
            // Else two servers would each count the tokens without the other's.
            (LOCK_ACCOUNT, &[&id]),
            (
                "INSERT INTO sessions (token_hash, account_id, issued_at)
             SELECT $1::TEXT, id, $3::BIGINT FROM accounts WHERE id = $2 AND active
                 AND (directory_dn IS NOT NULL OR password_hash IS NOT DISTINCT FROM $4::TEXT)",
                &[&token, &id, &session.issued_at.as_millis(), &hash],
            ),
            (
                "DELETE FROM sessions WHERE token_hash IN (
                 SELECT token_hash FROM sessions WHERE account_id = $1
                 ORDER BY issued_at DESC, token_hash = $3 DESC OFFSET $2)",
                &[&id, &i64::from(keep), &token],
            ),
        ])
        .await?;
    Ok(changed[1] > 0)
}

pub(super) async fn session_user(
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

pub(super) async fn close_session(db: &Database, id: &UserId, token: &TokenHash) -> Result<bool> {
    let sql = "DELETE FROM sessions WHERE token_hash = $2 AND account_id = $1";
    changed(db, sql, &[&id.as_str(), &token.to_base64()]).await
}

pub(super) async fn close_sessions(db: &Database, id: &UserId) -> Result<u64> {
    let closed = db
        .transaction(&[(LOCK_ACCOUNT, &[&id.as_str()]), (CLOSE_SESSIONS, &[&id.as_str()])])
        .await?;
    Ok(closed[1])
}

pub(super) async fn sessions(db: &Database, id: &UserId) -> Result<Vec<Session>> {
    let sql = "SELECT token_hash, issued_at FROM sessions WHERE account_id = $1 ORDER BY issued_at";
    let rows = db.query(sql, &[&id.as_str()]).await?;
    rows.iter()
        .map(|row| {
            let token = TokenHash::from_base64(get(row, 0)?);
            Ok(Session {
                token: token.ok_or_else(|| StoreError::broken("a token's hash is none"))?,
                issued_at: Timestamp::from_millis(get(row, 1)?),
            })
        })
        .collect()
}

pub(super) async fn failures(db: &Database, keys: &[&str]) -> Result<Vec<Failures>> {
    let stored: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    let sql = "SELECT failure_key, count, last_at FROM failures WHERE failure_key = ANY($1)";
    let rows = db.query(sql, &[&stored]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let in_store: &str = get(row, 0)?;
        let count: i64 = get(row, 1)?;
        let last_at = Timestamp::from_millis(get(row, 2)?);
        for (key, _) in keys.iter().zip(&stored).filter(|(_, stored)| *stored == in_store) {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            found.push(Failures { key: (*key).to_owned(), count, last_at });
        }
    }
    Ok(found)
}

pub(super) async fn record_failure(
    db: &Database,
    keys: &[&str],
    at: Timestamp,
    stale: Timestamp,
) -> Result<()> {
    let mut stored: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    // Everybody takes the rows in one order, so that nobody waits in a circle.
    stored.sort_unstable();
    stored.dedup();
    db.execute(
        "INSERT INTO failures (failure_key, count, last_at)
         SELECT key, 1, $2::BIGINT FROM unnest($1::TEXT[]) AS key
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN failures.last_at < $3::BIGINT THEN 1 ELSE failures.count + 1 END,
             last_at = excluded.last_at",
        &[&stored, &at.as_millis(), &stale.as_millis()],
    )
    .await
    .map(drop)
}

pub(super) async fn forget_failures(db: &Database, keys: &[&str]) -> Result<()> {
    let stored: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    db.execute("DELETE FROM failures WHERE failure_key = ANY($1)", &[&stored]).await.map(drop)
}

/// Removes at most `limit` sessions that were opened before `before`.
pub(super) async fn expire_sessions(db: &Database, before: Timestamp, limit: u32) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE token_hash IN (
             SELECT token_hash FROM sessions WHERE issued_at < $1 ORDER BY issued_at LIMIT $2)";
    db.execute(sql, &[&before.as_millis(), &i64::from(limit)]).await
}

/// Removes at most `limit` counters that were last touched before `before`.
pub(super) async fn expire_failures(db: &Database, before: Timestamp, limit: u32) -> Result<u64> {
    let sql = "DELETE FROM failures WHERE failure_key IN (
             SELECT failure_key FROM failures WHERE last_at < $1 ORDER BY last_at LIMIT $2)
         AND last_at < $1";
    db.execute(sql, &[&before.as_millis(), &i64::from(limit)]).await
}

async fn changed(db: &Database, sql: &str, params: Params<'_>) -> Result<bool> {
    Ok(db.execute(sql, params).await? > 0)
}

async fn one_account(db: &Database, sql: &str, params: Params<'_>) -> Result<Option<Account>> {
    Ok(some_accounts(db, sql, params).await?.pop())
}

async fn some_accounts(db: &Database, sql: &str, params: Params<'_>) -> Result<Vec<Account>> {
    db.query(sql, params).await?.iter().map(account).collect()
}

fn account(row: &Row) -> Result<Account> {
    Account::try_from(AccountRow {
        user: user(row)?,
        active: get(row, 6)?,
        directory_dn: get(row, 7)?,
        password_hash: get(row, 8)?,
        totp_secret: get(row, 9)?,
    })
}

fn user(row: &Row) -> Result<UserRow<'_>> {
    Ok(UserRow {
        id: get(row, 0)?,
        username: get(row, 1)?,
        name: get(row, 2)?,
        emails: get(row, 3)?,
        roles: get(row, 4)?,
        utc_offset: get(row, 5)?,
    })
}

fn get<'row, T: tokio_postgres::types::FromSql<'row>>(row: &'row Row, column: usize) -> Result<T> {
    row.try_get(column).map_err(StoreError::broken)
}
