//! Where each part of a bundled and translated document came from.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::pointer::Pointer;

/// A place in one of the user's files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Origin {
    /// The file, as messages name it.
    pub file: String,
    /// The place in that file.
    pub pointer: Pointer,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.file, self.pointer)
    }
}

/// Maps places in the document that generators read to places in the user's files.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    root: String,
    /// The origin of each part that moved. It holds for everything within that part, too.
    moved: BTreeMap<Pointer, Origin>,
}

impl Origins {
    /// Nothing has moved: every place is in this file.
    pub fn new(file: &str) -> Self {
        Self { root: file.to_owned(), moved: BTreeMap::new() }
    }

    /// The place in the user's files.
    pub fn of(&self, pointer: &Pointer) -> Origin {
        let mut part = Some(pointer.clone());
        while let Some(at) = part {
            if let Some(origin) = self.moved.get(&at) {
                let rest = pointer.as_str().get(at.as_str().len()..).unwrap_or_default();
                let rest = Pointer::parse(rest).unwrap_or_default();
                return Origin { file: origin.file.clone(), pointer: origin.pointer.join(&rest) };
            }
            part = at.parent();
        }
        Origin { file: self.root.clone(), pointer: pointer.clone() }
    }

    /// Records that a part comes from a place in a file.
    pub(super) fn record(&mut self, at: Pointer, file: &str, pointer: Pointer) {
        self.moved.insert(at, Origin { file: file.to_owned(), pointer });
    }

    /// Records that a part comes from another place of the same document, which may itself have moved.
    pub(super) fn record_move(&mut self, to: Pointer, from: &Pointer) {
        let origin = self.of(from);
        self.moved.insert(to, origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_within_a_moved_part_leads_to_its_file() {
        let place = |text: &str| Pointer::parse(text).unwrap();
        let mut origins = Origins::new("api.yaml");
        origins.record(place("/components/schemas/Pet"), "pet.yaml", place("/Pet"));
        origins.record_move(place("/components/schemas/Tag"), &place("/components/schemas/Pet/x"));
        let of = |text: &str| origins.of(&place(text)).to_string();
        assert_eq!(of("/components/schemas/Pet/type"), "pet.yaml#/Pet/type");
        assert_eq!(of("/components/schemas/Tag/a"), "pet.yaml#/Pet/x/a");
        assert_eq!(of("/components/schemas/Pets"), "api.yaml#/components/schemas/Pets");
        assert_eq!(of(""), "api.yaml#");
    }
}
