//! Sends cases and judges the answers, within everything that keeps a run harmless.
//!
//! A [`Run`] is what all jobs share; a [`Driver`] is one job's, with a connection of its own.

mod activity;
mod halt;
mod job;
mod outlast;
mod sending;
mod shared;

pub use activity::{Activity, Wait, WaitReason};
pub use halt::{Halt, INTERRUPTED, Step};
pub use job::Driver;
pub use outlast::{Outlasted, Patience, Transient};
pub use sending::session;
pub use shared::{Key, Run, Unjudged};
