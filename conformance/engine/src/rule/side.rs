//! The two sides that one document judges: the server, and the client that talks to it.

use serde::Serialize;

/// A side of the wire.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The server: requests are made up, its responses judged.
    Server,
    /// The client: responses are made up, its requests and what it reads of them judged.
    Client,
}

/// Which sides a run judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sides {
    /// Only the server. The only choice for a server that is not yours.
    Server,
    /// Only the client of this repository. No server is needed.
    Client,
    /// The server, and then the client.
    Both,
}

impl Side {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

impl Sides {
    /// Whether a side is judged.
    pub fn include(self, side: Side) -> bool {
        match self {
            Self::Server => side == Side::Server,
            Self::Client => side == Side::Client,
            Self::Both => true,
        }
    }
}
