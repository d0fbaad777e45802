//! An OpenAPI document as generators and test suites need it: operations, schemas, places.
//!
//! A [`Page`] holds the document that a documentation page contains. An [`Overlay`] adds what the page
//! leaves out, each addition with its reason; [`assemble()`] puts both together, and [`lint()`] says what
//! is wrong with the page itself. [`Document`], [`Operation`] and [`JsonSchema`] are the view that the
//! generators and the conformance engine share.
//!
//! Nothing here knows one particular API: what is particular is data, in an overlay.

mod assemble;
mod document;
mod error_chain;
mod lint;
mod operation;
mod overlay;
mod page;
mod pointer;
mod references;
mod schema;
mod source;

pub use assemble::{AssembleError, Assembled, assemble};
pub use document::{Document, DocumentError};
pub use error_chain::error_chain;
pub use lint::{Finding, Severity, is_normative, lint, markdown_sentences};
pub use operation::{
    Content, Header, Operation, Parameter, ParameterLocation, RequestBody, Response,
    SecurityScheme, StatusPattern,
};
pub use overlay::{ExampleRule, Overlay, OverlayError};
pub use page::{Page, PageError};
pub use pointer::Pointer;
pub use references::references_of;
pub use schema::JsonSchema;
pub use source::{
    Input, Note, Origin, Origins, Source, SourceError, UnsupportedKeyword, read_value,
};

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
