//! Sends cases and judges the answers, within everything that keeps a run harmless.
//!
//! A [`Run`] is what all jobs share; a [`Driver`] is one job's, with a connection of its own.

mod halt;
mod job;
mod sending;
mod shared;

pub use halt::{Halt, INTERRUPTED, Step};
pub use job::Driver;
pub use sending::session;
pub use shared::{Key, Run};
