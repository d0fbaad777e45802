//! The two sides that one document judges: the server, and the client that talks to it.

use serde::Serialize;

/// A side of the wire.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// The server: requests are made up, its answers judged.
    Server,
    /// The client: answers are made up, its requests and what it reads of them judged.
    Client,
}

/// Which sides a run judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Halves {
    /// The server alone: all that can be done where it is somebody's.
    Server,
    /// The client alone: no server is needed.
    Client,
    /// One after the other.
    Both,
}

impl Half {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

impl Halves {
    /// Whether a side is judged.
    pub fn include(self, half: Half) -> bool {
        match self {
            Self::Server => half == Half::Server,
            Self::Client => half == Half::Client,
            Self::Both => true,
        }
    }
}
