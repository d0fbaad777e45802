//! A bounded pool of threads that hash passwords, and its queue.
//!
//! A hash keeps a core busy for tens of milliseconds, a hundred times longer than the rest of a
//! login. Hashes therefore have their own threads, one per core, with a lower priority than the
//! threads that serve `resume` and `me`. The queue is bounded: a login that does not fit is refused
//! at once, rather than after its client has given up.

mod pool;
mod queue;

pub use pool::{HashPool, HashPoolError, HashPoolSettings, Verdict};
pub use queue::Requester;
