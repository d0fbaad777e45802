//! The OpenAPI document that everything else follows.
//!
//! [`page`] cuts the document from the page Rocket.Chat publishes, [`overlay`] adds what the page
//! leaves out, each addition with its reason, and [`mod@lint`] says what is wrong with the page itself.
//! [`document`], [`operation`] and [`schema`] are the view that the generators and the conformance
//! suite share.
//!
//! This crate stands apart because it must build when generated code is broken: `cargo xtask
//! generate`, which mends generated code, needs nothing else. No code here knows the word "login";
//! what is particular to the login is data, in `overlay.yaml`.

pub mod assemble;
pub mod document;
pub mod lint;
pub mod operation;
pub mod overlay;
pub mod page;
pub mod pointer;
pub mod schema;

pub use assemble::{AssembleError, Assembled, assemble};
pub use document::{Document, DocumentError};
pub use lint::{Finding, Severity, lint};
pub use operation::{
    Content, Header, Operation, Parameter, ParameterLocation, RequestBody, Response,
    SecurityScheme, StatusPattern,
};
pub use overlay::{Overlay, OverlayError};
pub use page::{Page, PageError};
pub use pointer::Pointer;
pub use schema::JsonSchema;

/// The documents of this repository, built in; without the feature this crate needs no generated file.
#[cfg(feature = "embedded")]
pub mod embedded {
    /// The upstream page, as Rocket.Chat publishes it.
    pub const PAGE: &str = include_str!("../upstream/post-api-v1-login.md");
    /// What the page says, cut from it and never edited: `spec/documented.json`.
    pub const DOCUMENTED: &str = include_str!("../documented.json");
    /// Every addition to the page, with its reason and source: `spec/overlay.yaml`.
    pub const OVERLAY: &str = include_str!("../overlay.yaml");
    /// The page with the overlay applied: `spec/openapi.json`.
    pub const OPENAPI: &str = include_str!("../openapi.json");
}
