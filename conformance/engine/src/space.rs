//! Plans which cells of a space of cases to run, and in which order.
//!
//! A [`Cell`] has one value of each of some dimensions. The plan covers every pair of values that occurs
//! together in some cell, because most faults depend on one or two dimensions. It begins with the cells
//! that are expected to show the most, so that a small budget is spent well.

use std::{
    collections::{BTreeMap, BinaryHeap, HashSet},
    fmt::Debug,
    sync::{Mutex, MutexGuard},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{runner::search, transform::Weight};

/// A value of a dimension, with the name of the dimension.
pub type Value = (&'static str, String);

/// A case before it is made: a value of each of its dimensions.
pub trait Cell {
    /// The values in groups. The plan covers the pairs within each group: a dimension with very many
    /// values forms a group of its own.
    fn groups(&self) -> Vec<Vec<Value>>;

    /// How much the cell is expected to show.
    fn weight(&self) -> Weight;
}

/// Two values that occur together. A value alone is a pair with itself.
type Pair = (u32, u32);

/// A cell with the pairs of its values.
struct Candidate<C> {
    cell: C,
    pairs: Vec<Pair>,
    weight: Weight,
}

/// The cells that together cover every pair of values, the most telling first. The cells that add no pair
/// are left out.
///
/// The order depends only on the cells and the seed.
pub fn plan<C: Cell>(cells: Vec<C>, seed: u64) -> Vec<C> {
    let mut rng = rng(seed, "space");
    let mut ids: BTreeMap<Value, u32> = BTreeMap::new();
    let mut candidates: Vec<Option<Candidate<C>>> = Vec::new();
    for cell in cells {
        let mut id = |value| {
            let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            *ids.entry(value).or_insert(next)
        };
        let groups = cell.groups().into_iter();
        let groups = groups.map(|group| group.into_iter().map(&mut id).collect::<Vec<_>>());
        let pairs = groups.flat_map(|group| pairs(&group)).collect();
        candidates.push(Some(Candidate { weight: cell.weight(), pairs, cell }));
    }
    // The number of new pairs of a cell only falls while others are taken. So a cell whose number is still
    // the highest after it was counted again is the best one.
    let mut heap: BinaryHeap<_> =
        candidates.iter().flatten().enumerate().map(entry(&mut rng)).collect();
    let (mut covered, mut planned) = (HashSet::new(), Vec::new());
    while let Some((weight, gain, tie, at)) = heap.pop() {
        let Some(candidate) = &candidates[at] else { continue };
        let now = candidate.pairs.iter().filter(|pair| !covered.contains(*pair)).count();
        if now == 0 {
            continue;
        }
        if now < gain {
            heap.push((weight, now, tie, at));
            continue;
        }
        if let Some(Candidate { cell, pairs, .. }) = candidates[at].take() {
            covered.extend(pairs);
            planned.push(cell);
        }
    }
    planned
}

/// Random numbers for an order that depends only on the seed and a name.
pub fn rng(seed: u64, name: &str) -> StdRng {
    StdRng::from_seed(search::digest(seed, name))
}

type Entry = (std::cmp::Reverse<Weight>, usize, u64, usize);

fn entry<'r, C>(rng: &'r mut StdRng) -> impl FnMut((usize, &Candidate<C>)) -> Entry + use<'r, C> {
    |(at, candidate)| (std::cmp::Reverse(candidate.weight), candidate.pairs.len(), rng.random(), at)
}

fn pairs(values: &[u32]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, one) in values.iter().enumerate() {
        pairs.extend(values[at..].iter().map(|other| (*one, *other)));
    }
    pairs
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell of three dimensions.
    #[derive(Clone, Debug, PartialEq)]
    struct Point(u8, u8, u8);

    impl Cell for Point {
        fn groups(&self) -> Vec<Vec<Value>> {
            let Self(a, b, c) = self;
            vec![vec![("a", a.to_string()), ("b", b.to_string()), ("c", c.to_string())]]
        }

        fn weight(&self) -> Weight {
            if self.0 == 3 { Weight::First } else { Weight::Usual }
        }
    }

    fn cube() -> Vec<Point> {
        let sides = || 0..6_u8;
        let cells =
            sides().flat_map(|a| sides().flat_map(move |b| sides().map(move |c| (a, b, c))));
        cells.map(|(a, b, c)| Point(a, b, c)).collect()
    }

    #[test]
    fn a_plan_covers_every_pair_with_few_cells() {
        let planned = plan(cube(), 1);
        for first in 0..6 {
            for second in 0..6 {
                assert!(planned.iter().any(|p| (p.0, p.1) == (first, second)));
                assert!(planned.iter().any(|p| (p.0, p.2) == (first, second)));
                assert!(planned.iter().any(|p| (p.1, p.2) == (first, second)));
            }
        }
        // 36 pairs of two dimensions need 36 cells, and all cells are 216.
        assert!((36..80).contains(&planned.len()), "{}", planned.len());
    }

    #[test]
    fn a_plan_begins_with_the_most_telling_cells_and_depends_on_the_seed() {
        let planned = plan(cube(), 1);
        let told = planned.iter().take_while(|point| point.0 == 3).count();
        assert_eq!(told, planned.iter().filter(|point| point.0 == 3).count());
        assert_eq!(planned, plan(cube(), 1));
        assert_ne!(planned, plan(cube(), 2));
    }
}
