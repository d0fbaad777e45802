//! The SQL statements.
//!
//! Most are one round trip, and they use only features that CockroachDB and YugabyteDB support too.
//! Where servers may conflict, the row of the account is the lock. Transactions that open a
//! session, change the password or deactivate the account take it first.

use std::{borrow::Cow, collections::BTreeSet, time::Duration};

use tokio_postgres::Row;

use super::{
    super::{
        CountsFrom, Failures, Limit, PENDING_LIFETIME, Result, Session, StoreError, Success,
        row::{
            AccountRow, ProfileJson, TOTP_STEPS_KEPT, UserRow, failure_key, kind, kind_text,
            select_accounts, select_users,
        },
    },
    add::{ADD_BACKUP_CODES, ADD_EMAILS, TAKE_TURN, addresses},
    database::{Database, Params},
    params::Param,
};
use crate::{
    accounts::{
        Account, EntryId, HashKind, Identity, PasswordHash, Profile, TokenHash, TotpSecret, User,
        UserId, fold,
    },
    clock::Timestamp,
};

/// The time of the database in milliseconds.
macro_rules! now_millis {
    () => {
        "CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)"
    };
}

/// Whether the attempts of a counter may still be pending, with the lifetime of an attempt as a
/// parameter. It uses the clock of the database, so that all servers agree. `ABS` handles times in
/// the future, which a wrong clock has written.
macro_rules! is_pending {
    ($life:literal) => {
        is_pending!($life, "")
    };
    ($life:literal, $table:literal) => {
        concat!("ABS(", now_millis!(), " - ", $table, "pending_at) < ", $life, "::BIGINT")
    };
}

const LOCK_ACCOUNT: &str = "SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE";
pub(super) const CLOSE_SESSIONS: &str = "DELETE FROM sessions WHERE account_id = $1";
pub(super) const REMOVE_EMAILS: &str = "DELETE FROM account_emails WHERE account_id = $1";
pub(super) const SET_ACTIVE: &str = "UPDATE accounts SET active = $2 WHERE id = $1";
pub(super) const REMOVE_BACKUP_CODES: &str = "DELETE FROM backup_codes WHERE account_id = $1";

pub(super) async fn check_writable(db: &Database) -> Result<()> {
    db.execute(TAKE_TURN, &[]).await.map(drop)
}

pub(super) async fn find_account(db: &Database, identity: &Identity) -> Result<Option<Account>> {
    let (is_email, name) = identity.resolve();
    // A PostgreSQL text cannot contain NUL, so no account has such a name.
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
    // If two names differ only in case, only an exact match counts.
    Ok(match (similar.next(), similar.next()) {
        (Some(exact), _) if exact.profile.username == name => Some(exact),
        (only, None) => only,
        _ => None,
    })
}

pub(super) async fn find_account_by_id(db: &Database, id: &UserId) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.id = $1"), &[&id.as_str()]).await
}

pub(super) async fn find_directory_accounts(
    db: &Database,
    ids: &[EntryId],
    dn: &str,
) -> Result<Vec<Account>> {
    let ids: Vec<&str> = ids.iter().map(EntryId::as_str).collect();
    let sql = select_accounts!("WHERE a.directory_dn = $1 OR a.directory_id = ANY($2)");
    some_accounts(db, sql, &[&dn, &ids]).await
}

pub(super) async fn set_directory_entry(
    db: &Database,
    id: &UserId,
    dn: &str,
    entry_id: Option<&EntryId>,
) -> Result<bool> {
    let sql = "UPDATE accounts SET directory_dn = $2, directory_id = $3 WHERE id = $1";
    changed(db, sql, &[&id.as_str(), &dn, &entry_id.map(EntryId::as_str)]).await
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
        // As in `add.rs`, a taken name becomes NULL. An import may have added names that differ
        // only in case, so an unchanged name is allowed.
        "UPDATE accounts SET username = CASE WHEN username = $2 THEN username ELSE
                 (SELECT $2::TEXT WHERE NOT EXISTS (SELECT 1 FROM accounts o
                     WHERE o.username_folded = $3 AND o.id <> $1)) END,
             username_folded = $3, name = $4, emails = $5, roles = $6, utc_offset = $7
         WHERE id = $1",
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
            (TAKE_TURN, &[]),
            update,
            (REMOVE_EMAILS, &[&id.as_str()]),
            (ADD_EMAILS, &[&id.as_str(), &emails]),
        ])
        .await?;
    Ok(changed[1] > 0)
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

