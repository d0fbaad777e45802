//! The bounded pool of threads that hash passwords, and its queue.
//!
//! A hash keeps a core busy for tens of milliseconds, a hundred times longer than everything else
//! a login does. So hashes have threads of their own, one a core and of lower priority than the
//! ones that answer `resume` and `me`, and a queue that ends: what does not fit is refused at
//! once, instead of being answered after its client has given up.

mod pool;
mod queue;

pub use pool::{HashPool, HashPoolError, HashPoolSettings, Verdict};
pub use queue::Requester;
