//! The intermediate representation between a document and tokens: handlers in terms of Dropshot.

use proc_macro2::TokenStream;
use specfirst_model::{ParameterLocation, StatusPattern};

/// Everything that the trait needs, except the types of the schemas.
pub(super) struct Api {
    pub(super) handlers: Vec<Handler>,
    pub(super) routes: Vec<Route>,
    /// The headers of responses. Operations that share a response share its headers.
    pub(super) headers: Vec<HeaderSet>,
}

/// One handler.
#[derive(Clone)]
pub(super) struct Handler {
    /// The function's name.
    pub(super) function: String,
    /// The `operationId` in the document.
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

/// An endpoint whose requests are for several handlers, or for fewer paths than the router sends it.
pub(super) struct Route {
    /// What Dropshot registers and describes.
    pub(super) endpoint: Handler,
    /// The most specific one first.
    pub(super) templates: Vec<Template>,
    /// The handlers with the endpoint's method, by their indices, in the order of their templates.
    pub(super) handlers: Vec<usize>,
}

/// A path of the document with the methods that it has.
#[derive(Clone)]
pub(super) struct Template {
    pub(super) path: String,
    pub(super) methods: Vec<String>,
}

/// The parameters of one extractor.
#[derive(Clone)]
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
#[derive(Clone)]
pub(super) struct Member {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) docs: Option<String>,
    pub(super) required: bool,
    pub(super) ty: TokenStream,
}

/// The body of a request.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) kind: BodyKind,
}

/// How a handler receives the body of a request.
#[derive(Clone)]
pub(super) enum BodyKind {
    Json(TokenStream),
    Form(TokenStream),
    JsonOrForm(TokenStream),
    Multipart,
    Bytes,
}

/// Every response that one handler may send.
#[derive(Clone)]
pub(super) struct Responses {
    /// The name of the enum.
    pub(super) name: String,
    /// At least one.
    pub(super) all: Vec<Response>,
}

/// One documented response.
#[derive(Clone)]
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
#[derive(Clone)]
pub(super) struct ResponseContent {
    pub(super) media_type: String,
    /// The type that is serialized as JSON; `None` if the handler supplies the bytes.
    pub(super) json: Option<TokenStream>,
}
