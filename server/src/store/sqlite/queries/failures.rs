//! Counters of failed logins.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::execute;
use crate::{
    clock::Timestamp,
    store::{CountsFrom, Failures, Limit, PENDING_LIFETIME, Result, row::failure_key},
};

/// Whether the attempts of a counter may still be pending, with the lifetime of an attempt as a
/// parameter. `ABS` handles times in the future, which a wrong clock has written.
macro_rules! is_pending {
    ($life:literal) => {
        concat!("ABS(", now_millis!(), " - pending_at) < ", $life)
    };
}

pub(in crate::store::sqlite) fn failures(db: &Connection, keys: &[&str]) -> Result<Vec<Failures>> {
    let mut select = db.prepare_cached(concat!(
        "SELECT count, last_at, CASE WHEN ",
        is_pending!("?2"),
        " THEN pending ELSE 0 END FROM failures WHERE failure_key = ?1"
    ))?;
    let mut found = Vec::new();
    for &key in keys {
        let counted = select.query_row(params![failure_key(key), pending_lifetime()], |row| {
            Ok(Failures {
                key: key.to_owned(),
                count: row.get(0)?,
                since: Timestamp::from_millis(row.get(1)?),
                pending: row.get(2)?,
            })
        });
        found.extend(counted.optional()?);
    }
    Ok(found)
}

pub(in crate::store::sqlite) fn counters(
    db: &Connection,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Failures>> {
    let mut select = db.prepare_cached(
        "SELECT failure_key, count, last_at, pending FROM failures
         WHERE failure_key > ?1 AND count > 0 ORDER BY failure_key LIMIT ?2",
    )?;
    let counters = select.query_map(params![after.unwrap_or_default(), limit], |row| {
        Ok(Failures {
            key: row.get(0)?,
            count: row.get(1)?,
            since: Timestamp::from_millis(row.get(2)?),
            pending: row.get(3)?,
        })
    })?;
    Ok(counters.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::store::sqlite) fn clear_failures(db: &Connection, keys: &[String]) -> Result<u64> {
    let mut clear =
        db.prepare_cached("UPDATE failures SET count = 0 WHERE failure_key = ?1 AND count > 0")?;
    let mut cleared = 0;
    for key in keys {
        cleared += clear.execute([failure_key(key)])? as u64;
    }
    Ok(cleared)
}

pub(in crate::store::sqlite) fn begin_attempt(
    db: &Connection,
    limits: &[Limit],
    now: Timestamp,
    duration: Duration,
) -> Result<bool> {
    let mut bring_up_to_date = db.prepare_cached(concat!(
        "INSERT INTO failures (failure_key, count, last_at) VALUES (?1, 0, ?2)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN last_at <= ?3 THEN 0 ELSE count END,
             last_at = CASE WHEN last_at <= ?3 THEN ?2 ELSE MIN(last_at, ?2) END,
             pending = CASE WHEN ",
        is_pending!("?4"),
        " THEN pending ELSE 0 END"
    ))?;
    let mut is_full = db.prepare_cached(
        "SELECT 1 FROM failures WHERE failure_key = ?1 AND count + pending >= ?2",
    )?;
    let mut full = false;
    let stale = now.minus(duration).as_millis();
    for Limit { key, most, .. } in limits {
        let key = failure_key(key);
        bring_up_to_date.execute(params![key, now.as_millis(), stale, pending_lifetime()])?;
        full |= is_full.exists(params![key, most])?;
    }
    if full {
        return Ok(false);
    }
    let mut begin = db.prepare_cached(concat!(
        "UPDATE failures SET pending = pending + 1, pending_at = ",
        now_millis!(),
        " WHERE failure_key = ?1"
    ))?;
    for limit in limits {
        begin.execute([failure_key(&limit.key)])?;
    }
    Ok(true)
}

pub(in crate::store::sqlite) fn fail_attempt(
    db: &Connection,
    pending: &[Limit],
    additional: &[Limit],
    now: Timestamp,
    duration: Duration,
) -> Result<()> {
    let mut fail = db.prepare_cached(
        "INSERT INTO failures (failure_key, count, last_at) VALUES (?1, 1, ?2)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN last_at <= ?3 THEN 1 ELSE count + 1 END,
             last_at = CASE WHEN last_at <= ?3 OR count = 0 OR ?4 OR count + 1 >= ?5
                 THEN ?2 ELSE MIN(last_at, ?2) END,
             pending = MAX(pending - ?6, 0)",
    )?;
    let stale = now.minus(duration).as_millis();
    let pending = pending.iter().map(|limit| (limit, 1));
    for (limit, given_back) in pending.chain(additional.iter().map(|limit| (limit, 0))) {
        let from_last = limit.counts_from == CountsFrom::Last;
        let key = failure_key(&limit.key);
        fail.execute(params![key, now.as_millis(), stale, from_last, limit.most, given_back])?;
    }
    Ok(())
}

pub(in crate::store::sqlite) fn give_back_attempt(db: &Connection, keys: &[String]) -> Result<()> {
    let mut give_back = db.prepare_cached(
        "UPDATE failures SET pending = MAX(pending - 1, 0) WHERE failure_key = ?1",
    )?;
    for key in keys {
        give_back.execute([failure_key(key)])?;
    }
    Ok(())
}

pub(in crate::store::sqlite) fn give_back_all_attempts(db: &Connection) -> Result<()> {
    execute(db, "UPDATE failures SET pending = 0 WHERE pending > 0", [])
}

pub(in crate::store::sqlite) fn reset_failures(db: &Connection, keys: &[String]) -> Result<()> {
    let mut reset = db.prepare_cached(
        "UPDATE failures SET count = 0, pending = MAX(pending - 1, 0) WHERE failure_key = ?1",
    )?;
    for key in keys {
        reset.execute([failure_key(key)])?;
    }
    Ok(())
}

/// Removes at most `limit` counters that were last touched before `before`.
pub(in crate::store::sqlite) fn expire_failures(
    db: &Connection,
    before: Timestamp,
    limit: u32,
) -> Result<u64> {
    let sql = concat!(
        "DELETE FROM failures WHERE failure_key IN (
             SELECT failure_key FROM failures WHERE last_at < ?1 AND NOT (pending > 0 AND ",
        is_pending!("?3"),
        ") LIMIT ?2)"
    );
    let params = params![before.as_millis(), limit, pending_lifetime()];
    Ok(db.prepare_cached(sql)?.execute(params)? as u64)
}

fn pending_lifetime() -> i64 {
    i64::try_from(PENDING_LIFETIME.as_millis()).unwrap_or(i64::MAX)
}
