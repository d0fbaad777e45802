//! An OpenAPI document as generators and test suites need it: operations, schemas, places.
//!
//! [`page`] cuts a document from a documentation page, [`overlay`] adds what the page leaves out, each
//! addition with its reason, and [`mod@lint`] says what is wrong with the page itself. [`document`],
//! [`operation`] and [`schema`] are the view that the generators and the conformance engine share.
//!
//! Nothing here knows one particular API: what is particular is data, in an overlay.

pub mod assemble;
pub mod document;
mod error_chain;
pub mod lint;
pub mod operation;
pub mod overlay;
pub mod page;
pub mod pointer;
pub mod schema;

pub use assemble::{AssembleError, Assembled, assemble};
pub use document::{Document, DocumentError};
pub use error_chain::error_chain;
pub use lint::{Finding, Severity, lint};
pub use operation::{
    Content, Header, Operation, Parameter, ParameterLocation, RequestBody, Response,
    SecurityScheme, StatusPattern,
};
pub use overlay::{Overlay, OverlayError};
pub use page::{Page, PageError};
pub use pointer::Pointer;
pub use schema::JsonSchema;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
