//! Plans which cells of a space of cases to run, and in which order.
//!
//! A [`Cell`] has one value of each of some dimensions. The plan covers every pair of values that occurs
//! together in some cell, because most defects depend on one or two dimensions. It begins with the cells
//! that are expected to show the most, so that a small budget is spent well.

use std::{
    collections::{BinaryHeap, HashSet},
    fmt::Debug,
    hash::{DefaultHasher, Hash, Hasher as _},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::{runner::search, transform::Weight};

/// A value of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(u64);

impl Value {
    /// A value of the dimension with this name. Equal values of one dimension are equal.
    pub fn of(dimension: &'static str, value: impl Hash) -> Self {
        // Tens of thousands of cells have some values each, so only the hash is kept. The keys of the
        // hasher are constant, so that a plan depends only on its seed.
        let mut hasher = DefaultHasher::new();
        dimension.hash(&mut hasher);
        value.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// A case before it is made: a value of each of its dimensions.
pub trait Cell {
    /// The values in groups. The plan covers the pairs within each group: a dimension with very many
    /// values forms a group of its own.
    fn groups(&self) -> Vec<Vec<Value>>;

    /// How much the cell is expected to show.
    fn weight(&self) -> Weight;
}

/// Two values that occur together. A value alone is a pair with itself.
type Pair = (Value, Value);

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
    let of_cell = |cell: C| {
        let pairs = cell.groups().iter().flat_map(|group| pairs(group)).collect();
        Some(Candidate { weight: cell.weight(), pairs, cell })
    };
    let mut candidates: Vec<_> = cells.into_iter().map(of_cell).collect();
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

fn pairs(values: &[Value]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, one) in values.iter().enumerate() {
        pairs.extend(values[at..].iter().map(|other| (*one, *other)));
    }
    pairs
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
            vec![vec![Value::of("a", a), Value::of("b", b), Value::of("c", c)]]
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
