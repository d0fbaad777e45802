//! Figures for Prometheus. No label holds a name, an address or anything that a client sends.

mod figures;
mod listener;

pub use figures::Metrics;
pub(crate) use figures::{DirectoryAnswer, LoginMethod};
pub use listener::MetricsListener;
