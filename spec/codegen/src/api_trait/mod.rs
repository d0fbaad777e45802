//! The Dropshot API trait of a document, and the types it needs.
//!
//! A pure function in stages: the document, an intermediate representation (`lower`), tokens
//! (`emit`). What Dropshot cannot express is refused with the operation and the place; nothing
//! here panics on a document.
//!
//! # Answers
//!
//! Dropshot's own document holds one answer for each operation beside the two classes of errors, and
//! its error types can set no header. Its trait `HttpResponse` asks only for a response at run time,
//! though. So each operation has an enum with a variant for each answer that the document names:
//! its status is fixed, its body and its headers have types, and a handler can answer nothing else.
//! Where the document names a class (`4XX`) or `default`, the handler chooses the status, and one
//! that the document has another answer for becomes a 500. What Dropshot is told to describe is the
//! first success.
//!
//! Two ways past the enum are Dropshot's: the handler's error type, which extractors need, and the
//! crate's own response type around the enum (`Settings::answer`), which may add headers.

mod emit;
mod ir;
mod lower;
mod types;

#[cfg(test)]
pub(crate) mod tests;

use anyhow::Result;
use proc_macro2::TokenStream;
use specfirst_model::Document;

use super::{code, refused::Refused, soundness, view};

/// What the crate that holds the generated code supplies by hand.
#[derive(Debug)]
pub struct Settings {
    /// The trait's name.
    pub name: &'static str,
    /// A response type with one parameter, an enum of documented answers.
    pub answer: TokenStream,
    /// The error type of every handler, for what happens before and after it.
    pub error: TokenStream,
    /// An extractor with one parameter for bodies that are JSON or a form.
    pub json_or_form: TokenStream,
    /// A string that must not be shown.
    pub secret: TokenStream,
}

/// Writes the API trait of a document.
///
/// # Errors
///
/// What Dropshot cannot express, with the operation and the place.
pub fn generate(document: &Document, settings: &Settings) -> Result<String> {
    let view = view::for_code(document)?;
    soundness::write_sound(&view, |view| {
        let mut types = types::Types::new(view, &settings.secret)?;
        let taken: Vec<&str> = emit::TAKEN_NAMES.into_iter().chain([settings.name]).collect();
        let api = lower::lower(view, &mut types, &taken)?;
        code::parse(emit::emit(&api, &types, settings)?)
    })
}
