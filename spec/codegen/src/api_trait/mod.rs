//! The Dropshot API trait of a document, and the types it needs.
//!
//! A pure function in stages: the document, an intermediate representation (`lower`), tokens
//! (`emit`). What Dropshot cannot express is refused with the operation and the place; nothing
//! here panics on a document.
//!
//! # Responses
//!
//! Dropshot's own document describes one response for each operation beside the two classes of
//! errors, and its error types can set no header. At run time, however, its trait `HttpResponse`
//! asks only for a response. So each operation gets an enum with a variant for each response that
//! the document names. The status of a variant is fixed, and its body and headers have types: a
//! handler can send nothing else. Where the document names a class (`4XX`) or `default`, the handler
//! chooses the status; a status for which the document has another response becomes a 500. Dropshot
//! is told to describe the first success.
//!
//! Handlers return these enums in `specfirst_dropshot::Response`, which may add headers or carry an
//! `ApiError`: an error that the document does not name, such as a fault of the server.

mod emit;
mod ir;
mod lower;
mod settings;
mod types;

#[cfg(test)]
pub(crate) mod tests;

use specfirst_model::Document;

use super::{code, error::Result, soundness, view};

pub use settings::Settings;

/// Writes the API trait of a document.
///
/// # Errors
///
/// What Dropshot cannot express, with the operation and the place.
pub fn generate(document: &Document, settings: &Settings) -> Result<String> {
    let view = view::for_code(document)?;
    soundness::generate_checked(&view, |view| {
        let mut types = types::Types::new(view)?;
        let api = lower::lower(view, &mut types, &[emit::TYPES, settings.name])?;
        code::parse_file(emit::emit(&api, &types, settings)?)
    })
}
