//! A view of a document's operations: what may be sent and what may come back.

mod read;

use std::fmt;

use crate::pointer::Pointer;

pub(crate) use read::{METHODS, read_all, read_each};

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`, or one made of method and path where the document gives none.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Where the operation stands.
    pub pointer: Pointer,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its one-line summary.
    pub summary: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
    /// The parameters of the operation and of its path.
    pub parameters: Vec<Parameter>,
    /// What the request's body may be.
    pub request_body: Option<RequestBody>,
    /// The documented responses.
    pub responses: Vec<Response>,
    /// The credentials that a caller must present: one of these sets. Empty if there are none.
    pub security: Vec<Vec<SecurityScheme>>,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it is sent.
    pub location: ParameterLocation,
    /// Whether it must be sent.
    pub required: bool,
    /// Its description.
    pub description: Option<String>,
    /// How it is serialised, where the document departs from the default.
    pub style: Option<String>,
    /// Whether each value of an array, and each member of an object, is a parameter of its own. The
    /// default is true for the style `form`, and false for any other.
    pub explode: bool,
    /// The place of its schema; `None` where it has `content` in place of one.
    pub schema: Option<Pointer>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// What a request's body may be.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Whether there must be one.
    pub required: bool,
    /// Its description.
    pub description: Option<String>,
    /// The media types it may have.
    pub content: Vec<Content>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A body of one media type.
#[derive(Clone, Debug)]
pub struct Content {
    /// The media type, as the document writes it.
    pub media_type: String,
    /// The place of its schema.
    pub schema: Option<Pointer>,
    /// The places of its examples' values.
    pub examples: Vec<Pointer>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A documented response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The statuses it covers.
    pub status: StatusPattern,
    /// Its description.
    pub description: String,
    /// The headers it may carry.
    pub headers: Vec<Header>,
    /// The media types its body may have; none where there is no body.
    pub content: Vec<Content>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A response header.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Whether it always comes.
    pub required: bool,
    /// Its description.
    pub description: Option<String>,
    /// The place of its schema.
    pub schema: Option<Pointer>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// Something that identifies the caller.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// What the document calls it.
    pub name: String,
    /// Its `type`: `apiKey`, `http`, `oauth2` or `openIdConnect`.
    pub kind: String,
    /// For `http`: the name of the authentication scheme in lowercase, such as `bearer`.
    pub http_scheme: Option<String>,
    /// For `apiKey`: where the key is sent and under which name.
    pub api_key: Option<(ParameterLocation, String)>,
    /// Its description.
    pub description: Option<String>,
}

/// The statuses that a documented response covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusPattern {
    /// One status.
    Exact(u16),
    /// A class, as `4XX`: its first digit.
    Class(u8),
    /// Every status that no other response covers.
    Default,
}

impl StatusPattern {
    fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Default);
        }
        let [class @ b'1'..=b'5', rest @ ..] = text.as_bytes() else { return None };
        match rest {
            b"XX" => Some(Self::Class(class - b'0')),
            [_, _] => text.parse().ok().map(Self::Exact),
            _ => None,
        }
    }

    /// Whether `status` is among these.
    pub fn covers(self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => exact == status,
            Self::Class(class) => u16::from(class) == status / 100,
            Self::Default => true,
        }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(f, "{status}"),
            Self::Class(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Operation {
    /// Method and path, as people name an operation.
    pub fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The documented response for a status: an exact one before a class, a class before `default`.
    pub fn response_for(&self, status: u16) -> Option<&Response> {
        self.responses
            .iter()
            .filter(|response| response.status.covers(status))
            .min_by_key(|response| response.status)
    }
}
