//! Lowers paths to what Dropshot's router can distinguish.

mod dispatch;
mod segment;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use specfirst_model::{Operation, ParameterLocation};

use self::{
    segment::Segment,
    tree::{Group, Position},
};
use super::names::Names;
use crate::{
    api_trait::ir::{Handler, Route},
    error::Result,
    unsupported::Unsupported,
};

pub(super) use self::segment::variables;

/// The paths of the operations, and the operations that have one path in the router.
pub(super) struct Routes<'o> {
    operations: &'o [Operation],
    paths: Vec<Vec<Segment<'o>>>,
    groups: Vec<Group>,
}

impl<'o> Routes<'o> {
    /// Rejects paths that are malformed, and two operations for the same requests.
    pub(super) fn new(operations: &'o [Operation]) -> Result<Self, Unsupported> {
        let paths = operations.iter().map(segment::parse).collect::<Result<Vec<_>, _>>()?;
        let groups = tree::group(operations, &paths);
        let mut known: BTreeMap<(Vec<String>, &str), &Operation> = BTreeMap::new();
        for (operation, path) in operations.iter().zip(&paths) {
            let shape = path.iter().map(|segment| segment.shape()).collect();
            if let Some(other) = known.insert((shape, &operation.method), operation) {
                let reason =
                    format!("Dropshot's router cannot distinguish it from `{}`", other.path);
                let at = operation.pointer.parent().unwrap_or_default();
                return Err(Unsupported::new(operation, &at, reason));
            }
        }
        Ok(Self { operations, paths, groups })
    }

    /// Gives each handler the path that the router gets. Returns the endpoints for the handlers that the
    /// router cannot call itself. The handlers are in the order of the operations.
    pub(super) fn lower(&self, handlers: &mut [Handler], names: &mut Names) -> Result<Vec<Route>> {
        let mut routes = Vec::new();
        for group in &self.groups {
            if !self.is_distinguished(group) {
                routes.extend(dispatch::lower(self, group, handlers, names)?);
                continue;
            }
            let path = router_path(&group.path);
            for &member in &group.members {
                let has_slash =
                    handlers[member].path.len() > 1 && handlers[member].path.ends_with('/');
                let slash = if has_slash { "/" } else { "" };
                set_path(&mut handlers[member], &format!("{path}{slash}"));
            }
        }
        Ok(routes)
    }

    /// Whether every request to the group's path in the router is for the only template of the group.
    fn is_distinguished(&self, group: &Group) -> bool {
        group.members.iter().all(|&member| {
            self.paths[member].iter().zip(&group.path).all(|pair| {
                matches!(
                    pair,
                    (Segment::Literal(_), Position::Literal(_))
                        | (Segment::Variable(_), Position::Variable(_))
                )
            })
        })
    }
}

fn router_path(path: &[Position]) -> String {
    let segments: Vec<_> = path
        .iter()
        .map(|position| match position {
            Position::Literal(text) => text.clone(),
            Position::Variable(name) => format!("{{{name}}}"),
        })
        .collect();
    format!("/{}", segments.join("/"))
}

/// Gives a handler a path with the same variables, which may have other names. The name of a variable is
/// not part of a request.
fn set_path(handler: &mut Handler, path: &str) {
    let renamed: BTreeMap<&str, &str> = variables(&handler.path).zip(variables(path)).collect();
    let sets = handler.parameters.iter_mut();
    for set in sets.filter(|set| set.location == ParameterLocation::Path) {
        for member in &mut set.members {
            if let Some(&name) = renamed.get(member.name.as_str()) {
                name.clone_into(&mut member.name);
            }
        }
    }
    path.clone_into(&mut handler.path);
}
