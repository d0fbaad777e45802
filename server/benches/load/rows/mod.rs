//! One file for each idea; one function for each row of the table.

mod memory;
mod password;
mod postgres;
mod start;
mod throughput;

use crate::{measured::Measured, stage::Stage};

/// A row's name, and how it is measured.
pub(crate) type Row = (&'static str, fn(&Stage) -> anyhow::Result<Vec<Measured>>);

/// All rows, in the order of the table.
pub(crate) const ROWS: [Row; 8] = [
    ("resume", throughput::resume),
    ("me", throughput::me),
    ("flat", throughput::flat),
    ("password", password::rate),
    ("tail", password::tail),
    ("memory", memory::growth),
    ("start", start::first_answer),
    ("postgres", postgres::two_servers),
];
