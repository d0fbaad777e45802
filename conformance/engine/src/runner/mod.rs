//! Sends cases and judges the responses, within the limits that keep a run harmless.
//!
//! All jobs share one [`Run`]. Each job has a [`Driver`] with its own connection.

pub mod environment;
pub mod fuzzing;
pub mod search;
pub mod stage;
pub mod suite;

mod activity;
mod coverage;
mod halt;
mod job;
mod options;
mod outlast;
mod pace;
mod regression;
mod sending;
mod shared;
mod traffic;
mod verdicts;

pub use activity::{Activity, Wait, WaitReason};
pub use coverage::Coverage;
pub use halt::{Halt, Step};
pub use job::Driver;
pub use options::{JOBS, Options, WhenLimited};
pub use outlast::{Outlasted, Patience, Transient};
pub use shared::Run;
pub use verdicts::{Evidence, FindingKey, Unjudged};
