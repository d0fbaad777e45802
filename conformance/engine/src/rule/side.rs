//! The two sides that the document applies to: the server and the client.

use serde::Serialize;

/// A side of the connection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The server. The suite generates requests and judges the responses.
    Server,
    /// The client. The suite generates responses and judges the requests and the values read.
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
    /// Whether the run judges this side.
    pub fn include(self, side: Side) -> bool {
        match self {
            Self::Server => side == Side::Server,
            Self::Client => side == Side::Client,
            Self::Both => true,
        }
    }
}
