//! Removing much in small pieces.

use super::Result;

/// Rows that one statement removes: few enough that a login never waits long behind it.
const CHUNK: u32 = 1000;

/// Repeats `remove`, which removes at most as many rows as it is told to and says how many it
/// did, until there are no more.
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
