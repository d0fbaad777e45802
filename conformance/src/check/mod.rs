//! Judgements of one exchange, on the raw bytes.
//!
//! [`generic`] knows any OpenAPI document and no login; [`documented`] knows the page's prose;
//! [`security`] knows what no answer may hold. What takes several exchanges is a scenario's.

pub mod documented;
pub mod generic;
pub mod security;

pub use generic::Judge;
