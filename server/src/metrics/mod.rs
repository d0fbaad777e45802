//! Figures for Prometheus. No label holds a name, an address or anything that a client sends.

mod figures;
mod listener;

pub(crate) use figures::LoginMethod;
pub use figures::Metrics;
pub use listener::MetricsListener;
