//! Counters of failed logins.

use std::{borrow::Cow, time::Duration};

use tokio_postgres::Row;

use super::{get, millis};
use crate::{
    clock::Timestamp,
    store::{
        CountsFrom, Failures, Limit, PENDING_LIFETIME, Result,
        postgres::{
            database::{Database, Params},
            params::Param,
        },
        row::failure_key,
    },
};

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

pub(in crate::store::postgres) async fn failures(
    db: &Database,
    keys: &[&str],
) -> Result<Vec<Failures>> {
    let stored: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    let sql = concat!(
        "SELECT failure_key, count, last_at, CASE WHEN ",
        is_pending!("$2"),
        " THEN pending ELSE 0 END FROM failures WHERE failure_key = ANY($1)"
    );
    let rows = db.query(sql, &[&stored, &pending_lifetime()]).await?;
    let mut found = Vec::with_capacity(rows.len());
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

pub(in crate::store::postgres) async fn counters(
    db: &Database,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Failures>> {
    let sql = "SELECT failure_key, count, last_at, pending FROM failures
         WHERE failure_key > $1 AND count > 0 ORDER BY failure_key LIMIT $2";
    let rows = db.query(sql, &[&after.unwrap_or_default(), &i64::from(limit)]).await?;
    let counter = |row| {
        Ok(Failures {
            key: get::<&str>(row, 0)?.to_owned(),
            count: number(row, 1)?,
            since: Timestamp::from_millis(get(row, 2)?),
            pending: number(row, 3)?,
        })
    };
    rows.iter().map(counter).collect()
}

pub(in crate::store::postgres) async fn clear_failures(
    db: &Database,
    keys: &[String],
) -> Result<u64> {
    let keys: Vec<_> = keys.iter().map(|key| failure_key(key)).collect();
    let sql = "UPDATE failures SET count = 0 WHERE failure_key = ANY($1) AND count > 0";
    db.execute(sql, &[&keys]).await
}

/// The number in a column, which is never negative.
fn number(row: &Row, column: usize) -> Result<u32> {
    Ok(u32::try_from(get::<i64>(row, column)?).unwrap_or(u32::MAX))
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

pub(in crate::store::postgres) async fn begin_attempt(
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

pub(in crate::store::postgres) async fn fail_attempt(
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

pub(in crate::store::postgres) async fn give_back_attempt(
    db: &Database,
    pending: &[Limit],
) -> Result<()> {
    let counters = sorted_counters(pending);
    let params: Vec<[&dyn Param; 1]> =
        counters.iter().map(|(key, _)| [key as &dyn Param]).collect();
    let sql = "UPDATE failures SET pending = GREATEST(pending - 1, 0) WHERE failure_key = $1";
    let steps: Vec<(&str, Params<'_>)> = params.iter().map(|params| (sql, &params[..])).collect();
    db.transaction(&steps).await.map(drop)
}

/// Removes at most `limit` counters that were not changed for `life` by both clocks.
pub(in crate::store::postgres) async fn expire_failures(
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
