//! The latest time that the store trusts.
//!
//! Expired data that was removed is lost, even if the clock turns out to be wrong. SQLite has no
//! second clock to compare with, so the store keeps the last trusted time. It trusts a clock that
//! is not much later, or one that has been steady for so long that somebody would have noticed an
//! error.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::Result;
use crate::clock::{Reading, Timestamp};

/// How far the clock may be ahead of the last trusted time. If it is further ahead, as after a long
/// stop or with a new database, it is also how long the clock must be steady.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Advances the trusted time to that of the clock and returns it; `None` if the clock is not
/// trusted.
pub(super) fn advance(db: &Connection, clock: Reading) -> Result<Option<Timestamp>> {
    let known: Option<i64> = db
        .prepare_cached("SELECT millis FROM last_known_time")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let is_near = known.is_some_and(|known| clock.now <= Timestamp::from_millis(known).plus(HOUR));
    if !is_near && clock.steady_for < HOUR {
        return Ok(None);
    }
    db.prepare_cached("INSERT OR REPLACE INTO last_known_time (id, millis) VALUES (1, ?1)")?
        .execute(params![clock.now.as_millis()])?;
    Ok(Some(clock.now))
}
