//! The paths that Dropshot's router gets.
//!
//! At each position, the router takes either literal segments or one variable with one name. Where the
//! document has more, all segments at the position become one variable, and operations whose paths then
//! coincide form a group.

use std::collections::{BTreeMap, BTreeSet};

use specfirst_model::{Operation, ParameterLocation};

use super::segment::Segment;

/// The name of a variable at a position for which the document has none.
const UNNAMED: &str = "segment";

/// A segment of a path of the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Literal(String),
    Variable(String),
}

/// The operations that have one path in the router, by their indices.
pub(super) struct Group {
    pub(super) path: Vec<Position>,
    pub(super) members: Vec<usize>,
}

/// Groups operations by their paths in the router, in the order of the document.
pub(super) fn group(operations: &[Operation], paths: &[Vec<Segment<'_>>]) -> Vec<Group> {
    let mut merged: Vec<Vec<Position>> = vec![Vec::new(); paths.len()];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Each entry holds operations whose merged paths are equal so far.
    let mut open: Vec<Vec<usize>> = vec![(0..paths.len()).collect()];
    while let Some(members) = open.pop() {
        let Some(&first) = members.first() else { continue };
        let depth = merged[first].len();
        let (longer, ended): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|&member| paths[member].len() > depth);
        if !ended.is_empty() {
            groups.push(ended);
        }
        let mut literals: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &member in &longer {
            // The router compares the decoded segment of a request with the text as it is.
            if let Segment::Literal(text) = paths[member][depth]
                && !text.contains('%')
            {
                literals.entry(text).or_default().push(member);
            }
        }
        if literals.values().map(Vec::len).sum::<usize>() == longer.len() {
            for (text, members) in literals {
                for &member in &members {
                    merged[member].push(Position::Literal(text.to_owned()));
                }
                open.push(members);
            }
            continue;
        }
        let wanted = longer.iter().find_map(|&member| match paths[member][depth] {
            Segment::Variable(name) => Some(name),
            _ => None,
        });
        let mut taken = query_names(operations, &longer);
        taken.extend(merged[first].iter().filter_map(|position| match position {
            Position::Variable(name) => Some(name.as_str()),
            Position::Literal(_) => None,
        }));
        let name = distinct(wanted.unwrap_or(UNNAMED), &taken);
        for &member in &longer {
            merged[member].push(Position::Variable(name.clone()));
        }
        open.push(longer);
    }
    groups.sort();
    let group = |members: Vec<usize>| {
        let path = members.first().map(|&first| merged[first].clone()).unwrap_or_default();
        Group { path, members }
    };
    groups.into_iter().map(group).collect()
}

/// Dropshot refuses a query parameter with the name of a variable.
fn query_names<'o>(operations: &'o [Operation], members: &[usize]) -> BTreeSet<&'o str> {
    let parameters = members.iter().flat_map(|&member| &operations[member].parameters);
    let parameters = parameters.filter(|parameter| parameter.location == ParameterLocation::Query);
    parameters.map(|parameter| parameter.name.as_str()).collect()
}

fn distinct(wanted: &str, taken: &BTreeSet<&str>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}
