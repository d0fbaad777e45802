//! The time as far as it can be believed.
//!
//! What is removed because it has expired is gone, also when the clock turns out to have been wrong.
//! SQLite has no second clock to ask. So the store keeps the last time that it believed. It believes
//! a clock that is not much further, or one that has been steady for long enough for somebody to
//! have noticed.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::Result;
use crate::clock::{Reading, Timestamp};

/// How far the clock may be ahead of the time that was believed last, and for how long it has to be
/// steady where it is further: after a long stop, or on a new database.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Brings the time up to what the clock says, and returns it; none where it is not to be believed.
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
