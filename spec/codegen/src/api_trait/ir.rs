//! What lies between a document and tokens: handlers, as Dropshot can express them.

use proc_macro2::TokenStream;
use specfirst_model::{ParameterLocation, StatusPattern};

/// All that the trait needs beside the types of the schemas.
pub(super) struct Api {
    pub(super) handlers: Vec<Handler>,
    /// The headers of responses; responses that the document shares share them.
    pub(super) headers: Vec<HeaderSet>,
}

/// One handler.
pub(super) struct Handler {
    /// The function's name.
    pub(super) function: String,
    /// The document's own id.
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) tags: Vec<String>,
    pub(super) deprecated: bool,
    pub(super) docs: Vec<String>,
    pub(super) parameters: Vec<ParameterSet>,
    pub(super) body: Option<Body>,
    pub(super) responses: Responses,
}

/// The parameters that one extractor takes.
pub(super) struct ParameterSet {
    pub(super) location: ParameterLocation,
    /// The name of the struct.
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// The headers of one response.
pub(super) struct HeaderSet {
    /// The name of the struct.
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// One parameter or header.
pub(super) struct Member {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) docs: Option<String>,
    pub(super) required: bool,
    pub(super) ty: TokenStream,
}

/// The body of a request.
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) kind: BodyKind,
}

/// What the body of a request is taken for.
pub(super) enum BodyKind {
    Json(TokenStream),
    Form(TokenStream),
    JsonOrForm(TokenStream),
    Multipart,
    Bytes,
}

/// Everything that one handler may response.
pub(super) struct Responses {
    /// The name of the enum.
    pub(super) name: String,
    /// At least one.
    pub(super) all: Vec<Response>,
}

/// One documented response.
pub(super) struct Response {
    /// The name of the variant.
    pub(super) variant: String,
    pub(super) status: StatusPattern,
    pub(super) description: String,
    pub(super) content: Option<ResponseContent>,
    /// The name of the struct.
    pub(super) headers: Option<String>,
}

/// The body of a response.
pub(super) struct ResponseContent {
    pub(super) media_type: String,
    /// The type that JSON is written from; `None` where the handler gives the bytes.
    pub(super) json: Option<TokenStream>,
}
