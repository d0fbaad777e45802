//! A result of the benchmark.

use serde::Serialize;

/// The median and the range of several rounds.
#[derive(Clone, Serialize)]
pub(crate) struct Measured {
    /// The name of the row.
    pub(crate) name: &'static str,
    /// What was measured, and compared with what.
    pub(crate) what: String,
    pub(crate) goal: Option<Goal>,
    pub(crate) unit: Unit,
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) rounds: usize,
    /// Further information that a reader needs.
    pub(crate) detail: String,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Ratio,
    Milliseconds,
    Mebibytes,
}

impl Measured {
    /// A result from one value per round.
    pub(crate) fn new(
        name: &'static str,
        what: impl Into<String>,
        goal: Option<Goal>,
        unit: Unit,
        values: &[f64],
        detail: String,
    ) -> Self {
        let (low, high) = range(values);
        let (what, median, rounds) = (what.into(), median(values), values.len());
        Self { name, what, goal, unit, median, low, high, rounds, detail }
    }
}

/// The median; NaN if there are no values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    (least, values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}
