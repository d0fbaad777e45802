//! A reason why no code can be generated for part of a document.

use std::fmt;

use serde::Serialize;
use specfirst_model::{Origins, Pointer};

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The client.
    Client,
    /// The API trait of the server.
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// A part of a document that a generator refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) side: Side,
    /// The operation that cannot be generated, or `None` if it is the whole document.
    pub(crate) operation: Option<String>,
    pub(crate) pointer: Pointer,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl Problem {
    /// The problem in the words of the user's files.
    pub(crate) fn text(&self, origins: &Origins) -> String {
        let Self { side, operation, pointer, reason, advice } = self;
        let operation =
            operation.as_ref().map(|id| format!("operation `{id}`: ")).unwrap_or_default();
        let place = origins.of(pointer);
        let advice = if advice.is_empty() { String::new() } else { format!("\n  help: {advice}") };
        format!("error[{side}]: {operation}{reason}\n  at {place}{advice}")
    }
}
