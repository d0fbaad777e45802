//! The rows of the table, one function for each, in one file per topic.

mod memory;
mod password;
mod postgres;
mod start;
mod throughput;

use crate::{measured::Measured, stage::Stage};

/// The name of a row and the function that measures it.
pub(crate) type Row = (&'static str, fn(&Stage) -> anyhow::Result<Vec<Measured>>);

/// All rows, in the order of the table.
pub(crate) const ROWS: [Row; 8] = [
    ("resume", throughput::resume),
    ("me", throughput::me),
    ("flat", throughput::flat),
    ("password", password::rate),
    ("tail", password::tail),
    ("memory", memory::growth),
    ("start", start::first_response),
    ("postgres", postgres::two_servers),
];
