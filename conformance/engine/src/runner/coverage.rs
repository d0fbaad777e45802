//! How much of each space of cases a run covered.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use schemars::JsonSchema;
use serde::Serialize;

/// How much of a space a run covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// How many cells the plan has.
    pub planned: u64,
    /// How many of them were run.
    pub run: u64,
    /// How many cells the space has.
    pub cells: u64,
}

/// The coverage of a run, by the name of the space.
#[derive(Debug, Default)]
pub(crate) struct Coverages(Mutex<BTreeMap<&'static str, Coverage>>);

impl Coverages {
    /// Sets the size of a space and of its plan.
    pub(crate) fn plan(&self, space: &'static str, cells: usize, planned: usize) {
        let mut coverages = self.lock();
        let coverage = coverages.entry(space).or_default();
        coverage.cells = cells as u64;
        coverage.planned = planned as u64;
    }

    /// Counts a cell that was run.
    pub(crate) fn count(&self, space: &'static str) {
        self.lock().entry(space).or_default().run += 1;
    }

    /// The coverage of each space.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, Coverage> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Coverage>> {
        self.0.lock().expect("no job panics while it holds the coverage")
    }
}
