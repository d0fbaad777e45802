//! Problems in the words of the user's files.

use specfirst_codegen::{Problem, Side};
use specfirst_model::Origins;

/// What a side is called.
pub(crate) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// A problem with its place in the user's files.
pub(crate) fn problem_text(problem: &Problem, origins: &Origins) -> String {
    let Problem { side, operation, pointer, reason, advice } = problem;
    let side = side_name(*side);
    let operation = operation.as_ref().map(|id| format!("operation `{id}`: ")).unwrap_or_default();
    let place = origins.of(pointer);
    format!("error[{side}]: {operation}{reason}\n  at {place}\n  help: {advice}")
}
