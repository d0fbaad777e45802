//! Removes many rows in chunks.

use super::Result;

/// The number of rows that a statement removes. It is small, so that logins do not wait long.
const CHUNK: u32 = 1000;

/// Repeats `remove` until it removes fewer rows than the chunk that it was given. Returns the
/// total.
pub(super) async fn in_chunks<F: Future<Output = Result<u64>>>(
    remove: impl Fn(u32) -> F,
) -> Result<u64> {
    let mut total = 0;
    loop {
        let removed = remove(CHUNK).await?;
        total += removed;
        if removed < u64::from(CHUNK) {
            return Ok(total);
        }
    }
}
