//! The Dropshot API trait of a document, and the types it needs.
//!
//! A pure function in stages: the document, an intermediate representation ([`lower`]), tokens
//! ([`emit`]). What Dropshot cannot express is refused with the operation and the place; nothing
//! here panics on a document.

mod emit;
mod lower;
mod types;

#[cfg(test)]
mod tests;

use anyhow::Result;
use login_spec::{Document, Operation, Pointer};
use proc_macro2::TokenStream;

use super::{code, view};

/// What the crate that holds the generated code supplies by hand.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The trait's name.
    pub(crate) name: &'static str,
    /// A response type with one parameter, the body of the success; it also packs error answers,
    /// since Dropshot lets no error set a header.
    pub(crate) answer: TokenStream,
    /// The error type of every handler.
    pub(crate) error: TokenStream,
    /// An extractor with one parameter for bodies that are JSON or a form.
    pub(crate) json_or_form: TokenStream,
    /// A string that must not be shown.
    pub(crate) secret: TokenStream,
}

/// What Dropshot cannot express, or what contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("operation `{operation}`: #{pointer}: {reason}")]
pub(crate) struct Refused {
    operation: String,
    pointer: Pointer,
    reason: String,
}

impl Refused {
    fn new(operation: &Operation, pointer: &Pointer, reason: impl Into<String>) -> Self {
        let (operation, pointer) = (operation.id.clone(), pointer.clone());
        Self { operation, pointer, reason: reason.into() }
    }
}

/// Writes the API trait of a document.
pub(crate) fn generate(document: &Document, settings: &Settings) -> Result<String> {
    let view = view::for_code(document)?;
    let mut types = types::Types::new(&view, &settings.secret)?;
    let operations = lower::lower(&view, &mut types)?;
    code::format(emit::emit(&operations, &types, settings)?)
}
