//! Refusals: each with its side, operation, place, reason and what to do.

mod advice;
mod collect;

use std::fmt;

use serde::Serialize;
use specfirst_model::Pointer;

pub(crate) use collect::generate_or_explain;

/// The generator that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The generator of the client.
    Client,
    /// The generator of the Dropshot API trait.
    Server,
}

/// One refusal of a generator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The generator that refuses.
    pub side: Side,
    /// The `operationId` of the operation that is refused, or its method and path. `None` if the whole
    /// document is refused.
    pub operation: Option<String>,
    /// The place in the document.
    pub pointer: Pointer,
    /// Why generated code cannot express this place.
    pub reason: String,
    /// What the author of the document can do.
    pub advice: String,
}

/// Every refusal of one generator for one document. There is at least one.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The refusals, in the order of the document's operations.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl<'p> IntoIterator for &'p Problems {
    type Item = &'p Problem;
    type IntoIter = std::slice::Iter<'p, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "operation `{operation}`: ")?;
        }
        write!(f, "#{}: {}; {}", self.pointer, self.reason, self.advice)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