pub(super) async fn forget_directory_password(
    db: &Database,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    let sql = "UPDATE accounts SET password_hash = NULL, hash_kind = NULL
         WHERE id = $1 AND password_hash = $2 AND directory_dn IS NOT NULL";
    changed(db, sql, &[&id.as_str(), &hash.expose()]).await
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
            // The used steps stay, so that an old code of the same secret does not become valid
            // again.
            ("UPDATE accounts SET totp_secret = $2 WHERE id = $1", &[&id.as_str(), &secret]),
            (REMOVE_BACKUP_CODES, &[&id.as_str()]),
            (ADD_BACKUP_CODES, &[&id.as_str(), &hashes]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(super) async fn claim_totp_step(db: &Database, id: &UserId, step: u64) -> Result<bool> {
    let step = i64::try_from(step).map_err(StoreError::broken)?;
    let (id, oldest) = (id.as_str(), step - TOTP_STEPS_KEPT);
    let changed = db
        .transaction(&[
            (
                "INSERT INTO used_totp_steps (account_id, step)
                 SELECT id, $2::BIGINT FROM accounts WHERE id = $1 AND totp_last_step <> $2
                 ON CONFLICT DO NOTHING",
                &[&id, &step],
            ),
            ("DELETE FROM used_totp_steps WHERE account_id = $1 AND step < $2", &[&id, &oldest]),
        ])
        .await?;
    Ok(changed[0] > 0)
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

pub(super) async fn failures(db: &Database, keys: &[&str]) -> Result<Vec<Failures>> {
    let stored: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    let sql = concat!(
        "SELECT failure_key, count, last_at, CASE WHEN ",
        is_pending!("$2"),
        " THEN pending ELSE 0 END FROM failures WHERE failure_key = ANY($1)"
    );
    let rows = db.query(sql, &[&stored, &pending_lifetime()]).await?;
    let mut found = Vec::with_capacity(rows.len());
    let number = |row, column| -> Result<u32> {
        Ok(u32::try_from(get::<i64>(row, column)?).unwrap_or(u32::MAX))
    };
    for row in &rows {
        let in_store: &str = get(row, 0)?;
        let (count, pending) = (number(row, 1)?, number(row, 3)?);
        let since = Timestamp::from_millis(get(row, 2)?);
        for (key, _) in keys.iter().zip(&stored).filter(|(_, stored)| *stored == in_store) {
            found.push(Failures { key: (*key).to_owned(), count, since, pending });
        }
    }
    Ok(found)
}

/// The stored keys of counters with their limits, sorted. All transactions lock the rows in this
/// order, which prevents deadlocks.
fn sorted_counters<'a>(
    limits: impl IntoIterator<Item = &'a Limit>,
) -> Vec<(Cow<'a, str>, &'a Limit)> {
    let limits = limits.into_iter().map(|limit| (failure_key(&limit.key), limit));
    let mut counters: Vec<_> = limits.collect();
    counters.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    counters
}

pub(super) async fn begin_attempt(
    db: &Database,
    limits: &[Limit],
    now: Timestamp,
    duration: Duration,
) -> Result<bool> {
    let counters = sorted_counters(limits);
    let keys: Vec<&str> = counters.iter().map(|(key, _)| &**key).collect();
    let most: Vec<i64> = counters.iter().map(|(_, limit)| i64::from(limit.most)).collect();
    let (now, stale, life) = (now.as_millis(), now.minus(duration).as_millis(), pending_lifetime());
    let up_to_date: Vec<[&dyn Param; 4]> =
        keys.iter().map(|key| [key as &dyn Param, &now, &stale, &life]).collect();
    // This also locks the rows until the end of the transaction.
    let bring_up_to_date = concat!(
        "INSERT INTO failures (failure_key, count, last_at) VALUES ($1::TEXT, 0, $2::BIGINT)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN failures.last_at <= $3::BIGINT THEN 0 ELSE failures.count END,
             last_at = CASE WHEN failures.last_at <= $3::BIGINT THEN excluded.last_at
                 ELSE LEAST(failures.last_at, excluded.last_at) END,
             pending = CASE WHEN ",
        is_pending!("$4", "failures."),
        " THEN failures.pending ELSE 0 END"
    );
    let mut steps: Vec<(&str, Params<'_>)> =
        up_to_date.iter().map(|params| (bring_up_to_date, &params[..])).collect();
    let begin: Params<'_> = &[&keys, &most];
    steps.push((
        concat!(
            "UPDATE failures SET pending = pending + 1, pending_at = ",
            now_millis!(),
            " WHERE failure_key = ANY($1::TEXT[]) AND NOT EXISTS (
                 SELECT 1 FROM failures f
                     JOIN unnest($1::TEXT[], $2::BIGINT[]) AS l (key, most) ON f.failure_key = l.key
                 WHERE f.count + f.pending >= l.most)"
        ),
        begin,
    ));
    Ok(db.transaction(&steps).await?.last().is_some_and(|begun| *begun > 0))
}

pub(super) async fn fail_attempt(
    db: &Database,
    pending: &[Limit],
    additional: Option<&Limit>,
    now: Timestamp,
    duration: Duration,
) -> Result<()> {
    let (now, stale) = (now.as_millis(), now.minus(duration).as_millis());
    let counters: Vec<(Cow<'_, str>, bool, i64, i64)> =
        sorted_counters(pending.iter().chain(additional))
            .into_iter()
            .map(|(key, limit)| {
                let from_last = limit.counts_from == CountsFrom::Last;
                let was_pending = additional.is_none_or(|additional| additional.key != limit.key);
                (key, from_last, i64::from(limit.most), i64::from(was_pending))
            })
            .collect();
    let params: Vec<[&dyn Param; 6]> = counters
        .iter()
        .map(|(key, from_last, most, given_back)| {
            [key as &dyn Param, &now, &stale, from_last, most, given_back]
        })
        .collect();
    let sql = "INSERT INTO failures (failure_key, count, last_at)
         VALUES ($1::TEXT, 1, $2::BIGINT)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN failures.last_at <= $3::BIGINT THEN 1 ELSE failures.count + 1 END,
             last_at = CASE WHEN failures.last_at <= $3::BIGINT OR failures.count = 0
                     OR $4::BOOLEAN OR failures.count + 1 >= $5::BIGINT
                 THEN excluded.last_at ELSE LEAST(failures.last_at, excluded.last_at) END,
             pending = GREATEST(failures.pending - $6::BIGINT, 0)";
    let steps: Vec<(&str, Params<'_>)> = params.iter().map(|params| (sql, &params[..])).collect();
    db.transaction(&steps).await.map(drop)
}

pub(super) async fn give_back_attempt(db: &Database, pending: &[Limit]) -> Result<()> {
    let counters = sorted_counters(pending);
    let params: Vec<[&dyn Param; 1]> =
        counters.iter().map(|(key, _)| [key as &dyn Param]).collect();
    let sql = "UPDATE failures SET pending = GREATEST(pending - 1, 0) WHERE failure_key = $1";
    let steps: Vec<(&str, Params<'_>)> = params.iter().map(|params| (sql, &params[..])).collect();
    db.transaction(&steps).await.map(drop)
}

/// Removes at most `limit` sessions that are older than `life` by the clocks of both the server and
/// the database.
pub(super) async fn expire_sessions(
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

/// Removes at most `limit` counters that were not changed for `life` by both clocks.
pub(super) async fn expire_failures(
    db: &Database,
    now: Timestamp,
    life: Duration,
    limit: u32,
) -> Result<u64> {
    const OLD: &str = concat!(
        "last_at < LEAST($1::BIGINT, ",
        now_millis!(),
        ") - $2::BIGINT AND NOT (pending > 0 AND ",
        is_pending!("$4"),
        ")"
    );
    let sql = format!(
        "DELETE FROM failures WHERE failure_key IN (
             SELECT failure_key FROM failures WHERE {OLD} ORDER BY last_at LIMIT $3) AND {OLD}"
    );
    let (life, limit) = (millis(life), i64::from(limit));
    db.execute(&sql, &[&now.as_millis(), &life, &limit, &pending_lifetime()]).await
}

fn pending_lifetime() -> i64 {
    millis(PENDING_LIFETIME)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
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
        directory_id: get(row, 8)?,
        password_hash: get(row, 9)?,
        totp_secret: get(row, 10)?,
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
