//! The Dropshot API trait of a document, and the types that it needs.
//!
//! The generator is a pure function in stages: from the document to an intermediate representation
//! (`lower`), and from there to tokens (`emit`). If Dropshot cannot express part of the document, the
//! error names the operation and the JSON pointer. No document makes the generator panic.
//!
//! # Responses
//!
//! Dropshot's own document describes one response for each operation, in addition to the two classes
//! of errors. Dropshot's error types cannot set headers. At run time, however, its trait
//! `HttpResponse` requires only a response. So each operation has an enum with a variant for each
//! documented response. The status of a variant is fixed, and its body and headers have types, so a
//! handler can send nothing else. Where the document has a class (`4XX`) or `default`, the handler
//! chooses the status. A status for which the document has another response becomes a 500. Dropshot's
//! own document describes the first success.
//!
//! Handlers return these enums in `specfirst_dropshot::Response`, which may add headers. They return an
//! `ApiError` for an error that the document does not describe, such as an internal server error.

mod emit;
mod ir;
mod lower;
mod settings;
mod types;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;

use specfirst_model::Document;

use super::{
    code::Code,
    distinct_members,
    error::Result,
    prepare,
    problem::{Problems, Side, generate_or_explain},
    soundness, view,
};

pub use settings::Settings;

/// Generates the API trait of a document.
///
/// # Errors
///
/// Everything that Dropshot cannot express, each with the operation and the JSON pointer.
pub fn generate(document: &Document, settings: &Settings) -> Result<String, Problems> {
    generate_or_explain(Side::Server, document, |document| generate_whole(document, settings))
}

fn generate_whole(document: &Document, settings: &Settings) -> Result<String> {
    let view = view::for_code(&prepare::for_both(document)?)?;
    soundness::generate_checked(
        &view,
        |view| {
            let (api, types) = lower_whole(view, settings)?;
            let tokens = emit::emit(&api, &types, settings)?;
            let nullable = types.nullable();
            Ok(Code { tokens, fix: Box::new(move |file, modules| fix(file, modules, &nullable)) })
        },
        |view| lower_whole(view, settings)?.1.definitions(),
    )
}

fn lower_whole<'d>(view: &'d Document, settings: &Settings) -> Result<(ir::Api, types::Types<'d>)> {
    let mut types = types::Types::new(view)?;
    let api = lower::lower(view, &mut types, &[emit::TYPES, &settings.name])?;
    Ok((api, types))
}

fn fix(file: &mut syn::File, modules: &[syn::ItemMod], nullable: &BTreeSet<String>) {
    if modules.first().is_some_and(|outermost| outermost.ident == emit::TYPES) {
        types::fix_definitions(file, nullable);
    }
    distinct_members::make_distinct(file);
}
