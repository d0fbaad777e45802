//! The intermediate representation between a document and tokens: handlers in terms of Dropshot.

use proc_macro2::TokenStream;
use specfirst_model::{ParameterLocation, StatusPattern};

/// Everything that the trait needs, except the types of the schemas.
pub(super) struct Api {
    pub(super) handlers: Vec<Handler>,
    pub(super) routes: Vec<Route>,
    /// The headers of responses. Operations that share a response share its headers.
    pub(super) headers: Vec<HeaderSet>,
    /// The credentials. Operations with the same requirements share them.
    pub(super) credentials: Vec<Credentials>,
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
    /// The name of the type of its credentials.
    pub(super) credentials: Option<String>,
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

/// A type of credentials.
pub(super) struct Credentials {
    /// The name of the type.
    pub(super) name: String,
    pub(super) kind: CredentialsKind,
}

/// What a type of credentials holds.
pub(super) enum CredentialsKind {
    /// All of these.
    All(Vec<Credential>),
    /// One of these: the name of the variant, and that of its type.
    OneOf(Vec<(String, String)>),
}

/// One credential.
pub(super) struct Credential {
    pub(super) field: String,
    pub(super) docs: String,
    pub(super) place: CredentialPlace,
}

/// Where a request has a credential.
pub(super) enum CredentialPlace {
    Header(String),
    Query(String),
    Cookie(String),
    /// The header `Authorization`, with the name of the authentication scheme.
    Authorization(String),
    /// The header `Authorization`, with a user name and a password.
    Basic,
}

/// The headers of one response.
pub(super) struct HeaderSet {
    /// The name of the struct.
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

impl ParameterSet {
    /// Whether Dropshot's own extractor can read the parameters.
    pub(super) fn is_scalar(&self) -> bool {
        self.members.iter().all(|member| member.form == Form::Scalar)
    }
}

/// How a query holds a parameter. Everywhere else, each is a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Scalar,
    /// An array: the name occurs once for each value.
    Repeated,
    /// An array: one text, with this character between the values.
    Separated(char),
    /// An object of the parameters that have no other name.
    Rest,
}

/// One parameter or header.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) docs: Option<String>,
    pub(super) required: bool,
    pub(super) form: Form,
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
    /// A form with an array or an object, which Dropshot's own extractor cannot read.
    NestedForm(TokenStream),
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
